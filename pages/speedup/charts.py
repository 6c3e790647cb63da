"""Charts of an experiment, alone or compared with another."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genie3_engine import benchmark, planning
from genie3_engine.benchmark import ExperimentResults, ExperimentSummary, speedup_tables
from genie3_engine.benchmark.cost_figures import cost_figure
from genie3_engine.benchmark.reference_benchmarks import published
from genie3_engine.benchmark.speedup import ResultRow
from genie3_engine.benchmark.speedup_figures import efficiency_figure, speedup_figure
from genie3_engine.benchmark.speedup_tables import CostPoint
from genie3_engine.benchmark.time_figures import heat_figure, phases_figure, repeats_figure
from genie3_engine.model import ENGINES
from ui import charts, text_format

_COST_EXPERIMENT = {"experiment-1": 1, "experiment-2": 3}
_ROOM = 1.25  # of the memory that a run held, so that the instance does not run out of it


def show(
    summary: ExperimentSummary, results: ExperimentResults, other: ExperimentSummary | None
) -> None:
    """Show every chart that the measured rows can fill."""
    both = {summary.spec.name: results}
    if other is not None:
        is_alone = other.spec.name != summary.spec.name
        name = other.spec.name if is_alone else f"{other.spec.name} ({other.spec.created[11:16]})"
        both[text_format.shorten(name, at_most=40)] = benchmark.experiment_results(other.path)
    speedup, times, grid, cost = st.tabs(
        ["Speed-up and efficiency", "Time per phase", "Processes x jobs", "Time and cost"]
    )
    with speedup:
        _curves(both, name=summary.id)
    with times:
        _times(both, results, name=summary.id)
    with grid:
        _heat(results, name=summary.id)
    with cost:
        _cost(results, name=summary.id)


def _curves(both: dict[str, ExperimentResults], *, name: str) -> None:
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
        "Amdahl's law and the Universal Scalability Law are fitted to the rows that fit the "
        "machine's cores; the latter needs three different numbers of workers. Bars show the "
        "range of the repeats."
    )


def _times(both: dict[str, ExperimentResults], results: ExperimentResults, *, name: str) -> None:
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
    catalogue = planning.catalogue()
    number = _COST_EXPERIMENT.get(results.spec.preset)
    points = [*_priced(results.rows, catalogue), *_published_points(number)]
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
        "Estimated cost on the cheapest instance with enough virtual CPUs and memory, assuming the "
        "speed of this machine and billing per second. "
        f" Prices of {catalogue.price_date}, {catalogue.region}."
    )


def _priced(rows: Sequence[ResultRow], catalogue: planning.Catalogue) -> list[CostPoint]:
    points = []
    for row in rows:
        fitting = [
            each
            for each in catalogue.instances
            if each.dollars_per_hour is not None
            and each.vcpu >= row.configuration.workers
            and each.memory_bytes >= _ROOM * row.peak_memory_bytes
        ]
        if row.total is not None and row.dollars is not None:  # paid, not estimated
            points.append(CostPoint(speedup_tables.short_label(row), row.total.median, row.dollars))
            continue
        if row.total is None or not fitting:
            continue
        cheapest = min(fitting, key=lambda each: each.dollars_per_hour or 0.0)
        dollars = row.total.median / 3600 * (cheapest.dollars_per_hour or 0.0)
        label = f"{speedup_tables.short_label(row)} on {cheapest.name}"
        points.append(CostPoint(label, row.total.median, dollars))
    return points


def _published_points(number: int | None) -> list[CostPoint]:
    if number is None:
        return []
    return [
        CostPoint(
            f"{row.instance}, {row.processes} x {row.jobs}, {row.genes} genes",
            row.total_seconds,
            row.dollars,
            is_measured_here=False,
        )
        for row in published().experiment(number)
        if row.total_seconds is not None and row.dollars is not None
    ]
