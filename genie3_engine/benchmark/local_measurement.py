"""Measure one run of one configuration as a process on this machine."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine import runs
from genie3_engine.benchmark.measurements import PHASES, Configuration, Measurement
from genie3_engine.errors import OptionError, RunError, RunInterruptedError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.process import Owner, process, terminate
from genie3_engine.jobs.user_directory import VARIABLE, home
from genie3_engine.model import ForestSpec, RunState, RunStatus

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression

WORKER = (sys.executable, "-P", "-m", "genie3_engine.worker")
_LOOK_SECONDS = 0.2
_PROCESS, _OUTPUT = "process.json", "process.txt"


@dataclass(frozen=True, slots=True)
class Subject:
    """What every configuration of an experiment is measured on.

    Parameters
    ----------
    dataset : str
        Fingerprint of the stored data.
    regulators : tuple of str or None
        Candidate regulators; None takes every gene.
    n_trees : int
        Trees for each target.
    seed : int
        Of the forests, and of the choice of targets.
    source : str
        Name of the data.
    home : Path or None
        The home; the user's by default.
    """

    dataset: str
    regulators: tuple[str, ...] | None = None
    n_trees: int = 1000
    seed: int = 0
    source: str = ""
    home: Path | None = None


def chosen_targets(subject: Subject, number: int) -> tuple[str, ...]:
    """Return random targets; a larger number holds those of a smaller one.

    Genes without variance are never chosen, since their forests take no time.

    Raises
    ------
    OptionError
        When the data have fewer genes that vary.
    """
    genes = _varying_genes(subject.dataset, subject.home)
    if number > len(genes):
        raise OptionError(
            f"The experiment asks for {number:,} targets; {len(genes):,} genes of the data vary.",
            f"Ask for {len(genes):,} at most.",
        )
    shuffled = list(genes)
    random.Random(subject.seed).shuffle(shuffled)
    return tuple(shuffled[:number])


@lru_cache(maxsize=2)
def _varying_genes(dataset: str, home_folder: Path | None) -> tuple[str, ...]:
    expression: Expression = runs.open_dataset(dataset, home=home_folder)
    varies = expression.values.min(axis=1) < expression.values.max(axis=1)
    return tuple(
        gene for gene, is_kept in zip(expression.genes, varies.tolist(), strict=True) if is_kept
    )


def measure(
    configuration: Configuration,
    subject: Subject,
    folder: Path,
    *,
    repeat: int = 1,
    should_stop: Callable[[], bool] = lambda: False,
) -> Measurement:
    """Run a configuration in a folder of its own, and return what it took.

    Parameters
    ----------
    configuration : Configuration
        The engine, its layout and the targets.
    subject : Subject
        The data and the forests.
    folder : Path
        The run's folder; what an interrupted attempt has left there is removed.
    repeat : int
        Which repeat it is.
    should_stop : callable
        Asked several times a second; True kills the run.

    Returns
    -------
    Measurement
        With ``error`` when the run failed.

    Raises
    ------
    RunInterruptedError
        When it was stopped.
    Genie3Error
        When the run cannot be made: too many targets, a full disk.
    """
    clear(folder)
    spec = runs.build_run_spec(
        runs.open_dataset(subject.dataset, home=subject.home),
        dataset=subject.dataset,
        regulators=subject.regulators,
        targets=chosen_targets(subject, configuration.targets_to_compute),
        forest=ForestSpec(n_trees=subject.n_trees, seed=subject.seed, engine=configuration.engine),
        layout=configuration.layout,
        name=configuration.label,
        source=subject.source,
    )
    runs.create(spec, folder, home=subject.home)
    load = _load()
    cpu_before = _cpu_of_children()
    total, is_done = _timed(folder, subject.home, should_stop)
    if not is_done:
        raise RunInterruptedError("The experiment was stopped.", "Resume it to measure the rest.")
    return _measured(
        configuration,
        folder,
        subject.home,
        repeat=repeat,
        total=total,
        cpu=_cpu_of_children() - cpu_before,
        load=load,
    )


def clear(folder: Path) -> None:
    """End what is still at work in a run's folder, and remove it: half a run has no time."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        worker = Owner(**atomic_write.read_json(folder / _PROCESS))
        terminate(worker, grace_seconds=0)
    shutil.rmtree(folder, ignore_errors=True)


def environment(home_folder: Path | None) -> dict[str, str]:
    """Return the environment in which a process finds this very program and the home."""
    root = str(Path(__file__).absolute().parents[2])
    path = os.environ.get("PYTHONPATH", "")
    return {
        **os.environ,
        VARIABLE: str(home_folder or home()),
        "PYTHONPATH": os.pathsep.join([root, path] if path else [root]),
        "PYTHONUNBUFFERED": "1",
    }


def _timed(
    folder: Path, home_folder: Path | None, should_stop: Callable[[], bool]
) -> tuple[float, bool]:
    """Run the worker; return seconds from its start to its end, and False when it was killed.

    A thread waits for the end, so that looking whether to stop does not blur the time.
    """
    ended = threading.Event()
    moments: list[float] = []
    with (folder / _OUTPUT).open("ab") as log:
        began = time.perf_counter()
        worker = subprocess.Popen(
            [*WORKER, str(folder.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
            env=environment(home_folder),
        )

    owner = process(worker.pid)
    atomic_write.write_json(folder / _PROCESS, asdict(owner))

    def await_end() -> None:
        worker.wait()
        moments.append(time.perf_counter())
        ended.set()

    threading.Thread(target=await_end, daemon=True, name=f"wait-{worker.pid}").start()
    is_killed = False
    while not ended.wait(_LOOK_SECONDS):
        if should_stop() and not is_killed:
            is_killed = True
            terminate(owner, grace_seconds=0)
    # a stop may reach a worker that has just been started together with this process
    return moments[0] - began, not is_killed and not should_stop()


def _measured(
    configuration: Configuration,
    folder: Path,
    home_folder: Path | None,
    *,
    repeat: int,
    total: float,
    cpu: float,
    load: float | None,
) -> Measurement:
    status, timings = runs.status(folder, home=home_folder), runs.timings(folder)
    require_ended_by_itself(status)
    if status.state is not RunState.DONE or timings is None:
        reason = "" if status.error is None else status.error.message
        return Measurement(
            configuration,
            repeat,
            load_at_start=load,
            ended=time.time(),
            error=reason or f"The run ended as {status.state}.",
        )
    seconds = {phase: float(timings["seconds"].get(phase, 0.0)) for phase in PHASES}
    return Measurement(
        configuration,
        repeat,
        total_seconds=total,
        elapsed_seconds=seconds["computing"],
        seconds=seconds,
        cpu_seconds=cpu,
        peak_memory_bytes=int(timings["peak_memory_bytes"]),
        library_threads=dict(timings.get("library_threads", {})),
        load_at_start=load,
        ended=time.time(),
    )


def require_ended_by_itself(status: RunStatus) -> None:
    """Refuse to measure a run that somebody stopped or killed; raises `RunError`."""
    if status.state not in {RunState.DONE, RunState.FAILED}:
        raise RunError(
            f"A run ended as {status.state} before it was measured.",
            "Resume the experiment to measure it.",
        )


def _cpu_of_children() -> float:
    """Return the processor seconds of all processes that ended and that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _load() -> float | None:
    with suppress(OSError):
        return os.getloadavg()[0]
    return None
