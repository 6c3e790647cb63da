"""Results of a comparison: measures, graph, tables, focus and figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.differential import Comparison, ComparisonSummary
from genie3_engine.differential.explanations import EXPLANATIONS, NULL
from genie3_engine.networks import changes as changed
from genie3_engine.networks.change_figures import rewiring_figure, statistics_figure
from genie3_engine.networks.changes import CLEAR_Q, ChangeGraph
from genie3_engine.networks.graph_payload import graph_payload
from genie3_engine.networks.views import View
from pages.compare import change_controls, change_export, change_focus, change_tables
from pages.compare.change_controls import Shown
from ui import charts, errors, graph, state, text_format

_GRAPH = "change_graph"
_MOST_IN_FIGURE = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The results of a comparison, read once.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    version : str
        Names its content.
    changes, targets, regulators : DataFrame
        Its tables.
    genes : tuple of str
        Genes of the links, sorted.
    """

    comparison: Comparison
    version: str
    changes: pd.DataFrame
    targets: pd.DataFrame
    regulators: pd.DataFrame
    genes: tuple[str, ...]

    @property
    def has_rewiring(self) -> bool:
        """Whether the method has an out-of-bag R² of each target."""
        return bool(self.targets["rewiring"].notna().any())


def show(summary: ComparisonSummary) -> None:
    """Show a comparison that is done."""
    found = read(summary.path, summary.id, summary.status.ended)
    for note in found.comparison.notes:
        st.warning(text_format.plain(note, at_most=600), icon=":material/warning:")
    _measures(found)
    with st.expander("What the numbers mean, and what they do not show", icon=":material/help:"):
        st.markdown("\n".join(f"- **{title}.** {text}" for title, text in EXPLANATIONS.items()))
    _explore(summary, found)


@st.cache_resource(max_entries=8, show_spinner="Reading the comparison…")
def read(path: Path, name: str, ended: float | None) -> Found:
    """Return the results of a comparison that ended at a moment."""
    comparison = Comparison.open(path)
    changes = comparison.changes()
    for column in ("regulator", "target", "change"):
        changes[column] = changes[column].astype(str)
    targets = comparison.targets()
    genes = sorted({*changes["regulator"], *changes["target"], *targets["target"].astype(str)})
    return Found(
        comparison, f"{name} {ended}", changes, targets, comparison.regulators(), tuple(genes)
    )


def _measures(found: Found) -> None:
    first, second = (text_format.plain(each, at_most=24) for each in found.comparison.labels)
    counts = found.changes["change"].value_counts()
    n_clear = int((found.changes["q"] <= CLEAR_Q).sum())
    n_rewired = int((found.targets["rewiring_q"] <= CLEAR_Q).sum())
    words = EXPLANATIONS["Gained, lost, reversed, kept"]
    rows = (
        (
            "Changed links",
            f"{n_clear:,}",
            f"q ≤ {CLEAR_Q:g}, of {len(found.changes):,}",
            f"Null hypothesis: {NULL} Of the links among the strongest of either network.",
        ),
        ("Gained", f"{counts.get('gained', 0):,}", f"only in {second}", words),
        ("Lost", f"{counts.get('lost', 0):,}", f"only in {first}", words),
        ("Reversed", f"{counts.get('reversed', 0):,}", "correlation", words),
        ("Kept", f"{counts.get('kept', 0):,}", "in both", words),
        (
            "Rewired targets",
            f"{n_rewired:,}" if found.has_rewiring else "–",
            f"q ≤ {CLEAR_Q:g}, of {len(found.targets):,}",
            EXPLANATIONS["Rewiring"],
        ),
    )
    with st.container(horizontal=True, gap="small", key="change_measures"):
        for label, value, below, meaning in rows:
            st.metric(label, value, delta_description=below, help=meaning, width=116)


@errors.fragment
def _explore(summary: ComparisonSummary, found: Found) -> None:
    """Show graph, tables and figures; what is clicked here runs this part again, and no other."""
    gene, to = change_controls.asked_link(found.genes)
    with st.container(key="split"):
        left, right = st.columns([3, 2], gap="medium")
    with left:
        shown = change_controls.choose(found.comparison.labels, n_links=len(found.changes))
        view = _graph(found, shown, gene=gene, to=to)
    with right:
        change_controls.choose_gene(found.genes, gene, found.comparison.gene_table)
        if gene is not None:
            change_focus.show(found.comparison, found.changes, found.targets, gene=gene, to=to)
        change_tables.show(
            found.changes,
            found.targets,
            found.regulators,
            shown=shown,
            focus=change_tables.Focus(gene, to, found.comparison.gene_table),
        )
    with st.container(key="split_figures"):
        left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Targets whose regulation carries over", anchor=False)
        if found.has_rewiring:
            _rewiring(summary, found, gene)
        else:
            st.caption(change_tables.NO_REWIRING)
    with right:
        st.subheader("Importance and correlation", anchor=False)
        strongest = found.changes.head(_MOST_IN_FIGURE)
        charts.show(
            statistics_figure(_labelled(found, strongest), dark=charts.is_dark()),
            key="statistics",
            name=f"{summary.spec.title} statistics",
            numbers=strongest,
            alt="z of each link's importance against Fisher's z of its correlation.",
        )
        if len(strongest) < len(found.changes):
            st.caption(f"The {len(strongest):,} most changed links of {len(found.changes):,}.")
    change_export.show(summary, found.comparison, view)


def _rewiring(summary: ComparisonSummary, found: Found, gene: str | None) -> None:
    genes = found.comparison.gene_table
    targets = _labelled(found, found.targets)
    charts.show(
        rewiring_figure(targets, gene=gene and genes.label(gene), dark=charts.is_dark()),
        key="rewiring",
        name=f"{summary.spec.title} rewiring",
        numbers=found.targets,
        alt="R² of each target's forest in the other group against that in its own group.",
    )


def _labelled(found: Found, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with labels in the place of identifiers, to be drawn."""
    names = [name for name in ("regulator", "target") if name in table]
    label = found.comparison.gene_table.label
    return table.assign(**{name: table[name].astype(str).map(label) for name in names})


def _graph(found: Found, shown: Shown, *, gene: str | None, to: str | None) -> View:
    """Draw the links that changed most, of both conditions or of one."""
    drawn = _drawn(found, shown.n_links, shown.most_q, shown.kinds)
    view = drawn.view(
        shown.condition,
        path=found.comparison.path,
        n_links=len(found.changes),
        gene=gene,
        to=to,
        dark=charts.is_dark(),
    ).with_names(found.comparison.gene_table)
    name = f"{found.version} {shown.n_links} {shown.most_q} {shown.kinds}"

    def store() -> None:
        choice = state.value(_GRAPH)["choice"]
        if choice is not None:
            change_controls.focus(choice["gene"], choice["to"])

    graph.gene_graph(
        graph_payload(view, version=f"{name} {shown.condition}", network=name, name=_GRAPH),
        key=_GRAPH,
        on_choice=store,
    )
    if not len(drawn.changes):
        st.info("No link meets these conditions.", icon=":material/info:")
        return view
    first, second = (text_format.plain(each, at_most=30) for each in found.comparison.labels)
    where = {"both": "either network", "first": first, "second": second}[shown.condition]
    st.caption(
        f"{labels.count(len(view.layout.source), 'link')} of {where}, among the "
        f"{labels.count(len(drawn.changes), 'most changed link')}. The rank of a link counts by "
        "the size of z. Genes stay where they are when the condition is switched."
    )
    if gene is not None and gene not in set(view.layout.genes):
        label = text_format.plain(found.comparison.gene_table.label(gene))
        st.info(
            f"{label} has no link that is drawn. Draw more links to see it.",
            icon=":material/info:",
        )
    return view


@st.cache_resource(
    max_entries=24,
    show_spinner="Laying out the graph…",
    hash_funcs={Found: lambda found: f"{found.comparison.path} {found.version}"},
)
def _drawn(found: Found, n_links: int, most_q: float | None, kinds: tuple[str, ...]) -> ChangeGraph:
    chosen = changed.most_changed(found.changes, n_links, most_q=most_q, kinds=kinds)
    return changed.change_graph(chosen, found.comparison.labels)
