"""Figures of thresholds, fits and single links of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.figure_style import COLOURS, ground, short_name, styled
from genie3_engine.networks.thresholds import Threshold, ThresholdKind

if TYPE_CHECKING:
    import pandas as pd

    from genie3_engine.data.expression import Expression
    from genie3_engine.networks.summary import NetworkSummary

_MOST_IN_SVG = 2_000
_MOST_SAMPLES = 20_000  # as points; of more, evenly chosen ones are drawn
_KEPT = {"n_links": "Links", "n_genes": "Genes", "n_regulators": "Regulators"}


def threshold_figure(
    summary: NetworkSummary, threshold: Threshold, *, dark: bool = False
) -> go.Figure:
    """Draw how many links and genes each threshold keeps.

    Parameters
    ----------
    summary : NetworkSummary
        The network.
    threshold : Threshold
        The threshold in use, marked; its kind decides what lies along the axis.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    value, table = summary.curve(threshold.kind)
    lines = [
        (table[value], table[column], name)
        for column, name in _KEPT.items()
        if column in table and column != value
    ]
    for (x, y, name), colour in zip(lines, COLOURS, strict=False):
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                name=name,
                mode="lines",
                line={"color": colour, "width": 2},
                hovertemplate=f"%{{x:,.3~g}}<br>%{{y:,}} {name.lower()}<extra></extra>",
            )
        )
    styled(figure, dark=dark, height=260)
    figure.add_vline(x=threshold.value, line={"color": ground(dark=dark).muted, "dash": "dot"})
    is_linear = threshold.kind is ThresholdKind.STABILITY
    figure.update_xaxes(
        title_text=threshold.rule.axis,
        type="linear" if is_linear else "log",
        exponentformat="power",
    )
    figure.update_yaxes(title_text="Kept", type="log", exponentformat="power")
    if threshold.kind is ThresholdKind.SCORE:
        figure.update_xaxes(autorange="reversed")
    return figure


def link_figure(
    expression: Expression,
    regulator: str,
    target: str,
    *,
    gene_table: GeneTable = NO_GENE_TABLE,
    dark: bool = False,
) -> go.Figure:
    """Draw a target's expression against its regulator's, a point a sample.

    Parameters
    ----------
    expression : Expression
        The data.
    regulator, target : str
        Genes of the data.
    gene_table : GeneTable
        Labels of the genes.
    dark : bool
        Whether the page is dark.
    """
    n_samples = expression.n_samples
    shown = np.arange(n_samples)
    if n_samples > _MOST_SAMPLES:
        shown = np.linspace(0, n_samples - 1, _MOST_SAMPLES).round().astype(np.intp)
    x, y = (
        np.asarray(expression.values[expression.genes.index(gene)])[shown]
        for gene in (regulator, target)
    )
    kind = go.Scattergl if len(x) > _MOST_IN_SVG else go.Scatter
    figure = go.Figure(
        kind(
            x=x,
            y=y,
            mode="markers",
            text=[short_name(expression.samples[sample]) for sample in shown],
            marker={"color": COLOURS[0], "size": 8 if len(x) < 500 else 5, "opacity": 0.75},
            hovertemplate="%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>",
        )
    )
    styled(figure, dark=dark, height=320)
    figure.update_xaxes(title_text=short_name(gene_table.label(regulator)))
    figure.update_yaxes(title_text=short_name(gene_table.label(target)))
    return figure


def fit_figure(genes: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw how well genes are predicted: how many have which out-of-bag R².

    Parameters
    ----------
    genes : DataFrame
        Column oob_r2, NaN where there is none.
    dark : bool
        Whether the page is dark.
    """
    known = genes["oob_r2"].dropna().clip(lower=-1.0).to_numpy()
    edges = np.linspace(-1.0, 1.0, 41)
    counts, _ = np.histogram(known, bins=edges)
    middles = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure(
        go.Bar(
            x=middles,
            y=counts,
            width=np.diff(edges) * 0.94,
            marker_color=[COLOURS[5] if middle < 0 else COLOURS[0] for middle in middles],
            hovertemplate="%{y:,} genes<extra></extra>",
        )
    )
    styled(figure, dark=dark, height=220)
    first = float(middles[np.flatnonzero(counts)[0]]) if counts.any() else 0.0
    figure.update_xaxes(title_text="Out-of-bag R²", range=[min(-0.1, first - 0.1), 1])
    figure.update_yaxes(title_text="Genes")
    return figure


def overlap_figure(curve: pd.DataFrame, *, n_links: int, dark: bool = False) -> go.Figure:
    """Draw what the strongest links of two networks have in common, by number of links.

    Parameters
    ----------
    curve : DataFrame
        `genie3_engine.networks.overlap.NetworkOverlap.curve`.
    n_links : int
        The number of links in use, marked.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    lines = (
        ("overlap", "Overlap", COLOURS[0], "solid"),
        ("jaccard", "Jaccard index", COLOURS[1], "solid"),
        ("by_chance", "Overlap of random orders", ground(dark=dark).muted, "dash"),
    )
    for column, name, colour, dash in lines:
        figure.add_trace(
            go.Scatter(
                x=curve["n_links"],
                y=curve[column],
                name=name,
                mode="lines",
                line={"color": colour, "width": 2, "dash": dash},
                hovertemplate=f"%{{x:,}} links<br>{name} %{{y:.3f}}<extra></extra>",
            )
        )
    styled(figure, dark=dark, height=320)
    figure.add_vline(x=n_links, line={"color": ground(dark=dark).muted, "dash": "dot"})
    figure.update_xaxes(
        title_text="Strongest links of each network", type="log", exponentformat="power"
    )
    figure.update_yaxes(title_text="In common", range=[0, 1.02])
    return figure
