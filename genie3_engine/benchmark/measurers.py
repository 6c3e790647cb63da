"""Measure runs of an experiment, on this machine or by any launcher."""

from __future__ import annotations

import os
import resource
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from genie3_engine import runs
from genie3_engine.benchmark.measurements import PHASES, Configuration, Measurement
from genie3_engine.benchmark.subject import Subject, run_spec_of
from genie3_engine.errors import CloudError, Genie3Error, RunInterruptedError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.folder import StartedProcess
from genie3_engine.jobs.process import spawn, terminate
from genie3_engine.jobs.queue import take_ticket, wait_for_turn
from genie3_engine.launchers.machine_needs import claim_of
from genie3_engine.model import ErrorRecord, JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder

_LOOK_SECONDS = 0.2
_ASK_SECONDS = 1.0
_QUOTA = "cloud-quota"
_QUOTA_PAUSE_SECONDS, _QUOTA_SECONDS = 5.0, 600.0
_STOP_SECONDS = 300.0
_STOPS_AT_ONCE = 8
# What the service itself takes before a worker begins is start-up too.
_STARTUP = ("launching", "downloading", "installing", "starting")


@dataclass(frozen=True, slots=True)
class Task:
    """One run to measure.

    Parameters
    ----------
    key : str
        Names the run in its experiment.
    configuration : Configuration
        The engine, its layout and the number of targets.
    subject : Subject
        The data and the forests.
    path : Path
        The run's folder.
    repeat : int
        Which repeat it is, from 1.
    """

    key: str
    configuration: Configuration
    subject: Subject
    path: Path
    repeat: int = 1


class Report(Protocol):
    """Receives the step of a measurer."""

    def __call__(self, step: str, *, error: ErrorRecord | None = None) -> None:
        """Take the step: waiting or measuring; and why a run's state is unknown."""
        ...


class Measurer(Protocol):
    """Measures runs.

    Attributes
    ----------
    runs_in_parallel : bool
        Whether several runs may be started before the first is waited for.
    needs_warm_up : bool
        Whether each engine runs once first without being measured.
    """

    runs_in_parallel: bool
    needs_warm_up: bool

    def start(self, task: Task) -> bool:
        """Start a run; return True when one of an earlier attempt is still at work instead.

        Raises
        ------
        Genie3Error
            When the run cannot be made; with the code ``cloud-quota`` when it may be later.
        """
        ...

    def wait(
        self, task: Task, *, report: Report, should_stop: Callable[[], bool]
    ) -> Measurement | None:
        """Return what a started run took, with its error when it failed.

        None is returned for a run that did not end by itself: it was stopped or killed, and there
        is nothing to measure.

        Raises
        ------
        RunInterruptedError
            When ``should_stop`` returned True.
        """
        ...

    def stop(self, tasks: Sequence[Task]) -> None:
        """Stop runs, and return when they have stopped.

        Raises
        ------
        Genie3Error
            When some may still be at work.
        """
        ...


def measure_all(
    measurer: Measurer,
    tasks: Sequence[Task],
    *,
    report: Callable[[Task], Report],
    should_stop: Callable[[], bool],
) -> Iterator[tuple[Task, Measurement | None]]:
    """Measure runs, as many at a time as the measurer and its quota allow.

    Parameters
    ----------
    measurer : Measurer
        Starts and waits.
    tasks : sequence of Task
        The runs, in order.
    report : callable
        Receives the step of a task.
    should_stop : callable
        Asked several times a second; True ends the waiting.

    Yields
    ------
    tuple of Task and Measurement or None
        Each task once; None when it did not end by itself.

    Raises
    ------
    RunInterruptedError
        When it was stopped.
    Genie3Error
        When a run cannot be made.
    """
    waiting, started, adopted = list(tasks), list[Task](), set[Task]()
    until = 0.0  # when to give up; instances that have ended count for a while
    while waiting or started:
        if should_stop():
            raise RunInterruptedError("The experiment was stopped.", "Resume it.")
        refused = None
        if waiting and (measurer.runs_in_parallel or not started):
            try:
                is_adopted = measurer.start(waiting[0])
            except Genie3Error as error:
                if error.code != _QUOTA:
                    raise
                refused = error
            else:
                started.append(waiting.pop(0))
                if is_adopted:
                    adopted.add(started[-1])
                continue
        if started:
            task = started.pop(0)
            measurement = measurer.wait(task, report=report(task), should_stop=should_stop)
            until = time.monotonic() + _QUOTA_SECONDS
            if measurement is None and task in adopted:  # an earlier attempt had asked it to stop
                adopted.discard(task)
                waiting.append(task)
            else:
                yield task, measurement
        elif refused is not None and time.monotonic() > until:
            raise refused
        else:
            time.sleep(_QUOTA_PAUSE_SECONDS)


class LocalMeasurer:
    """Measures one run at a time, as a process that takes its turn among the runs of the home."""

    runs_in_parallel = False
    needs_warm_up = True

    def start(self, task: Task) -> bool:
        """Make the run's folder; half a run of an earlier attempt has no time and is removed."""
        remove_run(task.path)
        runs.create(
            run_spec_of(task.configuration, task.subject), task.path, home=task.subject.home
        )
        return False

    def wait(
        self, task: Task, *, report: Report, should_stop: Callable[[], bool]
    ) -> Measurement | None:
        """Wait for the turn, and time the run from outside; see `Measurer.wait`."""
        report("waiting")
        stopped = RunInterruptedError("The experiment was stopped.", "Resume it.")
        home = task.subject.home
        claim = replace(claim_of(RunFolder.open(task.path), home), is_alone=True)
        ticket = take_ticket(claim, home_folder=home)
        with wait_for_turn(ticket, should_stop=should_stop) as is_mine:
            if not is_mine:
                raise stopped
            report("measuring")
            load, cpu_before = _load(), _cpu_of_children()
            seconds = _timed(task, should_stop)
            cpu = _cpu_of_children() - cpu_before
        status = runs.status(task.path, home=task.subject.home)
        if status.state not in {JobState.DONE, JobState.FAILED}:
            if should_stop():
                raise stopped
            return None
        timings = runs.timings(task.path)
        if status.state is JobState.FAILED or timings is None:
            return replace(_failed(task, status), load_at_start=load)
        phases = {phase: float(timings["seconds"].get(phase, 0.0)) for phase in PHASES}
        return Measurement(
            task.configuration,
            task.repeat,
            total_seconds=seconds,
            elapsed_seconds=phases["computing"],
            seconds=phases,
            cpu_seconds=cpu,
            peak_memory_bytes=int(timings["peak_memory_bytes"]),
            library_threads=dict(timings.get("library_threads", {})),
            load_at_start=load,
            ended=time.time(),
        )

    def stop(self, tasks: Sequence[Task]) -> None:
        """Do nothing: `wait` has ended the run under way, and no other was started."""


class LauncherMeasurer:
    """Measures runs that a launcher starts elsewhere, several at a time.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    options : mapping
        The launcher's options; the number of machines is each configuration's, and without a name
        of the experiment its folder's is taken.
    """

    runs_in_parallel = True
    needs_warm_up = False

    def __init__(self, launcher: str, options: Mapping[str, Any]) -> None:
        self._launcher = launcher
        self._options = dict(options)

    def start(self, task: Task) -> bool:
        """Submit the run, unless it is at work or done already; see `Measurer.start`."""
        home = task.subject.home
        if (task.path / filenames.SPEC).is_file():
            state = runs.status(task.path, home=home).state
            if state.may_change or state is JobState.DONE:
                return True
            _clean_up(task.path)
            remove_run(task.path)
        info, options = runs.LAUNCHERS[self._launcher], dict(self._options)
        if info.machines:
            options[info.machines] = task.configuration.n_instances
        if task.configuration.instance:
            options[info.machine_type] = task.configuration.instance
        if info.cores_setting:
            configuration = task.configuration
            options[info.cores_setting] = configuration.n_processes * configuration.per_process
        if any(each.name == "experiment" for each in info.settings):
            options["experiment"] = options.get("experiment") or task.path.parents[1].name
        spec = run_spec_of(task.configuration, task.subject)
        spec = replace(spec, launcher=self._launcher, launcher_options=options)
        runs.start(spec, folder=task.path, home=home)
        return False

    def wait(
        self, task: Task, *, report: Report, should_stop: Callable[[], bool]
    ) -> Measurement | None:
        """Ask for the status until the run has ended; see `Measurer.wait`."""
        report("measuring")
        unknown: ErrorRecord | None = None
        while (status := runs.status(task.path, home=task.subject.home)).state.may_change:
            if should_stop():
                raise RunInterruptedError("The experiment was stopped.", "Resume it.")
            reason = status.error if status.state is JobState.UNKNOWN else None
            if reason != unknown:
                unknown = reason
                report("measuring", error=reason)
            time.sleep(_ASK_SECONDS)
        if unknown is not None:
            report("measuring")
        if status.state not in {JobState.DONE, JobState.FAILED}:
            return None
        timings = runs.timings(task.path)
        if status.state is JobState.FAILED or timings is None:
            return _failed(task, status)
        spent, bill = timings["seconds"], timings.get("billing", {})
        phases = {phase: float(spent.get(phase, 0.0)) for phase in PHASES}
        phases["starting"] = sum(float(spent.get(step, 0.0)) for step in _STARTUP)
        billable = bill.get("billable_seconds")
        return Measurement(
            task.configuration,
            task.repeat,
            total_seconds=float(spent["total"]),
            elapsed_seconds=phases["computing"],
            seconds=phases,
            cpu_seconds=float(timings.get("target_seconds", 0.0)),
            peak_memory_bytes=int(timings.get("peak_memory_bytes", 0)),
            ended=time.time(),
            billable_seconds=None if billable is None else float(billable),
            dollars=bill.get("dollars"),
        )

    def stop(self, tasks: Sequence[Task]) -> None:
        """Stop all runs together, and wait until the service has confirmed each."""
        with ThreadPoolExecutor(_STOPS_AT_ONCE) as pool:
            left = [reason for reason in pool.map(_stopped, tasks) if reason]
        if left:
            raise CloudError(
                f"{len(left)} runs of the experiment may still be at work: {left[0]}",
                "Stop them at the service, or resume the experiment.",
            )


def remove_run(path: Path) -> None:
    """End the process that is still at work in a run's folder, and remove the folder."""
    with suppress(Genie3Error):
        folder = RunFolder.open(path)
        owner = folder.owner(folder.read_status())
        if owner is not None:
            terminate(owner, grace_seconds=0)
    shutil.rmtree(path, ignore_errors=True)


def _clean_up(path: Path) -> None:
    """Delete what a run has left in the cloud; its folder has the only record of where it is."""
    with suppress(Genie3Error):
        if RunFolder.open(path).read_submission() is None:
            runs.launcher_of(path).cleanup(path)


def _stopped(task: Task) -> str:
    """Stop a run; return why it may still be at work, or nothing."""
    if not (task.path / filenames.SPEC).is_file():
        return ""  # never started
    deadline = time.monotonic() + _STOP_SECONDS
    reason = ""
    while True:
        try:
            runs.cancel(task.path, home=task.subject.home)
            status = runs.status(task.path, home=task.subject.home)
            if not status.state.may_change:
                return ""
            reason = "" if status.error is None else status.error.message
        except Genie3Error as error:
            reason = error.message
        if time.monotonic() > deadline:
            return reason or f"{task.key} has not stopped."
        time.sleep(_ASK_SECONDS)


def _timed(task: Task, should_stop: Callable[[], bool]) -> float:
    """Run the worker and return seconds from its start to its end; a stop kills it.

    The moment of the end is taken in the thread that waits for it, so that looking whether to stop
    does not blur the time.
    """
    ended, moments = threading.Event(), list[float]()

    def end() -> None:
        moments.append(time.perf_counter())
        ended.set()

    began = time.perf_counter()
    owner = spawn(
        RunFolder.module,
        str(task.path.absolute()),
        "--with-parent",
        folder=task.path,
        home_folder=task.subject.home,
        on_end=end,
    )
    RunFolder(task.path).write_submission(StartedProcess(owner, time.time()))
    while not ended.wait(_LOOK_SECONDS):
        if should_stop():
            terminate(owner, grace_seconds=0)
    return moments[0] - began


def _failed(task: Task, status: RunStatus) -> Measurement:
    reason = "" if status.error is None else status.error.message
    reason = reason or f"The run ended as {status.state} without timings."
    return Measurement(task.configuration, task.repeat, ended=time.time(), error=reason)


def _cpu_of_children() -> float:
    """Return the processor seconds of all processes that ended and that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _load() -> float | None:
    with suppress(OSError):
        return os.getloadavg()[0]
    return None
