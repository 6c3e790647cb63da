"""Ranks of a ranked list in batches, where links of equal importance share their mean rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.store.links import RankedLinks


@dataclass(frozen=True, slots=True, eq=False)
class RankedBatch:
    """Some links of a ranked list.

    Parameters
    ----------
    regulators, targets : (n,) int32
        Positions in the list's genes.
    importance : (n,) float32
        In falling order.
    ranks : (n,) float64
        Mean rank, from 1, of all links of the list that have this importance.
    """

    regulators: NDArray[np.int32]
    targets: NDArray[np.int32]
    importance: NDArray[np.float32]
    ranks: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Edges:
    """The groups of equal importance at both ends of a batch: value and number of links."""

    n: int
    first: float
    n_first: int
    last: float
    n_last: int


def average_ranks(links: RankedLinks) -> Iterator[RankedBatch]:
    """Yield the links of a list with their ranks.

    Parameters
    ----------
    links : RankedLinks
        The list. It is read twice, because links of equal importance may be in several batches.

    Raises
    ------
    RunError
        When the file is damaged.
    """
    edges = [_edges(importance) for _, _, importance in _batches(links)]
    n_before = _n_equal_outside(edges)
    n_after = _n_equal_outside([_reversed(edge) for edge in reversed(edges)])[::-1]
    offset = 0
    for i, (regulators, targets, importance) in enumerate(_batches(links)):
        starts = np.flatnonzero(np.append(True, importance[1:] != importance[:-1]))
        ends = np.append(starts[1:], len(importance))
        sizes = ends - starts
        low, high = starts + 1, ends.copy()
        low[0] -= n_before[i]
        high[-1] += n_after[i]
        ranks = offset + (low + high) / 2
        yield RankedBatch(regulators, targets, importance, np.repeat(ranks, sizes))
        offset += len(importance)


def _batches(
    links: RankedLinks,
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]]:
    for batch in links.batches():
        yield (
            batch["regulator"].indices.to_numpy(),
            batch["target"].indices.to_numpy(),
            batch["importance"].to_numpy(),
        )


def _edges(importance: NDArray[np.float32]) -> _Edges:
    first, last = importance[0], importance[-1]
    return _Edges(
        n=len(importance),
        first=float(first),
        n_first=int(np.count_nonzero(importance == first)),
        last=float(last),
        n_last=int(np.count_nonzero(importance == last)),
    )


def _reversed(edge: _Edges) -> _Edges:
    return _Edges(edge.n, edge.last, edge.n_last, edge.first, edge.n_first)


def _n_equal_outside(edges: Sequence[_Edges]) -> list[int]:
    """Return, for each batch, how many links before it equal its first one."""
    counts, value, n_equal = [], np.nan, 0
    for edge in edges:
        counts.append(n_equal if edge.first == value else 0)
        is_one_group = edge.n_first == edge.n
        n_equal = edge.n_last + (counts[-1] if is_one_group else 0)
        value = edge.last
    return counts
