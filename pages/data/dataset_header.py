"""Name, note and actions of the chosen data set."""

from __future__ import annotations

import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.runs import DatasetInfo
from ui import actions, layout, navigation, sharing, state, text_format


def show(info: DatasetInfo) -> None:
    """Show the name, the note and the actions."""
    with st.container(horizontal=True, vertical_alignment="center", key="chosen"):
        st.subheader(text_format.plain(info.name or "Data"), anchor=False, width="stretch")
        if sharing.is_read_only():
            return
        _edit(info)
        if sharing.may_share_with_group():
            with st.popover("Share", icon=":material/share:", key="share_data"):
                sharing.dataset_panel(info.fingerprint)
        _delete(info)
        show_next(info, key="next")
    if info.labels.note:
        st.caption(text_format.plain(info.labels.note, at_most=2_000))


def show_next(info: DatasetInfo, *, key: str) -> None:
    """Show the button to the next step, the candidate regulators."""
    # The address of a browser that is behind may still have the data set before the last fix.
    if st.button(
        "Continue to Regulators",
        type="primary",
        icon=":material/arrow_forward:",
        key=key,
        on_click=state.put,
        args=(state.DATASET, info.fingerprint),
    ):
        layout.go(navigation.REGULATORS, data=info.fingerprint)


def _edit(info: DatasetInfo) -> None:
    with (
        st.popover("Rename", icon=":material/edit:", key="edit"),
        st.form(f"about_{info.fingerprint[:16]}", border=False),
    ):
        st.text_input("Name", info.name, max_chars=300, key="dataset_name")
        st.text_area(
            "Note",
            info.labels.note,
            max_chars=10_000,
            key="dataset_note",
            placeholder="Where the data come from, how they were normalised",
        )
        actions.submit("Save", _save_labels, info, type="primary", key="dataset_save")


def _save_labels(info: DatasetInfo) -> None:
    name, note = state.value("dataset_name"), state.value("dataset_note")
    runs.label_dataset(info.fingerprint, name=name, note=note)


def _delete(info: DatasetInfo) -> None:
    with st.popover("Delete", icon=":material/delete:", key="delete_data"):
        used = len(runs.runs_using(info.fingerprint))
        st.markdown("Delete this table, and the file that it was read from? This cannot be undone.")
        if used:
            st.warning(
                f"{labels.count(used, 'run')} used it. The networks are kept, but a run without "
                "its data cannot be resumed and shows no expression.",
                icon=":material/warning:",
            )
        actions.button(
            "Delete the data set", _delete_data, info, type="primary", key="delete_data_sure"
        )


def _delete_data(info: DatasetInfo) -> None:
    runs.delete_data(info.fingerprint)
    state.put(state.DATASET, None)
