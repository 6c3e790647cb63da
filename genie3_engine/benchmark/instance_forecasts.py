"""Forecast configurations on instance types from serial rows that were measured on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.benchmark.speedup import Kind, ResultRow
from genie3_engine.planning import Catalogue, InstanceType, hardware_factors

_ROOM = 1.15  # of the memory that was measured


@dataclass(frozen=True, slots=True)
class TypeForecast:
    """A configuration on an instance type, as it should be.

    Parameters
    ----------
    configuration : Configuration
        What would be run.
    elapsed_seconds, total_seconds : float
        Computing, and from the request of the instance to the end.
    dollars : float or None
        Price on demand; None when it is not known.
    memory_bytes, memory_there_bytes : float
        Peak memory, and what the instance has for it.
    """

    configuration: Configuration
    elapsed_seconds: float
    total_seconds: float
    dollars: float | None
    memory_bytes: float
    memory_there_bytes: float

    @property
    def fits(self) -> bool:
        """Whether the instance has the memory."""
        return self.memory_bytes <= self.memory_there_bytes


def type_forecasts(
    configurations: Sequence[Configuration],
    rows: Sequence[ResultRow],
    *,
    machine: Mapping[str, Any],
    catalogue: Catalogue,
) -> tuple[TypeForecast, ...]:
    """Forecast configurations on instance types.

    Parameters
    ----------
    configurations : sequence of Configuration
        Each names its instance type.
    rows : sequence of ResultRow
        What was measured on this machine; those of engines without a serial row are left out.
    machine : mapping
        This machine.
    catalogue : Catalogue
        The instance types and their prices.

    Notes
    -----
    A target takes the time of the serial row, times the ratio of the speeds of both cores; these
    and what the second thread of a core adds are assumptions, see
    `genie3_engine.planning.hardware_factors`.
    """
    serial = {
        row.configuration.engine: row
        for row in rows
        if row.kind is Kind.SERIAL and row.rate and not row.configuration.instance
    }
    return tuple(
        _forecast(one, serial[one.engine], machine, catalogue.named(one.instance))
        for one in configurations
        if one.engine in serial
    )


def _forecast(
    one: Configuration, serial: ResultRow, machine: Mapping[str, Any], instance: InstanceType
) -> TypeForecast:
    core_speed = hardware_factors.core_speed(instance.family)
    slower = hardware_factors.local_speed(dict(machine)) / core_speed
    workers = min(one.n_processes * one.n_threads, one.n_targets) * one.n_jobs
    cores = hardware_factors.busy_cores(workers, instance.physical_cores, one.engine, one.n_jobs)
    elapsed = one.n_targets / (serial.rate or 1.0) * slower / cores
    before = sum(seconds for phase, seconds in serial.phases if phase != "computing") * slower
    billed = hardware_factors.BILLED_STARTUP_SECONDS + before + elapsed
    price = instance.dollars_per_hour
    return TypeForecast(
        one,
        elapsed,
        hardware_factors.STARTUP_SECONDS + before + elapsed,
        None if price is None else price * billed / 3600,
        _ROOM * serial.peak_memory_bytes,
        instance.memory_bytes - hardware_factors.MEMORY_FOR_THE_SYSTEM,
    )
