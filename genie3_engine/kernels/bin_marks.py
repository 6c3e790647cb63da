"""Mark the ranks at which one candidate's best split of a large node may lie, for the exact search.

The samples are added up by bin, exactly and as the screening sees them. From the screened sums
follow a split's gain at the end of each bin and a bound for the splits inside it, as in
`genie3_engine.kernels.split_bins`. A bin whose bound reaches neither what is known of the node's
best split nor the best end of its own candidate cannot hold the best split: it counts as one rank.
So the sums of a few hundred bins and of the samples in very few bins take part in the exact search,
instead of a table of all ranks, which is larger than the nearest cache. This is for nodes of so
many samples that few bits of a payload are left for the response.
"""

from __future__ import annotations

import math

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bin_search import Screening
from genie3_engine.kernels.ranks import BINS
from genie3_engine.kernels.split import mark_rank
from genie3_engine.kernels.workspace import Workspace, rank_strides

_ROUNDING = 0.99999


@inlined
def _add_by_bin(work: Workspace, candidate: int, first: int, last: int) -> None:
    strides = rank_strides(work, last - first)
    row = work.bins[strides.start + candidate * strides.regulator :]
    step = np.uint64(strides.sample)
    work.bin_payloads[:] = 0
    work.bin_sums[:] = 0
    for i in range(first, last):
        sample = work.samples[i]
        at = np.uint64(i - first)
        place = row[np.uint64(sample) * step]
        work.node_bins[at] = place
        bin_ = np.uint64(place)
        work.bin_payloads[bin_] += work.binned[at]
        work.bin_sums[bin_] += work.weighted[np.uint64(sample)]
        work.bin_samples[bin_] = sample


@inlined
def _bound_bins(work: Workspace, screening: Screening) -> float:
    """Write each bin's bound, -1 where it holds no sample; return the largest gain at an end."""
    response_bits, absolute_bits = (
        np.int64(screening.response_bits),
        np.int64(screening.absolute_bits),
    )
    half = np.int64(1) << (response_bits - 1)
    mask = (np.int64(1) << absolute_bits) - 1
    weight = screening.weight
    heavy, least = np.float64(weight), np.float64(weight - 1)
    left, before, before_sides, best = np.int64(0), 0.0, least, 0.0
    for bin_ in range(BINS):
        added = work.bin_payloads[bin_]
        left += added
        here = left >> absolute_bits
        w = (here + half) >> response_bits
        response = np.float64(here - (w << response_bits))
        sides = max(np.float64(w) * (heavy - np.float64(w)), least)
        absolute = np.float64(added & mask) * screening.unit
        largest = (abs(before + response) + absolute) * 0.5
        bound = largest * largest / min(before_sides, sides)
        work.bin_bounds[bin_] = bound if added != 0 else -1.0
        best = max(best, response * response / sides)
        before, before_sides = response, sides
    return best


@inlined
def mark_bins(
    work: Workspace,
    candidate: int,
    span: tuple[int, int],
    screening: Screening,
    needed: float,
) -> None:
    """Add a candidate's samples to the ranks at which its best split may lie.

    Parameters
    ----------
    work : Workspace
        Its ``binned`` holds the payloads of the node's samples. ``sums`` and ``marks`` are added
        to.
    candidate : int
        Row of the ranks.
    span : (first, last)
        The node's samples are ``work.samples[first:last]``.
    screening : Screening
        How its payloads were rounded.
    needed : float
        Screened gain of a split that may be the node's best.
    """
    first, last = span
    _add_by_bin(work, candidate, first, last)
    root = math.sqrt(_bound_bins(work, screening)) - 2.0 * screening.slack
    if root > 0.0:
        needed = max(needed, root * root * _ROUNDING)
    holds_one_rank = work.exact_shift[candidate] >= 0
    strides = rank_strides(work, last - first)
    row = work.codes[strides.start + candidate * strides.regulator :]
    step = np.uint64(strides.sample)
    n_searched = 0
    for bin_ in range(BINS):
        # The first bin holds one rank.
        is_searched = bin_ > 0 and not holds_one_rank and work.bin_bounds[bin_] >= needed
        work.is_searched[bin_] = is_searched
        n_searched += is_searched
        if work.bin_bounds[bin_] >= 0.0 and not is_searched:
            sample = np.uint64(work.bin_samples[bin_])
            mark_rank(work, np.uint64(row[sample * step]), work.bin_sums[bin_])
    if n_searched > 0:
        n_found = np.int64(0)
        for i in range(first, last):
            work.spare[np.uint64(n_found)] = i
            n_found += np.int64(work.is_searched[np.uint64(work.node_bins[i - first])])
        for i in range(n_found):
            at = np.uint64(work.spare[i])
            sample = np.uint64(work.samples[at])
            mark_rank(work, np.uint64(row[sample * step]), work.weighted[sample])
    work.is_searched[:] = False
