"""Program of one task of a job array: compute its share, and begin again at the time limit."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import Genie3Error, RunInterruptedError
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.process import seconds_since_start
from genie3_engine.jobs.scheduler import scheduled_cores
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.launchers.slurm.asking import ask
from genie3_engine.launchers.slurm.errors import TIME, SlurmError
from genie3_engine.model import ErrorRecord, JobState, LayoutSpec

if TYPE_CHECKING:
    from genie3_engine.jobs.folder import JobFolder
    from genie3_engine.launchers.shared_jobs import SharedJob

_END_SECONDS = 600.0  # until Slurm has ended a task that it begins again
_LATE_SECONDS = 120.0  # after which a shared disk shows what another machine has written
_LATE_PAUSE_SECONDS = 5.0
_RESUME = "Resume the run to compute what is missing."


def layout_of(layout: LayoutSpec, n_cores: int) -> LayoutSpec:
    """Return the layout of a task, which takes the cores that Slurm has given it, and no others.

    Parameters
    ----------
    layout : LayoutSpec
        The run's.
    n_cores : int
        The task's.

    Examples
    --------
    >>> layout_of(LayoutSpec(n_processes=2), 8).n_threads
    4
    """
    return replace(layout, n_threads=max(1, n_cores // (layout.n_processes * layout.n_jobs)))


def compute(job: SharedJob, name: TaskName, *, n_requeues: int, step: int = 0) -> int:
    """Compute the share of a task, and return the exit code of its program.

    Parameters
    ----------
    job : SharedJob
        The run or comparison.
    name : TaskName
        The task.
    n_requeues : int
        How often a task may begin again at the time limit.
    step : int
        Which step of the job, from 0. The shared disk may show late what the tasks of the steps
        before have left: it is waited for, and what is not seen then is computed by the job that
        merges.
    """
    n_before = job.n_parts(name)
    starting_seconds = seconds_since_start()
    deadline = time.monotonic() + _LATE_SECONDS
    try:
        with stop_on_signals(second_ends=False) as should_stop:
            while not job.compute(
                task=name,
                step=step,
                layout=layout_of(job.spec.layout, scheduled_cores() or 1),
                should_stop=should_stop,
                starting_seconds=starting_seconds,
            ):
                if time.monotonic() > deadline:
                    print("The forests of other tasks are not to be seen here.", flush=True)
                    break
                time.sleep(_LATE_PAUSE_SECONDS)
                starting_seconds = 0.0
    except RunInterruptedError as error:
        if should_stop.is_time_up and not job.stop_is_requested:
            has_progress = job.n_parts(name) > n_before
            task = job.task(name)
            return begin_again(task, has_progress=has_progress, n_requeues=n_requeues)
        _report(error)
        return error.exit_code
    except Genie3Error as error:
        _report(error)
        return error.exit_code
    return os.EX_OK


def n_requeued(task: JobFolder[Any, Any]) -> int:
    """Return how often a task of this submission has begun again because of its time limit.

    Slurm's own count has the nodes that died and the jobs that took its place too.
    """
    try:
        return int(atomic_write.read_json(task.path / filenames.REQUEUES))
    except (OSError, ValueError, TypeError):
        return 0


def begin_again(task: JobFolder[Any, Any], *, has_progress: bool, n_requeues: int) -> int:
    """Ask Slurm to begin a task again; return the exit code if it will not.

    Parameters
    ----------
    task : JobFolder
        A task that has stopped because its time limit is near.
    has_progress : bool
        Whether this attempt has finished targets.
    n_requeues : int
        How often a task may begin again.

    Notes
    -----
    Slurm ends the program when it has put the task into the queue.
    """
    n_before = n_requeued(task)
    if not has_progress:
        why = "no target was finished in all that time"
        return _out_of_time(task, why, "Give more --time, or more --cpus.")
    if n_before >= n_requeues:
        why = f"it may begin again {n_requeues} times at most (--requeues)"
        return _out_of_time(task, why, f"Give more --time, --tasks or --requeues. {_RESUME}")
    job = f"{os.environ['SLURM_ARRAY_JOB_ID']}_{os.environ['SLURM_ARRAY_TASK_ID']}"
    print(f"The time limit is near: task {job} begins again.", flush=True)
    try:
        atomic_write.write_json(task.path / filenames.REQUEUES, n_before + 1)
        ask("scontrol", "requeue", job)
    except SlurmError as error:
        why = error.message.rstrip(".")
        return _out_of_time(task, f"it may not begin again: {why}", error.remedy)
    deadline = time.monotonic() + _END_SECONDS
    while time.monotonic() < deadline:
        time.sleep(1.0)
    return RunInterruptedError.exit_code


def _out_of_time(task: JobFolder[Any, Any], why: str, remedy: str) -> int:
    """Write that a task has reached its time limit, and return its exit code."""
    error = Genie3Error(f"A task has reached its time limit (--time), and {why}.", remedy)
    record = ErrorRecord(TIME, error.message, error.remedy)
    task.write_status(replace(task.read_status(), state=JobState.FAILED, error=record))
    _report(error)
    return error.exit_code


def _report(error: Genie3Error) -> None:
    print(f"genie3: {error}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute the share of the task that Slurm names; see `compute`.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.
    """
    parser = argparse.ArgumentParser(prog="python -m genie3_engine.launchers.slurm.task")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tasks", type=int, required=True, help="tasks of the job array")
    parser.add_argument("--requeues", type=int, default=0, help="times to begin again, at most")
    parser.add_argument("--step", type=int, default=1, help="step of a job in several, from 1")
    options = parser.parse_args(arguments)
    name = TaskName(int(os.environ["SLURM_ARRAY_TASK_ID"]), options.tasks)
    node = os.environ.get("SLURMD_NODENAME", "an unknown node")
    n_restarts = os.environ.get("SLURM_RESTART_COUNT", "0")
    print(f"Task {name.index + 1} of {name.n_tasks} on {node}, restart {n_restarts}.", flush=True)
    try:
        job, step = open_shared(options.folder), options.step - 1
        return compute(job, name, n_requeues=options.requeues, step=step)
    except Genie3Error as error:
        _report(error)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
