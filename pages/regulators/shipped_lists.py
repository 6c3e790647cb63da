"""The lists of regulators that ship with the program, matched with a data set."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.regulator_lists import (
    REGULATOR_LISTS,
    ListMatch,
    match_list,
    proposed_list,
)
from ui import cache


def proposed(dataset: str) -> ListMatch | None:
    """Return the list that matches most genes of a data set; None where none is for them."""
    table = runs.gene_table(dataset)
    return _proposed(dataset, table.version, _table=table)


def matched(dataset: str, name: str) -> ListMatch:
    """Return what a list gives for a data set."""
    table = runs.gene_table(dataset)
    return _matched(dataset, name, table.version, _table=table)


@cache.by_home
@st.cache_data(max_entries=16, show_spinner=False)
def _proposed(home: Path, dataset: str, version: str, *, _table: GeneTable) -> ListMatch | None:
    return proposed_list(cache.expression(dataset).genes, table=_table)


@cache.by_home
@st.cache_data(max_entries=64, show_spinner=False)
def _matched(home: Path, dataset: str, name: str, version: str, *, _table: GeneTable) -> ListMatch:
    return match_list(REGULATOR_LISTS[name], cache.expression(dataset).genes, table=_table)
