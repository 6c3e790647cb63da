"""Lay out ranks and bins by regulator, and for many samples by sample or by level as well.

A large node reads long pieces of its candidates' rows. The samples of a small node lie far apart in
such a row, so that nearly each rank is a miss of the cache. It reads the rows of its own samples,
which its parent has read just before.

Sparse expression has lists of each level's samples, by which large nodes are split, and no bins.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.level_lists import LISTED_NODE, NO_LISTS, LevelLists, level_lists
from genie3_engine.kernels.ranks import bin_ranks

_MAX_NEAR_SAMPLES = 2048  # measured: of 2,000 samples, a second layout gains nothing
_MAX_ROW = 16_384  # regulators: of a longer row, two nodes share hardly any cache line
_MAX_BYTES = 1 << 26  # of ranks: the second layout must not take all of the memory
_MAX_BYTES_WITH_LISTS = 1 << 29  # of ranks that need no bins
_SMALL_SHARE = 16  # samples of the data to one of a node that reads rows of samples


class Strides(NamedTuple):
    """Where ranks and bins lie: a sample's at ``start + candidate * regulator + sample * sample``.

    Parameters
    ----------
    start : int
        Place of the first.
    regulator, sample : int
        Steps from one regulator to the next, and from one sample to the next.
    """

    start: int
    regulator: int
    sample: int


class RankMatrix(NamedTuple):
    """Ranks and bins of all regulators, ready for workspaces.

    Parameters
    ----------
    codes : flat uint8, uint16 or uint32
        Dense ranks by regulator; after them, where ``n_in_row`` is not 0, by sample.
    bins : flat uint8
        Coarse ranks, likewise; see `genie3_engine.kernels.ranks.bin_ranks`. Empty without bins.
    exact_shift : (n_regulators,) int8
        Largest shift of the bins at which each holds one rank. Empty without bins.
    top_bin : (n_regulators,) uint8
        Each regulator's highest bin. Empty without bins.
    n_in_row : int
        Regulators in a sample's row; 0 where there are no such rows.
    row_node : int
        Samples of the largest node that reads such rows.
    lists : LevelLists
        Samples of each level, where these take the place of bins.
    """

    codes: NDArray[Any]
    bins: NDArray[np.uint8]
    exact_shift: NDArray[np.int8]
    top_bin: NDArray[np.uint8]
    n_in_row: int
    row_node: int
    lists: LevelLists


class RankRoom(NamedTuple):
    """Room for ranks, and for their second layout where they may have one.

    Parameters
    ----------
    ranks : (n_regulators, n_samples)
        Room for the first layout: the beginning of ``layouts``.
    layouts : flat
        Room for one layout or both, one after the other.
    """

    ranks: NDArray[Any]
    layouts: NDArray[Any]


def rank_matrix(
    ranks: NDArray[Any], *, has_bins: bool = True, room: RankRoom | None = None
) -> RankMatrix:
    """Return ranks in the layouts that pay, with their bins.

    Parameters
    ----------
    ranks : (n_regulators, n_samples) unsigned integer
        Dense ranks; shared where one layout is enough.
    has_bins : bool
        False for random splits, which need neither bins nor a second layout.
    room : RankRoom or None
        That in which ``ranks`` lie already; None where they lie elsewhere.
    """
    lists = level_lists(ranks) if has_bins else NO_LISTS
    has_lists = lists.samples.size > 0
    bins, exact_shift = bin_ranks(ranks if has_bins and not has_lists else ranks[:0])
    top_bin = bins.max(axis=1, initial=0)
    n_regulators, n_samples = ranks.shape
    if (
        not has_bins
        or n_samples <= _MAX_NEAR_SAMPLES
        or n_regulators > _MAX_ROW
        or ranks.nbytes > (_MAX_BYTES_WITH_LISTS if has_lists else _MAX_BYTES)
    ):
        return RankMatrix(ranks.reshape(-1), bins.reshape(-1), exact_shift, top_bin, 0, 0, lists)
    row_node = LISTED_NODE if has_lists else n_samples // _SMALL_SHARE
    if room is not None and room.layouts.size == 2 * ranks.size:
        codes = _with_second_layout(ranks, room.layouts)
    else:
        codes = _in_both_layouts(ranks)
    both = _in_both_layouts(bins)
    return RankMatrix(codes, both, exact_shift, top_bin, n_regulators, row_node, lists)


def rank_room(shape: tuple[int, int], kind: type[np.unsignedinteger[Any]]) -> RankRoom:
    """Return room for ranks that `rank_matrix` lays out a second time without a copy of the first.

    Parameters
    ----------
    shape : (n_regulators, n_samples)
        Of the ranks.
    kind : type
        Of the ranks.
    """
    n_regulators, n_samples = shape
    n_values = n_regulators * n_samples
    n_bytes = n_values * np.dtype(kind).itemsize
    may_have_rows = n_samples > _MAX_NEAR_SAMPLES and n_bytes <= _MAX_BYTES_WITH_LISTS
    layouts = np.empty((1 + may_have_rows) * n_values, kind)
    return RankRoom(layouts[:n_values].reshape(shape), layouts)


def _in_both_layouts(matrix: NDArray[Any]) -> NDArray[Any]:
    both = np.empty(2 * matrix.size, matrix.dtype)
    both[: matrix.size].reshape(matrix.shape)[:] = matrix
    return _with_second_layout(matrix, both)


def _with_second_layout(matrix: NDArray[Any], both: NDArray[Any]) -> NDArray[Any]:
    """Write the second layout behind the first, which is there already."""
    both[matrix.size :].reshape(matrix.T.shape)[:] = matrix.T
    return both


@inlined
def node_strides(n_samples: int, n_in_row: int, row_node: int, n: int) -> Strides:
    """Return the strides with which a node reads ranks and bins.

    Parameters
    ----------
    n_samples : int
        Samples of the data.
    n_in_row, row_node : int
        From `RankMatrix`.
    n : int
        Samples of the node.
    """
    if n <= row_node:
        return Strides(n_in_row * n_samples, np.int64(1), np.int64(n_in_row))
    return Strides(np.int64(0), np.int64(n_samples), np.int64(1))
