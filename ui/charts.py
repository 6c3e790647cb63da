"""How does a page show a figure, and how is it taken away?"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui import words


def is_dark() -> bool:
    """Return True when the browser shows the dark theme."""
    return st.context.theme.type == "dark"


def show(
    figure: go.Figure,
    *,
    key: str,
    name: str,
    numbers: pd.DataFrame | None = None,
    alt: str | None = None,
) -> None:
    """Show a figure with the ways to take it away.

    Parameters
    ----------
    figure : Figure
        Styled already: `genie3_engine.plots.style.styled`.
    key : str
        The widget key.
    name : str
        What its files are called, without ending.
    numbers : DataFrame, optional
        What the figure shows, as a table to download.
    alt : str, optional
        The figure in a sentence, for those who cannot see it.
    """
    config = {
        "displaylogo": False,
        "toImageButtonOptions": {"format": "svg", "filename": name, "scale": 1},
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    }
    st.plotly_chart(figure, theme=None, key=key, config=config, alt=alt)
    if numbers is not None:
        st.download_button(
            "Numbers",
            lambda: numbers.to_csv(index=False, lineterminator="\n"),
            file_name=f"{words.shorten(name, at_most=80)}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"{key}_numbers",
            type="tertiary",
            on_click="ignore",
        )
