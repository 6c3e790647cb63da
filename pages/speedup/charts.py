"""Details of an experiment, alone or compared with another: tables and further charts."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from genie3_engine import planning
from genie3_engine.benchmark import ExperimentResults, speedup_tables
from genie3_engine.benchmark.cost_figures import cost_figure
from genie3_engine.benchmark.costs import cost_points, published_points
from genie3_engine.benchmark.speedup_figures import efficiency_figure, speedup_figure
from genie3_engine.benchmark.time_figures import heat_figure, phases_figure, repeats_figure
from genie3_engine.model import ENGINES
from pages.speedup import result_table
from ui import charts


def show(results: Mapping[str, ExperimentResults], *, name: str) -> None:
    """Show what else the measured rows give.

    Parameters
    ----------
    results : mapping of str to ExperimentResults
        The experiment, and the one that it is compared with, by title.
    name : str
        Part of the names of files.
    """
    first = next(iter(results.values()))
    table, speedup, times, grid, cost = st.tabs(
        ["Results", "Speed-up and efficiency", "Times", "Processes x jobs", "Time and cost"]
    )
    with table:
        result_table.show(first, name=name)
    with speedup:
        _curves(results, name=name)
    with times:
        _times(results, first, name=name)
    with grid:
        _heat(first, name=name)
    with cost:
        _cost(first, name=name)


def _curves(both: Mapping[str, ExperimentResults], *, name: str) -> None:
    fitted = {title: found.fits for title, found in both.items()}
    if not any(fitted.values()):
        st.caption("A curve needs a serial row and a parallel row of the same engine.")
        return
    first = next(iter(both.values()))
    dark, numbers = charts.is_dark(), speedup_tables.curve_table(fitted)
    charts.show(
        speedup_figure(fitted, published=first.published, dark=dark),
        key="chart_speedup",
        name=f"speed-up-{name}",
        numbers=numbers,
        alt="Speed-up against workers, with the ideal line and the fitted laws",
    )
    charts.show(
        efficiency_figure(fitted, dark=dark),
        key="chart_efficiency",
        name=f"efficiency-{name}",
        numbers=numbers,
        alt="Efficiency against workers",
    )
    st.caption(
        "Dashed: Amdahl's law. Dashed and dotted: the Universal Scalability Law, which needs three "
        "different numbers of workers. Both are fitted to the rows that fit the machine's cores. "
        "Bars show the range of the repeats."
    )


def _times(both: Mapping[str, ExperimentResults], results: ExperimentResults, *, name: str) -> None:
    charts.show(
        phases_figure(results.rows, dark=charts.is_dark()),
        key="chart_phases",
        name=f"phases-{name}",
        numbers=speedup_tables.phase_table(results.rows),
        alt="Seconds of each phase of each configuration",
    )
    charts.show(
        repeats_figure({title: each.rows for title, each in both.items()}, dark=charts.is_dark()),
        key="chart_repeats",
        name=f"repeats-{name}",
        numbers=speedup_tables.repeats_table({title: each.rows for title, each in both.items()}),
        alt="Computing seconds of every repeat",
    )


def _heat(results: ExperimentResults, *, name: str) -> None:
    engines = [each for each in ENGINES if not speedup_tables.heat_table(results.rows, each).empty]
    for engine in engines:
        st.markdown(f"**{ENGINES[engine].label}**")
        table = speedup_tables.heat_table(results.rows, engine)
        charts.show(
            heat_figure(results.rows, engine, dark=charts.is_dark()),
            key=f"chart_heat_{engine}",
            name=f"processes-jobs-{engine}-{name}",
            numbers=table.reset_index(),
            alt=f"Speed-up of {engine} over processes and jobs or threads",
        )


def _cost(results: ExperimentResults, *, name: str) -> None:
    if results.forecasts:
        st.markdown("**Forecast for instance types**")
        result_table.forecasts(results)
    catalogue = planning.catalogue()
    points = [*cost_points(results.rows, catalogue), *published_points(results.published)]
    if not points:
        st.caption("No measured configuration has a price yet.")
        return
    charts.show(
        cost_figure(points, dark=charts.is_dark()),
        key="chart_cost",
        name=f"cost-{name}",
        numbers=speedup_tables.cost_table(points),
        alt="Total seconds against dollars, with the Pareto front",
    )
    st.caption(
        "Costs that were not paid are estimated: the cheapest instance with enough virtual CPUs "
        "and memory, as fast as this machine, billed per second. "
        f"Prices of {catalogue.price_date}, {catalogue.region}."
    )
