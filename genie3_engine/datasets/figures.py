"""Figures of the distributions of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from genie3_engine.figure_style import COLOURS, SEQUENCE, ground, styled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.datasets.distributions import GeneSpread, SampleMap, SampleSpread

_MOST_BOXES = 60
_MOST_IN_HEAT_MAP = 150
_LABELLED_AT_MOST = 12
_NAME_LENGTH = 28


def sample_values_figure(spread: SampleSpread, *, dark: bool = False) -> go.Figure:
    """Draw each sample's quantiles: boxes for few samples, ribbons for many.

    Parameters
    ----------
    spread : SampleSpread
        The quantiles.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    if len(spread.samples) <= _MOST_BOXES:
        _add_boxes(figure, spread)
    else:
        _add_ribbons(figure, spread)
    styled(figure, dark=dark)
    figure.update_yaxes(title_text=_sentence_case(spread.unit))
    return figure


def _add_boxes(figure: go.Figure, spread: SampleSpread) -> None:
    low, first, median, third, high = spread.quantiles
    figure.add_trace(
        go.Box(
            x=np.arange(len(spread.samples)),
            lowerfence=low,
            q1=first,
            median=median,
            q3=third,
            upperfence=high,
            marker_color=COLOURS[0],
            line_width=1.2,
            showlegend=False,
            name="",
        )
    )
    figure.update_xaxes(
        tickvals=np.arange(len(spread.samples)),
        ticktext=[_short(name) for name in spread.samples],
        tickangle=-60 if len(spread.samples) > 12 else 0,
    )


def _add_ribbons(figure: go.Figure, spread: SampleSpread) -> None:
    order = np.argsort(spread.quantiles[2], kind="stable")
    low, first, median, third, high = spread.quantiles[:, order]
    position = np.arange(1, len(order) + 1)
    names = [_short(spread.samples[sample]) for sample in order]
    for below, above, shade, label in (
        (low, high, 0.18, "5 to 95 % of genes"),
        (first, third, 0.35, "Middle half"),
    ):
        figure.add_trace(go.Scatter(x=position, y=below, **_edge()))
        figure.add_trace(
            go.Scatter(
                x=position,
                y=above,
                fill="tonexty",
                fillcolor=f"rgba(0, 114, 178, {shade})",
                name=label,
                **{**_edge(), "showlegend": True},
            )
        )
    figure.add_trace(
        go.Scatter(
            x=position,
            y=median,
            mode="lines",
            line={"color": COLOURS[0], "width": 1.5},
            name="Median",
            text=names,
            hovertemplate="%{text}<br>median %{y:.3g}<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Samples, by their median")


def _edge() -> dict[str, object]:
    return {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}


def gene_variance_figure(spread: GeneSpread, *, dark: bool = False) -> go.Figure:
    """Draw how many genes have which variance; constant genes are counted in the title.

    Parameters
    ----------
    spread : GeneSpread
        The genes.
    dark : bool
        Whether the page is dark.
    """
    varying = spread.variance[spread.variance > 0]
    figure = _histogram(np.log10(varying), step=None)
    styled(figure, dark=dark)
    figure.update_xaxes(title_text="Variance over samples", **_powers(varying))
    figure.update_yaxes(title_text="Genes")
    return figure


def zero_share_figure(spread: GeneSpread, *, dark: bool = False) -> go.Figure:
    """Draw how many genes are without expression in which share of the samples.

    Parameters
    ----------
    spread : GeneSpread
        The genes.
    dark : bool
        Whether the page is dark.
    """
    figure = _histogram(100.0 * (1.0 - spread.expressed_share), step=2.5)
    styled(figure, dark=dark)
    figure.update_xaxes(title_text="Samples without expression", ticksuffix=" %", range=[0, 102.5])
    figure.update_yaxes(title_text="Genes")
    return figure


def _histogram(values: NDArray[np.float64], *, step: float | None) -> go.Figure:
    """Count here, so that the browser gets bars and not tens of thousands of values."""
    if step is None:
        counts, edges = (
            np.histogram(values, bins=50) if values.size else (np.zeros(1), np.arange(2))
        )
    else:
        counts, edges = np.histogram(values, bins=np.arange(0, 100 + 2 * step, step))
    return go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=np.diff(edges) * 0.94,
            marker_color=COLOURS[0],
            hovertemplate="%{y:,} genes<extra></extra>",
        )
    )


def _powers(values: NDArray[np.float64]) -> dict[str, object]:
    """Return ticks at powers of ten for an axis of logarithms."""
    if not values.size:
        return {}
    low, high = int(np.floor(np.log10(values.min()))), int(np.ceil(np.log10(values.max())))
    ticks = list(range(low, high + 1, max(1, (high - low) // 8)))
    return {"tickvals": ticks, "ticktext": [f"10<sup>{power}</sup>" for power in ticks]}


def sample_pca_figure(samples: SampleMap, *, dark: bool = False) -> go.Figure:
    """Draw the samples by their first two principal components; those apart are named.

    Parameters
    ----------
    samples : SampleMap
        The samples.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    for apart, colour, label in ((False, COLOURS[0], "Samples"), (True, COLOURS[5], "Apart")):
        chosen = np.flatnonzero(samples.apart == apart)
        if not len(chosen):
            continue
        is_named = apart and len(chosen) <= _LABELLED_AT_MOST
        figure.add_trace(
            go.Scatter(
                x=samples.first[chosen],
                y=samples.second[chosen],
                mode="markers+text" if is_named else "markers",
                text=[_short(samples.samples[sample]) for sample in chosen],
                textposition="top center",
                marker={
                    "color": colour,
                    "size": 9,
                    "symbol": "diamond" if apart else "circle",
                    "line": {"width": 1, "color": ground(dark=dark).paper},
                },
                name=label,
                hovertemplate="%{text}<extra></extra>",
            )
        )
    styled(figure, dark=dark, height=420)
    first, second = samples.explained
    figure.update_xaxes(title_text=f"Component 1 ({100 * first:.0f} % of variance)")
    figure.update_yaxes(title_text=f"Component 2 ({100 * second:.0f} % of variance)")
    figure.update_layout(showlegend=bool(samples.apart.any()))
    return figure


def sample_correlation_figure(samples: SampleMap, *, dark: bool = False) -> go.Figure:
    """Draw the similarity of samples, similar ones next to each other; a sample of many.

    Parameters
    ----------
    samples : SampleMap
        The samples.
    dark : bool
        Whether the page is dark.
    """
    n_samples = len(samples.samples)
    shown = np.arange(n_samples)
    if n_samples > _MOST_IN_HEAT_MAP:
        even = np.linspace(0, n_samples - 1, _MOST_IN_HEAT_MAP).round().astype(int)
        shown = np.union1d(even, np.flatnonzero(samples.apart)[:_MOST_IN_HEAT_MAP])
    correlation = samples.correlation[np.ix_(shown, shown)]
    order = _like_beside_like(correlation)
    names = [_short(samples.samples[sample]) for sample in shown[order]]
    is_named = len(names) <= _MOST_BOXES
    figure = go.Figure(
        go.Heatmap(
            z=np.round(correlation[np.ix_(order, order)], 4),
            customdata=[[[row, column] for column in names] for row in names],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]}<br>r = %{z:.3f}<extra></extra>",
            colorscale=list(SEQUENCE if not dark else SEQUENCE[::-1]),
            colorbar={"title": "r", "thickness": 12},
        )
    )
    styled(figure, dark=dark, height=460)
    ticks = {"tickvals": list(range(len(names))), "ticktext": names} if is_named else {}
    bare = {"showgrid": False, "showline": False, "ticks": "", "constrain": "domain"}
    figure.update_xaxes(showticklabels=is_named, **bare, **ticks)
    figure.update_yaxes(
        showticklabels=is_named, autorange="reversed", scaleanchor="x", **bare, **ticks
    )
    return figure


def _like_beside_like(correlation: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return an order in which similar samples are next to each other."""
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(correlation) < 3:
        return np.arange(len(correlation))
    distance = np.clip(1.0 - (correlation + correlation.T) / 2, 0.0, None)
    np.fill_diagonal(distance, 0.0)
    order: NDArray[np.intp] = leaves_list(linkage(squareform(distance, checks=False), "average"))
    return order


def _short(name: str) -> str:
    """Return a user's name for a figure, which would read ``<b>`` as a tag."""
    line = " ".join(name.split())
    line = line if len(line) <= _NAME_LENGTH else f"{line[: _NAME_LENGTH - 1]}…"
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:] if not text.startswith("log2") else text
