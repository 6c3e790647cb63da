"""Shortest paths between two genes of a drawn network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int32]


def shortest_paths(
    source: Positions, target: Positions, *, start: int, end: int, n_genes: int
) -> npt.NDArray[np.int64]:
    """Return the links that lie on a shortest directed path from one gene to another.

    Parameters
    ----------
    source, target : (n_links,) int
        Positions of each link's regulator and target.
    start, end : int
        The genes.
    n_genes : int
        Genes in all.

    Returns
    -------
    (n_found,) int64
        Positions of the links, in the order of the path; empty when there is no path.

    Examples
    --------
    >>> source, target = np.array([0, 1, 0]), np.array([1, 2, 3])
    >>> shortest_paths(source, target, start=0, end=2, n_genes=4).tolist()
    [0, 1]
    """
    ahead = _steps(source, target, start, n_genes)
    back = _steps(target, source, end, n_genes)
    if start == end or ahead[end] < 0:
        return np.zeros(0, np.int64)
    is_reached = (ahead[source] >= 0) & (back[target] >= 0)
    on_path = np.flatnonzero(is_reached & (ahead[source] + 1 + back[target] == ahead[end]))
    ordered: npt.NDArray[np.int64] = on_path[np.argsort(ahead[source[on_path]], kind="stable")]
    return ordered


def _steps(source: Positions, target: Positions, start: int, n_genes: int) -> Positions:
    """Return how many links away each gene is; -1 where it cannot be reached."""
    steps = np.full(n_genes, -1, np.int32)
    steps[start] = 0
    reached = np.array([start])
    while len(reached):
        is_new = np.zeros(n_genes, np.bool_)
        is_new[target[np.isin(source, reached)]] = True
        step = steps[reached[0]] + 1
        reached = np.flatnonzero(is_new & (steps < 0))
        steps[reached] = step
    return steps
