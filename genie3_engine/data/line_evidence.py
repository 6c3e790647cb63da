"""Compare the numbers of each column (or row) of a table with those of all others.

A line is a column or a row; a point is one of its numbers. A few thousand points are looked at,
whatever the size of the table.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.io.table import FloatMatrix

_SUM_TOLERANCE = 2e-3
_FEWEST_POINTS = 8
_MOST_SOLVED = 200
_FEWEST_COMPARED = 6
_FEW_BELOW = 0.1
_POINTS_AT_ONCE = 64
_MOST_LOOKED_UP = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """What the numbers of one line are.

    Parameters
    ----------
    low, high : float
        The least and the largest; NaN without numbers.
    is_whole : bool
        Whether all are whole numbers.
    n_values : int
        Those that are not missing.
    n_different : int
        How many different ones.
    is_sorted : bool
        Whether each is larger than the one before, or each smaller.
    counts_up : bool
        Whether they number the points, from 0 or 1.
    """

    low: float
    high: float
    is_whole: bool
    n_values: int
    n_different: int
    is_sorted: bool
    counts_up: bool


def line_of(numbers: FloatMatrix, places: NDArray[np.intp]) -> Line:
    """Describe the numbers of one line.

    Parameters
    ----------
    numbers : (n_points,) float64
        NaN where a number is missing.
    places : (n_points,) int
        Which of the table's points they are, ascending.
    """
    offsets = numbers - places
    found = numbers[~np.isnan(numbers)]
    if not len(found):
        return Line(math.nan, math.nan, False, 0, 0, False, False)
    steps = np.diff(found)
    return Line(
        float(found.min()),
        float(found.max()),
        bool((found == np.floor(found)).all()),
        len(found),
        _n_different(found),
        bool(len(found) >= _FEWEST_POINTS and ((steps > 0).all() or (steps < 0).all())),
        bool(len(found) >= 4 and offsets[0] in (0.0, 1.0) and (offsets == offsets[0]).all()),
    )


class LineComparison:
    """All lines of a table side by side.

    Parameters
    ----------
    points : (n_points, n_lines) float64
        NaN where a number is missing.
    is_peer : (n_lines,) bool
        The lines that others are compared with.
    """

    def __init__(self, points: FloatMatrix, is_peer: NDArray[np.bool_]) -> None:
        self.points = points
        self.is_peer = is_peer if is_peer.any() else np.ones(points.shape[1], dtype=np.bool_)

    @cached_property
    def low(self) -> FloatMatrix:
        """Return the least number of each line."""
        low: FloatMatrix = np.fmin.reduce(self.points, axis=0)
        return low

    @cached_property
    def high(self) -> FloatMatrix:
        """Return the largest number of each line."""
        high: FloatMatrix = np.fmax.reduce(self.points, axis=0)
        return high

    @cached_property
    def is_whole(self) -> NDArray[np.bool_]:
        """Return which lines have whole numbers only."""
        found = np.ones(self.points.shape[1], dtype=np.bool_)
        for part in (slice(_FEWEST_POINTS), *self._parts()):  # the first often show that none has
            points = self.points[part]
            found &= ((points == np.floor(points)) | np.isnan(points)).all(axis=0)
            if not found.any():
                break
        return found

    def _parts(self) -> Iterator[slice]:
        """Yield the points, some at a time: fresh memory for them all would cost more than they."""
        starts = range(0, len(self.points), _POINTS_AT_ONCE)
        return (slice(start, start + _POINTS_AT_ONCE) for start in starts)

    @cached_property
    def _gaps(self) -> NDArray[np.bool_]:
        return np.isnan(self.points)

    @cached_property
    def is_empty(self) -> NDArray[np.bool_]:
        """Return which lines have no number at all."""
        empty: NDArray[np.bool_] = np.logical_and.reduce(self._gaps, axis=0)
        return empty

    @cached_property
    def _has_negative(self) -> bool:
        return bool((self.low < 0).any())

    @cached_property
    def logs(self) -> FloatMatrix:
        """Return log(1 + x) of the sizes, with their signs, the mean where a number is missing."""
        logs: FloatMatrix = np.empty_like(self.points)
        are_counts = bool(self.is_whole.all()) and not self._has_negative and not self._gaps.any()
        if are_counts and self.high.max(initial=0) < _MOST_LOOKED_UP:
            of_counts = np.log1p(np.arange(_MOST_LOOKED_UP))
            for part in self._parts():
                places = self.points[part].astype(np.intp)
                of_counts.take(places, out=logs[part], mode="clip")
        elif self._has_negative:
            for part in self._parts():
                sizes = np.log1p(np.abs(self.points[part]))
                np.copysign(sizes, self.points[part], out=logs[part])
        else:
            np.log1p(self.points, out=logs)
        if self._gaps.any():
            n = np.maximum(1, (~self._gaps).sum(axis=0))
            means = np.where(self._gaps, 0.0, logs).sum(axis=0) / n
            logs = np.where(self._gaps, means, logs)
        return logs

    @cached_property
    def _mean_logs(self) -> FloatMatrix:
        means: FloatMatrix = self.logs.mean(axis=0)
        return means

    @cached_property
    def level(self) -> FloatMatrix:
        """Return the mean logarithm of the sizes of each line."""
        if not self._has_negative:
            return self._mean_logs
        level: FloatMatrix = np.abs(self.logs).mean(axis=0)
        return level

    @cached_property
    def n_different(self) -> NDArray[np.int_]:
        """Return how many different numbers each line has."""
        ordered = np.sort(np.where(self._gaps, np.inf, self.points), axis=0)  # none is infinite
        found: NDArray[np.int_] = (ordered[1:] != ordered[:-1]).sum(axis=0) + 1
        return found - self._gaps.any(axis=0)

    @cached_property
    def zero_share(self) -> FloatMatrix:
        """Return the share of zeros of each line."""
        share: FloatMatrix = (self.points == 0).mean(axis=0)
        return share

    @cached_property
    def is_negative(self) -> NDArray[np.bool_]:
        """Return which lines have numbers below 0 in more than a few places."""
        if not self._has_negative:
            return np.zeros(self.points.shape[1], dtype=np.bool_)
        found: NDArray[np.bool_] = (self.points < 0).mean(axis=0) > _FEW_BELOW
        return found

    @cached_property
    def agreement(self) -> FloatMatrix:
        """Return the correlation of each line with the sum of the peers, itself left out."""
        # Not by BLAS, whose threads cost more than so small a product.
        squares, shared = np.zeros((2, self.points.shape[1]))
        for part in self._parts():
            squares += np.square(self.logs[part] - self._mean_logs).sum(axis=0)
        length = np.sqrt(squares)
        scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 1e-12)
        total = np.empty(len(self.points))
        for part in self._parts():
            centred = self.logs[part] - self._mean_logs
            np.einsum("ij,j->i", centred, scale * self.is_peer, out=total[part])
            shared += np.einsum("ij,i->j", centred, total[part])
        shared *= scale
        own = np.where(self.is_peer & (length > 1e-12), 1.0, 0.0)
        rest = np.sqrt(np.maximum(np.square(total).sum() - 2 * own * shared + own, 0.0))
        found: FloatMatrix = np.divide(
            shared - own, rest, out=np.zeros_like(shared), where=rest > 1e-9
        )
        return found

    @cached_property
    def usual_agreement(self) -> float:
        """Return the median agreement of the peers; 0 where there are too few of them."""
        if self.is_peer.sum() < 3 or len(self.points) < _FEWEST_POINTS:
            return 0.0
        return float(np.median(self.agreement[self.is_peer]))

    @cached_property
    def _n_peers(self) -> int:
        return int(self.is_peer.sum())

    @cached_property
    def _counts(self) -> dict[str, int]:
        """Return how many peers have whole numbers, numbers below 0, and numbers above 2."""
        flags = {"whole": self.is_whole, "below 0": self.low < 0, "above 2": self.high > 2}
        return {name: int(flag[self.is_peer].sum()) for name, flag in flags.items()}

    @cached_property
    def _levels(self) -> FloatMatrix:
        return np.sort(self.level[self.is_peer])

    @cached_property
    def _numbers_of_different(self) -> NDArray[np.int_]:
        return np.sort(self.n_different[self.is_peer])

    def _n_without(self, line: int) -> int:
        """Return the number of peers other than a line."""
        return self._n_peers - int(self.is_peer[line])

    def _share(self, name: str, line: int, *, is_own: bool) -> float:
        """Return the share of the peers other than a line that one of `_counts` counts."""
        own = int(is_own and self.is_peer[line])
        return (self._counts[name] - own) / self._n_without(line)

    def oddities(self, line: int) -> list[str]:
        """Return in which ways a line differs from the others, in words.

        Parameters
        ----------
        line : int
            Which.
        """
        n_peers = self._n_without(line)
        if n_peers < 2 or len(self.points) < _FEWEST_COMPARED or math.isnan(self.high[line]):
            return []
        found = []
        low, high = float(self.low[line]), float(self.high[line])
        is_whole = bool(self.is_whole[line])
        is_mostly_zero = self.zero_share[line] > 0.8
        whole_peers = self._share("whole", line, is_own=is_whole)
        if is_whole and whole_peers <= 0.2 and not is_mostly_zero:
            found.append("it has whole numbers among fractions")
        if not is_whole and whole_peers >= 0.9:
            found.append("it has fractions among whole numbers")
        if self.is_negative[line] and self._share("below 0", line, is_own=low < 0) < 0.02:
            found.append("it has numbers below 0, as the others have not")
        has_others_below = self._share("below 0", line, is_own=low < 0) > 0.98
        if 0 <= low < high and has_others_below and len(self.points) >= _FEWEST_POINTS:
            found.append("it has no numbers below 0, as the others have")
        if low >= 0 and high <= 1 and self._share("above 2", line, is_own=False) >= 0.9:
            if not is_mostly_zero and not (is_whole and whole_peers > 0.5):
                found.append("its numbers are from 0 to 1, unlike the others")
        elif self._has_own_scale(line):
            found.append("its numbers have a scale of their own")
        if not is_mostly_zero and len(self.points) >= 12:
            usual = self._usual_n_different(line)
            n = int(self.n_different[line])
            if n == 1 and usual > 4:
                found.append("it is constant")
            elif n <= 12 and usual > 3 * n:
                found.append(f"it has {n} different numbers only")
        elif not is_mostly_zero and len(self.points) >= _FEWEST_POINTS:
            usual = self._usual_n_different(line)
            n = int(self.n_different[line])
            if 2 * n <= len(self.points) and usual > 1.6 * n:
                found.append(f"it has {n} different numbers only")
        if self.is_unrelated(line):
            found.append("it does not follow the others, which follow each other")
        return found

    def _has_own_scale(self, line: int) -> bool:
        level = float(self.level[line])
        levels = _less_one(self._levels, level) if self.is_peer[line] else self._levels
        least, most = float(levels[0]), float(levels[-1])
        margin = max(1.0, 0.5 * (most - least))
        return level > most + margin or (level < least - margin and self.zero_share[line] < 0.5)

    def _usual_n_different(self, line: int) -> float:
        """Return the median number of different numbers of the peers other than a line."""
        numbers = self._numbers_of_different
        if self.is_peer[line]:
            numbers = _less_one(numbers, self.n_different[line])
        middle = len(numbers) // 2
        return float(numbers[(len(numbers) - 1) // 2] + numbers[middle]) / 2

    def is_unrelated(self, line: int) -> bool:
        """Return whether the others follow each other and the line does not follow them."""
        usual = self.usual_agreement
        enough = self._n_without(line) >= 3 and len(self.points) >= 12
        return bool(enough and usual >= 0.5 and abs(self.agreement[line]) < usual / 3)

    def is_alike(self, line: int) -> bool:
        """Return whether the line follows the others as they follow each other."""
        usual = self.usual_agreement
        if usual < 0.3:
            return False
        return bool(self.agreement[line] >= usual - 0.1 and not self.oddities(line))

    def formula(self, line: int, among: NDArray[np.bool_], *, only: Collection[str] = ()) -> str:
        """Return which function of other lines a line equals at every point.

        Parameters
        ----------
        line : int
            Which.
        among : (n_lines,) bool
            Of which others.
        only : collection of str
            The functions that are tried; all by default.

        Returns
        -------
        str
            Such as ``the mean``; empty when it is none of those that are known.
        """
        others = np.flatnonzero(among)
        others = others[others != line]
        usable = np.flatnonzero(~np.isnan(self.points[:, line]))
        wanted = self.points[usable, line]
        if len(others) < 2 or len(usable) < _FEWEST_POINTS or _n_different(wanted) < 5:
            return ""
        names = only or (_FORMULAS if len(others) >= 4 else ("the sum", "the mean"))
        few = slice(0, _FEWEST_POINTS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of points without any number
            first = _Others(self.points[np.ix_(usable[few], others)])
            likely = [name for name in names if _equal(wanted[few], _FORMULAS[name](first))]
            if not likely and (only or len(others) > _MOST_SOLVED):
                return ""
            values = self.points[np.ix_(usable, others)]
            whole = _Others(values)
            for name in likely:
                if _equal(wanted, _FORMULAS[name](whole)):
                    return name
            return "" if only else _linear(wanted, values)


def _n_different(numbers: FloatMatrix) -> int:
    return int((np.diff(np.sort(numbers)) != 0).sum()) + 1 if len(numbers) else 0


def _less_one(ascending: NDArray[Any], value: float) -> NDArray[Any]:
    """Return sorted numbers without one of those that equal a value."""
    return np.delete(ascending, np.searchsorted(ascending, value))


class _Others:
    """Some lines at some points, and what is computed from them, each once.

    Parameters
    ----------
    values : (n_points, n_lines) float64
        NaN where a number is missing.
    """

    def __init__(self, values: FloatMatrix) -> None:
        self.values = values

    @cached_property
    def mean(self) -> FloatMatrix:
        mean: FloatMatrix = np.nanmean(self.values, axis=1)
        return mean

    @cached_property
    def sd(self) -> FloatMatrix:
        """Return the standard deviation with n - 1 in the denominator."""
        deviation: FloatMatrix = np.nanstd(self.values, axis=1, ddof=1)
        return deviation

    @cached_property
    def sd_of_n(self) -> FloatMatrix:
        """Return the standard deviation with n in the denominator."""
        deviation: FloatMatrix = np.nanstd(self.values, axis=1)
        return deviation


def _cv(sd: FloatMatrix, mean: FloatMatrix, scale: float = 1.0) -> FloatMatrix:
    return np.divide(sd * scale, mean, out=np.full_like(sd, np.nan), where=mean != 0)


_FORMULAS: dict[str, Callable[[_Others], FloatMatrix]] = {
    "the sum": lambda others: np.nansum(others.values, axis=1),
    "the mean": lambda others: others.mean,
    "the median": lambda others: np.nanmedian(others.values, axis=1),
    "the standard deviation": lambda others: others.sd,
    "the standard deviation (n)": lambda others: others.sd_of_n,
    "the variance": lambda others: others.sd**2,
    "the standard error": lambda others: others.sd / math.sqrt(others.values.shape[1]),
    "the coefficient of variation": lambda others: _cv(others.sd, others.mean),
    "the coefficient of variation (n)": lambda others: _cv(others.sd_of_n, others.mean),
    "the coefficient of variation in per cent": lambda others: _cv(others.sd, others.mean, 100.0),
    "the largest": lambda others: np.nanmax(others.values, axis=1),
    "the least": lambda others: np.nanmin(others.values, axis=1),
    "the range": lambda others: np.nanmax(others.values, axis=1) - np.nanmin(others.values, axis=1),
    "the number above 0": lambda others: (others.values > 0).sum(axis=1),
    "the share above 0": lambda others: (others.values > 0).mean(axis=1),
}


def _equal(one: FloatMatrix, other: FloatMatrix) -> bool:
    """Return whether numbers are the same but for rounding."""
    both = ~(np.isnan(one) | np.isnan(other))
    if both.sum() < _FEWEST_POINTS:
        return False
    one, other = one[both], other[both]
    rounding = 0.51 if (one == np.floor(one)).all() and np.abs(one).max() > 50 else 0.0051
    rounding = min(rounding, 0.02 * float(np.std(other)))
    return bool((np.abs(one - other) <= rounding + _SUM_TOLERANCE * np.abs(other)).all())


def _linear(wanted: FloatMatrix, others: FloatMatrix) -> str:
    """Return whether numbers are a mean or sum of some others, or a difference of two means."""
    n_points, n_others = others.shape
    if n_points < n_others + 12 or n_others > _MOST_SOLVED or not np.isfinite(others.sum()):
        return ""
    step = max(1, n_points // (4 * n_others + 50))
    wanted, others = wanted[::step], others[::step]
    weights, *_ = np.linalg.lstsq(others, wanted, rcond=None)
    if not _equal(wanted, others @ weights):
        return ""
    used = weights[np.abs(weights) > 0.05 / n_others]
    ups, downs = used[used > 0], used[used < 0]
    even = all(len(side) == 0 or np.ptp(side) <= 0.1 * np.abs(side).mean() for side in (ups, downs))
    if not even or len(used) < 2 or not len(ups):
        return ""
    if not len(downs):
        return "a mean or a sum of some"
    return "a difference of means" if abs(ups.sum() + downs.sum()) < 0.1 else ""
