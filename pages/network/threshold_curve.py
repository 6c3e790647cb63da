"""Curve of links and genes by threshold."""

from __future__ import annotations

import streamlit as st

from genie3_engine.networks.figures import threshold_figure
from genie3_engine.networks.thresholds import Threshold
from ui import charts, networks


def show(network: networks.Network, threshold: Threshold) -> None:
    """Show the curve when it is opened: it needs one pass over all links."""
    box = st.expander(
        "Links by threshold", icon=":material/show_chart:", key="kept", on_change="rerun"
    )
    if not box.open:
        return
    summary = networks.network_summary(network)
    _, numbers = summary.curve(threshold.kind)
    with box:
        charts.show(
            threshold_figure(summary, threshold, dark=charts.is_dark()),
            key="threshold_figure",
            name="links by threshold",
            numbers=numbers,
            alt="Links and genes by threshold; the threshold in use is marked",
        )
