"""Figures of the links and targets that differ between two conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from genie3_engine.figure_style import COLOURS, ground, short_name, styled
from genie3_engine.networks.changes import CLEAR_Q
from genie3_engine.networks.colours import change_colours

if TYPE_CHECKING:
    import pandas as pd

_MOST_IN_SVG = 2_000
_MARGIN = 0.06  # of an axis, beyond its values
_FIRST_R2 = -1.0  # lower R² is drawn here

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ConditionSamples:
    """Expression of a regulator and a target in the samples of one condition.

    Parameters
    ----------
    label : str
        What the condition is called.
    samples : sequence of str
        Names of the samples.
    regulator, target : (n_samples,) float64
        Expression.
    """

    label: str
    samples: Sequence[str]
    regulator: Values
    target: Values


def conditions_figure(
    conditions: Sequence[ConditionSamples], regulator: str, target: str, *, dark: bool = False
) -> go.Figure:
    """Draw a target against its regulator in each condition, side by side with the same axes.

    Parameters
    ----------
    conditions : sequence of ConditionSamples
        The conditions, from left to right.
    regulator, target : str
        The genes.
    dark : bool
        Whether the page is dark.
    """
    titles = [
        f"{short_name(each.label, at_most=18)}<br>n = {len(each.samples):,}" for each in conditions
    ]
    figure = make_subplots(
        rows=1,
        cols=len(conditions),
        shared_yaxes=True,
        subplot_titles=titles,
        horizontal_spacing=0.04,
    )
    for place, each in enumerate(conditions):
        n_samples = len(each.samples)
        kind = go.Scattergl if n_samples > _MOST_IN_SVG else go.Scatter
        figure.add_trace(
            kind(
                x=each.regulator,
                y=each.target,
                mode="markers",
                name=short_name(each.label, at_most=24),
                text=[short_name(name) for name in each.samples],
                marker={
                    "color": COLOURS[place % len(COLOURS)],
                    "size": 7 if n_samples < 500 else 5,
                    "opacity": 0.75,
                },
                hovertemplate="%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>",
            ),
            row=1,
            col=place + 1,
        )
    styled(figure, dark=dark, height=320)
    figure.update_layout(showlegend=False, margin={"t": 44})
    figure.update_annotations(font_size=12)
    figure.update_xaxes(
        title_text=short_name(regulator),
        range=_range(np.concatenate([each.regulator for each in conditions])),
    )
    figure.update_yaxes(range=_range(np.concatenate([each.target for each in conditions])))
    figure.update_yaxes(title_text=short_name(target), col=1)
    return figure


def rewiring_figure(
    targets: pd.DataFrame, *, gene: str | None = None, dark: bool = False
) -> go.Figure:
    """Draw how well forests predict targets in the other group, against their own group.

    Parameters
    ----------
    targets : DataFrame
        Columns target, oob_r2_1, oob_r2_2, r2_1_on_2, r2_2_on_1 and rewiring_q.
    gene : str, optional
        A target that is marked.
    dark : bool
        Whether the page is dark.

    Returns
    -------
    Figure
        The mean of both groups. Points on the dotted line carry over to the other group; points
        below do not.
    """
    own = targets[["oob_r2_1", "oob_r2_2"]].mean(axis=1).clip(lower=_FIRST_R2)
    other = targets[["r2_1_on_2", "r2_2_on_1"]].mean(axis=1).clip(lower=_FIRST_R2)
    is_clear = (targets["rewiring_q"] <= CLEAR_Q).to_numpy()
    is_chosen = (targets["target"].astype(str) == (gene or "")).to_numpy()
    muted = ground(dark=dark).muted
    figure = go.Figure()
    groups = [
        ("Other targets", ~is_clear & ~is_chosen, muted, 6),
        (f"Rewired, q ≤ {CLEAR_Q:g}", is_clear & ~is_chosen, COLOURS[5], 8),
    ]
    if gene is not None and is_chosen.any():
        groups.append((short_name(gene, at_most=24), is_chosen, COLOURS[0], 12))
    kind = go.Scattergl if len(targets) > _MOST_IN_SVG else go.Scatter
    for name, rows, colour, size in groups:
        figure.add_trace(
            kind(
                x=own[rows],
                y=other[rows],
                mode="markers",
                name=name,
                text=[short_name(str(target)) for target in targets["target"][rows]],
                marker={"color": colour, "size": size, "opacity": 0.75},
                hovertemplate="%{text}<br>own group %{x:.2f}, other %{y:.2f}<extra></extra>",
            )
        )
    known = np.concatenate([own.dropna(), other.dropna(), [0.0, 1.0]])
    ends = [float(known.min()), 1.0]
    figure.add_trace(
        go.Scatter(
            x=ends,
            y=ends,
            mode="lines",
            name="Carries over",
            line={"color": muted, "dash": "dot", "width": 1.5},
            hoverinfo="skip",
        )
    )
    styled(figure, dark=dark, height=340)
    figure.update_xaxes(title_text="R² in the own group (out-of-bag)")
    figure.update_yaxes(title_text="R² in the other group")
    return figure


def statistics_figure(changes: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw both statistics of each link against each other: z and Fisher's z.

    Parameters
    ----------
    changes : DataFrame
        Columns regulator, target, z, fisher_z, q and change.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    kinds = changes["change"].astype(str).to_numpy()
    kind = go.Scattergl if len(changes) > _MOST_IN_SVG else go.Scatter
    colours = change_colours(dark=dark) | {"kept": ground(dark=dark).muted}
    for change, colour in reversed(colours.items()):
        rows = changes[kinds == change]
        names = [
            f"{short_name(str(row.regulator))} → {short_name(str(row.target))}"
            for row in rows.itertuples()
        ]
        figure.add_trace(
            kind(
                x=rows["fisher_z"],
                y=rows["z"],
                mode="markers",
                name=change.capitalize(),
                text=names,
                customdata=rows["q"],
                marker={"color": colour, "size": 6, "opacity": 0.7},
                hovertemplate="%{text}<br>z %{y:.2f}, q %{customdata:.2g}"
                "<br>Fisher's z %{x:.2f}<extra></extra>",
            )
        )
    styled(figure, dark=dark, height=340)
    figure.update_xaxes(title_text="Change of the correlation (Fisher's z)")
    figure.update_yaxes(title_text="Change of the importance (z)")
    return figure


def _range(values: Values) -> list[float]:
    """Return the ends of an axis that holds some values."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = _MARGIN * (high - low) or 1.0
    return [low - room, high + room]
