"""Lay out the strongest links as a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import igraph
import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.networks import igraph_random
from genie3_engine.networks.packing import pack_discs

Points = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int32]

_ROUNDS = 500
_ROUNDS_FROM_START = 60
_LARGEST_MOVE = 0.03  # from the start, as a share of the part's extent
_GAP = 1.0  # between components, in lengths of a link


@dataclass(frozen=True, slots=True, eq=False)
class GraphLayout:
    """Genes as points and links as arrows between them.

    Parameters
    ----------
    genes : tuple of str
        The genes that occur in a link, in order of occurrence.
    x, y : (n_genes,) float64
        Where they lie; a link is about 1 long.
    source, target : (n_links,) int32
        Positions in ``genes`` of each link's regulator and target.
    importance : (n_links,) float64
        The links' scores.
    rank : (n_links,) int64
        Their ranks in the whole network.
    """

    genes: tuple[str, ...]
    x: Points
    y: Points
    source: Positions
    target: Positions
    importance: Points
    rank: npt.NDArray[np.int64]

    @property
    def positions(self) -> dict[str, tuple[float, float]]:
        """Where each gene lies, to start the next layout from."""
        return {
            gene: (float(x), float(y))
            for gene, x, y in zip(self.genes, self.x, self.y, strict=True)
        }


def layout_graph(
    links: pd.DataFrame,
    *,
    start: Mapping[str, tuple[float, float]] | None = None,
    seed: int = 0,
) -> GraphLayout:
    """Lay out links so that linked genes lie near one another.

    Parameters
    ----------
    links : DataFrame
        Columns regulator, target and importance; and rank, or else the order counts.
    start : mapping of gene to (x, y), optional
        The places in a layout of nearly the same links (`GraphLayout.positions`): genes stay near
        them.
    seed : int
        The same links and seed give the same layout.

    Returns
    -------
    GraphLayout
        Weakly connected parts are laid out one by one (Fruchterman and Reingold 1991) and packed
        around the largest.
    """
    n = len(links)
    codes, names = pd.factorize(
        pd.concat([links["regulator"], links["target"]], ignore_index=True).astype(str)
    )
    genes = tuple(str(name) for name in names)
    source, target = codes[:n].astype(np.int32), codes[n:].astype(np.int32)
    points = _laid_out(genes, np.column_stack([source, target]), start=start or {}, seed=seed)
    return GraphLayout(
        genes=genes,
        x=points[:, 0].copy(),
        y=points[:, 1].copy(),
        source=source,
        target=target,
        importance=links["importance"].to_numpy(dtype=np.float64),
        rank=links["rank"].to_numpy(np.int64) if "rank" in links else np.arange(1, n + 1),
    )


def _laid_out(
    genes: tuple[str, ...],
    edges: Positions,
    *,
    start: Mapping[str, tuple[float, float]],
    seed: int,
) -> Points:
    graph = igraph.Graph(n=len(genes), edges=edges.tolist())
    parts = sorted(graph.connected_components(mode="weak"), key=lambda part: (-len(part), part[0]))
    points = np.zeros((len(genes), 2))
    discs = []  # the centre and radius of each part that keeps its place
    new_parts, radii = [], []
    for part in parts:
        before = {i: start[genes[i]] for i in part if genes[i] in start}
        local = _force_directed(graph.induced_subgraph(part), part, before=before, seed=seed)
        if before:
            where = [place for place, i in enumerate(part) if i in before]
            local = _turned_onto(local, where, np.array(list(before.values())))
        middle, radius = _disc_around(local)
        if before:
            points[part] = local
            discs.append((*middle, radius))
        else:
            points[part] = local - middle
            new_parts.append(part)
            radii.append(radius)
    for part, place in zip(new_parts, _free_places(discs, radii), strict=True):
        points[part] += place
    return points


def _free_places(discs: Sequence[tuple[float, float, float]], radii: Sequence[float]) -> Points:
    """Return centres for new parts, closely around those that keep their places."""
    room = np.array(radii) + _GAP / 2
    if not discs:
        return pack_discs(room)
    x, y, radius = np.array(discs).T
    middle = (
        np.array([(x - radius).min() + (x + radius).max(), (y - radius).min() + (y + radius).max()])
        / 2
    )
    around = (np.hypot(x - middle[0], y - middle[1]) + radius).max() + _GAP / 2
    return middle + pack_discs([around, *room])[1:]


def _disc_around(points: Points) -> tuple[Points, float]:
    """Return the centre and radius of a disc that holds some points."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return middle, float(np.linalg.norm(points - middle, axis=1).max())


def _force_directed(
    graph: igraph.Graph, part: list[int], *, before: Mapping[int, tuple[float, float]], seed: int
) -> Points:
    """Lay out one connected part, from where its genes were if that is known."""
    with igraph_random.seeded(f"{seed} {len(part)}"):
        if not before:
            layout = graph.layout_fruchterman_reingold(niter=_ROUNDS)
        else:
            points = _start_positions(graph, part, before)
            points *= max(1.0, np.sqrt(len(part) / len(before)))  # room for new genes
            step = 2 * _LARGEST_MOVE * np.ptp(points, axis=0).max() / _ROUNDS_FROM_START
            layout = graph.layout_fruchterman_reingold(
                niter=_ROUNDS_FROM_START, start_temp=float(step), seed=points.tolist()
            )
    return np.array(layout.coords, dtype=np.float64).reshape(len(part), 2)


def _turned_onto(points: Points, known: list[int], before: Points) -> Points:
    """Turn, mirror and shift a layout so that known genes come back to where they were.

    igraph lays its result along the axes, wherever it began.
    """
    middle, middle_before = points[known].mean(axis=0), before.mean(axis=0)
    u, _, vt = np.linalg.svd((points[known] - middle).T @ (before - middle_before))
    turned: Points = (points - middle) @ (u @ vt) + middle_before
    return turned


def _start_positions(
    graph: igraph.Graph, part: list[int], before: Mapping[int, tuple[float, float]]
) -> Points:
    """Put genes that are new around the neighbours that are known."""
    middle = np.mean(list(before.values()), axis=0)
    points = np.tile(middle, (len(part), 1))
    n_around: dict[int, int] = {}
    for place, gene in enumerate(part):
        if gene in before:
            points[place] = before[gene]
            continue
        near = [part[i] for i in graph.neighbors(place) if part[i] in before]
        anchor = near[0] if near else -1
        turn = n_around[anchor] = n_around.get(anchor, 0) + 1
        angle = 2.399963 * turn  # the golden angle and a growing radius keep newcomers apart
        points[place] = np.mean([before[gene] for gene in near], axis=0) if near else middle
        points[place] += 0.5 * np.sqrt(turn) * np.array([np.cos(angle), np.sin(angle)])
    return points
