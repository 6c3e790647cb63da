"""Runs on a cluster that are stopped in the middle of their work, without a core being busy."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from genie3_engine import worker
from genie3_engine.jobs.filenames import TASKS, PartName, TaskName
from genie3_engine.launchers.slurm.launcher import SlurmLauncher
from genie3_engine.launchers.slurm.record import load
from genie3_engine.launchers.slurm.script import TASK_MODULE
from genie3_engine.model import COMPILED, JobState, LayoutSpec, RunStatus
from genie3_engine.store.parts import FLUSH_SECONDS
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run
from tests.waiting import HANG_SECONDS, wait_until

N_GENES = 32
N_TREES = 100_000  # about a tenth of a second for a target
OPTIONS = {"tasks": 1, "cpus": 1, "memory": "900M", "time": 600, "requeues": 3}


def new_run(folder: Path, *, n_trees: int = N_TREES, **options: Any) -> Path:
    """Make a run for the cluster; the options are the launcher's."""
    return tiny_run(
        folder,
        n_genes=N_GENES,
        n_trees=n_trees,
        engine=COMPILED,
        layout=LayoutSpec(n_threads=1),
        launcher="slurm",
        launcher_options=OPTIONS | options,
    ).path


def local_links(folder: Path, *, n_trees: int = N_TREES) -> bytes:
    """Return the links of the same run, computed here."""
    run = RunFolder(new_run(folder, n_trees=n_trees))
    worker.run(run.path)
    return run.links_path.read_bytes()


def links(run: Path) -> bytes:
    return RunFolder(run).links_path.read_bytes()


def task_of(run: Path, task: int) -> TaskFolder:
    name = TaskName(task, load(RunFolder(run)).submission.n_tasks)
    return TaskFolder(run / TASKS / str(name))


def parts_of(run: Path, task: int) -> list[Path]:
    n_tasks = load(RunFolder(run)).submission.n_tasks
    return sorted(RunFolder(run).parts_folder.glob(f"{PartName.prefix(task, n_tasks)}*"))


def workers(run: Path, task: int | None = None) -> list[psutil.Process]:
    """Return the programs of a run's tasks that are alive."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = process.cmdline()
            if TASK_MODULE not in words or str(run) not in words:
                continue
            if task in (None, int(process.environ()["SLURM_ARRAY_TASK_ID"])):
                found.append(process)
    return found


def node_of(run: Path, task: int = 0) -> str:
    """Return the node that a task is at work on."""
    return workers(run, task)[-1].environ()["SLURMD_NODENAME"]


def send(number: signal.Signals, run: Path, task: int | None = None) -> None:
    for process in workers(run, task):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def hold(*tasks: tuple[Path, int]) -> None:
    """Let tasks compute until each has written a part, and suspend them there.

    A part is written when a target is computed some seconds after the step began.
    """
    for run, task in all_of(tasks, lambda run, task: "computing" in log_of(run, task)):
        send(signal.SIGSTOP, run, task)
    time.sleep(FLUSH_SECONDS)
    for run, task in tasks:
        send(signal.SIGCONT, run, task)
    for run, task in all_of(tasks, parts_of, pause_seconds=0.01):
        send(signal.SIGSTOP, run, task)
        assert workers(run, task), "the task ended before it was suspended"


def log_of(run: Path, task: int) -> str:
    with suppress(FileNotFoundError):
        return task_of(run, task).log_path.read_text(encoding="utf-8").rpartition("Now ")[2]
    return ""


def all_of(tasks, reached, *, pause_seconds: float = 0.05) -> Iterator[tuple[Path, int]]:
    """Yield each task as soon as something is reached."""
    waiting, deadline = list(tasks), time.monotonic() + HANG_SECONDS
    while waiting:
        assert time.monotonic() < deadline, f"not reached: {waiting}"
        for each in [each for each in waiting if reached(*each)]:
            yield each
            waiting.remove(each)
        time.sleep(pause_seconds)


def ended(launcher: SlurmLauncher, run: Path) -> RunStatus:
    """Wait until a run has ended."""

    def status() -> RunStatus | None:
        found = launcher.status(run)
        return None if found.state.is_live or found.state is JobState.UNKNOWN else found

    return wait_until(status, shown=lambda: (launcher.status(run), launcher.logs(run).text))


def seen(launcher: SlurmLauncher, run: Path, state: JobState, step: str) -> RunStatus:
    """Wait until a run is in a state and at a step."""

    def status() -> RunStatus | None:
        found = launcher.status(run)
        return found if (found.state, found.step) == (state, step) else None

    return wait_until(status, shown=lambda: launcher.status(run))
