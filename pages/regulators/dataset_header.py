"""The data set, its candidate regulators now, and the way on."""

from __future__ import annotations

import streamlit as st

from genie3_engine.runs import DatasetInfo
from ui import datasets, layout, navigation, state


def show(info: DatasetInfo, *, has_proposal: bool) -> None:
    """Show the data set with its candidate regulators, and the button to the settings.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    has_proposal : bool
        Whether a list is proposed, which is the first step as long as there are no regulators.
    """
    stored = info.labels
    with st.container(horizontal=True, vertical_alignment="center", key="chosen"):
        st.markdown(
            datasets.described(info, stored.regulators, stored.regulators_from), width="stretch"
        )
        if st.button(
            "Continue to Infer",
            type="secondary" if has_proposal and stored.regulators is None else "primary",
            icon=":material/arrow_forward:",
            key="next",
            on_click=state.put,
            args=(state.DATASET, info.fingerprint),
        ):
            layout.go(navigation.INFER, data=info.fingerprint)
