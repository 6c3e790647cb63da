"""An experiment at a glance: the seconds of every configuration, one number, what was observed."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from genie3_engine.benchmark import ExperimentResults, speedup_tables
from genie3_engine.benchmark.instance_figure import instance_figure
from genie3_engine.benchmark.speedup import drawn_series
from genie3_engine.benchmark.speedup_figures import seconds_figure
from ui import charts, text_format


def show(results: Mapping[str, ExperimentResults], *, name: str) -> None:
    """Show the chart, the headline and the observations of the first experiment.

    Parameters
    ----------
    results : mapping of str to ExperimentResults
        The experiment, and the one that it is compared with, by title.
    name : str
        Part of the names of its files.
    """
    first = next(iter(results.values()))
    chart, text = st.columns([7, 3], gap="large")
    with chart:
        if first.compares_types:
            _instances(first, name=name)
        else:
            _seconds(results, name=name)
    with text, st.container(key="summary"):
        _headline(first)
        if first.summary:
            with st.expander("All observations"):
                st.markdown("\n".join(f"- {_plain(each)}" for each in first.summary))


def _seconds(results: Mapping[str, ExperimentResults], *, name: str) -> None:
    """Show the seconds of every configuration by the number of its workers."""
    found = {title: drawn_series(each.rows) for title, each in results.items()}
    if any(found.values()):
        charts.show(
            seconds_figure(found, dark=charts.is_dark()),
            key="chart_seconds",
            name=f"seconds-{name}",
            numbers=speedup_tables.seconds_table(found),
            alt="Computing seconds against workers, with the ideal of each line",
        )


def _instances(results: ExperimentResults, *, name: str) -> None:
    """Show the seconds of every instance type: measured, forecast and published."""
    charts.show(
        instance_figure(results.rows, results.forecasts, results.published, dark=charts.is_dark()),
        key="chart_instances",
        name=f"instances-{name}",
        numbers=speedup_tables.types_table(results.forecasts) if results.forecasts else None,
        alt="Computing seconds of each instance type: measured, forecast and published",
    )
    if results.forecasts:
        st.caption(
            "Forecast from the serial rows of this machine, by assumed speeds of the instances' "
            "cores: give or take a quarter. To measure them, choose *SageMaker* under *Where*, "
            "which costs money. Published: 49,196 genes and 193 samples; of experiment 3 the "
            "totals, with start-up."
        )


def _headline(results: ExperimentResults) -> None:
    """Show one number, what it is, and three sentences at most."""
    headline = results.headline
    if headline is None:
        st.caption("No configuration has been measured yet.")
        return
    st.markdown(f"## {_plain(headline.number)}")
    st.markdown(f"**{_plain(headline.about)}**")
    for sentence in headline.sentences:
        st.markdown(_plain(sentence))


def _plain(text: str) -> str:
    return text_format.plain(text, at_most=400)
