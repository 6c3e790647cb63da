"""Speed-up and efficiency of configurations."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from genie3_engine.benchmark.measurements import PHASES, Configuration, Measurement, Spread
from genie3_engine.model import ENGINES, SCIKIT_LEARN

_Group = list[Measurement]


class Kind(StrEnum):
    """What a row's workers are."""

    SERIAL = "serial"
    PROCESSES = "processes"
    JOBS = "jobs"
    THREADS = "threads"
    BOTH = "processes x jobs"
    INSTANCES = "instances"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One configuration of an experiment, over its repeats.

    Parameters
    ----------
    configuration : Configuration
        What was run.
    n_repeats : int
        Repeats that were measured; 0 when none was.
    total, elapsed : Spread or None
        Seconds with start-up, and computing seconds; of all ``n_targets``, extrapolated where the
        configuration sets so.
    speedup : float or None
        Targets a computing second, over those of the serial row of the same engine, with the same
        number of targets where there is one; of instance types without a serial row, over those of
        the first type. None without either.
    efficiency : float or None
        Speed-up for each worker; 1 is ideal. None without a serial row.
    over_reference : float or None
        Targets a computing second, over those of one scikit-learn job, the original's serial row.
    phases : mapping
        Median seconds of each phase, as computed, not extrapolated.
    cpu_seconds, peak_memory_bytes : float, int
        Medians, as computed.
    repeats : tuple of float
        Computing seconds of each repeat, as ``elapsed``.
    billable_seconds, dollars : float or None
        Median costs of cloud instances; None on this machine.
    error : str
        Why nothing was measured.
    """

    configuration: Configuration
    n_repeats: int = 0
    total: Spread | None = None
    elapsed: Spread | None = None
    speedup: float | None = None
    efficiency: float | None = None
    over_reference: float | None = None
    phases: tuple[tuple[str, float], ...] = ()
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    repeats: tuple[float, ...] = ()
    billable_seconds: float | None = None
    dollars: float | None = None
    error: str = ""

    @property
    def rate(self) -> float | None:
        """Targets a computing second."""
        if self.elapsed is None or self.elapsed.median <= 0:
            return None
        return self.configuration.n_targets / self.elapsed.median

    @property
    def kind(self) -> Kind:
        """What its workers are."""
        return kind_of(self.configuration)


def fits_cores(row: ResultRow, n_cores: int) -> bool:
    """Return whether a row has a core for each worker; instances bring their own."""
    return (
        bool(row.configuration.instance)
        or row.kind is Kind.INSTANCES
        or row.configuration.workers <= n_cores
    )


def kind_of(configuration: Configuration) -> Kind:
    """Return what a configuration's workers are."""
    if configuration.is_serial:
        return Kind.SERIAL
    if configuration.n_instances > 1:
        return Kind.INSTANCES
    if configuration.n_processes == 1:
        return Kind.JOBS if ENGINES[configuration.engine].has_jobs else Kind.THREADS
    return Kind.PROCESSES if configuration.per_process == 1 else Kind.BOTH


def results(measurements: Iterable[Measurement]) -> tuple[ResultRow, ...]:
    """Return one row for each configuration, in the order of their first appearance.

    Parameters
    ----------
    measurements : iterable of Measurement
        Of one experiment, in any order of repeats; failures among them.

    Returns
    -------
    tuple of ResultRow
        With speed-ups over the serial rows that were measured.

    Notes
    -----
    A speed-up compares targets per second. For equal numbers of targets that is the ratio of the
    times, as the original project computes it; it also holds where the work grows with the workers
    (weak scaling) and where a serial row computed fewer targets.
    """
    groups: dict[Configuration, _Group] = {}
    for measurement in measurements:
        groups.setdefault(measurement.configuration, []).append(measurement)
    rows = [_row(configuration, group) for configuration, group in groups.items()]
    return tuple(
        _compared(
            row,
            _serial_rate(rows, row.configuration, row.configuration.engine),
            _serial_rate(rows, row.configuration, SCIKIT_LEARN),
            _first_type_rate(rows, row.configuration),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Series:
    """Rows that differ in how many workers of one kind they have, the serial row first.

    Parameters
    ----------
    engine : str
        Their engine.
    kind : Kind
        What the workers are.
    rows : tuple of ResultRow
        By workers, ascending; each has a speed-up.
    n_targets : int or None
        Targets of each row, where another series of the experiment has others.
    instance : str
        Type of the instances; empty where all rows of the experiment have the same.
    """

    engine: str
    kind: Kind
    rows: tuple[ResultRow, ...]
    n_targets: int | None = None
    instance: str = ""

    @property
    def name(self) -> str:
        """The series in a few words."""
        return ", ".join(self.parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of its name: engine, kind of workers, and targets where these differ."""
        targets = () if self.n_targets is None else (f"{self.n_targets:,} targets",)
        instance = (self.instance,) if self.instance else ()
        return (self.engine, str(self.kind), *targets, *instance)

    @property
    def is_weak(self) -> bool:
        """True when the work grows with the workers."""
        return len({row.configuration.n_targets for row in self.rows}) > 1


def series(rows: Sequence[ResultRow]) -> tuple[Series, ...]:
    """Sort measured rows into the series that a curve can show; without a serial row there is none.

    Parameters
    ----------
    rows : sequence of ResultRow
        Of one experiment.
    """
    all_series: list[Series] = []
    instances = dict.fromkeys(row.configuration.instance for row in rows)
    for engine, instance in product(ENGINES, instances):
        own = [
            row
            for row in rows
            if (row.configuration.engine, row.configuration.instance) == (engine, instance)
            and row.speedup
        ]
        serial = {row.configuration.n_targets: row for row in own if row.kind is Kind.SERIAL}
        if not serial:
            continue
        for kind in Kind:
            members = [row for row in own if row.kind is kind and kind is not Kind.SERIAL]
            for n_targets, first in serial.items():
                same = [row for row in members if row.configuration.n_targets == n_targets]
                name = n_targets if len(serial) > 1 else None
                all_series += _series(engine, kind, first, same, n_targets=name)
            weak = [row for row in members if row.configuration.n_targets not in serial]
            all_series += _series(engine, kind, next(iter(serial.values())), weak)
    return tuple(all_series)


def drawn_series(rows: Sequence[ResultRow]) -> tuple[Series, ...]:
    """Sort measured rows into series, also those that no serial row compares with.

    Parameters
    ----------
    rows : sequence of ResultRow
        Of one experiment.
    """
    found = list(series(rows))
    drawn = {id(row) for each in found for row in each.rows}
    left: dict[tuple[str, Kind, str], list[ResultRow]] = {}
    for row in rows:
        if row.elapsed is not None and id(row) not in drawn:
            one = row.configuration
            left.setdefault((one.engine, row.kind, one.instance), []).append(row)
    for (engine, kind, instance), members in left.items():
        ordered = sorted(members, key=lambda row: row.configuration.workers)
        found.append(Series(engine, kind, tuple(ordered), instance=instance))
    return tuple(found)


def _series(
    engine: str,
    kind: Kind,
    first: ResultRow,
    others: Sequence[ResultRow],
    *,
    n_targets: int | None = None,
) -> list[Series]:
    """Return the series of a serial row and some others; none without others."""
    if not others:
        return []
    ordered = sorted(
        [first, *others],
        key=lambda row: (row.configuration.workers, row.configuration.n_processes),
    )
    return [Series(engine, kind, tuple(ordered), n_targets, first.configuration.instance)]


def _row(configuration: Configuration, group: _Group) -> ResultRow:
    good = [each for each in group if not each.error]
    if not good:
        return ResultRow(configuration, error=group[0].error)
    elapsed = [_whole(each, each.elapsed_seconds) for each in good]
    totals = [
        each.total_seconds + _whole(each, each.elapsed_seconds) - each.elapsed_seconds
        for each in good
    ]
    phases = tuple(
        (phase, statistics.median(each.seconds.get(phase, 0.0) for each in good))
        for phase in PHASES
    )
    return ResultRow(
        configuration,
        n_repeats=len(good),
        total=Spread.of(totals),
        elapsed=Spread.of(elapsed),
        phases=phases,
        cpu_seconds=statistics.median(each.cpu_seconds for each in good),
        peak_memory_bytes=int(statistics.median(each.peak_memory_bytes for each in good)),
        repeats=tuple(elapsed),
        billable_seconds=_median([each.billable_seconds for each in good]),
        dollars=_median([each.dollars for each in good]),
    )


def _median(values: Sequence[float | None]) -> float | None:
    """Return the middle one of the values that are known."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _whole(measurement: Measurement, seconds: float) -> float:
    """Return computing seconds of all targets that the row describes."""
    configuration = measurement.configuration
    return seconds * configuration.n_targets / configuration.targets_to_compute


def _serial_rate(rows: Sequence[ResultRow], compared: Configuration, engine: str) -> float | None:
    """Return the serial row's targets per second: of as many targets, else of any number.

    The row is of the instance type that it is compared with.
    """
    rates = {
        row.configuration.n_targets: row.rate
        for row in reversed(rows)
        if row.kind is Kind.SERIAL
        and (row.configuration.engine, row.configuration.instance) == (engine, compared.instance)
        and row.rate
    }
    return rates.get(compared.n_targets) or next(reversed(rates.values()), None)


def _first_type_rate(rows: Sequence[ResultRow], compared: Configuration) -> float | None:
    """Return the targets per second of the first instance type; None of rows without types."""
    if not compared.instance:
        return None
    same = (compared.engine, compared.n_targets)
    return next(
        (
            row.rate
            for row in rows
            if row.rate and (row.configuration.engine, row.configuration.n_targets) == same
        ),
        None,
    )


def _compared(
    row: ResultRow, serial: float | None, reference: float | None, first_type: float | None
) -> ResultRow:
    rate, base = row.rate, serial or first_type
    if rate is None:
        return row
    return replace(
        row,
        speedup=rate / base if base else None,
        efficiency=rate / serial / row.configuration.workers if serial else None,
        over_reference=rate / reference if reference else None,
    )
