"""An upload that cannot be used as it is: what is wrong, and other ways to read it."""

from __future__ import annotations

import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.runs import Upload
from pages.data import file_reading, findings, read_options, session_dataset
from pages.data.session_dataset import Reading
from ui import actions, errors, state, text_format


def show(upload_id: str) -> None:
    """Show what is wrong with an upload, and how it may be read in another way."""
    with errors.shown():
        upload = runs.open_upload(upload_id)
        reading = state.reading(upload.id) or Reading()
        with st.spinner("Reading the table…"):
            problem = session_dataset.problem_of(upload, reading)
        with st.container(border=True, key="refused"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.subheader(text_format.plain(upload.name), anchor=False, width="stretch")
                st.caption(labels.size(upload.n_bytes), width="content")
                actions.button("Discard", _discard, upload, icon=":material/close:", key="discard")
            if problem is None:  # the address of an upload that can be read
                actions.button(
                    "Use this table",
                    session_dataset.load,
                    upload,
                    reading,
                    type="primary",
                    key="use_upload",
                )
                return
            findings.show_pending(upload, reading, problem)
            file_reading.show_pending(upload, reading)
            current = None if reading.orientation == "auto" else reading.orientation
            read_options.orientation(
                upload, reading, current=current, label="Read again with genes in"
            )


def _discard(upload: Upload) -> None:
    runs.drop_upload(upload.id)
    state.put(state.UPLOAD, None)
