"""Find the best cut of one regulator in a boosted node, exactly.

With ``w`` samples of sum ``S`` in a node, a cut with ``u`` samples of sum ``s`` above it lowers the
squared deviation by ``d² / (u (w - u) w)``, where ``d = s w - S u``. All sums are exact whole
numbers; a sum of packed residuals holds both ``u`` and ``s``. Of cuts of equal gain the lowest is
taken.
"""

from __future__ import annotations

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.boosting_workspace import BoostingWork

_ROUNDING = 1.0 - 1e-14


@inlined
def cut_gain(s: int, u: int, w: int, node_sum: int) -> float:
    """Return ``d² / (u (w - u))``."""
    d = np.float64(s * w - node_sum * u)
    return d * d * (1.0 / (np.float64(u) * np.float64(w - u)))


@inlined
def best_cut(
    work: BoostingWork, regulator: int, node: int, shift: int
) -> tuple[float, int, int, int]:
    """Try every cut of one regulator in a large node, which is marked.

    Returns
    -------
    gain : float
        See `cut_gain`; -1 when the regulator is constant here.
    rank : int
        The highest that goes left, of a sample in the node.
    u, s : int
        Samples of the node above the cut, and the sum of their residuals.
    """
    start = regulator * work.residual.shape[0]
    order, level_end = work.order[start:], work.level_end[start:]
    w, node_sum = work.node_count[node], work.node_sum[node]
    n_levels = np.int64(work.n_levels[regulator])
    half = np.int64(1) << (shift - 1)
    best, rank, n_right, right_sum = -1.0, np.int64(0), np.int64(0), np.int64(0)
    hopeless = -1.0
    total, at = np.int64(0), np.int64(0)
    for level in range(n_levels):
        end = np.int64(level_end[level])
        while at < end:
            total += work.marked[np.uint64(order[at])]
            at += 1
        u = (total + half) >> shift
        if u > 0:
            if u == w:
                break
            s = total - (u << shift)
            d = np.float64(s * w - node_sum * u)
            # A product, that a division follows only where it can be the best.
            if d * d >= hopeless * (np.float64(u) * np.float64(w - u)):
                gain = cut_gain(s, u, w, node_sum)
                if gain >= best:
                    hopeless = gain * _ROUNDING
                    best, rank, n_right, right_sum = gain, n_levels - level - 1, u, s
    return best, rank, n_right, right_sum


@inlined
def best_cut_of_few(work: BoostingWork, regulator: int, node: int) -> tuple[float, int, int, int]:
    """Do the same in a small node, whose samples are listed."""
    ranks = work.rank[regulator * work.residual.shape[0] :]
    w, node_sum = work.node_count[node], work.node_sum[node]
    few, residuals = work.few_ranks, work.few_residuals
    for i in range(w):
        sample = np.uint64(work.samples[i])
        rank, residual = ranks[sample], work.residual[sample]
        at = i
        while at > 0 and few[at - 1] > rank:
            few[at], residuals[at] = few[at - 1], residuals[at - 1]
            at -= 1
        few[at], residuals[at] = rank, residual
    best, best_rank, n_right, right_sum = -1.0, np.int64(0), np.int64(0), np.int64(0)
    s = node_sum
    for i in range(w - 1):
        s -= residuals[i]
        if few[i] != few[i + 1]:
            u = w - 1 - i
            gain = cut_gain(s, u, w, node_sum)
            if gain > best:
                best, best_rank, n_right, right_sum = gain, np.int64(few[i]), u, s
    return best, best_rank, n_right, right_sum
