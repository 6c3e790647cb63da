"""Find the processes of a cluster, and end them."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from tools.slurm_cluster.configuration import CONFIGURATION, LOGS

# In the environment of every daemon: the cluster's folder, and the daemon's name.
CLUSTER, DAEMON = "GENIE3_SLURM_CLUSTER", "GENIE3_SLURM_DAEMON"
_PAUSE_SECONDS = 0.02
_END_SECONDS = 60.0


def processes_of(folder: str, daemon: str | None = None) -> list[psutil.Process]:
    """Return the living processes of a cluster, jobs included, the oldest first.

    A daemon is older than what it starts: killed in this order, none reports the other's end.

    Parameters
    ----------
    folder : str
        The cluster's folder.
    daemon : str, optional
        Only this daemon with what runs below it: a node with its jobs.
    """
    below: dict[int, list[psutil.Process]] = defaultdict(list)
    marked = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            below[process.ppid()].append(process)
            owner = _daemon_of(process, folder)
            if owner and daemon in (None, owner):
                marked.append(process)
    found = {process.pid: process for process in marked}
    waiting = list(marked)
    while waiting:
        for process in below[waiting.pop(0).pid]:
            if process.pid not in found:
                found[process.pid] = process
                waiting.append(process)
    return sorted(found.values(), key=psutil.Process.create_time)


def _daemon_of(process: psutil.Process, folder: str) -> str | None:
    """Return the daemon of a cluster that a process is or belongs to, if there is one."""
    environment: dict[str, str] = process.environ()
    if environment.get(CLUSTER) == folder:
        return environment[DAEMON]
    if environment.get("SLURM_CONF") == f"{folder}/{CONFIGURATION}":  # a job
        return environment.get("SLURMD_NODENAME")
    if process.name() == "slurmstepd":  # between the two; its title has overwritten its environment
        files = (Path(file.path) for file in process.open_files())
        return next((file.stem for file in files if file.parent == Path(folder, LOGS)), None)
    return None


def send(number: signal.Signals, processes: list[psutil.Process]) -> None:
    """Send a signal to processes; one that has ended is left out."""
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)


def freeze(folder: str, daemon: str) -> None:
    """Suspend the processes of a daemon, and those that they have just started.

    Raises
    ------
    TimeoutError
        When some are not suspended.
    """
    deadline = time.monotonic() + _END_SECONDS
    while running := [each for each in processes_of(folder, daemon) if not _is_stopped(each)]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(running)} processes of {daemon} are not suspended.")
        send(signal.SIGSTOP, running)
        time.sleep(_PAUSE_SECONDS)


def _is_stopped(process: psutil.Process) -> bool:
    """Return whether a process is suspended, or has ended."""
    try:
        return process.status() in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}
    except psutil.Error:
        return True


def kill(folder: str, daemon: str | None = None) -> None:
    """Kill the processes of a cluster or of one daemon, and those that they have just started.

    Raises
    ------
    TimeoutError
        When some do not end.
    """
    for processes in _looks(folder, daemon):
        send(signal.SIGKILL, processes)


def wait_until_ended(folder: str, daemon: str) -> None:
    """Wait until a daemon and all that runs below it has ended.

    Raises
    ------
    TimeoutError
        When some do not end.
    """
    for _ in _looks(folder, daemon):
        pass


def _looks(folder: str, daemon: str | None) -> Iterator[list[psutil.Process]]:
    deadline = time.monotonic() + _END_SECONDS
    while processes := processes_of(folder, daemon):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still there: {processes}")
        yield processes
        time.sleep(_PAUSE_SECONDS)
