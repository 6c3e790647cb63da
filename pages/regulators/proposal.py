"""The list of regulators that matches most genes of the data, in one click."""

from __future__ import annotations

import streamlit as st

from genie3_engine.data.regulator_lists import ListMatch
from genie3_engine.runs import DatasetInfo
from pages.regulators import regulator_choice
from ui import actions, text_format


def show(info: DatasetInfo, match: ListMatch) -> None:
    """Offer a list that ships with the program, with its source; or show that it is in use."""
    listed = match.listed
    with st.container(border=True, key="proposal"):
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            st.subheader(listed.title, anchor=False, width="stretch")
            if info.labels.regulators_from == listed.provenance:
                st.markdown(":material/check: In use", width="content")
            else:
                actions.button(
                    "Use this list",
                    regulator_choice.use_list,
                    info,
                    match,
                    type="primary",
                    icon=":material/checklist:",
                    key="use_list",
                )
        st.markdown(f"Proposed for these data: {match.sentence}")
        source = text_format.plain(
            f"{listed.source}, {listed.date}. Licence: {listed.licence}.", at_most=400
        )
        st.caption(f"Source: {source}")
