"""Forecast the time, memory and disk space of a run on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from genie3_engine import labels
from genie3_engine.jobs.user_directory import runs_folder
from genie3_engine.model import METHODS, member_specs
from genie3_engine.planning import forecast_history
from genie3_engine.planning.forecast_history import Experience, Outcome
from genie3_engine.planning.memory import (
    BUCKET_BYTES_A_LINK,
    DiskNeed,
    combination_bytes,
    disk_need,
    memory_need,
    ranking_bytes,
)
from genie3_engine.planning.runtime_model import Duration, combination_seconds, duration_here
from genie3_engine.planning.task_estimates import TaskEstimate, on_tasks
from genie3_engine.planning.workloads import Workload, workload_of

if TYPE_CHECKING:
    from pathlib import Path

    from genie3_engine.data.expression import Expression
    from genie3_engine.model import RunSpec
    from genie3_engine.planning.pilot import Pilot

MEMORY_MARGIN = 1.15
REUSED = 0.4  # of what a process holds after reading a file: free inside, and used again
ROOM = 0.95  # of the memory; the system needs some


@dataclass(frozen=True, slots=True)
class OwnProcess:
    """What a process that infers itself has done before it does: read a file, for one.

    Parameters
    ----------
    starting_seconds : float
        Since it was started.
    held_bytes, peak_bytes : int
        Resident memory now, and at its largest.
    """

    starting_seconds: float
    held_bytes: int
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run should take on this machine.

    Parameters
    ----------
    work : Workload
        The run in numbers.
    pilot : Pilot
        What it was forecast from.
    step_seconds : mapping
        Seconds of each step.
    wall_seconds, low_seconds, high_seconds : float
        The whole time, and between what 9 of 10 runs should end.
    relative_error : float
        One standard deviation of the logarithm of the time.
    raw_seconds, raw_memory_bytes : float
        Time and memory before anything was learned from earlier runs.
    memory_bytes, high_memory_bytes : float
        Peak resident memory of all processes, and what it should not exceed.
    disk_bytes, peak_disk_bytes : float
        Disk that the result keeps, and that is needed meanwhile.
    n_links : int
        Links that are written.
    fits : bool
        Whether memory and disk of this machine do.
    reason : str
        Why, or why not.
    past : Experience
        How right earlier forecasts were.
    outcomes : tuple of Outcome
        Finished runs of all launchers, from which forecasts for cloud instances learn.
    members : tuple of Forecast
        Those of the networks inside the run, in order, where it combines some.
    combination_seconds : mapping
        Seconds of each step of their combination, which are part of `step_seconds`.
    """

    work: Workload
    pilot: Pilot
    step_seconds: Mapping[str, float]
    wall_seconds: float
    low_seconds: float
    high_seconds: float
    relative_error: float
    raw_seconds: float
    raw_memory_bytes: float
    memory_bytes: float
    high_memory_bytes: float
    disk_bytes: float
    peak_disk_bytes: float
    n_links: int
    fits: bool
    reason: str
    past: Experience
    outcomes: tuple[Outcome, ...] = ()
    members: tuple[Forecast, ...] = ()
    combination_seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def n_targets(self) -> int:
        """Targets of the run."""
        return self.work.n_targets

    def on_tasks(self, *, n_tasks: int, n_cores: int) -> TaskEstimate:
        """Estimate the run on tasks of a cluster; see `task_estimates.on_tasks`."""
        return on_tasks(self, n_tasks=n_tasks, n_cores=n_cores)

    @property
    def evidence_steps(self) -> dict[str, float]:
        """Seconds of each step for the evidence of the links; empty where none is asked for."""
        return {
            name: self.step_seconds[name]
            for name in labels.EVIDENCE_PHASES
            if name in self.step_seconds
        }

    def to_dict(self) -> dict[str, Any]:
        """Return what is kept with a run, as plain JSON values."""
        return {**self._own_values(), **self._parts()}

    def _parts(self) -> dict[str, Any]:
        """Return the forecasts of the networks inside, by method, and of their combination."""
        if not self.members:
            return {}
        return {
            "members": {member.work.method: member.to_dict() for member in self.members},
            "combination": {
                "step_seconds": dict(self.combination_seconds),
                "n_targets": self.work.n_targets,
            },
        }

    def _own_values(self) -> dict[str, Any]:
        kept = (
            *("wall_seconds", "low_seconds", "high_seconds", "relative_error", "raw_seconds"),
            *("memory_bytes", "high_memory_bytes", "raw_memory_bytes"),
            *("disk_bytes", "peak_disk_bytes", "n_links", "fits", "reason"),
        )
        return {
            **{name: getattr(self, name) for name in kept},
            "step_seconds": dict(self.step_seconds),
            "n_targets": self.work.n_targets,
            "engine": self.work.engine,
            "n_trees": self.work.n_trees,
            "n_workers": self.work.n_workers,
            "machine": self.pilot.machine,
            "pilot": {
                "measured_at": self.pilot.measured_at,
                "n_targets": self.pilot.n_targets,
                "n_trees": self.pilot.n_trees,
                "mean_seconds": self.pilot.mean_seconds,
                "spread_seconds": self.pilot.spread_seconds,
                "core_share": self.pilot.core_share,
                "wall_seconds": self.pilot.wall_seconds,
            },
            "past": {"n_runs": self.past.n_runs, "n_covered": self.past.n_covered},
            "factor": self.past.factor,
        }

    def measured(self) -> list[str]:
        """Return what was measured, one sentence each."""
        pilot = self.pilot
        sentences = [
            *(self._measured_targets(member) for member in self.members or (self,)),
            "Start-up, reading, preparing, compiling, ranking and memory: of a process that did"
            " what the run will do.",
        ]
        if pilot.core_share < 0.9:
            sentences.append(
                f"Other programs took {1 - pilot.core_share:.0%} of the cores' time meanwhile; the"
                " forecast supposes that they go on, and its interval is wider for it."
            )
        return sentences

    def _measured_targets(self, of: Forecast) -> str:
        """Return how long targets took; with the name of the method for a network inside."""
        method, pilot = METHODS[of.work.method], of.pilot
        name = "" if of is self else f"{method.label}: "
        trees = f" with {pilot.n_trees:,} trees each" if "n_trees" in method.settings else ""
        return (
            f"{name}{pilot.n_targets:,} random targets{trees} took {pilot.mean_seconds:.3g} s of"
            f" one core on average, give or take {pilot.spread_seconds:.2g} s."
        )

    def assumed(self) -> list[str]:
        """Return what was assumed, one sentence each."""
        sentences = ["The machine is as busy during the run as it was during the pilot run."]
        if self.members:
            sentences.append("Combining a link takes as long as where it was measured.")
        if self.work.replicates:
            of_each = ", ".join(
                f"{labels.counted(load.name)} ({load.number:,}) {load.work:.2g}"
                for load in self.work.replicates
            )
            sentences.append(
                f"For the evidence, each takes the time of so many targets: {of_each}."
            )
        if self.pilot.n_trees != self.work.n_trees:
            sentences.append(
                f"A target's time grows in proportion to its trees, from {self.pilot.n_trees:,}"
                f" tried to {self.work.n_trees:,}."
            )
        return sentences


def links_written(work: Workload, pilot: Pilot) -> int:
    """Return how many links a run writes, by how many its pilot found.

    Parameters
    ----------
    work : Workload
        The run.
    pilot : Pilot
        What was measured.

    Notes
    -----
    A regulator has no link when no tree of the target chose it; trees choose independently, so with
    more trees the share without a link falls as a power of it.
    """
    without = 1.0 - pilot.links_share
    return work.n_links(1.0 - without ** (work.n_trees / pilot.n_trees))


def forecast(
    spec: RunSpec,
    expression: Expression,
    pilot: Pilot,
    *,
    past: Experience | None = None,
    own: OwnProcess | None = None,
    home_folder: Path | None = None,
) -> Forecast:
    """Forecast a run on this machine.

    Parameters
    ----------
    spec : RunSpec
        What it computes, and how.
    expression : Expression
        Its data set; its values are not looked at.
    pilot : Pilot
        What a few of its targets took.
    past : Experience, optional
        What earlier forecasts teach; those of the home by default.
    own : OwnProcess, optional
        What this process has done, when the run is to happen in one like it.
    home_folder : Path, optional
        The home, on whose disk the run will lie; the user's by default.
    """
    work = workload_of(
        spec, expression.n_genes, expression.n_samples, n_cores=pilot.machine["usable_cores"]
    )
    work = replace(work, is_streamed=expression.is_sparse)
    outcomes: list[Outcome] = []
    if past is None:
        where = forecast_history.place_key(pilot.machine, work.engine)
        outcomes = forecast_history.past(home_folder)
        past = forecast_history.learned(outcomes, where)
    need = _need(spec, work, pilot)
    duration, disk = need.duration, need.disk
    steps = {name: seconds * past.factor for name, seconds in duration.step_seconds.items()}
    steps["starting"] = duration.step_seconds["starting"]
    if own is not None:
        steps["starting"] = own.starting_seconds
    error = past.widened(duration.relative_error)
    corrected = Duration(steps, error)
    low, high = corrected.interval()
    held, peak = 0.0, 0
    if own is not None:
        held = (1.0 - REUSED) * max(0, own.held_bytes - pilot.start_bytes)
        peak = own.peak_bytes
    memory = max(need.memory_bytes * past.memory_factor + held, peak)
    fits, reason = _fit(
        memory * MEMORY_MARGIN, disk.peak_bytes, pilot, folder=runs_folder(home_folder)
    )
    return Forecast(
        work=work,
        pilot=pilot,
        step_seconds=steps,
        wall_seconds=corrected.wall_seconds,
        low_seconds=low,
        high_seconds=high,
        relative_error=error,
        raw_seconds=duration.wall_seconds,
        raw_memory_bytes=need.memory_bytes,
        memory_bytes=memory,
        high_memory_bytes=memory * MEMORY_MARGIN,
        disk_bytes=disk.result_bytes,
        peak_disk_bytes=disk.peak_bytes,
        n_links=need.n_links,
        fits=fits,
        reason=reason,
        past=past,
        outcomes=tuple(outcomes),
        members=tuple(
            forecast(member, expression, tried, past=past, home_folder=home_folder)
            for member, tried in _members(spec, work, pilot)
        ),
        combination_seconds={
            name: seconds * past.factor for name, seconds in need.combination_seconds.items()
        },
    )


@dataclass(frozen=True, slots=True)
class _Need:
    """What a run needs, before anything is learned from earlier runs."""

    duration: Duration
    memory_bytes: float
    disk: DiskNeed
    n_links: int
    combination_seconds: Mapping[str, float] = field(default_factory=dict)


def _members(spec: RunSpec, work: Workload, pilot: Pilot) -> list[tuple[RunSpec, Pilot]]:
    """Return the runs inside a run with their pilots."""
    return list(zip(member_specs(spec, work.n_genes), pilot.members, strict=True))


def _need(spec: RunSpec, work: Workload, pilot: Pilot) -> _Need:
    """Return what a run needs: of one that combines networks, what they and their sum need."""
    members = [
        _need(
            member,
            replace(
                work, method=member.forest.method, n_trees=member.forest.n_trees, keep=member.keep
            ),
            tried,
        )
        for member, tried in _members(spec, work, pilot)
    ]
    if members:
        return _need_of_members(work, pilot, members)
    n_links = links_written(work, pilot)
    return _Need(
        duration=duration_here(work, pilot, n_links=n_links),
        memory_bytes=memory_need(work, pilot, measured_as=work, n_links=n_links).peak_bytes,
        disk=disk_need(work, n_links),
        n_links=n_links,
    )


def _need_of_members(work: Workload, pilot: Pilot, members: Sequence[_Need]) -> _Need:
    """Return what a run needs that infers networks one after the other and combines them."""
    n_links_in = sum(member.n_links for member in members)
    n_links = min(n_links_in, work.n_links())
    combination = combination_seconds(n_links_in, n_links)
    steps = {
        name: sum(member.duration.step_seconds[name] for member in members)
        + combination.get(name, 0.0)
        for name in members[0].duration.step_seconds
    }
    # Whatever makes one of them take longer, such as a busy machine, makes the others too.
    error = sum(
        member.duration.relative_error * member.duration.wall_seconds for member in members
    ) / sum(member.duration.wall_seconds for member in members)
    ranking = ranking_bytes(n_links) - ranking_bytes(pilot.n_links)
    disk = disk_need(work, n_links)
    kept = sum(member.disk.result_bytes for member in members)
    meanwhile = max(
        disk.peak_bytes + BUCKET_BYTES_A_LINK * n_links_in,
        *(member.disk.peak_bytes - member.disk.result_bytes for member in members),
    )
    return _Need(
        duration=Duration(steps, error),
        memory_bytes=max(
            *(member.memory_bytes for member in members),
            pilot.rest_bytes + combination_bytes(n_links_in),
            pilot.write_bytes + ranking,
        ),
        disk=DiskNeed(kept + disk.result_bytes, kept + meanwhile),
        n_links=n_links,
        combination_seconds=combination,
    )


def _fit(memory: float, disk: float, pilot: Pilot, *, folder: Path) -> tuple[bool, str]:
    """Return whether this machine has the memory and the disk, and the reason if not."""
    total = pilot.machine["memory_bytes"] * ROOM
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if memory > total:
        return False, (
            f"needs up to {memory / 1e9:.1f} GB of memory; this machine has"
            f" {pilot.machine['memory_bytes'] / 1e9:.1f} GB"
        )
    if disk > free:
        return False, f"needs {disk / 1e9:.1f} GB of disk; {free / 1e9:.1f} GB are free"
    return True, (
        f"up to {memory / 1e9:.1f} GB of {pilot.machine['memory_bytes'] / 1e9:.1f} GB of memory"
    )
