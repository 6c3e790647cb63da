"""Sizes of the homes of a server's people."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine import administration

_MEGABYTE = 1e6


def show() -> None:
    """Show who takes how much."""
    uses = administration.use_of_people()
    st.subheader("Homes", anchor=False)
    table = pd.DataFrame(
        {
            "Person": [use.person.label for use in uses],
            "Address": [use.person.email for use in uses],
            "MB": [use.n_bytes / _MEGABYTE for use in uses],
            "Runs": [use.n_runs for use in uses],
            "At work": [use.n_at_work for use in uses],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key="homes",
        column_config={"MB": st.column_config.NumberColumn(format="%.1f")},
    )
