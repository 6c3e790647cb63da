"""Check what a run on the cluster needs, with a short job that looks at a node."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine import labels
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.machine import machine
from genie3_engine.jobs.stored_files import read_stored
from genie3_engine.jobs.user_directory import home as user_directory
from genie3_engine.launchers.base import MISSING, OK, UNKNOWN, Check
from genie3_engine.launchers.slurm import reasons, script
from genie3_engine.launchers.slurm.asking import ask
from genie3_engine.launchers.slurm.errors import UNREACHABLE, SlurmError
from genie3_engine.launchers.slurm.limits import require_possible
from genie3_engine.launchers.slurm.node_report import QUESTION, REPORT, NodeReport
from genie3_engine.launchers.slurm.partitions import CLUSTER
from genie3_engine.launchers.slurm.record import Submission
from genie3_engine.launchers.slurm.rows import FORMAT, Row, parse_rows
from genie3_engine.launchers.slurm.sizes import sized
from genie3_engine.version import __version__

if TYPE_CHECKING:
    from genie3_engine.launchers.slurm.options import SlurmOptions

JOB_SECONDS = 60
WAIT_SECONDS = 90.0  # for the job's report
ARRIVAL_SECONDS = 15.0  # until a file of a node is seen here
_PAUSE_SECONDS, _QUEUE_PAUSE_SECONDS = 0.1, 2.0
_MODULE = "genie3_engine.launchers.slurm.node_report"
_PREFIX = "cluster-check-"
_OUTPUT = "output.txt"


def checks(options: SlurmOptions, *, home: Path | None = None) -> Iterator[Check]:
    """Yield what was found of each thing, one after the other; what depends on it comes later.

    Parameters
    ----------
    options : SlurmOptions
        What the user chose.
    home : Path, optional
        The home, which all nodes must see; the user's by default.
    """
    for name, look in _CHECKS.items():
        try:
            found = look(options)
        except Genie3Error as error:
            found = _refused(name, error)
        yield found
        if found.state != OK:
            return
    options = sized(options, n_targets=0, forecast=None, cluster=CLUSTER.look())
    yield from _node(options, home)


def _programs(options: SlurmOptions) -> Check:
    del options
    return Check("programs", OK, f"{ask('sbatch', '--version').strip()}.")


def _controller(options: SlurmOptions) -> Check:
    del options
    return Check("controller", OK, f"{' '.join(ask('scontrol', 'ping').split())}.")


def _partition(options: SlurmOptions) -> Check:
    cluster = CLUSTER.ask()
    require_possible(sized(options, n_targets=0, forecast=None, cluster=cluster), cluster)
    partition = cluster.partition(options.partition)
    if partition is None:
        return Check("partition", UNKNOWN, "Slurm lists no partition.")
    return Check("partition", OK, f"{partition.name}: {partition.limits()}.")


def _request(options: SlurmOptions) -> Check:
    options = sized(options, n_targets=0, forecast=None, cluster=CLUSTER.look())
    tasks = Submission("", "", options.tasks or 1, 0.0, "genie3-check")
    command = script.array_command(Path.cwd(), options, tasks)
    ask(*command, "--test-only", stdin="#!/bin/sh\n")
    return Check("request", OK, "Slurm accepts a run with these options.")


_CHECKS: dict[str, Callable[[SlurmOptions], Check]] = {
    "programs": _programs,
    "controller": _controller,
    "partition": _partition,
    "request": _request,
}


def _refused(name: str, error: Genie3Error) -> Check:
    state = UNKNOWN if error.code == UNREACHABLE else MISSING
    return Check(name, state, error.message, error.remedy)


def _node(options: SlurmOptions, home: Path | None) -> Iterator[Check]:
    """Submit a job that looks at a node, and yield what it saw."""
    try:
        root = home or user_directory()
        with atomic_write.storage_errors(root):
            root.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
    except Genie3Error as error:
        yield _refused("home", error)
        return
    question, job = secrets.token_hex(8), ""
    try:
        (folder / QUESTION).write_text(question, "utf-8")
        limited = replace(options, time=JOB_SECONDS, tasks=1)
        command = [
            *script.job_command(folder, limited, "genie3-check"),
            f"--cpus-per-task={options.n_cores}",
            f"--output={_OUTPUT}",
            *options.sbatch,
        ]
        text = script.job_script(limited, [_MODULE, str(folder)], home=home)
        job = script.job_number(ask(*command, stdin=text))
        yield from _report(folder, job, question, options)
    except Genie3Error as error:
        yield _refused("node", error)
    finally:
        if job:
            with suppress(SlurmError):
                ask("scancel", job)
        shutil.rmtree(folder, ignore_errors=True)


def _report(folder: Path, job: str, question: str, options: SlurmOptions) -> Iterator[Check]:
    """Wait for the report of a node, and yield what it contains."""
    row = _wait(folder, job)
    path = folder / REPORT
    if not path.exists():
        yield _silent(folder, row)
        return
    try:
        seen = NodeReport.from_dict(atomic_write.read_json(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield Check(
            "node",
            MISSING,
            "The report of the node cannot be read.",
            "Install the same version for the nodes as here.",
        )
        return
    yield Check("node", OK, f"{seen.node} ran a job.")
    if seen.question != question:
        yield Check("home", MISSING, f"{seen.node} read another file.", _home_remedy())
    else:
        yield Check("home", OK, f"{seen.node} reads and writes {folder.parent}.")
    is_same = seen.engine == __version__
    yield Check(
        "program",
        OK if is_same else MISSING,
        f"Version {seen.engine}, run by {seen.python}.",
        "" if is_same else "Install the same version for the nodes as here.",
    )
    given = f"Slurm gives {labels.count(seen.n_cores_given, 'core')}"
    is_enough = seen.n_cores_given >= options.n_cores
    yield Check(
        "cores",
        OK if is_enough else MISSING,
        f"{given} of {seen.processor}; a process can use {seen.n_cores}.",
        "" if is_enough else "Give fewer --cpus.",
    )
    here = machine()["processor"]
    if here != seen.processor:
        message = f"Nodes differ from this machine ({here}): times of a forecast may too."
        yield Check("processor", OK, message)
    free = labels.size(seen.scratch_bytes)
    yield Check("scratch", OK, f"{seen.scratch} has {free} free.")
    locks = "Files of the home can be locked."
    if not seen.has_locks:
        locks = "Files of the home cannot be locked; runs go on without."
    yield Check("locks", OK, locks)


def _wait(folder: Path, job: str) -> Row | None:
    """Wait until a job has reported, has ended or takes too long; return its row in the queue."""
    end = time.monotonic() + WAIT_SECONDS
    next_question, row = time.monotonic() + _QUEUE_PAUSE_SECONDS, None
    while time.monotonic() < end and not (folder / REPORT).exists():
        if time.monotonic() >= next_question:
            text = ask("squeue", "-h", "-j", job, "-t", "all", "-o", FORMAT)
            row = next(iter(parse_rows(text)), None)
            next_question = time.monotonic() + _QUEUE_PAUSE_SECONDS
            if row is None or row.state == reasons.DONE:
                end = min(end, time.monotonic() + ARRIVAL_SECONDS)
            elif row.state in reasons.ENDED or reasons.never_passes(row.reason):
                break
        time.sleep(_PAUSE_SECONDS)
    return row


def _silent(folder: Path, row: Row | None) -> Check:
    """Return what is known of a job that has not reported."""
    said = ""
    with suppress(OSError, ValueError):
        said = read_stored(folder / _OUTPUT).decode(errors="replace")[-1000:].strip()
    if row is not None and row.state in reasons.WAITING:
        why = reasons.meaning(row.reason) or "Slurm gives no reason"
        if reasons.never_passes(row.reason):
            return Check("node", MISSING, f"The job waits: {why}.", "Change the options.")
        return Check(
            "node", UNKNOWN, f"The job waits: {why}.", "Try again when the queue is short."
        )
    state = "was not seen again" if row is None else f"ended as {row.state}"
    where = f" on {row.node}" if row is not None and row.node else ""
    message = f"The job {state}{where} without a report. {said}".strip()
    remedy = _home_remedy() if not said else "Change --setup, or the Python environment."
    return Check("node", MISSING, message, remedy)


def _home_remedy() -> str:
    return "Set GENIE3_HOME to a folder that all nodes share."
