"""Print the measurements of an experiment."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from genie3_engine import benchmark
from genie3_engine.benchmark import ExperimentResults
from genie3_engine.benchmark.measurements import Spread
from genie3_engine.benchmark.speedup import ResultRow

_COLUMNS: tuple[str, ...] = (
    "engine",
    "processes",
    "jobs",
    "threads",
    "targets",
    "total s",
    "elapsed s",
    "speed-up",
)
_TYPE_COLUMNS: tuple[str, ...] = ("type",)
_SHARED_COLUMNS: tuple[str, ...] = ("instances",)
_RENTED_COLUMNS: tuple[str, ...] = ("billable s", "dollars")


def as_json(folder: Path, results: ExperimentResults) -> dict[str, Any]:
    """Return the measurements and their summary as plain values."""
    return {
        "experiment": str(folder),
        "state": str(benchmark.status(folder).state),
        "preset": results.spec.preset,
        "data": results.spec.source,
        "n_trees": results.spec.n_trees,
        "machine": dict(results.machine),
        "rows": [_row_json(row) for row in results.rows],
        "measurements": [each.to_dict() for each in results.measurements],
        "fits": [
            {
                "series": each.series.name,
                "amdahl_serial_share": None if each.amdahl is None else each.amdahl.serial,
                "usl_contention": None if each.universal is None else each.universal.contention,
                "usl_coherency": None if each.universal is None else each.universal.coherency,
            }
            for each in results.fits
        ],
        "takeaways": list(results.summary),
        "published": [asdict(row) for row in results.published],
    }


def _row_json(row: ResultRow) -> dict[str, Any]:
    """Return a row as plain values."""
    one = row.configuration
    return {
        "engine": str(one.engine),
        "processes": one.n_processes,
        "n_jobs": one.n_jobs,
        "threads": one.n_threads,
        "instances": one.n_instances,
        "instance_type": one.instance,
        "targets": one.n_targets,
        "is_extrapolated": one.is_extrapolated,
        "targets_computed": one.targets_to_compute,
        "repeats": row.n_repeats,
        **_spread_json("total_seconds", row.total),
        **_spread_json("elapsed_seconds", row.elapsed),
        "speedup": row.speedup,
        "efficiency": row.efficiency,
        "speedup_over_scikit_learn": row.over_reference,
        "cpu_seconds": row.cpu_seconds,
        "peak_memory_bytes": row.peak_memory_bytes,
        "billable_seconds": row.billable_seconds,
        "dollars": row.dollars,
        "seconds": dict(row.phases),
        "error": row.error,
    }


def _spread_json(name: str, spread: Spread | None) -> dict[str, float | None]:
    if spread is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: spread.median, f"{name}_low": spread.low, f"{name}_high": spread.high}


def print_results(folder: Path, results: ExperimentResults) -> None:
    """Print the table of results and its summary."""
    machine = results.machine
    n_bytes = machine.get("memory_bytes", 0)
    memory = f", {n_bytes / 2**30:.0f} GiB" if n_bytes else ""
    print(
        f"{results.spec.source}, {results.spec.n_trees:,} trees per target; "
        f"{machine.get('processor', 'unknown processor')}, {machine.get('usable_cores')} cores"
        f"{memory}."
    )
    parts = [(_COLUMNS, _cells)]
    is_rented = any(row.billable_seconds is not None for row in results.rows)
    if is_rented or any(row.configuration.n_instances > 1 for row in results.rows):
        parts.append((_SHARED_COLUMNS, _shared_cells))
    if any(row.configuration.instance for row in results.rows):
        parts.append((_TYPE_COLUMNS, _type_cells))
    if is_rented:
        parts.append((_RENTED_COLUMNS, _rented_cells))
    lines = [sum((columns for columns, _ in parts), ())]
    lines += [sum((cells(row) for _, cells in parts), ()) for row in results.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))
    if any(row.configuration.is_extrapolated for row in results.rows):
        print("* extrapolated from fewer targets")
    for sentence in results.summary:
        print(f"- {sentence}")
    print(f"Stored in {folder}.")


def _cells(row: ResultRow) -> tuple[str, ...]:
    one = row.configuration
    mark = "*" if one.is_extrapolated else ""
    return (
        str(one.engine),
        str(one.n_processes),
        str(one.n_jobs),
        str(one.n_threads),
        str(one.n_targets),
        "-" if row.total is None else f"{row.total.median:.2f}",
        row.error[:40] if row.elapsed is None else f"{row.elapsed.median:.2f}{mark}",
        "-" if row.speedup is None else f"{row.speedup:.2f}",
    )


def _shared_cells(row: ResultRow) -> tuple[str, ...]:
    return (str(row.configuration.n_instances),)


def _type_cells(row: ResultRow) -> tuple[str, ...]:
    return (row.configuration.instance or "-",)


def _rented_cells(row: ResultRow) -> tuple[str, ...]:
    return (
        "-" if row.billable_seconds is None else f"{row.billable_seconds:.0f}",
        "-" if row.dollars is None else f"{row.dollars:.4f}",
    )
