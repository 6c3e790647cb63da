"""Records of measurements: configuration, machine, seconds, memory."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from genie3_engine import labels
from genie3_engine.errors import OptionError
from genie3_engine.jobs.record_kinds import require_kinds
from genie3_engine.model import ENGINES, LayoutSpec

PHASES = tuple(
    phase for phase in labels.PHASES if phase not in {"waiting", *labels.EVIDENCE_PHASES}
)


@dataclass(frozen=True, slots=True)
class Configuration:
    """One point of an experiment's grid.

    Parameters
    ----------
    engine : str
        Name of the engine.
    n_processes : int
        Python processes over targets.
    n_jobs : int
        scikit-learn's jobs in each process; 1 for the compiled engine.
    n_threads : int
        Threads in each process; 1 for scikit-learn, whose jobs are its threads.
    n_targets : int
        Targets that the row describes.
    n_computed : int or None
        Targets computed, when the rest of ``n_targets`` is extrapolated; None computes all.
    n_instances : int
        Cloud instances that share the targets; 1 on this machine.
    instance : str
        Their type; empty on this machine, and where all runs of an experiment have the same.

    Raises
    ------
    OptionError
        When a count is below one, or more is computed than asked for.
    """

    engine: str
    n_processes: int = 1
    n_jobs: int = 1
    n_threads: int = 1
    n_targets: int = 10
    n_computed: int | None = None
    n_instances: int = 1
    instance: str = ""

    def __post_init__(self) -> None:
        """Require an engine that exists and counts that are possible."""
        _ = ENGINES[self.engine]
        LayoutSpec(self.n_threads, self.n_processes, self.n_jobs, n_shards=self.n_instances)
        if self.n_targets < 1:
            raise OptionError(
                f"The number of targets is {self.n_targets}.", "Give a whole number from 1."
            )
        if self.n_computed is not None and not 1 <= self.n_computed <= self.n_targets:
            raise OptionError(
                f"{self.n_computed} targets cannot represent {self.n_targets}.",
                f"Give a number from 1 to {self.n_targets}.",
            )

    @property
    def per_process(self) -> int:
        """Jobs or threads in each process, whichever the engine has."""
        return self.n_jobs if ENGINES[self.engine].has_jobs else self.n_threads

    @property
    def workers(self) -> int:
        """Maximum number of workers that run in parallel."""
        return self.n_instances * self.n_processes * self.per_process

    @property
    def is_serial(self) -> bool:
        """True for one process with one job or thread."""
        return self.workers == 1

    @property
    def is_extrapolated(self) -> bool:
        """True when fewer targets are computed than the row describes."""
        return self.n_computed is not None and self.n_computed < self.n_targets

    @property
    def targets_to_compute(self) -> int:
        """Targets that a run of it computes."""
        return self.n_computed or self.n_targets

    @property
    def layout(self) -> LayoutSpec:
        """How a run of it is laid out."""
        return LayoutSpec(self.n_threads, self.n_processes, self.n_jobs)

    @property
    def label(self) -> str:
        """The configuration in a few words."""
        inner = ENGINES[self.engine].worker
        many = "" if self.n_instances == 1 else f"{self.n_instances} instances x "
        where = f" on {self.instance}" if self.instance else ""
        return (
            f"{self.engine}, {many}{labels.count(self.n_processes, 'process', 'processes')} x "
            f"{labels.count(self.per_process, inner)}{where}"
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Configuration:
        """Rebuild a configuration from plain values."""
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run of one configuration took.

    Parameters
    ----------
    configuration : Configuration
        What was run.
    repeat : int
        Which of its repeats, from 1.
    total_seconds : float
        From the start of its process to its last byte.
    elapsed_seconds : float
        While forests were grown.
    seconds : mapping
        Of each phase; see `PHASES`.
    cpu_seconds : float
        Of all its processes together.
    peak_memory_bytes : int
        Held by all its processes together at most.
    library_threads : mapping
        BLAS and OpenMP threads by library.
    load_at_start : float or None
        Processes that wanted a core in the minute before.
    ended : float
        Seconds since the epoch.
    billable_seconds : float or None
        Total of all cloud instances; None on this machine.
    dollars : float or None
        What was paid for them; None on this machine, or when no price is known.
    error : str
        Why there is no measurement; empty when there is one.
    """

    configuration: Configuration
    repeat: int = 1
    total_seconds: float = 0.0
    elapsed_seconds: float = 0.0
    seconds: Mapping[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    library_threads: Mapping[str, int] = field(default_factory=dict)
    load_at_start: float | None = None
    ended: float = 0.0
    billable_seconds: float | None = None
    dollars: float | None = None
    error: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Measurement:
        """Rebuild a measurement from `to_dict`'s values; what a later version adds is left out."""
        known = {entry.name for entry in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        require_kinds(cls, kept)
        return cls(**{**kept, "configuration": Configuration.from_dict(values["configuration"])})


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity over its repeats: the middle one, the least and the most."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise one value or more."""
        return cls(statistics.median(values), min(values), max(values))

    @property
    def share(self) -> float:
        """How far the repeats lie apart, as a share of the middle one."""
        return (self.high - self.low) / self.median if self.median > 0 else 0.0
