"""Curve of links and genes by threshold."""

from __future__ import annotations

import streamlit as st

from genie3_engine.networks.figures import kept_figure
from genie3_engine.networks.thresholds import Cut, CutKind
from ui import charts, networks


def show(network: networks.Network, cut: Cut) -> None:
    """Show the curve when it is opened: it needs one pass over all links."""
    box = st.expander(
        "Links by threshold", icon=":material/show_chart:", key="kept", on_change="rerun"
    )
    if not box.open:
        return
    survey = networks.survey(network)
    numbers = survey.by_target if cut.kind is CutKind.TARGET else survey.by_rank
    with box:
        charts.show(
            kept_figure(survey, cut, dark=charts.is_dark()),
            key="kept_figure",
            name="links by threshold",
            numbers=numbers,
            alt="Links and genes by threshold; the threshold in use is marked",
        )
