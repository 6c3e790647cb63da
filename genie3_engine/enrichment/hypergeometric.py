"""Tails of the hypergeometric distribution in log space, and adjusted p-values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_NEGLIGIBLE = 1e-17  # of a sum, what a further term may be


def log_tail(hits: Counts, drawn: Counts, marked: Counts, universe: int) -> Floats:
    """Return the logarithm of the chance of at least so many hits in a random draw.

    Parameters
    ----------
    hits : (n,) int64
        Marked ones among those drawn, at least as many as there must be.
    drawn : (n,) int64
        How many are drawn, without replacement.
    marked : (n,) int64
        How many are marked.
    universe : int
        How many there are.

    Returns
    -------
    (n,) float64
        Natural logarithm of P(X >= hits), which is the one-sided p-value of Fisher's exact test.

    Notes
    -----
    Above the mode, probabilities fall with the number of hits: they are summed upwards from
    ``hits``, relative to the first, so that the tail has all its digits however small it is. Up to
    the mode, the probabilities below are summed downwards and subtracted from 1.
    """
    hits, drawn, marked = (np.asarray(each, np.int64) for each in (hits, drawn, marked))
    mode = (drawn + 1) * (marked + 1) // (universe + 2)
    is_upper = hits > mode
    first = np.where(is_upper, hits, hits - 1)
    log_first = _log_probability(first, drawn, marked, universe)
    step = np.where(is_upper, 1, -1)
    log_sum = log_first + np.log(_sum_from(first, step, drawn, marked, universe))
    log_sum = np.minimum(log_sum, 0.0)
    with np.errstate(divide="ignore"):
        return np.where(is_upper, log_sum, np.log1p(-np.exp(log_sum)))


def _log_probability(hits: Counts, drawn: Counts, marked: Counts, universe: int) -> Floats:
    """Return log P(X = hits); minus infinity where that is impossible."""
    others = universe - marked - drawn + hits
    possible = (hits >= 0) & (others >= 0) & (hits <= drawn) & (hits <= marked)
    log_factorial = gammaln(np.arange(universe + 2, dtype=np.float64) + 1)

    def log_choose(n: Counts, k: Counts) -> Floats:
        k = np.where(possible, k, 0)
        chosen: Floats = log_factorial[n] - log_factorial[k] - log_factorial[n - k]
        return chosen

    found = log_choose(marked, hits) - log_choose(np.full_like(drawn, universe), drawn)
    found += log_choose(universe - marked, drawn - hits)
    return np.where(possible, found, -np.inf)


def _sum_from(first: Counts, step: Counts, drawn: Counts, marked: Counts, universe: int) -> Floats:
    """Return the sum of probabilities from some number of hits on, relative to the first one."""
    total = np.ones(len(first))
    active = np.arange(len(first))
    at, term = first.astype(np.float64), np.ones(len(first))
    while len(active):
        n, k = drawn[active], marked[active]
        rest = universe - n - k
        up = (k - at) * (n - at) / np.maximum((at + 1) * (rest + at + 1), 1)
        down = at * (rest + at) / np.maximum((k - at + 1) * (n - at + 1), 1)
        term = term * np.maximum(np.where(step[active] > 0, up, down), 0)
        total[active] += term
        goes_on = term > _NEGLIGIBLE * total[active]
        at = (at + step[active])[goes_on]
        term, active = term[goes_on], active[goes_on]
    return total


def log_adjusted(log_p: Floats, n_tests: int) -> Floats:
    """Return the logarithm of p-values adjusted as Benjamini and Hochberg do (1995).

    Parameters
    ----------
    log_p : (n,) float64
        Logarithms of p-values.
    n_tests : int
        All tests; those that are not among the p-values have a p-value of 1.
    """
    order = np.argsort(log_p, kind="stable")
    ranks = np.arange(1, len(log_p) + 1)
    scaled = log_p[order] + np.log(n_tests) - np.log(ranks)
    lowest = np.minimum.accumulate(np.minimum(scaled, 0.0)[::-1])[::-1]
    adjusted = np.empty(len(log_p))
    adjusted[order] = lowest
    return adjusted
