"""Which process writes a run, and does it still live?"""

from __future__ import annotations

import os
import platform
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SAME_START_SECONDS = 1.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Owner:
    """A process of a machine, named so that a recycled number is not mistaken for it.

    Parameters
    ----------
    pid : int or None
        Its number; None when nobody has said.
    pid_started : float or None
        When it started, in seconds since the epoch.
    boot_id : str
        Which start of which machine it belongs to; empty where the system does not say.
    host : str
        The machine's name.
    """

    pid: int | None
    pid_started: float | None
    boot_id: str
    host: str

    @property
    def is_here(self) -> bool:
        """True when it is, or was, a process of this machine."""
        return self.host in ("", platform.node()) or self.boot_id == boot_id() != ""

    @property
    def is_alive(self) -> bool:
        """True while it runs on this machine; a zombie does not."""
        if self.pid is None or not self.is_here or self.boot_id not in ("", boot_id()):
            return False
        started = start_of(self.pid)
        if started is None or self.pid_started is None:
            return False
        return abs(started - self.pid_started) < _SAME_START_SECONDS


def terminate(owner: Owner, *, grace_seconds: float) -> bool:
    """End a process and its group, gently first; the only function that signals a process.

    Parameters
    ----------
    owner : Owner
        The process.
    grace_seconds : float
        Time between SIGTERM and SIGKILL; 0 kills immediately.

    Returns
    -------
    bool
        True when the process has ended; False when nothing was signalled, because it is not proven
        to be the one that is meant: it is on another machine, of another start of this machine,
        started at another time, or has ended already.
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


def _signal(owner: Owner, number: signal.Signals) -> None:
    """Signal a living process with its group; in the foreground, its group is the terminal's."""
    with suppress(ProcessLookupError):
        if owner.pid is None:
            return
        if os.getpgid(owner.pid) == owner.pid:
            os.killpg(owner.pid, number)
        else:
            os.kill(owner.pid, number)


def this_process() -> Owner:
    """Return the calling process."""
    return process(os.getpid())


def process(pid: int) -> Owner:
    """Return a process of this machine, as it is now."""
    return Owner(pid, start_of(pid), boot_id(), platform.node())


def start_of(pid: int) -> float | None:
    """Return when a process started; None when there is none, or only what its parent left."""
    import psutil

    try:
        found = psutil.Process(pid)
        if found.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(found.create_time())
    except psutil.Error:
        return None


def seconds_since_start() -> float:
    """Return how long the calling process has existed.

    Notes
    -----
    The difference to `start_of` would be wrong by up to a second: that adds the ticks since the
    machine's start to the date of that start, which Linux gives in whole seconds, and the date is
    moved whenever the machine's clock is set. Here both ends are counted from the machine's start.
    """
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22 of proc(5): starttime
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)
    except (OSError, ValueError, IndexError, AttributeError):  # not Linux
        started_at = start_of(os.getpid())
        return 0.0 if started_at is None else max(0.0, time.time() - started_at)


def boot_id() -> str:
    """Return what tells this start of this machine from every other; empty when unknown."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
