"""What configurations cost: paid, or estimated from the prices of cloud instances."""

from __future__ import annotations

from collections.abc import Sequence

from genie3_engine.benchmark.reference_benchmarks import PublishedRow
from genie3_engine.benchmark.speedup import ResultRow
from genie3_engine.benchmark.speedup_tables import CostPoint, short_label
from genie3_engine.planning import Catalogue, InstanceType

_ROOM = 1.25  # of the memory that a run held, so that the instance does not run out of it


def cost_point(row: ResultRow, catalogue: Catalogue) -> CostPoint | None:
    """Return the time of a configuration and what it costs; None where no price is known.

    Parameters
    ----------
    row : ResultRow
        What was measured.
    catalogue : Catalogue
        The instance types and their prices.

    Notes
    -----
    What was paid is taken as it is. Otherwise it is the price of the cheapest instance with enough
    virtual CPUs and memory, as if it were as fast as this machine.
    """
    if row.total is None:
        return None
    if row.dollars is not None:
        return CostPoint(short_label(row), row.total.median, row.dollars)
    instance = _cheapest(row, catalogue)
    if instance is None:
        return None
    dollars = row.total.median / 3600 * (instance.dollars_per_hour or 0.0)
    return CostPoint(f"{short_label(row)} on {instance.name}", row.total.median, dollars)


def cost_points(rows: Sequence[ResultRow], catalogue: Catalogue) -> list[CostPoint]:
    """Return time and cost of the configurations that have a price; see `cost_point`."""
    return [point for row in rows if (point := cost_point(row, catalogue)) is not None]


def published_points(rows: Sequence[PublishedRow]) -> list[CostPoint]:
    """Return time and cost of those published rows that have both."""
    return [
        CostPoint(
            f"{row.instance}, {row.processes} x {row.jobs}, {row.genes:,} genes",
            row.total_seconds,
            row.dollars,
            is_measured_here=False,
        )
        for row in rows
        if row.total_seconds is not None and row.dollars is not None
    ]


def _cheapest(row: ResultRow, catalogue: Catalogue) -> InstanceType | None:
    fitting = [
        each
        for each in catalogue.instances
        if each.dollars_per_hour is not None
        and each.vcpu >= row.configuration.workers
        and each.memory_bytes >= _ROOM * row.peak_memory_bytes
    ]
    return min(fitting, key=lambda each: each.dollars_per_hour or 0.0, default=None)
