"""Judge whether the forest of a target carries over to the other group of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from genie3_engine.differential.statistics import FEWEST_FOR_DEVIATION, adjusted, least_deviation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Rewiring(NamedTuple):
    """How much the prediction of each target loses in the other group.

    Parameters
    ----------
    score : (n_targets,) float64
        R² in the own group, out of bag, less R² in the other group, the mean over both groups;
        NaN where there is none.
    p : (n_targets,) float64
        One-sided p-value; NaN where there is no score.
    q : (n_targets,) float64
        Benjamini and Hochberg's adjusted p-value over all targets with a score.
    """

    score: Floats
    p: Floats
    q: Floats


def rewiring(
    observed: NDArray[np.floating],
    permuted: NDArray[np.floating],
) -> Rewiring:
    """Judge the rewiring of each target.

    Parameters
    ----------
    observed : (2, n_targets, 2) float
        For the forest of each group: its R² out of bag, and its R² on the samples of the other
        group; NaN where there is none.
    permuted : (n_permutations, 2, n_targets, 2) float
        The same for permuted labels; NaN where it was not computed.

    Returns
    -------
    Rewiring
        The same whichever group is the first.
    """
    score = _scores(observed[None])[0]
    null = _scores(permuted)
    n = np.count_nonzero(~np.isnan(null), axis=0)
    is_tested = ~np.isnan(score) & (n >= FEWEST_FOR_DEVIATION)
    p = np.full(score.size, np.nan)
    if is_tested.any():
        p[is_tested] = _pooled_p(score[is_tested], null[:, is_tested])
    return Rewiring(score, p, adjusted(p))


def _scores(r2: NDArray[np.floating]) -> Floats:
    """Return the mean over both groups of R² in the own group less R² in the other one."""
    lost = r2[..., 0].astype(np.float64) - r2[..., 1]
    scores: Floats = (lost[:, 0] + lost[:, 1]) / 2.0
    return scores


def _pooled_p(score: Floats, null: Floats) -> Floats:
    """Return one-sided p-values, from the standardised scores of all targets together."""
    n = np.count_nonzero(~np.isnan(null), axis=0)
    centred = null - np.nansum(null, axis=0) / n
    squares = np.nansum(centred * centred, axis=0)
    deviation = np.sqrt(squares / (n - 1))
    added = least_deviation(deviation)
    z = (score - np.nansum(null, axis=0) / n) / (deviation + added)
    others = np.maximum(squares - centred * centred * (n / (n - 1)), 0.0) / (n - 2)
    permuted = centred * (n / (n - 1)) / (np.sqrt(others) + added)
    pooled = np.sort(permuted[~np.isnan(permuted)])
    n_larger = pooled.size - np.searchsorted(pooled, z, side="left")
    p: Floats = (1.0 + n_larger) / (1.0 + pooled.size)
    return p
