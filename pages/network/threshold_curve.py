"""What each threshold keeps, and how many of its links should be true."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine.errors import Genie3Error
from genie3_engine.evaluation.figures import calibration_figure
from genie3_engine.networks.figures import threshold_figure
from genie3_engine.networks.link_evidence import STABILITY
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.runs import RunSummary
from ui import cache, charts, errors, gold_standards, networks, text_format, uploads


def show(network: networks.Network, threshold: Threshold, summary: RunSummary) -> None:
    """Show the curves when they are opened: they need one pass over all links."""
    box = st.expander(
        "Links by threshold", icon=":material/show_chart:", key="kept", on_change="rerun"
    )
    if not box.open:
        return
    found = networks.network_summary(network)
    _, numbers = found.curve(threshold.kind)
    with box:
        charts.show(
            threshold_figure(found, threshold, dark=charts.is_dark()),
            key="threshold_figure",
            name="links by threshold",
            numbers=numbers,
            alt="Links and genes by threshold; the threshold in use is marked",
        )
        if network.has(STABILITY):
            _precision(network, summary)


def _precision(network: networks.Network, summary: RunSummary) -> None:
    """Show the precision by stability, where a gold standard is known."""
    gold = gold_standards.known(network.dataset)
    if gold is None:
        st.caption(
            "The expected precision by stability is shown here when a gold standard was used for "
            "these data on the page Accuracy."
        )
        return
    try:
        with uploads.errors_by_name(gold):
            measured, judged = cache.judgement(summary, gold, {})
    except Genie3Error as problem:
        errors.show(problem)
        return
    bins = networks.expected_precision(network, judged.gold, gold.id)
    charts.show(
        calibration_figure(
            bins,
            random_precision=measured.accuracy.random_precision,
            dark=charts.is_dark(),
        ),
        key="precision_figure",
        name="precision by stability",
        numbers=pd.DataFrame(
            {
                "least_stability": [each.least for each in bins],
                "links": [each.n_links for each in bins],
                "true_links": [each.n_true for each in bins],
                "precision": [each.precision for each in bins],
            }
        ),
        alt="Precision of the links by their stability, with 95 % intervals",
    )
    st.caption(
        f"Expected precision: the share of true links by {text_format.plain(gold.name)}, of "
        "those that it judges, with 95 % intervals. Dotted: links at random."
    )
