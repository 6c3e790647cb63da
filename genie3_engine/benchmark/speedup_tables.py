"""Tables behind the charts of an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from genie3_engine.benchmark.instance_forecasts import TypeForecast
from genie3_engine.benchmark.measurements import Spread
from genie3_engine.benchmark.reference_benchmarks import TYPES_COMPARED, PublishedRow
from genie3_engine.benchmark.scaling import SeriesFits
from genie3_engine.benchmark.speedup import ResultRow, Series
from genie3_engine.benchmark.timeline import Timeline
from genie3_engine.labels import PHASES, count, dollars, percent, size
from genie3_engine.model import SCIKIT_LEARN
from genie3_engine.planning.pareto import pareto_front


def result_table(rows: Sequence[ResultRow], published: Sequence[PublishedRow]) -> pd.DataFrame:
    """Return the results in the original's columns, with the published rows next to them.

    Parameters
    ----------
    rows : sequence of ResultRow
        What was measured here.
    published : sequence of PublishedRow
        What the original measured, in the same order of configurations.

    Returns
    -------
    DataFrame
        One row a configuration; published columns only where something was published.
    """
    table = pd.DataFrame([_measured(row) for row in rows])
    if not published or table.empty:
        return table
    reference = pd.DataFrame([_published(row, published) for row in rows], index=table.index)
    after = list(table.columns).index("Speed-up") + 1
    return pd.concat([table.iloc[:, :after], reference, table.iloc[:, after:]], axis=1)


def _measured(row: ResultRow) -> dict[str, object]:
    one = row.configuration
    return {
        "Engine": str(one.engine),
        "Instance type": one.instance or None,
        "Instances": one.n_instances if one.n_instances > 1 else None,
        "Processes": one.n_processes,
        "Jobs": one.n_jobs,
        "Threads": one.n_threads,
        "Genes": one.n_targets,
        "Total s": _median(row.total),
        "Elapsed s": _median(row.elapsed),
        "Speed-up": row.speedup,
        "Efficiency": row.efficiency,
        "Over scikit-learn": row.over_reference,
        "CPU s": row.cpu_seconds if row.n_repeats else None,
        "Peak MB": row.peak_memory_bytes / 1e6 if row.n_repeats else None,
        "Billable s": row.billable_seconds,
        "Dollars": row.dollars,
        "Repeats": row.n_repeats,
        "Spread": row.elapsed.share if row.elapsed is not None else None,
        "Note": row.error or _extrapolated(row),
    }


def _published(row: ResultRow, published: Sequence[PublishedRow]) -> dict[str, object]:
    one = row.configuration
    like = None
    if one.engine == SCIKIT_LEARN:
        like = next((each for each in published if _is_like(row, each)), None) or next(
            (each for each in published if each.jobs == "All" and _is_like_all(row, each)), None
        )
    return {
        "Published total s": None if like is None else like.total_seconds,
        "Published elapsed s": None if like is None else like.elapsed_seconds,
        "Published speed-up": None if like is None else like.speedup,
    }


def _is_like(row: ResultRow, published: PublishedRow) -> bool:
    one = row.configuration
    if not _is_there(row, published):
        return False
    return one.n_processes == published.processes and str(one.n_jobs) == published.jobs


def _is_like_all(row: ResultRow, published: PublishedRow) -> bool:
    """Return whether a row matches the original's All jobs: as many as there are cores."""
    one = row.configuration
    is_like = one.n_processes == published.processes and one.n_jobs > 1
    return is_like and _is_there(row, published)


def _is_there(row: ResultRow, published: PublishedRow) -> bool:
    """Return whether a row is of the same machine, where the original compares machines."""
    one = row.configuration
    if published.experiment not in TYPES_COMPARED:
        return True
    there = (published.instance_type, published.genes)
    return (one.instance, one.n_targets) == there


def published_table(rows: Sequence[PublishedRow]) -> pd.DataFrame:
    """Return published rows as they are in the original's tables."""
    return pd.DataFrame(
        {
            "Experiment": [row.experiment for row in rows],
            "Instance": [row.instance for row in rows],
            "CPUs": [row.cpus for row in rows],
            "Processes": [row.processes for row in rows],
            "Jobs": [row.jobs for row in rows],
            "Genes": [row.genes for row in rows],
            "Total s": [row.total_seconds for row in rows],
            "Elapsed s": [row.elapsed_seconds for row in rows],
            "Speed-up": [row.speedup for row in rows],
            "Dollars an hour": [row.usd_hour for row in rows],
            "Note": [row.note for row in rows],
        }
    )


def curve_table(experiments: Mapping[str, Sequence[SeriesFits]]) -> pd.DataFrame:
    """Return the points of the speed-up and efficiency curves, and what the laws expect there."""
    records = [
        {
            "experiment": name,
            "series": each.series.name,
            "workers": row.configuration.workers,
            "targets": row.configuration.n_targets,
            "speedup": row.speedup,
            "efficiency": row.efficiency,
            "repeats": row.n_repeats,
            "amdahl": None
            if each.amdahl is None
            else each.amdahl.speedup(row.configuration.workers),
            "usl": None
            if each.universal is None
            else each.universal.speedup(row.configuration.workers),
        }
        for name, fitted in experiments.items()
        for each in fitted
        for row in each.series.rows
    ]
    return pd.DataFrame(records)


def seconds_table(experiments: Mapping[str, Sequence[Series]]) -> pd.DataFrame:
    """Return the points of the chart of computing seconds."""
    return pd.DataFrame(
        [
            {
                "experiment": name,
                "series": each.name,
                "workers": row.configuration.workers,
                "targets": row.configuration.n_targets,
                "seconds": _median(row.elapsed),
                "repeats": row.n_repeats,
            }
            for name, found in experiments.items()
            for each in found
            for row in each.rows
        ]
    )


def types_table(forecasts: Sequence[TypeForecast]) -> pd.DataFrame:
    """Return what is forecast for instance types."""
    return pd.DataFrame(
        [
            {
                "Instance type": each.configuration.instance,
                "Engine": each.configuration.engine,
                "Workers": each.configuration.workers,
                "Genes": each.configuration.n_targets,
                "Total s": each.total_seconds,
                "Elapsed s": each.elapsed_seconds,
                "Dollars": each.dollars,
                "Peak MB": each.memory_bytes / 1e6,
                "Enough memory": each.fits,
            }
            for each in forecasts
        ]
    )


def comparison_table(rows: Sequence[ResultRow], costs: Sequence[float | None]) -> pd.DataFrame:
    """Return the figures of some configurations, each a column of texts.

    Parameters
    ----------
    rows : sequence of ResultRow
        The configurations.
    costs : sequence of float or None
        Dollars of each; None where they are not known.
    """
    return pd.DataFrame(
        {
            row_name(row): {
                "Total": _seconds(_median(row.total)),
                **{PHASES[phase]: _seconds(seconds) for phase, seconds in row.phases},
                "Processor time": _seconds(row.cpu_seconds),
                "Speed-up": "–" if row.speedup is None else f"{row.speedup:.2f}",
                "Efficiency": "–" if row.efficiency is None else percent(row.efficiency),
                "Peak memory": size(row.peak_memory_bytes),
                "Cost": "–" if cost is None else dollars(cost),
            }
            for row, cost in zip(rows, costs, strict=True)
        }
    )


def timeline_table(timelines: Mapping[str, Timeline]) -> pd.DataFrame:
    """Return the bars of timelines: seconds since the run began, and shares of that time."""
    return pd.DataFrame(
        [
            {
                "run": name,
                "worker": each.workers[bar.worker],
                "begin": bar.begin,
                "end": bar.end,
                "targets": bar.n_targets,
                "on_core": bar.on_core,
                "waiting": bar.waiting,
                "idle": 1 - bar.busy,
            }
            for name, each in timelines.items()
            for bar in each.bars
        ]
    )


def phase_table(rows: Sequence[ResultRow]) -> pd.DataFrame:
    """Return the seconds of each phase, one row a configuration and phase."""
    records = [
        {"configuration": short_label(row), "phase": PHASES[phase], "seconds": seconds}
        for row in rows
        for phase, seconds in row.phases
    ]
    return pd.DataFrame(records, columns=["configuration", "phase", "seconds"])


def repeats_table(experiments: Mapping[str, Sequence[ResultRow]]) -> pd.DataFrame:
    """Return the computing seconds of every repeat."""
    return pd.DataFrame(
        [
            {
                "experiment": name,
                "configuration": short_label(row),
                "repeat": number,
                "seconds": seconds,
            }
            for name, rows in experiments.items()
            for row in rows
            for number, seconds in enumerate(row.repeats, start=1)
        ]
    )


def heat_table(rows: Sequence[ResultRow], engine: str) -> pd.DataFrame:
    """Return speed-ups with processes down and jobs (or threads) across; NaN where none is."""
    records = [
        {
            "processes": row.configuration.n_processes,
            "inner": row.configuration.per_process,
            "speedup": row.speedup,
        }
        for row in rows
        if row.configuration.engine == engine and row.speedup is not None
    ]
    if not records:
        return pd.DataFrame()
    table = pd.DataFrame(records)
    return table.pivot_table("speedup", "processes", "inner", aggfunc="max")


@dataclass(frozen=True, slots=True)
class CostPoint:
    """A configuration with its time and what that time costs.

    Parameters
    ----------
    label : str
        The configuration, or the machine.
    seconds : float
        Total time.
    dollars : float
        Price of that time.
    is_measured_here : bool
        False for published points.
    """

    label: str
    seconds: float
    dollars: float
    is_measured_here: bool = True


def cost_front(points: Sequence[CostPoint]) -> list[CostPoint]:
    """Return the points that no other beats in both time and cost, quickest first."""
    return pareto_front(points, lambda point: (point.seconds, point.dollars))


def cost_table(points: Sequence[CostPoint]) -> pd.DataFrame:
    """Return the points of the chart of time and cost."""
    front = set(cost_front(points))
    return pd.DataFrame(
        [
            {
                "configuration": point.label,
                "seconds": point.seconds,
                "dollars": point.dollars,
                "measured_here": point.is_measured_here,
                "on_the_front": point in front,
            }
            for point in points
        ]
    )


def row_name(row: ResultRow) -> str:
    """Return a configuration with its targets, for a choice."""
    return f"{row.configuration.label}, {count(row.configuration.n_targets, 'target')}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f} s" if value < 100 else f"{value:,.0f} s"


def short_label(row: ResultRow) -> str:
    """Return a configuration for an axis, such as ``scikit-learn 4 x 1, 10 genes``."""
    one = row.configuration
    many = f"{one.n_instances} x " if one.n_instances > 1 else ""
    where = f" on {one.instance}" if one.instance else ""
    return (
        f"{one.engine} {many}{one.n_processes} x {one.per_process}{where}, {one.n_targets:,} genes"
    )


def _median(spread: Spread | None) -> float | None:
    return None if spread is None else spread.median


def _extrapolated(row: ResultRow) -> str:
    one = row.configuration
    return f"extrapolated from {one.targets_to_compute:,}" if one.is_extrapolated else ""
