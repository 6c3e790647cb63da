"""Areas under the curves of a ranking, from its groups of equal scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RankGroups:
    """The groups of links of equal score that hold true links, best first.

    Links of a group are in random order. A ranking has one column, or many columns for as many
    weightings of its links.

    Parameters
    ----------
    start, end : (n_groups,) or (n_groups, n_weightings) float64
        Links before a group, and links to its end.
    n_true : (n_groups,) or (n_groups, n_weightings) float64
        True links to the end of a group; in the last one all true links.
    n_universe : float or (n_weightings,) float64
        All links, listed or not.
    """

    start: Floats
    end: Floats
    n_true: Floats
    n_universe: float | Floats

    @property
    def _found(self) -> Floats:
        return np.diff(self.n_true, axis=0, prepend=0)

    def auroc(self) -> Floats:
        """Return the area of the true against the false positive rate."""
        found, n_positives = self._found, self.n_true[-1]
        n_false_before = self.start - (self.n_true - found)
        n_false_inside = self.end - self.start - found
        above = (found * (n_false_before + n_false_inside / 2)).sum(axis=0)
        area: Floats = 1 - above / (n_positives * (self.n_universe - n_positives))
        return area

    def aupr_dream5(self) -> Floats:
        """Return the sum of the trapezoids of precision over recall at every depth.

        Within a group of random order, precision at depth ``k`` is ``rate + excess / k``, so that
        the sum over the group needs two harmonic numbers, whatever its size. A single true link
        has no trapezoid: the result is the mean precision at its places.
        """
        n_positives, found = self.n_true[-1], self._found
        rate, excess = self._line(found)
        size, first = self.end - self.start, np.maximum(self.start, 1)
        steps = 1 / np.maximum(self.end, 1)
        tied = (size > 1) | (self.start == 0)
        steps[tied] = _harmonic(self.end[tied]) - _harmonic(first[tied])
        n_steps = np.where(self.start == 0, size - 1, size)
        ends = 0.5 / first - 0.5 / np.maximum(self.end, 1)
        area = (rate * (rate * n_steps + excess * (steps + ends))).sum(axis=0)
        alone = (found / ((self.start + self.end + 1) / 2)).sum(axis=0)
        of_many: Floats = np.where(n_positives > 1, area / np.maximum(n_positives - 1, 1), alone)
        return of_many

    def aupr_dream4(self) -> Floats:
        """Return the integral of precision over recall from 0, links found evenly in a group."""
        rate, excess = self._line(self._found)
        growth = np.log(np.maximum(self.end, 1) / np.maximum(self.start, 1))
        area = rate * (rate * (self.end - self.start) + excess * growth)
        total: Floats = area.sum(axis=0) / self.n_true[-1]
        return total

    def average_precision(self) -> Floats:
        """Return the area of precision against recall as a step function."""
        precision = self.n_true / np.maximum(self.end, 1)
        total: Floats = (self._found * precision).sum(axis=0) / self.n_true[-1]
        return total

    def early_precision(self) -> Floats:
        """Return the share of true links among as many links as are true."""
        n_positives, found = self.n_true[-1], self._found
        size = np.maximum(self.end - self.start, 1)
        share = np.clip((n_positives - self.start) / size, 0, 1)
        total: Floats = (found * share).sum(axis=0) / n_positives
        return total

    def _line(self, found: Floats) -> tuple[Floats, Floats]:
        """Return ``rate`` and ``excess`` of the precision inside a group, ``rate + excess / k``."""
        rate = found / np.maximum(self.end - self.start, 1)
        return rate, self.n_true - found - rate * self.start


def _harmonic(n: Floats) -> Floats:
    """Return 1 + 1/2 + … + 1/n to machine precision."""
    few = np.append(0.0, np.cumsum(1.0 / np.arange(1, 64)))
    x = np.maximum(n, 64)
    many = np.log(x) + np.euler_gamma + 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4)
    return np.where(n < 64, few[np.minimum(n, 63).astype(np.intp)], many)
