"""View of a network, shared by page, exports and report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.networks import marks
from genie3_engine.networks.arrangement import AS_LAID_OUT, Arrangement
from genie3_engine.networks.graph_layout import GraphLayout, layout_graph
from genie3_engine.networks.label_placement import LabelPlacement, place_labels
from genie3_engine.networks.thresholds import Threshold, ThresholdKind, threshold_links

__all__ = [
    "BUDGET",
    "LegendEntry",
    "View",
    "first_links",
    "level_of",
    "previous_level",
    "ranked_layout",
    "surroundings",
    "threshold_layout",
]

BUDGET = 15_000  # links drawn at most
_LEVELS = (300, 1_000, 3_000, BUDGET)
_MOST_AROUND = 60

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a colour, a size or a line means.

    Parameters
    ----------
    label : str
        In the reader's words.
    colour : str
        ``#rrggbb``.
    mark : str
        What is drawn next to the label: ``disc``, a ``small`` or a ``large`` one, a ``line``, a
        ``thin`` or a ``broad`` one, or an ``arrow``.
    """

    label: str
    colour: str
    mark: str = "disc"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What is shown of a network.

    Parameters
    ----------
    run : Path
        The run's folder, or a file of its links in another order.
    threshold : Threshold
        Which links are kept.
    n_links : int
        Links in the network.
    n_kept : int
        Links that the threshold keeps; the layout holds the strongest of them, `BUDGET` at most.
    layout : GraphLayout
        The links drawn, and where their genes lie.
    colours : tuple of str
        ``#rrggbb`` of each gene of the layout.
    link_colours : tuple of str
        ``#rrggbb`` of each link; empty when links have no colours of their own.
    sizes : (n_genes,) float64
        From 0 to 1, by the area of a gene's disc.
    legend : tuple of LegendEntry
        What the colours mean.
    correlation : (n_links,) float64 or None
        Spearman's, of regulator and target; None when it was not asked for.
    widths, opacities : (n_links,) float64 or None
        From 0 to 1, how broad and how opaque the line of each link is; None leaves it to the
        importance.
    gene, to : str or None
        The gene in focus, and the second gene of a link or path.
    caution : str
        What to be careful about in this view, one sentence or more; empty where nothing is.
    labels, descriptions : tuple of str
        What each gene of the layout is labelled by, such as its symbol, and what it is. Empty where
        genes are labelled by their names and have no descriptions.
    arrangement : Arrangement
        Which genes are hidden, kept and pinned, and what is looked at.
    """

    run: Path
    threshold: Threshold
    n_links: int
    n_kept: int
    layout: GraphLayout
    colours: tuple[str, ...]
    link_colours: tuple[str, ...]
    sizes: Floats
    legend: tuple[LegendEntry, ...]
    correlation: Floats | None = None
    widths: Floats | None = None
    opacities: Floats | None = None
    gene: str | None = None
    to: str | None = None
    caution: str = ""
    labels: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    arrangement: Arrangement = AS_LAID_OUT

    @property
    def gene_labels(self) -> tuple[str, ...]:
        """What each gene of the layout is labelled by."""
        return self.labels or self.layout.genes

    def with_names(self, table: GeneTable) -> View:
        """Return the view with the labels and descriptions of a gene table."""
        genes = self.layout.genes
        about = tuple(map(table.description, genes))
        return replace(
            self,
            labels=tuple(table.labels(genes)) if table.has_symbols else (),
            descriptions=about if any(about) else (),
        )

    @property
    def label_placement(self) -> LabelPlacement:
        """Where labels lie, and from which scale they are shown.

        Those of hubs come first. Genes that are hidden have no label and no disc.
        """
        labels = tuple(marks.shortened(label) for label in self.gene_labels)
        pinned = tuple(self.arrangement.pinned.items())
        return _label_placement(
            self.layout,
            self.sizes.tobytes(),
            labels,
            pinned,
            frozenset(self.arrangement.hidden),
            None if self.arrangement.kept is None else frozenset(self.arrangement.kept),
        )

    def arranged(self) -> View:
        """Return the view as it is drawn: without hidden genes, and with pinned ones in place."""
        shown, arrangement = self.layout, self.arrangement
        kept = arrangement.drawn(shown.genes)
        places = _places(shown, arrangement)
        if len(kept) == len(shown.genes) and not arrangement.pinned:
            return self
        row = np.full(len(shown.genes), -1, np.int32)
        row[kept] = np.arange(len(kept), dtype=np.int32)
        links = np.flatnonzero((row[shown.source] >= 0) & (row[shown.target] >= 0))
        layout = GraphLayout(
            genes=tuple(shown.genes[i] for i in kept),
            x=places[kept, 0],
            y=places[kept, 1],
            source=row[shown.source[links]],
            target=row[shown.target[links]],
            importance=shown.importance[links],
            rank=shown.rank[links],
        )
        return replace(
            self,
            layout=layout,
            colours=tuple(self.colours[i] for i in kept),
            link_colours=_some(self.link_colours, links.tolist()),
            sizes=self.sizes[kept],
            correlation=None if self.correlation is None else self.correlation[links],
            widths=None if self.widths is None else self.widths[links],
            opacities=None if self.opacities is None else self.opacities[links],
            labels=_some(self.labels, kept),
            descriptions=_some(self.descriptions, kept),
            arrangement=AS_LAID_OUT,
        )

    def links(self) -> pd.DataFrame:
        """Return the links drawn: rank, regulator, target, importance and maybe spearman."""
        shown = self.layout
        names = np.array(shown.genes, dtype=object)
        table = pd.DataFrame(
            {
                "rank": shown.rank,
                "regulator": pd.Series(names[shown.source], dtype="str"),
                "target": pd.Series(names[shown.target], dtype="str"),
                "importance": shown.importance.astype(np.float32),
            }
        )
        if self.correlation is not None:
            table["spearman"] = self.correlation
        return table


@lru_cache(maxsize=16)  # moments for thousands of genes, and asked for by every picture
def _label_placement(
    layout: GraphLayout,
    sizes: bytes,
    labels: tuple[str, ...],
    pinned: tuple[tuple[str, tuple[float, float]], ...],
    hidden: frozenset[str],
    kept: frozenset[str] | None,
) -> LabelPlacement:
    arrangement = Arrangement(
        hidden=tuple(hidden), kept=None if kept is None else tuple(kept), pinned=dict(pinned)
    )
    n = len(layout.genes)
    drawn = arrangement.drawn(layout.genes)
    degree = (2 * np.bincount(layout.source, minlength=n)).astype(np.float64)
    degree += np.bincount(layout.target, minlength=n)
    found = place_labels(
        _places(layout, arrangement)[drawn],
        np.frombuffer(sizes, np.float64)[drawn],
        [labels[i] for i in drawn],
        priority=degree[drawn],
    )
    return found.among(n, drawn)


def _some(values: tuple[str, ...], places: list[int]) -> tuple[str, ...]:
    """Return the values of some genes or links; none where there are none."""
    return tuple(values[i] for i in places) if values else ()


def _places(layout: GraphLayout, arrangement: Arrangement) -> Floats:
    """Return where genes lie, those that are pinned where the reader put them."""
    places = np.column_stack([layout.x, layout.y])
    if arrangement.pinned:
        for i, gene in enumerate(layout.genes):
            places[i] = arrangement.pinned.get(gene, places[i])
    return places


def first_links(shown: GraphLayout, n_links: int) -> GraphLayout:
    """Return the layout of the strongest links of another, its genes where they were."""
    if n_links >= len(shown.source):
        return shown
    source, target = shown.source[:n_links], shown.target[:n_links]
    kept = pd.unique(np.concatenate([source, target]))  # in order of occurrence, as laid out alone
    place = np.zeros(len(shown.genes), np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    return GraphLayout(
        genes=tuple(shown.genes[i] for i in kept),
        x=shown.x[kept],
        y=shown.y[kept],
        source=place[source],
        target=place[target],
        importance=shown.importance[:n_links],
        rank=shown.rank[:n_links],
    )


def level_of(n_links: int) -> int:
    """Return the least number of links that is laid out and holds this many."""
    return next((level for level in _LEVELS if level >= n_links), BUDGET)


def threshold_layout(
    run: Path, threshold: Threshold, *, start: GraphLayout | None = None
) -> tuple[GraphLayout, int]:
    """Lay out the links that a threshold keeps, as many as are drawn.

    Parameters
    ----------
    run : Path
        A run folder.
    threshold : Threshold
        Which links.
    start : GraphLayout, optional
        Genes stay about where they are in it.

    Returns
    -------
    shown : GraphLayout
        The strongest links kept, `BUDGET` at most.
    n_kept : int
        Links that the threshold keeps.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    kept = threshold_links(run, threshold, at_most=BUDGET)
    return layout_graph(kept.links, start=None if start is None else start.positions), kept.n_kept


def ranked_layout(run: Path, level: int, *, start: GraphLayout | None = None) -> GraphLayout:
    """Lay out the strongest links of a network, starting from a layout of fewer."""
    return threshold_layout(run, Threshold(ThresholdKind.RANK, level), start=start)[0]


def previous_level(level: int) -> int | None:
    """Return the level whose layout this one starts from."""
    place = _LEVELS.index(level)
    return _LEVELS[place - 1] if place else None


def surroundings(links: pd.DataFrame) -> GraphLayout:
    """Lay out the strongest links of one gene that the threshold leaves out.

    Parameters
    ----------
    links : DataFrame
        The gene's links: rank, regulator, target, importance.
    """
    return layout_graph(links.head(_MOST_AROUND))
