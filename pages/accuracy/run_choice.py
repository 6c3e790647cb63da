"""Choice of the runs that are evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from genie3_engine.errors import Genie3Error
from genie3_engine.model import METHODS
from genie3_engine.runs import RunSummary
from ui import state, text_format
from ui.run_choice import choose, chosen_run

__all__ = ["choose", "choose_others", "chosen_run", "errors_by_title"]

_MOST_OTHERS = 11


def choose_others(chosen: RunSummary, done: Sequence[RunSummary]) -> list[RunSummary]:
    """Offer other runs to compare with, those of the same data first; return those chosen.

    The address holds them, so that a link opens the same comparison.
    """
    others = {
        each.id: each
        for each in sorted(done, key=lambda each: each.spec.dataset != chosen.spec.dataset)
        if each.id != chosen.id
    }
    asked = [run for run in (state.asked(state.WITH) or "").split(",") if run]
    if any(run not in others and run != chosen.id for run in asked):
        st.warning(
            "A run to compare with has no network: it is not done, or it was deleted.",
            icon=":material/search_off:",
        )
    if not others:
        return []
    key = f"accuracy_with_{chosen.id}"
    kept = [run for run in dict.fromkeys(asked) if run in others][:_MOST_OTHERS]
    state.set_value(key, kept)
    st.multiselect(
        "Compare with",
        list(others),
        format_func=lambda run: _with_data(others[run], chosen),
        key=key,
        max_selections=_MOST_OTHERS,
        placeholder="Choose finished runs",
        on_change=lambda: state.put(state.WITH, ",".join(state.value(key)) or None),
    )
    return [others[run] for run in kept]


@contextmanager
def errors_by_title(chosen: RunSummary) -> Iterator[None]:
    """Use the run's title in errors about its links."""
    try:
        yield
    except Genie3Error as error:
        for path in (chosen.path / "links.parquet", chosen.path):
            error.message = error.message.replace(str(path), chosen.title)
        raise


def _with_data(summary: RunSummary, chosen: RunSummary) -> str:
    """Return a run's name and method, and its data where they are others."""
    method = METHODS[summary.spec.forest.method].label
    of = "" if summary.spec.dataset == chosen.spec.dataset else f", {summary.spec.source}"
    return text_format.shorten(f"{summary.title} ({method}{of})", at_most=80)
