"""An experiment at a glance: the seconds of every configuration, one number, what was observed."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from genie3_engine.benchmark import ExperimentResults, speedup_tables
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
        found = {title: drawn_series(each.rows) for title, each in results.items()}
        if any(found.values()):
            charts.show(
                seconds_figure(found, dark=charts.is_dark()),
                key="chart_seconds",
                name=f"seconds-{name}",
                numbers=speedup_tables.seconds_table(found),
                alt="Computing seconds against workers, with the ideal of each line",
            )
    with text, st.container(key="summary"):
        _headline(first)
        if first.summary:
            with st.expander("All observations"):
                st.markdown("\n".join(f"- {_plain(each)}" for each in first.summary))


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
