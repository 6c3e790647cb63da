"""Controls of what is shown of a comparison, and of the gene or link in focus.

The address holds them, so that a link or the browser's back button opens the same view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.differential.classes import CLASSES
from genie3_engine.networks.changes import CONDITIONS
from ui import state, text_format

_COUNTS = (25, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 15_000)
_FIRST_COUNT = 200
_ANY_Q = ""
_MOST_Q = (_ANY_Q, "0.2", "0.1", "0.05", "0.01")


@dataclass(frozen=True, slots=True)
class Shown:
    """Which links are drawn and listed.

    Parameters
    ----------
    condition : str
        Whose links are drawn: ``both``, ``first`` or ``second``.
    n_links : int
        The most changed links that are drawn.
    most_q : float or None
        The largest q; None for any.
    kinds : tuple of str
        Kinds of change.
    """

    condition: str
    n_links: int
    most_q: float | None
    kinds: tuple[str, ...]


def choose(labels: tuple[str, str], *, n_links: int) -> Shown:
    """Ask which links are shown."""
    condition = state.asked(state.CONDITION) or ""
    condition = condition if condition in CONDITIONS else CONDITIONS[0]
    names = dict(zip(CONDITIONS, ("Both", *labels), strict=True))
    state.set_value("change_condition", condition)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            "Condition",
            list(names),
            required=True,
            format_func=lambda each: text_format.plain(names[each], at_most=24),
            key="change_condition",
            on_change=lambda: state.put(state.CONDITION, state.value("change_condition")),
        )
        most_q = _choose_q()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kinds = st.pills(
            "Links",
            CLASSES,
            selection_mode="multi",
            default=CLASSES,
            format_func=str.capitalize,
            key="change_kinds",
        )
        count = _choose_count(n_links)
    chosen = tuple(kind for kind in CLASSES if kind in kinds) or CLASSES
    return Shown(condition, count, most_q, chosen)


def _choose_q() -> float | None:
    asked = state.asked(state.MOST_Q) or _ANY_Q
    chosen = asked if asked in _MOST_Q else _ANY_Q
    state.set_value("change_q", chosen)
    st.selectbox(
        "Largest q",
        _MOST_Q,
        format_func=lambda each: f"q ≤ {each}" if each else "Any q",
        key="change_q",
        on_change=lambda: state.put(state.MOST_Q, state.value("change_q") or None),
        width=120,
    )
    return float(chosen) if chosen else None


def _choose_count(n_links: int) -> int:
    asked = state.asked(state.LINKS) or ""
    chosen = int(asked) if asked.isdecimal() and len(asked) < 7 else _FIRST_COUNT
    most = min(n_links, _COUNTS[-1])
    offered = sorted({*(count for count in _COUNTS if count < most), most} - {0})
    chosen = max(1, min(chosen, most))
    if len(offered) < 2:
        return chosen
    state.set_value("change_links", chosen)
    st.select_slider(
        "Most changed links drawn",
        sorted({*offered, chosen}),
        format_func=lambda count: f"{count:,}",
        key="change_links",
        on_change=lambda: state.put(state.LINKS, str(state.value("change_links"))),
        width=260,
    )
    return chosen


def asked_link(genes: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the gene in focus, and the second gene of a link, of the address."""
    known = set(genes)
    gene, to = state.asked(state.GENE), state.asked(state.TO)
    if gene not in known:
        return None, None
    return gene, to if to in known and to != gene else None


def choose_gene(genes: Sequence[str], gene: str | None, gene_table: GeneTable) -> None:
    """Ask for a gene to focus on; a click in the graph or in a table asks the same."""
    state.set_value("change_gene", gene)
    st.selectbox(
        "Find a gene",
        genes,
        index=None,
        format_func=gene_table.full_name,
        placeholder="Type a name",
        key="change_gene",
        on_change=lambda: focus(state.value("change_gene")),
    )


def focus(gene: str | None, to: str | None = None) -> None:
    """Put a gene in focus, or a link from it to a second one."""
    state.put(state.GENE, gene)
    state.put(state.TO, to)
