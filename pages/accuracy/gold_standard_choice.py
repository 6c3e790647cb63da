"""Choice of the gold standard: uploaded, used before, or that of the sample."""

from __future__ import annotations

import streamlit as st

from genie3_engine.errors import InputError
from genie3_engine.runs import RunSummary, Upload
from ui import actions, cache, gold_standards, people, state, text_format, uploads


def chosen_gold_standard(chosen: RunSummary) -> Upload | None:
    """Return the gold standard of the address, the one used before, or the sample's own truth."""
    asked = state.asked(state.GOLD)
    for upload in (asked, state.gold_of(chosen.spec.dataset)):
        if upload is None:
            continue
        try:
            gold = gold_standards.opened(upload)
        except InputError:
            st.warning(
                "This gold standard does not exist. It may have been deleted.",
                icon=":material/search_off:",
            )
            continue
        _choose(gold, chosen)
        return gold
    return cache.sample_truth() if cache.is_sample(chosen.spec.dataset) else None


def show(gold: Upload, chosen: RunSummary) -> None:
    """Name the gold standard, and offer another."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="gold"):
        st.markdown(f"Gold standard  \n**{text_format.plain(gold.name)}**")
        with st.popover("Use another", icon=":material/upload_file:"):
            _uploader(chosen)


def ask(chosen: RunSummary) -> None:
    """Ask for a gold standard where there is none."""
    with st.container(border=True, key="ask_gold"):
        st.markdown("**Upload a gold standard** for this network: links that are known to be true.")
        _uploader(chosen)


def _uploader(chosen: RunSummary) -> None:
    key = f"gold_{state.n_uploads()}"
    st.file_uploader(
        "Gold standard",
        type=list(uploads.LISTS),
        key=key,
        label_visibility="collapsed",
        on_change=actions.perform,
        args=(key, _use_file, key, chosen),
    )
    actions.show_error(key, may_repeat=True)
    st.caption(
        "Regulator and target, and perhaps a label of 1 or 0: then only the listed pairs are "
        "evaluated. Without it, every regulator with a known target is evaluated against every "
        "gene of the file. TSV or CSV, plain or .gz, such as those of DREAM, an Excel workbook, "
        "or a matrix."
    )
    if cache.is_sample(chosen.spec.dataset):
        actions.button(
            "Use the gold standard of the sample",
            lambda: _choose(cache.sample_truth(), chosen),
            icon=":material/science:",
            key="gold_sample",
        )


def _use_file(key: str, chosen: RunSummary) -> None:
    file = state.value(key)
    if file is not None:
        with people.at_own_home():
            gold = uploads.keep([(file.name, file)])
        _choose(gold, chosen)
        state.forget_upload([file])


def _choose(gold: Upload, chosen: RunSummary) -> None:
    state.put(state.GOLD, gold.id)
    state.put_gold_of(chosen.spec.dataset, gold.id)
