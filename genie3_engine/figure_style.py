"""Style of all figures, on light and dark pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Okabe-Ito: told apart by every kind of eye. Yellow comes last: it is weak on white.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
ACTIVATION, REPRESSION, UNCLEAR = "#0072b2", "#d55e00", "#8a949a"
# Below the axis; a figure has buttons above it, at the right.
LEGEND_BELOW = {"x": 0, "xref": "container", "y": 0, "yanchor": "bottom", "yref": "container"}
FONT = "Source Sans, sans-serif"
# Light to dark of one hue: larger is stronger, also in grey print.
SEQUENCE = ("#eef5f8", "#b9d8e4", "#7bb4c9", "#3f8ba8", "#1f6f8b", "#0d4459")


@dataclass(frozen=True, slots=True)
class Ground:
    """The colours of a page behind a figure, as in ``.streamlit/config.toml``.

    Parameters
    ----------
    paper, text, grid, muted : str
        Background, text, thin lines, and subdued parts; ``#rrggbb``.
    """

    paper: str
    text: str
    grid: str
    muted: str


LIGHT = Ground(paper="#ffffff", text="#1f2a30", grid="#e3e8eb", muted="#6b777d")
DARK = Ground(paper="#14191c", text="#e7edf0", grid="#2b353a", muted="#98a4aa")


def ground(*, dark: bool) -> Ground:
    """Return the colours behind a figure."""
    return DARK if dark else LIGHT


def short_name(name: str, *, at_most: int = 40) -> str:
    """Return a user's name for a figure, which would read ``<b>`` as a tag.

    Examples
    --------
    >>> short_name("<b>" + 50 * "x", at_most=6)
    '&lt;b&gt;xx…'
    """
    line = " ".join(name.split())
    line = line if len(line) <= at_most else f"{line[: at_most - 1]}…"
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def styled(figure: go.Figure, *, dark: bool = False, height: int = 360) -> go.Figure:
    """Give a figure the look of all others, and return it.

    Parameters
    ----------
    figure : Figure
        Any figure; changed in place.
    dark : bool
        Whether the page is dark.
    height : int
        Height in pixels.

    Returns
    -------
    Figure
        The same figure.
    """
    import plotly.graph_objects as go  # not there without the page; colours are of use all the same

    colours = ground(dark=dark)
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.muted,
        "zeroline": False,
        "automargin": True,
        "title": {"standoff": 8},
    }
    template = go.layout.Template(
        layout={
            "colorway": COLOURS,
            "paper_bgcolor": colours.paper,
            "plot_bgcolor": colours.paper,
            "font": {"family": FONT, "size": 14, "color": colours.text},
            "title": {"x": 0, "xref": "paper", "font": {"size": 16}},
            "hoverlabel": {"font": {"family": FONT}},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
            "colorscale": {"sequential": list(SEQUENCE)},
            "separators": ".,",
        }
    )
    figure.update_layout(template=template, height=height)
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
