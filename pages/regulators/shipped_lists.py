"""The lists of regulators that ship with the program, matched with a data set."""

from __future__ import annotations

import streamlit as st

from genie3_engine.data.regulator_lists import (
    REGULATOR_LISTS,
    ListMatch,
    match_list,
    proposed_list,
)
from ui import cache


@st.cache_data(max_entries=16, show_spinner=False)
def proposed(dataset: str) -> ListMatch | None:
    """Return the list that matches most genes of a data set; None where none is for them."""
    return proposed_list(cache.expression(dataset).genes)


@st.cache_data(max_entries=64, show_spinner=False)
def matched(dataset: str, name: str) -> ListMatch:
    """Return what a list gives for a data set."""
    return match_list(REGULATOR_LISTS[name], cache.expression(dataset).genes)
