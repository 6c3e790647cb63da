"""Identity, start and end of the processes of this program.

`terminate` is the only function that signals a process.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.stored_files import open_to_append
from genie3_engine.jobs.user_directory import VARIABLE, home

NICENESS = 5  # of jobs: pages of the same machine answer at once, while idle cores are all theirs
_SAME_START_SECONDS = 1.0
_LOOK_SECONDS = 0.05
_TRIES = 5


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process of a machine, identified so that a reused number is not mistaken for it.

    Parameters
    ----------
    pid : int
        Its number.
    pid_started : float or None
        When it started, in seconds since the epoch; None when it had ended already.
    boot_id : str
        Which start of which machine it belongs to; empty where the system does not give one.
    host : str
        The machine's name.
    pid_ticks : int or None
        When it started, in clock ticks since the machine did, which no change of the date moves;
        None where the system does not give it, and in records of version 0.1.0.
    """

    pid: int
    pid_started: float | None
    boot_id: str
    host: str
    pid_ticks: int | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ProcessId | None:
        """Return the process that JSON values name; None when they name no process."""
        if values.get("pid") is None:
            return None
        started, ticks = values.get("pid_started"), values.get("pid_ticks")
        return cls(
            int(values["pid"]),
            None if started is None else float(started),
            str(values.get("boot_id", "")),
            str(values.get("host", "")),
            None if ticks is None else int(ticks),
        )

    @property
    def is_here(self) -> bool:
        """True when it is, or was, a process of this machine."""
        return self.host in ("", platform.node()) or self.boot_id == boot_id() != ""

    @property
    def is_alive(self) -> bool:
        """True while it runs on this machine; a zombie does not."""
        if not self.is_here or self.boot_id not in ("", boot_id()):
            return False
        if self.pid_ticks is not None and self.boot_id:
            return ticks_of(self.pid) == self.pid_ticks
        started = start_of(self.pid)
        if started is None or self.pid_started is None:
            return False
        return abs(started - self.pid_started) < _SAME_START_SECONDS


def terminate(owner: ProcessId, *, grace_seconds: float) -> bool:
    """End a process and its group, gently first; the only function that signals a process.

    Parameters
    ----------
    owner : ProcessId
        The process.
    grace_seconds : float
        Time between SIGTERM and SIGKILL; 0 kills immediately.

    Returns
    -------
    bool
        True when the process has ended; False when nothing was signalled, because the process may
        be another one: it is on another machine, of another start of this machine, started at
        another time, or has ended already.
    """
    if not owner.is_alive:
        return False
    deadline = time.monotonic() + grace_seconds
    if grace_seconds > 0:
        _signal(owner, signal.SIGTERM)
    while owner.is_alive and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
    if owner.is_alive:
        _signal(owner, signal.SIGKILL)
    while owner.is_alive:
        time.sleep(_LOOK_SECONDS)
    return True


def spawn(
    module: str,
    *arguments: str,
    folder: Path,
    home_folder: Path | None = None,
    pass_fds: Sequence[int] = (),
    on_end: Callable[[], None] = lambda: None,
) -> ProcessId:
    """Start a module of this program as a process that outlives this one.

    Parameters
    ----------
    module : str
        The module that ``python -m`` runs.
    *arguments : str
        Its command line; user text is passed as an argument, never through a shell.
    folder : Path
        The job's folder, its working directory; ``log.txt`` in it takes the output.
    home_folder : Path, optional
        The home; the user's by default.
    pass_fds : sequence of int
        File descriptors that the process inherits.
    on_end : callable
        Called in a thread as soon as the process has ended, while this process lives.

    Returns
    -------
    ProcessId
        The new process: the leader of a session of its own, without input.

    Raises
    ------
    StorageError
        When the log may not be written.
    """
    log_path = folder / filenames.LOG
    with atomic_write.storage_errors(log_path), open_to_append(log_path) as log:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
            cwd=folder,
            env=environment(home_folder),
        )
    lower_priority(child.pid)
    child_id = process(child.pid)

    def wait() -> None:  # without it the child stays as a zombie
        child.wait()
        on_end()

    threading.Thread(target=wait, daemon=True, name=f"wait-{child.pid}").start()
    return child_id


def lower_priority(pid: int, proc: Path = Path("/proc")) -> None:
    """Lower the priority of the leader of a session and of all that it starts below the page's.

    Where Linux shares the cores by session (sched(7), autogroups), the priority of a process counts
    inside its session only, and that of the session counts between sessions. A priority that the
    system does not let be changed stays.

    Parameters
    ----------
    pid : int
        Number of the leader.
    proc : pathlib.Path
        Where the system shows its processes.
    """
    with suppress(OSError):  # it has ended already
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, pid, max(own, NICENESS))
    with suppress(OSError, ValueError):  # there are no autogroups
        fields = (proc / "self" / "autogroup").read_text(encoding="ascii").split()
        # The file is empty in the group that the system began with (containers, services).
        nice = max(int(fields[-1]) if fields else 0, NICENESS)
        for _ in range(_TRIES):
            try:
                (proc / str(pid) / "autogroup").write_text(str(nice), encoding="ascii")
            except BlockingIOError:  # the kernel takes ten such changes a second
                time.sleep(_LOOK_SECONDS)
            else:
                break


def environment(home_folder: Path | None = None) -> dict[str, str]:
    """Return the environment in which a process finds this very program and the home.

    Parameters
    ----------
    home_folder : Path, optional
        The home; the user's by default.
    """
    root = str(Path(__file__).absolute().parents[2])
    path = os.environ.get("PYTHONPATH", "")
    return {
        **os.environ,
        VARIABLE: str(home_folder or home()),
        "PYTHONPATH": os.pathsep.join([root, path] if path else [root]),
        "PYTHONUNBUFFERED": "1",
    }


def _signal(owner: ProcessId, number: signal.Signals) -> None:
    """Signal a living process with its group; in the foreground, its group is the terminal's."""
    with suppress(ProcessLookupError):
        if os.getpgid(owner.pid) == owner.pid:
            os.killpg(owner.pid, number)
        else:
            os.kill(owner.pid, number)


def this_process() -> ProcessId:
    """Return the calling process."""
    return process(os.getpid())


def process(pid: int) -> ProcessId:
    """Return a process of this machine, as it is now."""
    return ProcessId(pid, start_of(pid), boot_id(), platform.node(), ticks_of(pid))


def start_of(pid: int) -> float | None:
    """Return when a process started; None when there is none, or only what its parent left."""
    import psutil

    try:
        process_of_pid = psutil.Process(pid)
        if process_of_pid.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process_of_pid.create_time())
    except psutil.Error:
        return None


def ticks_of(pid: int) -> int | None:
    """Return when a process started, in clock ticks since the machine did.

    Returns
    -------
    int or None
        None when there is no such process, or only what its parent left; and where the system does
        not give it.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = text.rpartition(")")[2].split()  # from field 3 of proc(5): the name may be odd
    return None if state in {"Z", "X"} else int(fields[18])  # field 22: starttime


def seconds_since_start() -> float:
    """Return how long the calling process has existed.

    Notes
    -----
    The difference to `start_of` would be wrong by up to a second: that adds the ticks since the
    machine's start to the date of that start, which Linux gives in whole seconds, and the date is
    moved whenever the machine's clock is set. Here both ends are counted from the machine's start.
    """
    ticks = ticks_of(os.getpid())
    if ticks is not None:
        started = ticks / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)
    started_at = start_of(os.getpid())
    return 0.0 if started_at is None else max(0.0, time.time() - started_at)


def boot_id() -> str:
    """Return what distinguishes this start of this machine from every other; empty when unknown."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
