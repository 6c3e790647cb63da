"""Graph of the links that two conditions have: one layout, one view for each condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.networks.colours import by_change, mark_legend
from genie3_engine.networks.graph_layout import GraphLayout, layout_graph
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import View

CONDITIONS = ("both", "first", "second")
CLEAR_Q = 0.05  # up to which a change counts as more than chance
# The conditions whose network has a link among its strongest.
_PRESENT = {
    "both": frozenset({"gained", "lost", "reversed", "kept"}),
    "first": frozenset({"lost", "reversed", "kept"}),
    "second": frozenset({"gained", "reversed", "kept"}),
}


@dataclass(frozen=True, slots=True, eq=False)
class ChangeGraph:
    """Links of two conditions, laid out once.

    Parameters
    ----------
    changes : DataFrame
        The links drawn, in the order of the layout's links: regulator, target, importance_1,
        importance_2, change, rank_by_z and others, as a comparison stores them.
    layout : GraphLayout
        Where their genes lie; the importance is the larger one of both conditions.
    labels : tuple of two str
        What the conditions are called.
    """

    changes: pd.DataFrame
    layout: GraphLayout
    labels: tuple[str, str]

    def view(
        self,
        condition: str = "both",
        *,
        path: Path = Path(),
        n_links: int = 0,
        gene: str | None = None,
        to: str | None = None,
        dark: bool = False,
    ) -> View:
        """Return what is drawn of one condition or of both; genes stay where they are.

        Parameters
        ----------
        condition : str
            ``both``, ``first`` or ``second``.
        path : Path
            Where the comparison is.
        n_links : int
            Links of the whole comparison.
        gene, to : str, optional
            The gene in focus, and the second gene of a link.
        dark : bool
            Whether the page is dark.
        """
        kinds = self.changes["change"].astype(str)
        rows = np.flatnonzero(kinds.isin(_PRESENT[condition]))
        column = {"first": "importance_1", "second": "importance_2"}.get(condition)
        importance = self.layout.importance if column is None else _column(self.changes, column)
        shown = replace(
            self.layout,
            source=self.layout.source[rows],
            target=self.layout.target[rows],
            importance=importance[rows],
            rank=self.layout.rank[rows],
        )
        colouring = by_change(shown, kinds.iloc[rows].tolist(), self.labels, dark=dark)
        return View(
            run=path,
            threshold=Threshold(ThresholdKind.RANK, max(1, len(self.changes))),
            n_links=n_links or len(self.changes),
            n_kept=len(rows),
            layout=shown,
            colours=colouring.genes,
            link_colours=colouring.links,
            sizes=_degrees(self.layout),
            legend=(*colouring.legend, *mark_legend(shown, dark=dark)),
            gene=gene,
            to=to,
        )


def change_graph(changes: pd.DataFrame, labels: tuple[str, str]) -> ChangeGraph:
    """Lay out the links of two conditions.

    Parameters
    ----------
    changes : DataFrame
        The links to draw, as a comparison stores them.
    labels : tuple of two str
        What the conditions are called.
    """
    larger = np.maximum(_column(changes, "importance_1"), _column(changes, "importance_2"))
    links = pd.DataFrame(
        {
            "regulator": changes["regulator"].astype(str),
            "target": changes["target"].astype(str),
            "importance": larger,
            "rank": changes["rank_by_z"].to_numpy(np.int64),
        }
    )
    return ChangeGraph(changes.reset_index(drop=True), layout_graph(links), labels)


def most_changed(
    changes: pd.DataFrame,
    n_links: int,
    *,
    kinds: Sequence[str] | None = None,
    most_q: float | None = None,
    gene: str | None = None,
    by: str = "rank_by_z",
) -> pd.DataFrame:
    """Return the links that changed most.

    Parameters
    ----------
    changes : DataFrame
        Links as a comparison stores them.
    n_links : int
        Links to return at most.
    kinds : sequence of str, optional
        Kinds of change; all by default.
    most_q : float, optional
        The largest q.
    gene : str, optional
        Only links from or to this gene.
    by : str
        The order: ``rank_by_z`` or ``rank_by_correlation``.
    """
    chosen = np.ones(len(changes), np.bool_)
    if kinds is not None:
        chosen &= changes["change"].astype(str).isin(list(kinds)).to_numpy()
    if most_q is not None:
        chosen &= changes["q"].to_numpy() <= np.float32(most_q)
    if gene is not None:
        chosen &= ((changes["regulator"] == gene) | (changes["target"] == gene)).to_numpy()
    order = changes[chosen].sort_values(by, kind="stable")
    return order.head(n_links).reset_index(drop=True)


def most_rewired(targets: pd.DataFrame) -> pd.DataFrame:
    """Return targets in the order of their rewiring, the clearest first.

    Parameters
    ----------
    targets : DataFrame
        Targets as a comparison stores them: rewiring, rewiring_q and others.
    """
    return targets.sort_values(
        ["rewiring_q", "rewiring"], ascending=[True, False], na_position="last", kind="stable"
    ).reset_index(drop=True)


def _column(changes: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    return changes[name].to_numpy(np.float64)


def _degrees(shown: GraphLayout) -> npt.NDArray[np.float64]:
    """Return each gene's number of targets drawn, over the largest."""
    degrees = np.bincount(shown.source, minlength=len(shown.genes)).astype(np.float64)
    largest = degrees.max(initial=0)
    return degrees / largest if largest else degrees
