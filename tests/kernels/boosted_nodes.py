"""One node of a boosted tree, prepared for the kernel's parts, and what they should find in it."""

from __future__ import annotations

import numpy as np

from genie3_engine.kernels.boosting_screening import list_samples, mark_node, pack_residuals
from genie3_engine.kernels.boosting_workspace import new_sorted, new_work, sort_samples
from genie3_engine.kernels.rank_sort import FEW_SORTED_ROWS

NODE = 3


def node_of(values, residual, inside):
    """Return memory in which some samples are in the node, and where its fields are."""
    n_regulators, n = values.shape
    regulators = new_sorted(n_regulators, n)
    sort_samples(values, regulators, 0)
    work = new_work(regulators, residual, np.arange(n_regulators, dtype=np.int32))
    work.node[:] = NODE + 16
    work.node[inside] = NODE
    work.node_count[NODE], work.node_sum[NODE] = len(inside), residual[inside].sum()
    packing = pack_residuals(work, int(np.abs(residual).sum()))
    mark_node(work, NODE, packing)
    if len(inside) <= FEW_SORTED_ROWS:
        list_samples(work, NODE)
    return work, packing


def plain_cuts(own, residual, inside):
    """Return (gain, rank, samples above, their sum) of every cut of one regulator."""
    w, total = len(inside), int(residual[inside].sum())
    levels = np.unique(own)
    cuts = []
    for level in np.unique(own[inside])[:-1]:
        above = [at for at in inside if own[at] > level]
        s, u = int(residual[above].sum()), len(above)
        gain = float(s * w - total * u) ** 2 * (1.0 / (float(u) * float(w - u)))
        cuts.append((gain, int(np.searchsorted(levels, level)), u, s))
    return cuts


def some_node(seed, n, size, *, decimals=6):
    """Return expression, residuals of heavy tails, and the samples of a node."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(20, n)).round(decimals)
    values[4] = 1.0
    residual = np.rint(rng.standard_t(2, size=n) * 2.0**30).astype(np.int64)
    return values, residual, np.sort(rng.permutation(n)[:size])
