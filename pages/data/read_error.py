"""An upload that cannot be used as it is: what is wrong, and other ways to read it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genie3_engine import labels, runs
from pages.data import findings
from pages.data.reading import Reading, take
from ui import errors, state, text_format

_AXES = {"genes-in-rows": "Rows", "genes-in-columns": "Columns"}


def show(upload_id: str) -> None:
    """Show what is wrong with an upload, and how it may be read in another way."""
    with errors.shown():
        upload = runs.open_upload(upload_id)
        asked = state.reading(upload.id) or Reading()
        problem = state.refusal(upload.id)
        if problem is None:  # a link or a refresh: this session has not read it yet
            take(upload, asked)
            st.rerun()
        with st.container(border=True, key="refused"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.subheader(text_format.plain(upload.name), anchor=False, width="stretch")
                st.caption(labels.size(upload.n_bytes), width="content")
                if st.button("Discard", icon=":material/close:", key="put_aside"):
                    runs.drop_upload(upload.id)
                    state.put(state.UPLOAD, None)
                    st.rerun()
            findings.show_pending(upload, asked, problem)
            axis = st.segmented_control(
                "Read again with genes in",
                ["Rows", "Columns"],
                default=_AXES.get(asked.orientation),
                key=f"refused_{upload.id[:16]}",
            )
            wanted = next((each for each, name in _AXES.items() if name == axis), "auto")
            if wanted != asked.orientation:
                take(upload, replace(asked, orientation=wanted))
                st.rerun()
