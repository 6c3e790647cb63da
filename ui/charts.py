"""Show figures with their numbers to download.

SVG and PNG are drawn by the browser, by the plotly that shows the figure: no server has to draw
them, and nothing is fetched from elsewhere.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui import text_format

_PNG_SCALE = 3  # three times as many dots as on the screen: sharp in print
_HTML = """
<div class="chart-files">
  <button data-format="svg" title="Download as a drawing, sharp at any size">SVG</button>
  <button data-format="png" title="Download as a picture">PNG</button>
</div>
"""
_CSS = """
.chart-files { display: flex; gap: 1.25rem; min-height: 2.5rem; align-items: center; }
.chart-files button {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color);
  background: none; border: none; padding: 0;
  cursor: pointer;
}
.chart-files button::before { content: "↓ "; color: var(--st-primary-color); }
.chart-files button:hover, .chart-files button:focus-visible { color: var(--st-primary-color); }
"""
# Streamlit passes no function to plotly, so plotly's own button is pressed with other options.
_JS = """
function save(format, { chart, name, scale }) {
  const plot = document.querySelector(`.st-key-${CSS.escape(chart)} .js-plotly-plot`);
  const camera = plot?.querySelector('.modebar-btn[data-title^="Download plot"]');
  if (!camera) return;
  plot._context.toImageButtonOptions = {
    format, filename: name, scale: format === "png" ? scale : 1,
  };
  camera.click();
}

export default function ({ data, parentElement }) {
  for (const button of parentElement.querySelectorAll("button[data-format]")) {
    button.onclick = () => save(button.dataset.format, data);
  }
}
"""
_files = st.components.v2.component("genie3.chart_files", html=_HTML, css=_CSS, js=_JS)


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
    """Show a figure with the ways to take it away: SVG, PNG, and its numbers.

    Parameters
    ----------
    figure : Figure
        Styled already: `genie3_engine.figure_style.styled`.
    key : str
        The widget key.
    name : str
        What its files are called, without ending.
    numbers : DataFrame, optional
        What the figure shows, as a table to download.
    alt : str, optional
        The figure in a sentence, for those who cannot see it.
    """
    file = text_format.shorten(name, at_most=80)
    config = {
        "displaylogo": False,
        "toImageButtonOptions": {"format": "svg", "filename": file, "scale": 1},
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    }
    st.plotly_chart(figure, theme=None, key=key, config=config, alt=alt)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if numbers is not None:
            st.download_button(
                "Numbers",
                lambda: numbers.to_csv(index=False, lineterminator="\n"),
                file_name=f"{file}.csv",
                mime="text/csv",
                icon=":material/download:",
                key=f"{key}_numbers",
                type="tertiary",
                on_click="ignore",
            )
        with st.container(width="content"):
            _files(
                key=f"{key}_files",
                data={"chart": key, "name": file, "scale": _PNG_SCALE},
            )
