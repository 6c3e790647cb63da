"""Lay out the strongest links as a graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import igraph
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from genie3_engine.networks import igraph_random, marks
from genie3_engine.networks.force_layout import GOLDEN_ANGLE, apart, laid_out
from genie3_engine.networks.packing import Shape, pack

Points = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int32]
Rows = npt.NDArray[np.integer]

ASPECT = 1.25  # width by height
_FEW = 80  # genes; larger components are laid out by `force_layout`,
_FEW_SPARSE = 150  # unless they have hardly more links than genes
_SPARSE = 1.6
_MANY = 1_500  # genes; larger components take fewer rounds
_ROUNDS = 160
_ROUNDS_FROM_START = 60
_LARGEST_MOVE = 0.03  # from the start, as a share of the part's extent
_GAP = 1.2  # between components
_MOST_CELLS_ACROSS = 80  # about
_SPACING = 0.8  # from a gene to the nearest, in the middle
_WIDEST = 2.5  # extent of a component, in spacings of its genes on a square
_ROOM = 1.3  # of a gene's disc, in its radii
_HUBS, _GENES_A_HUB = 24, 10  # genes whose label has room of its own, at most
_LABEL_ROOM, _MOST_LABEL_ROOM = 0.07, 3.0  # the first times the square root of all genes
_MOST_ON_LINKS = 20_000  # points along links that decide what a component covers
_MOST_ON_RING = 16
_SHORTEST, _APART = 1.2, 0.9  # link of a star; distance of its targets
_SEEDS, _SEEDS_WITHIN = 0.55, 4  # of a disc: room of each target, and how many the centre takes


@dataclass(frozen=True, slots=True, eq=False)
class GraphLayout:
    """Genes as points and links as arrows between them.

    Parameters
    ----------
    genes : tuple of str
        The genes that occur in a link, in order of occurrence.
    x, y : (n_genes,) float64
        Where they lie; a gene is about 1 from the nearest.
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
        Connected components are laid out one by one and packed around the largest; no two discs
        of genes overlap.

    Notes
    -----
    A regulator and its targets form a ring or a disc. Small components are laid out after
    Fruchterman and Reingold (1991), larger ones by `force_layout`.
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
    membership = np.array(
        igraph.Graph(n=len(genes), edges=edges.tolist()).connected_components("weak").membership,
        np.int64,
    )
    rooms = _rooms(edges, len(genes))
    points = np.zeros((len(genes), 2))
    row = np.zeros(len(genes), np.int32)
    parts, shapes = _grouped(np.arange(len(genes)), membership), []
    links_of = {int(membership[group[0, 0]]): group for group in _grouped(edges, membership)}
    parts.sort(key=lambda part: (-len(part), part[0]))
    for part in parts:
        row[part] = np.arange(len(part), dtype=np.int32)
        links = row[links_of[int(membership[part[0]])]]
        before = {i: start[genes[gene]] for i, gene in enumerate(part) if genes[gene] in start}
        local = _component(links, rooms[part], before=before, seed=seed)
        middle = local.mean(axis=0) if before else None
        points[part] = local - local.mean(axis=0)
        shapes.append(Shape(_outline(points[part], links), middle))
    cell = max(1.0, np.sqrt(len(genes)) / _MOST_CELLS_ACROSS)
    places = pack(shapes, aspect=ASPECT, cell=cell, gap=_GAP)
    for part, place in zip(parts, places, strict=True):
        points[part] += place
    return points


def _grouped(rows: Rows, membership: npt.NDArray[np.int64]) -> list[Rows]:
    """Return genes, or links, of each connected component."""
    if not len(rows):
        return []
    component = membership[rows if rows.ndim == 1 else rows[:, 0]]
    order = np.argsort(component, kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(component[order])) + 1)


def _rooms(edges: Positions, n_genes: int) -> Points:
    """Return the radius of the room of each gene: its disc, and for hubs their label.

    The disc is the larger of those by both degrees. A label needs the more room the more genes a
    picture has.
    """
    n_targets = np.bincount(edges[:, 0], minlength=n_genes)
    degree = n_targets + np.bincount(edges[:, 1], minlength=n_genes)
    shares = [count / max(1, count.max(initial=0)) for count in (n_targets, degree)]
    rooms = marks.radii(np.maximum(*shares)) * marks.GROWTH * _ROOM
    hubs = np.argsort(-degree, kind="stable")[: min(_HUBS, n_genes // _GENES_A_HUB)]
    rooms[hubs] += min(_MOST_LABEL_ROOM, _LABEL_ROOM * np.sqrt(n_genes))
    return rooms


def _outline(points: Points, links: Positions) -> Points:
    """Return points of genes and along links, less than a cell apart unless there are many."""
    starts, ends = points[links[:, 0]], points[links[:, 1]]
    longest = float(np.sqrt(((ends - starts) ** 2).sum(axis=1)).max(initial=0))
    n_steps = min(int(2 * longest), _MOST_ON_LINKS // len(links))
    shares = np.arange(1, n_steps + 1) / (n_steps + 1)
    along = starts + (ends - starts) * shares[:, None, None]
    return np.concatenate([points, along.reshape(-1, 2)])


def _component(
    links: Positions, rooms: Points, *, before: Mapping[int, tuple[float, float]], seed: int
) -> Points:
    """Lay out one connected component, from where its genes were if that is known."""
    n = len(rooms)
    if before:
        return _moved_on(links, rooms, before)
    centre = _centre_of_star(links, n)
    if centre is not None:
        return _star(n, centre, room=float(rooms[centre]))
    if n <= (_FEW if len(links) > _SPARSE * n else _FEW_SPARSE):
        with igraph_random.seeded(f"{seed} {n}"):
            graph = igraph.Graph(n=n, edges=links.tolist())
            layout = graph.layout_fruchterman_reingold(niter=_ROUNDS)
        return apart(np.array(layout.coords, dtype=np.float64), rooms)
    first = np.random.default_rng([seed, n]).normal(size=(n, 2)) * np.sqrt(n) / 2
    rounds = _ROUNDS if n <= _MANY else _ROUNDS // 2
    points = laid_out(first, links, rounds=rounds, aspect=ASPECT)
    nearest = float(np.median(cKDTree(points).query(points, 2)[0][:, 1]))
    # Genes with the same neighbours may all lie in one place, which `apart` corrects.
    widest = _WIDEST * np.sqrt(n) / max(float(np.ptp(points, axis=0).max()), 1e-9)
    return apart(points * _SPACING * min(1 / max(nearest, 1e-9), widest), rooms)


def _moved_on(links: Positions, rooms: Points, before: Mapping[int, tuple[float, float]]) -> Points:
    """Lay out a component from an earlier layout, in which some of its genes may be missing."""
    n = len(rooms)
    known, places = list(before), np.array(list(before.values()))
    if len(before) == n and n <= _FEW:
        return places
    graph = igraph.Graph(n=n, edges=links.tolist())
    points = _start_positions(graph, before)
    points *= max(1.0, np.sqrt(n / len(before)))  # room for new genes
    step = 2 * _LARGEST_MOVE * np.ptp(points, axis=0).max() / _ROUNDS_FROM_START
    if n > _FEW:
        points = laid_out(points, links, rounds=_ROUNDS_FROM_START, aspect=ASPECT, step=float(step))
    return _turned_onto(apart(points, rooms), known, places)


def _centre_of_star(links: Positions, n_genes: int) -> int | None:
    """Return the gene that all links share, of a component without other links."""
    degree = np.bincount(links.ravel(), minlength=n_genes)
    centre = int(degree.argmax())
    is_star = len(links) == n_genes - 1 and degree[centre] == n_genes - 1
    return centre if is_star else None


def _star(n_genes: int, centre: int, *, room: float) -> Points:
    """Lay out a regulator and its targets: a ring of few, a disc of many around its room."""
    n = n_genes - 1
    leaves = np.arange(n, dtype=np.float64)
    if n <= _MOST_ON_RING:
        angle = 2 * np.pi * leaves / max(n, 1)
        radius = np.full(n, max(_SHORTEST, _APART * n / (2 * np.pi)))
    else:  # a sunflower's seeds: as much room for each
        angle = GOLDEN_ANGLE * leaves
        radius = np.hypot(room, _SEEDS * np.sqrt(leaves + _SEEDS_WITHIN))
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return np.insert(points, centre, 0.0, axis=0)


def _turned_onto(points: Points, known: list[int], before: Points) -> Points:
    """Turn, mirror and shift a layout so that known genes come back to where they were.

    igraph lays its result along the axes, wherever it began.
    """
    middle, middle_before = points[known].mean(axis=0), before.mean(axis=0)
    u, _, vt = np.linalg.svd((points[known] - middle).T @ (before - middle_before))
    turned: Points = (points - middle) @ (u @ vt) + middle_before
    return turned


def _start_positions(graph: igraph.Graph, before: Mapping[int, tuple[float, float]]) -> Points:
    """Put genes that are new around the neighbours that are known."""
    middle = np.mean(list(before.values()), axis=0)
    points = np.tile(middle, (graph.vcount(), 1))
    n_around: dict[int, int] = {}
    for gene in range(len(points)):
        if gene in before:
            points[gene] = before[gene]
            continue
        near = [other for other in graph.neighbors(gene) if other in before]
        anchor = near[0] if near else -1
        turn = n_around[anchor] = n_around.get(anchor, 0) + 1
        angle = GOLDEN_ANGLE * turn  # and a growing radius keep newcomers apart
        points[gene] = np.mean([before[other] for other in near], axis=0) if near else middle
        points[gene] += 0.5 * np.sqrt(turn) * np.array([np.cos(angle), np.sin(angle)])
    return points
