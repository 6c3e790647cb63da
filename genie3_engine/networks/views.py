"""View of a network, shared by page, exports and report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.networks.graph_layout import Picture, picture
from genie3_engine.networks.thresholds import Cut, CutKind, cut_links

__all__ = [
    "BUDGET",
    "LegendEntry",
    "View",
    "drawn_picture",
    "first_links",
    "level_of",
    "previous_level",
    "ranked_picture",
    "surroundings",
]

BUDGET = 15_000  # links drawn at most
_LEVELS = (300, 1_000, 3_000, BUDGET)
_MOST_AROUND = 60

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a colour means.

    Parameters
    ----------
    label : str
        In the reader's words.
    colour : str
        ``#rrggbb``.
    """

    label: str
    colour: str


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What is shown of a network.

    Parameters
    ----------
    run : Path
        The run's folder.
    cut : Cut
        Which links are kept.
    n_links : int
        Links in the network.
    n_kept : int
        Links that the cut keeps; the picture holds the strongest of them, `BUDGET` at most.
    picture : Picture
        The links drawn, and where their genes lie.
    colours : tuple of str
        ``#rrggbb`` of each gene of the picture.
    link_colours : tuple of str
        ``#rrggbb`` of each link; empty when links have no colours of their own.
    sizes : (n_genes,) float64
        From 0 to 1, by the area of a gene's disc.
    legend : tuple of LegendEntry
        What the colours mean.
    correlation : (n_links,) float64 or None
        Spearman's, of regulator and target; None when it was not asked for.
    gene, to : str or None
        The gene in focus, and the second gene of a link or path.
    """

    run: Path
    cut: Cut
    n_links: int
    n_kept: int
    picture: Picture
    colours: tuple[str, ...]
    link_colours: tuple[str, ...]
    sizes: Floats
    legend: tuple[LegendEntry, ...]
    correlation: Floats | None = None
    gene: str | None = None
    to: str | None = None

    def links(self) -> pd.DataFrame:
        """Return the links drawn: rank, regulator, target, importance and maybe spearman."""
        shown = self.picture
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


def first_links(shown: Picture, n_links: int) -> Picture:
    """Return a picture of the strongest links of another, its genes where they were."""
    if n_links >= len(shown.source):
        return shown
    source, target = shown.source[:n_links], shown.target[:n_links]
    kept = np.unique(np.concatenate([source, target]))
    place = np.zeros(len(shown.genes), np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    return Picture(
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


def drawn_picture(run: Path, cut: Cut, *, start: Picture | None = None) -> tuple[Picture, int]:
    """Lay out the links that a cut keeps, as many as are drawn.

    Parameters
    ----------
    run : Path
        A run folder.
    cut : Cut
        Which links.
    start : Picture, optional
        Genes stay about where they are in it.

    Returns
    -------
    shown : Picture
        The strongest links kept, `BUDGET` at most.
    n_kept : int
        Links that the cut keeps.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    kept = cut_links(run, cut, at_most=BUDGET)
    return picture(kept.links, start=None if start is None else start.positions), kept.n_kept


def ranked_picture(run: Path, level: int, *, start: Picture | None = None) -> Picture:
    """Lay out the strongest links of a network, starting from a picture of fewer."""
    return drawn_picture(run, Cut(CutKind.RANK, level), start=start)[0]


def previous_level(level: int) -> int | None:
    """Return the level that a picture of this one starts from."""
    place = _LEVELS.index(level)
    return _LEVELS[place - 1] if place else None


def surroundings(links: pd.DataFrame) -> Picture:
    """Lay out the strongest links of one gene that the cut leaves out.

    Parameters
    ----------
    links : DataFrame
        The gene's links: rank, regulator, target, importance.
    """
    return picture(links.head(_MOST_AROUND))
