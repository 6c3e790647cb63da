"""Accuracy measures and their curves."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.evaluation import comparison
from genie3_engine.evaluation.accuracy import Accuracy, Curve
from genie3_engine.evaluation.comparison import MeasuredList
from genie3_engine.evaluation.figures import precision_recall_figure, roc_figure
from ui import charts

_WIDTH = 180


def measures(of: MeasuredList) -> None:
    """Show the figures that the command ``evaluate`` prints."""
    accuracy, chance = of.accuracy, of.accuracy.random_precision
    with st.container(horizontal=True, gap="medium", key="measures"):
        st.metric(
            "AUROC",
            f"{accuracy.auroc:.4f}",
            delta_description="random order: 0.5",
            help="Area under the ROC curve: how often a true link ranks above a false one.",
            width=_WIDTH,
        )
        st.metric(
            "AUPR",
            f"{accuracy.aupr:.4f}",
            delta_description=f"random order: {chance:.4f}",
            help="Area under the precision-recall curve, as DREAM5 computes it.",
            width=_WIDTH,
        )
        st.metric(
            "Early precision",
            f"{accuracy.early_precision:.4f}",
            delta_description=f"{accuracy.early_precision_ratio:.2f} times the random order",
            help=f"Precision of the first {accuracy.n_positives:,} links: as many as are true.",
            width=_WIDTH,
        )
        st.metric(
            "True links",
            f"{accuracy.n_positives:,}",
            delta_description=f"among {accuracy.n_universe:,} evaluated pairs",
            help=f"Evaluated: {accuracy.universe}.",
            width=_WIDTH,
        )
    st.caption(" ".join(_remarks(of)), help=" ".join(comparison.cautions([of])))


def _remarks(of: MeasuredList) -> Iterator[str]:
    accuracy, intervals = of.accuracy, of.intervals()
    if intervals:
        words = (
            f"{label} {intervals[measure][0]:.4f} to {intervals[measure][1]:.4f}"
            for measure, label in comparison.MEASURES.items()
        )
        yield f"95 % intervals for other targets: {', '.join(words)}."
    yield (
        f"AUPR as DREAM4 computes it is {accuracy.aupr_dream4:.4f}, as scikit-learn does "
        f"{accuracy.average_precision:.4f}."
    )
    yield f"Of {labels.count(accuracy.n_links, 'link')}, {accuracy.n_scored:,} are evaluated."
    if accuracy.n_absent:
        yield (
            f"{labels.count(accuracy.n_absent, 'pair')} that the network lacks rank last, "
            "in random order."
        )


def curves(accuracy: Accuracy, *, name: str) -> None:
    """Show both curves side by side."""
    dark = charts.is_dark()
    with st.container(key="split"):
        roc, precision_recall = st.columns(2, gap="large")
    with roc:
        st.subheader("ROC curve", anchor=False)
        charts.show(
            roc_figure(accuracy, dark=dark),
            key="roc",
            name=f"{name} ROC",
            numbers=_numbers(accuracy.roc, "false_positive_rate", "true_positive_rate"),
            alt=f"ROC curve with an area of {accuracy.auroc:.4f}.",
        )
    with precision_recall:
        st.subheader("Precision and recall", anchor=False)
        charts.show(
            precision_recall_figure(accuracy, dark=dark),
            key="precision_recall",
            name=f"{name} precision and recall",
            numbers=_numbers(accuracy.precision_recall, "recall", "precision"),
            alt=f"Precision-recall curve with an area of {accuracy.aupr:.4f}; random order: "
            f"{accuracy.random_precision:.4f}.",
        )


def _numbers(curve: Curve, x: str, y: str) -> pd.DataFrame:
    return pd.DataFrame({x: curve.x, y: curve.y})
