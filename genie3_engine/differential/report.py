"""Write a report of a comparison as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from genie3_engine.differential.classes import CLASSES
from genie3_engine.differential.explanations import EXPLANATIONS, method_sentences, setting_rows
from genie3_engine.networks.changes import CLEAR_Q, change_graph, most_changed, most_rewired
from genie3_engine.reports import html
from genie3_engine.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from genie3_engine.differential.comparison_folder import Comparison
    from genie3_engine.networks.views import View

LINKS_DRAWN = 300
LINKS_LISTED = 200
TARGETS_LISTED = 50
REGULATORS_LISTED = 20


def comparison_report(
    comparison: Comparison, *, title: str = "", view: View | None = None, n_drawn: int = LINKS_DRAWN
) -> str:
    """Write a report of a comparison that is done.

    Parameters
    ----------
    comparison : Comparison
        The results.
    title : str
        What the comparison is called; its name, or the labels of the groups, by default.
    view : View, optional
        What is drawn; the most changed links of both networks by default.
    n_drawn : int
        How many of the most changed links are drawn by default.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    RunError
        When a file of the results is damaged.
    """
    changes = comparison.changes()
    if view is None:
        graph = change_graph(most_changed(changes, n_drawn), comparison.labels)
        view = graph.view(path=comparison.path, n_links=len(changes))
    view = view.with_names(comparison.gene_table)
    title = title or comparison.spec.title
    return html.whole_document(title, _body(comparison, title, changes, view), view)


def _body(comparison: Comparison, title: str, changes: pd.DataFrame, view: View) -> Iterable[str]:
    targets = comparison.targets()
    yield html.header("Comparison of two conditions", title, _facts(comparison, changes, targets))
    yield "<main>\n"
    yield html.notes(comparison.notes)
    yield from html.graph_section(
        view,
        "Changed links",
        f"The {len(view.layout.source):,} links drawn of {len(changes):,} that are compared, among "
        f"{len(view.layout.genes):,} genes; the rank of a link counts by the size of z. Arrows "
        "point from a regulator to its target. Drag a gene, scroll to zoom, click for its "
        "neighbours.",
    )
    yield from _tables(comparison, changes, targets)
    meanings = "".join(
        f"<p><b>{html.text(name)}.</b> {html.text(words)}</p>"
        for name, words in EXPLANATIONS.items()
    )
    yield html.section("What the numbers mean, and what they do not show", meanings)
    yield html.section("Methods", html.paragraphs(method_sentences(comparison)))
    spec = comparison.spec
    settings = [
        *setting_rows(spec),
        ("Data", spec.source or "unnamed"),
        ("Created", spec.created),
        ("Program", f"GENIE3 {comparison.about.get('version', __version__)}"),
    ]
    yield html.section("Settings and provenance", html.pair_table(settings))
    yield "</main>\n"
    yield html.footer(datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"))


def _facts(
    comparison: Comparison, changes: pd.DataFrame, targets: pd.DataFrame
) -> Sequence[tuple[str, str]]:
    counts = changes["change"].astype(str).value_counts()
    sizes = zip(comparison.labels, comparison.n_samples, strict=True)
    return [
        *((f"Samples of {label}", f"{size:,}") for label, size in sizes),
        ("Links compared", f"{len(changes):,}"),
        (f"Changed, q ≤ {CLEAR_Q:g}", f"{int((changes['q'] <= CLEAR_Q).sum()):,}"),
        *((kind.capitalize(), f"{counts.get(kind, 0):,}") for kind in CLASSES),
        (f"Rewired, q ≤ {CLEAR_Q:g}", f"{int((targets['rewiring_q'] <= CLEAR_Q).sum()):,}"),
    ]


_LINKS = {
    "regulator": "Regulator",
    "target": "Target",
    "change": "Change",
    "z": "z",
    "p": "p",
    "q": "q",
    "importance_1": "Importance 1",
    "importance_2": "Importance 2",
    "spearman_1": "Spearman 1",
    "spearman_2": "Spearman 2",
    "fisher_z": "Fisher's z",
    "rank_by_correlation": "Rank by correlation",
}
_TARGETS = {
    "target": "Target",
    "rewiring": "Rewiring",
    "rewiring_p": "p",
    "rewiring_q": "q",
    "oob_r2_1": "R² 1",
    "r2_1_on_2": "1 on 2",
    "oob_r2_2": "R² 2",
    "r2_2_on_1": "2 on 1",
}
_REGULATORS = {
    "regulator": "Regulator",
    "sum_abs_z": "Sum of |z|",
    "n_gained": "Gained",
    "n_lost": "Lost",
    "n_reversed": "Reversed",
    "n_kept": "Kept",
}


def _tables(comparison: Comparison, changes: pd.DataFrame, targets: pd.DataFrame) -> Iterable[str]:
    first, second = comparison.labels
    listed = changes.head(LINKS_LISTED)
    groups = f"1 is {html.text(first)}, 2 is {html.text(second)}."
    yield html.section(
        "Most changed links",
        f"<p class=note>{len(listed):,} of {len(changes):,}. {groups}</p>"
        + html.table(
            listed,
            _LINKS,
            genes=("regulator", "target"),
            words=("change",),
            gene_table=comparison.gene_table,
        ),
    )
    yield '<div class="pair">\n'
    rewired = most_rewired(targets).head(TARGETS_LISTED)
    if targets["rewiring"].notna().any():
        yield html.section(
            "Most rewired targets",
            f"<p class=note>{len(rewired):,} of {len(targets):,}. {groups}</p>"
            + html.table(rewired, _TARGETS, genes=("target",), gene_table=comparison.gene_table),
        )
    regulators = comparison.regulators()
    summed = regulators.head(REGULATORS_LISTED)
    yield html.section(
        "Regulators by what changed",
        f"<p class=note>{len(summed):,} of {len(regulators):,}, by the sum of the sizes of z over "
        "their links.</p>"
        + html.table(summed, _REGULATORS, genes=("regulator",), gene_table=comparison.gene_table),
    )
    yield "</div>\n"
