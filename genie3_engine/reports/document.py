"""Write a report of a run as one HTML file that needs no network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from genie3_engine.labels import PHASES
from genie3_engine.networks.link_evidence import COLUMNS, RIVAL
from genie3_engine.reports import html
from genie3_engine.reports.content import RunReport
from genie3_engine.reports.enrichment_section import enrichment_section
from genie3_engine.reports.presentation import views_section


def html_report(report: RunReport) -> str:
    """Write a report.

    Parameters
    ----------
    report : RunReport
        What it shows.

    Returns
    -------
    str
        A whole HTML document.
    """
    return html.whole_document(report.title, _body(report), report.view)


def _body(report: RunReport) -> Iterable[str]:
    yield html.header("Gene regulatory network", report.title, report.facts)
    yield "<main>\n"
    yield html.notes(report.notes)
    yield from views_section(report.views)
    yield from html.graph_section(report.view, "Network", _caption(report))
    yield from _tables(report)
    if report.enrichment is not None:
        yield from enrichment_section(report.enrichment)
    yield html.section("Methods, and how to cite", html.paragraphs(report.methods))
    yield '<div class="pair">\n'
    yield html.section("Settings", html.pair_table(report.settings))
    yield html.section("Time", _times(report.seconds))
    yield "</div>\n"
    yield html.section("Provenance", html.pair_table(report.provenance))
    yield "</main>\n"
    yield html.footer(report.created)


def _caption(report: RunReport) -> str:
    view = report.view
    return (
        f"The {len(view.layout.source):,} links drawn of {view.n_links:,}, among "
        f"{len(view.layout.genes):,} genes. Arrows point from a regulator to its target. Drag a "
        "gene, scroll to zoom, click for its neighbours."
    )


def _tables(report: RunReport) -> Iterable[str]:
    titles = {name: name.capitalize() for name in ("rank", "regulator", "target", "importance")}
    evidence = {name: words.label for name, words in COLUMNS.items() if name in report.links}
    yield '<div class="pair">\n'
    yield f"<section{' class=wide' if evidence else ''}><h2>Strongest links</h2>"
    yield f"<p class=note>{len(report.links):,} of {report.view.n_links:,}. "
    yield f"Importance: {html.text(report.scale)}.</p>"
    genes = ("regulator", "target", RIVAL)
    columns = {**titles, **evidence}
    yield html.table(report.links, columns, genes=genes, gene_table=report.gene_table)
    yield "</section>\n<section><h2>Strongest regulators</h2><p class=note>Strength is the sum of "
    yield "the importance of a regulator's links. R² is out-of-bag: how well the gene itself is "
    yield "predicted.</p>"
    yield html.table(
        report.regulators,
        {"gene": "Regulator", "n_targets": "Targets", "strength": "Strength", "oob_r2": "R²"},
        genes=("gene",),
        gene_table=report.gene_table,
    )
    yield "</section>\n</div>\n"


def _times(seconds: Sequence[tuple[str, float]]) -> str:
    if not seconds:
        return "<p>Not known.</p>"
    total = sum(value for _, value in seconds)
    rows = [
        f"<tr><th scope=row>{html.text(PHASES[step])}</th><td class=number>{value:,.2f} s</td>"
        f'<td><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{100 * value / max(total, 1e-9):.2f}" height="6"/></svg></td></tr>'
        for step, value in seconds
    ]
    whole = f"<tr><th scope=row>Total</th><td class=number>{total:,.2f} s</td><td></td></tr>"
    return f"<table>{''.join(rows)}{whole}</table>"
