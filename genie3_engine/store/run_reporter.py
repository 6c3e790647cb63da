"""Report a run's status, progress and timings while its worker computes."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from genie3_engine import labels
from genie3_engine.errors import StorageError
from genie3_engine.eta import COUNTED, TimeLeft
from genie3_engine.jobs.machine import MemoryPeak, machine, versions
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.timings import in_turn, side_by_side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from genie3_engine.jobs.attempt import Attempt
    from genie3_engine.store.task_folder import TaskReport
    from genie3_engine.store.timed_folder import TimedFolder

log = logging.getLogger(__name__)

_PROGRESS_SECONDS = 0.1
_LOG_SECONDS = 30.0


class RunReporter:
    """Counts the targets and replicate targets of a run, times its steps and samples its memory.

    As a context manager inside an attempt it writes ``timings.json`` before the attempt writes how
    the run ended.

    Parameters
    ----------
    run : TimedFolder
        The run, or another job that computes targets. Its lock is held by the attempt.
    attempt : Attempt
        Writes the status.
    starting_seconds : float
        How long the process was at work before.

    Notes
    -----
    Moments are dates, by the machine's clock; durations are taken by a clock that is never set.
    """

    def __init__(
        self,
        run: TimedFolder[Any],
        attempt: Attempt[Any, RunStatus],
        *,
        starting_seconds: float = 0.0,
    ) -> None:
        self._run = run
        self._attempt = attempt
        self._began = time.monotonic() - starting_seconds
        self._seconds = {"starting": 0.0}
        self._step_began = self._began
        self._n_computed = attempt.status.targets_done
        self._n_replicates = attempt.status.replicates_done
        self._target_seconds = self._replicate_seconds = 0.0
        self._reported = self._logged = 0.0
        self._memory = MemoryPeak()
        self._notes: dict[str, Any] = {}
        self._time_left = TimeLeft(run.read_expectation())
        self._time_left.begin("starting", self._began)
        self._tasks: dict[str, Any] = {}
        self._members_end = _members_end(run)  # a date; None where there is nothing to infer inside

    def __enter__(self) -> Self:
        """Begin to sample the memory."""
        total = self._attempt.status.targets_total
        self._time_left.n_missing = max(0, total - self._n_computed)
        self._attempt.change(targets_found=self._n_computed)  # until `count` knows
        self._attempt.on_beat += [self._memory.sample, self._estimate]
        self._attempt.view = self._counted
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the timings, and how many targets are on disk."""
        self._close_step("")
        self._memory.sample()
        self._time_left.begin("", self._step_began)
        self._estimate()
        timings = self._timings()
        with suppress(StorageError):
            self._run.write_timings(timings)
        if self._tasks:  # those that a task has computed were not there when the run began
            n_found = self._n_computed - timings["targets_computed"]
            self._attempt.change(targets_found=max(0, n_found))
        if not isinstance(error, StorageError):  # then the last batch is not on disk
            self._attempt.change(targets_done=self._n_computed, replicates_done=self._n_replicates)

    def step(self, name: str, *, state: JobState | None = None) -> None:
        """Begin a step; the one before it ends.

        Parameters
        ----------
        name : str
            See `RunStatus`.
        state : JobState, optional
            The state that begins with it.
        """
        self._close_step(name)
        if name in COUNTED:
            self._logged = self._step_began
        self._time_left.begin(name, self._step_began)
        if state is JobState.RUNNING:
            self._attempt.change(state=state, started=time.time())
        self._reported = time.monotonic()
        self._attempt.update(step=name, **self._estimated())

    def count(self, *, found: int, total: int) -> None:
        """Set the number of targets, and how many an earlier attempt has finished."""
        self._n_computed = found
        self._time_left.n_missing = total - found
        self._attempt.change(targets_done=found, targets_found=found, targets_total=total)

    def lay_out(self, *, n_processes: int, n_threads: int, n_jobs: int) -> None:
        """Set how the targets share the cores; see `LayoutSpec`."""
        self._time_left.at_once = n_processes * n_threads
        self.note(layout={"n_processes": n_processes, "n_threads": n_threads, "n_jobs": n_jobs})

    def computed(self, seconds: float, *, is_on_disk: bool) -> None:
        """Count a target.

        Parameters
        ----------
        seconds : float
            One thread's.
        is_on_disk : bool
            True when the links of all targets so far are on disk.
        """
        self._n_computed += 1
        self._target_seconds += seconds
        if is_on_disk:
            self._attempt.change(targets_done=self._n_computed)
        self._count(is_last=self._n_computed == self._attempt.status.targets_total)

    def expect_replicates(self, work: Mapping[str, float]) -> None:
        """Set the work of the steps to come that compute replicate targets.

        Parameters
        ----------
        work : mapping
            Of each step, what is missing, as a multiple of the work of a target.
        """
        self._time_left.later = dict(work)

    def begin_replicates(self, step: str, *, found: int, total: int, weight: float) -> None:
        """Begin a step that computes replicate targets, when all targets are on disk.

        Parameters
        ----------
        step : str
            One of `REPLICATE_STEPS`.
        found, total : int
            Those that an earlier attempt has finished, and all.
        weight : float
            Work of one of them, as a share of that of a target.
        """
        self._n_replicates = found
        left = self._time_left
        left.n_missing, left.weight = total - found, weight
        left.later = {name: work for name, work in (left.later or {}).items() if name != step}
        self._attempt.change(
            targets_done=self._n_computed, replicates_done=found, replicates_total=total
        )
        self.step(step)

    def replicate_computed(self, seconds: float, is_on_disk: bool) -> None:
        """Count a replicate target; see `computed`."""
        self._n_replicates += 1
        self._replicate_seconds += seconds
        if is_on_disk:
            self._attempt.change(replicates_done=self._n_replicates)
        self._count(is_last=self._n_replicates == self._attempt.status.replicates_total)

    def _count(self, *, is_last: bool) -> None:
        """Report what was computed, now and then."""
        now = time.monotonic()
        self._time_left.count(now)
        if is_last or now - self._reported >= _PROGRESS_SECONDS:
            self._reported = now
            self._attempt.report()
        if now - self._logged >= _LOG_SECONDS:
            self._logged = now
            log.info("%s", self._outlook())

    def member(self, status: RunStatus, *, done: int, later_seconds: float) -> None:
        """Report the progress of a network that is inferred inside the run.

        Parameters
        ----------
        status : RunStatus
            That network's.
        done : int
            Targets that all networks inside have, on average.
        later_seconds : float
            What the networks after it take, as far as that is known.
        """
        self._n_computed = done
        end = status.expected_end
        self._members_end = None if end is None else end + later_seconds
        if status.step and status.step != self._attempt.status.step:
            self._close_step(status.step)
            self._attempt.update(step=status.step, **self._estimated())
        now = time.monotonic()
        if now - self._reported >= _PROGRESS_SECONDS:
            self._reported = now
            self._attempt.report()

    def members_done(self, found: int) -> None:
        """Count the combined targets that an earlier attempt has finished, and those alone."""
        self._n_computed = found
        self._members_end = None

    def add_tasks(self, reports: Sequence[TaskReport]) -> None:
        """Count the time and the targets of the tasks that have computed the run before.

        Parameters
        ----------
        reports : sequence of TaskReport
            How each went; empty where the run was not shared.
        """
        self._tasks = side_by_side([report.timings for report in reports])
        begun = [report.status.started for report in reports if report.status.started is not None]
        if begun:
            self._attempt.change(started=min(begun))

    def note(self, **values: Any) -> None:  # noqa: ANN401 -- JSON is any value
        """Store plain values in ``timings.json``."""
        self._notes.update(values)

    def _counted(self, status: RunStatus) -> RunStatus:
        """Return a status with the targets counted that are not on disk yet."""
        return replace(
            status,
            targets_done=self._n_computed,
            replicates_done=self._n_replicates,
            **self._estimated(),
        )

    def _estimate(self) -> None:
        """Write speed and end with the next heartbeat."""
        self._attempt.change(**self._estimated())

    def _estimated(self) -> dict[str, Any]:
        """Return speed and end as the status has them."""
        now = time.monotonic()
        left = self._time_left.seconds_left(now)
        if self._members_end is not None:
            left = (left or 0.0) + max(0.0, self._members_end - time.time())
        return {
            "targets_per_second": self._time_left.targets_per_second(now),
            "expected_end": None if left is None else time.time() + left,
        }

    def _close_step(self, following: str) -> None:
        now = time.monotonic()
        ended, self._step_began = now - self._step_began, now
        step = self._attempt.status.step
        self._seconds[step] = self._seconds.get(step, 0.0) + ended
        log.info("%s: %.2f s.%s", step, ended, f" Now {following}." if following else "")

    def _outlook(self) -> str:
        left = self._time_left.seconds_left(time.monotonic())
        status = self._counted(self._attempt.status)
        n_done, total = status.counted
        done = f"{n_done:,} of {labels.count(total, labels.counted(status.step))}"
        return f"{done}." if left is None else f"{done}; about {left:,.0f} s left."

    def _replicate_timings(self) -> dict[str, Any]:
        """Return one thread's seconds of the replicate targets of this attempt, if any."""
        seconds = self._replicate_seconds
        return {"replicate_seconds": seconds} if seconds else {}

    def _timings(self) -> dict[str, Any]:
        total = self._step_began - self._began - self._seconds.get("waiting", 0.0)
        own = {
            "seconds": {**self._seconds, "total": total},
            "targets_computed": self._n_computed - self._attempt.status.targets_found,
            "targets_total": self._attempt.status.targets_total,
            "target_seconds": self._target_seconds,
            **self._replicate_timings(),
            "peak_memory_bytes": self._memory.n_bytes,
            "blas_threads": 1,
            "machine": machine(),
            "versions": versions(),
            **self._notes,
        }
        return in_turn(self._tasks, own) if self._tasks else own


def _members_end(run: TimedFolder[Any]) -> float | None:
    """Return when the networks inside a run should be inferred; None without their forecasts."""
    seconds = [each["wall_seconds"] for each in run.read_member_forecasts().values()]
    return time.time() + sum(seconds) if seconds else None
