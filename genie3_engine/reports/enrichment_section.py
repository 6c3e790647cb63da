"""The section of a report on enriched gene sets."""

from __future__ import annotations

from collections.abc import Iterable

from genie3_engine.enrichment.dot_plot import dot_plot, dot_plot_svg
from genie3_engine.enrichment.over_representation import MEANING, Enrichment, shown_q
from genie3_engine.reports import html

SETS_LISTED = 200
_COLUMNS = {
    "group": "Group",
    "set": "Gene set",
    "description": "Description",
    "n_hits": "Genes",
    "n_set": "of set",
    "ratio": "By expected",
    "q": "q",
}
_GENES = "Genes of the set in the group"
_WORDS = ("group", "set", "description", "ratio", "q", "genes", "symbols")


def enrichment_section(enrichment: Enrichment) -> Iterable[str]:
    """Yield the section: a dot plot, the enriched sets, and how they were tested.

    Parameters
    ----------
    enrichment : Enrichment
        The enriched sets.
    """
    yield "<section><h2>Enriched gene sets</h2>"
    yield f"<p class=note>{html.text(MEANING)}</p>"
    about = html.text(" ".join([*enrichment.notes, enrichment.method]))
    heads = enrichment.heads
    if not len(heads):
        yield f"<p>No set is enriched.</p><p class=note>{about}</p></section>\n"
        return
    plot = dot_plot(enrichment)
    yield f"<div class=figure>{dot_plot_svg(plot)}</div>"
    if plot.left_out:
        yield f"<p class=note>{html.text(plot.left_out)}</p>"
    shown = heads.head(SETS_LISTED)
    shown = shown.assign(
        ratio=[f"{value:.1f}" for value in shown["ratio"]],
        q=[shown_q(value) for value in shown["log10_q"]],
    )
    yield f"<p class=note>The table has {len(shown):,} of {len(heads):,} sets that are not folded "
    yield f"behind others. {about}</p>"
    columns = dict(_COLUMNS)
    if not shown["description"].any():
        del columns["description"]
    columns["symbols" if "symbols" in shown else "genes"] = _GENES
    yield html.table(shown, columns, genes=(), words=_WORDS)
    yield "</section>\n"
