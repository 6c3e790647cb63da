"""How many links and genes would each cut keep?"""

from __future__ import annotations

import streamlit as st

from genie3_engine.networks.figures import kept_figure
from genie3_engine.networks.thresholds import Cut, CutKind
from ui import charts, networks


def show(network: networks.Network, cut: Cut) -> None:
    """Show the curve once it is asked for: it needs one reading of all links."""
    box = st.expander(
        "What each cut keeps", icon=":material/show_chart:", key="kept", on_change="rerun"
    )
    if not box.open:
        return
    survey = networks.survey(network)
    numbers = survey.by_target if cut.kind is CutKind.TARGET else survey.by_rank
    with box:
        charts.show(
            kept_figure(survey, cut, dark=charts.is_dark()),
            key="kept_figure",
            name="what each cut keeps",
            numbers=numbers,
            alt="Links and genes that each cut keeps; the cut in use is marked",
        )
