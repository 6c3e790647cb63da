"""p and q values of links, from the importances of null targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STOREY = 0.5


class NullDistributions:
    """What chance gives: the mean importance of each regulator, the statistics of each group.

    Parameters
    ----------
    importance : (n_nulls, n_regulators) float32, C order
        Importances of the null targets, those of a group next to each other. It is overwritten and
        kept.
    own : (n_nulls,) int
        The regulator that each null target is itself, whose importance does not count; -1 for none.
    n_trees : (n_nulls,) float64
        What the importances of each are divided by.
    n_groups : int
        Groups, of equally many null targets each.

    Notes
    -----
    The statistic of a link is its importance divided by the mean importance of its regulator for
    all null targets, which differs between regulators by ties and correlation. It is rounded to
    32 bits, for links and null targets alike. Sums are in the order of the null targets.
    """

    def __init__(
        self,
        importance: NDArray[np.float32],
        own: NDArray[np.int64],
        n_trees: Floats,
        n_groups: int,
    ) -> None:
        n_nulls, n_regulators = importance.shape
        self.n_nulls = n_nulls // max(1, n_groups)  # of each group
        total = np.zeros(n_regulators)
        for row, divisor in zip(importance, n_trees, strict=True):
            total += row / divisor
        counts = n_nulls - np.bincount(own[own >= 0], minlength=n_regulators)
        self._mean = np.divide(total, counts, out=np.zeros_like(total), where=counts > 0)
        rows = np.arange(n_regulators)
        for row, divisor, regulator in zip(importance, n_trees, own, strict=True):
            row[:] = self._statistic(rows, row / divisor)
            if regulator >= 0:
                row[regulator] = -1.0  # before all others
        self._groups = importance.reshape(n_groups, self.n_nulls * n_regulators)
        self._n_own = np.count_nonzero(own.reshape(n_groups, self.n_nulls) >= 0, axis=1)
        for values in self._groups:
            values.sort()

    def p_values(
        self, group: NDArray[np.int32], regulators: NDArray[np.int64], importance: Floats
    ) -> NDArray[np.float32]:
        """Return the p values of some links.

        Parameters
        ----------
        group : (n_links,) int32
            Group of the link's target; negative for none, whose links have the p value 1.
        regulators : (n_links,) int
            The link's regulator, by its place in the columns of the null importances.
        importance : (n_links,) float64
            The link's importance, divided as those of null targets are.

        Returns
        -------
        (n_links,) float32
            ``(1 + a) / (1 + n)``, where ``a`` of the ``n`` statistics of the group's null targets
            are at least that of the link. 1 for a regulator that no null target has used.
        """
        statistic = self._statistic(regulators, importance)
        found = np.ones(statistic.size, np.float32)
        for number, values in enumerate(self._groups):
            links = np.flatnonzero(group == number)
            n_larger = values.size - np.searchsorted(values, statistic[links])
            n_values = values.size - int(self._n_own[number])
            found[links] = (1.0 + np.minimum(n_larger, n_values)) / (1.0 + n_values)
        return found

    def _statistic(self, regulators: NDArray[np.int64], importance: Floats) -> NDArray[np.float32]:
        mean = self._mean[regulators]
        scaled = np.divide(importance, mean, out=np.zeros_like(mean), where=mean > 0.0)
        statistic: NDArray[np.float32] = scaled.astype(np.float32)
        return statistic


@dataclass(slots=True, eq=False)
class Discoveries:
    """Counts p values, and turns them into q values.

    Parameters
    ----------
    n_tests : int
        All tests, also those whose p values are not added, which are taken for 1.

    Examples
    --------
    >>> import numpy as np
    >>> found = Discoveries(n_tests=4)
    >>> found.add(np.array([0.03, 0.01], np.float32))
    >>> [round(float(q), 3) for q in found.q_values(np.array([0.03, 0.01], np.float32))]
    [0.06, 0.04]
    """

    n_tests: int
    _p: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    _counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def add(self, p: NDArray[np.float32]) -> None:
        """Count some p values."""
        values, counts = np.unique(p, return_counts=True)
        self._p, back = np.unique(np.concatenate([self._p, values]), return_inverse=True)
        held = np.zeros(self._p.size, np.int64)
        np.add.at(held, back, np.concatenate([self._counts, counts]))
        self._counts = held

    def q_values(self, p: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the q values of p values that were added, once all were.

        Notes
        -----
        Benjamini and Hochberg 1995, J R Stat Soc B 57:289: of all links whose p value is as small
        or smaller, the expected share that chance gives, made monotonic.
        """
        q = self._p.astype(np.float64) * self.n_tests / np.cumsum(self._counts)
        q = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1.0)
        return q[np.searchsorted(self._p, p)].astype(np.float32)

    @property
    def pi0(self) -> float:
        """The estimated share of tests whose null hypothesis holds (Storey 2002, at 0.5)."""
        if not self.n_tests:
            return 1.0
        n_small = int(self._counts[self._p <= _STOREY].sum())
        return min(1.0, (self.n_tests - n_small) / (self.n_tests * (1.0 - _STOREY)))
