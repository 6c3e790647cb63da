"""The limits of the server, as a table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine import runs
from ui import errors


def show() -> None:
    """Show the limits where there are any, and the reason where they cannot be read."""
    with errors.shown():
        limits = runs.server_limits()
        if limits.are_set:
            with st.expander("Limits of this server", icon=":material/rule:"):
                rows = runs.limit_rows(limits, only_set=True)
                table = pd.DataFrame(rows, columns=["Limit", "Value"])
                st.dataframe(table, hide_index=True, key="limits")
