"""Heat map of the activity of regulons by sample."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.regulons.figures import activity_figure
from genie3_engine.regulons.heat_map import HeatMap, heat_map
from genie3_engine.regulons.selection import RegulonOptions
from genie3_engine.runs import RunSummary
from pages.regulons.controls import ActivityChoice
from ui import cache, charts, regulons


def show(
    summary: RunSummary, options: RegulonOptions, choice: ActivityChoice, *, group: str | None
) -> None:
    """Show the regulons that vary most, samples by group."""
    matrix = regulons.activity_matrix(
        summary, options, top_share=choice.top_share, seed=choice.seed
    )
    expression = cache.expression(summary.spec.dataset)
    groups = regulons.few_groups(summary.spec.dataset)
    found = regulons.regulons(summary, options)
    shown = heat_map(
        matrix,
        [found.label(each) for each in found],
        expression.samples,
        labels=groups[group] if group is not None else None,
        n_regulons=choice.n_regulons,
    )
    if not shown.regulons:
        st.info("No regulon's activity differs between samples.", icon=":material/info:")
        return
    charts.show(
        activity_figure(shown, dark=charts.is_dark()),
        key="activity",
        name=f"{summary.title} activity",
        numbers=_numbers(shown),
        alt=f"Heat map of the activity of {len(shown.regulons)} regulons in "
        f"{len(expression.samples)} samples.",
    )
    st.caption(_caption(shown, n_samples=len(expression.samples), n_regulons=matrix.shape[1]))


def _caption(shown: HeatMap, *, n_samples: int, n_regulons: int) -> str:
    which = (
        f"The {len(shown.regulons):,} of {labels.count(n_regulons, 'regulon')} that vary most"
        if len(shown.regulons) < n_regulons
        else labels.count(n_regulons, "regulon")
    )
    averaged = (
        f" Neighbours are averaged: {labels.count(n_samples, 'sample')} in "
        f"{len(shown.columns):,} columns."
        if len(shown.columns) < n_samples
        else ""
    )
    return (
        f"{which}, in {labels.count(n_samples, 'sample')}. Activity is AUCell's: how early the "
        f"regulon's genes come among the genes of highest expression of a sample.{averaged}"
    )


def _numbers(shown: HeatMap) -> pd.DataFrame:
    table = pd.DataFrame(shown.activity, index=pd.Index(shown.regulons, name="regulon"))
    table.columns = pd.Index(shown.columns)
    if shown.groups:
        spans = [label for label, first, last in shown.groups for _ in range(first, last)]
        table.columns = pd.Index(
            [f"{label}: {name}" for label, name in zip(spans, shown.columns, strict=True)]
        )
    return table.reset_index()
