"""Pilots as background processes: start, state, cancellation.

A pilot has a folder in the home. Whoever holds the lock in it is the pilot: a second session, or a
second command, finds the first one's pilot instead of starting another. Its process writes to a
log file, and waits for its turn in the queue of the home, so that it neither disturbs a measured
experiment nor is disturbed by a run.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.process import ProcessId, terminate
from genie3_engine.jobs.queue import QueueTicket, take_ticket
from genie3_engine.jobs.user_directory import VARIABLE, home
from genie3_engine.model import RunSpec
from genie3_engine.planning.pilot import FRESH_SECONDS, Pilot, find, pilot_file

BUDGET_SECONDS = 4.0
MEASURES_AT_MOST_SECONDS = 600.0
REQUEST, STATUS, CANCEL, LOG, LOCK = "request.json", "status.json", "cancel", "log.txt", "lock"
COMMAND = (sys.executable, "-P", "-m", "genie3_engine.planning.pilot_worker")
_PAUSE_SECONDS = 0.1


class PilotState(StrEnum):
    """A pilot's state."""

    NONE = "none"
    WAITING = "waiting"
    MEASURING = "measuring"
    FAILED = "failed"

    @property
    def is_live(self) -> bool:
        """True while its process exists."""
        return self in (PilotState.WAITING, PilotState.MEASURING)


@dataclass(frozen=True, slots=True)
class PilotStatus:
    """State of the pilot of a run.

    Parameters
    ----------
    state : PilotState
        Its status; ``NONE`` when it has ended well, was cancelled or was never started.
    error : Genie3Error or None
        Why it failed.
    """

    state: PilotState
    error: Genie3Error | None = None


def pilot_folder(spec: RunSpec, home_folder: Path | None = None) -> Path:
    """Return the folder of the pilot that runs like this one share."""
    return pilot_file(spec, home_folder).with_suffix("")


def start_pilot(
    spec: RunSpec,
    *,
    home_folder: Path | None = None,
    seed: int = 0,
    budget_seconds: float = BUDGET_SECONDS,
) -> None:
    """Start a pilot in the background, unless it is at work already.

    `find` returns its result once `pilot_status` is no longer live.

    Parameters
    ----------
    spec : RunSpec
        The run; its data set is stored.
    home_folder : Path, optional
        The home; the user's by default.
    seed : int
        Seed of the choice of targets.
    budget_seconds : float
        Approximate time in which forests are grown.

    Raises
    ------
    StorageError
        If the home is not writable.
    """
    folder = pilot_folder(spec, home_folder)
    with atomic_write.storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        if not _try_lock(lock):
            return
        with atomic_write.storage_errors(folder):
            for name in (STATUS, CANCEL):
                (folder / name).unlink(missing_ok=True)
        request = {
            "spec": replace(spec, name="", source="").to_dict(),
            "seed": seed,
            "budget_seconds": budget_seconds,
            "out": str(pilot_file(spec, home_folder).absolute()),
        }
        atomic_write.write_json(folder / REQUEST, request)
        ticket = take_ticket(home_folder=home_folder)
        try:
            _spawn(folder, ticket, lock, home_folder or home())
        finally:
            os.close(ticket.descriptor)  # the pilot holds it now
    finally:
        os.close(lock)


def pilot_status(spec: RunSpec, *, home_folder: Path | None = None) -> PilotStatus:
    """Return the state of a run's pilot, without changing anything.

    Parameters
    ----------
    spec : RunSpec
        The run.
    home_folder : Path, optional
        The home; the user's by default.
    """
    folder = pilot_folder(spec, home_folder)
    if _is_locked(folder):
        owner = _owner(folder)
        return PilotStatus(PilotState.WAITING if owner is None else PilotState.MEASURING)
    asked = _written_at(folder / REQUEST)
    if (
        (folder / CANCEL).exists()
        or _written_at(pilot_file(spec, home_folder)) >= asked
        or time.time() - asked > FRESH_SECONDS
    ):
        return PilotStatus(PilotState.NONE)
    return PilotStatus(PilotState.FAILED, _failure(folder))


def cancel_pilot(spec: RunSpec, *, home_folder: Path | None = None) -> None:
    """Cancel a run's pilot; nothing happens if there is none.

    Parameters
    ----------
    spec : RunSpec
        The run.
    home_folder : Path, optional
        The home; the user's by default.

    Raises
    ------
    StorageError
        If the home is not writable.
    """
    folder = pilot_folder(spec, home_folder)
    if not _is_locked(folder):
        return
    with atomic_write.storage_errors(folder):
        (folder / CANCEL).touch()  # one that waits looks for it
    owner = _owner(folder)
    if owner is not None:
        terminate(owner, grace_seconds=0)  # it writes nothing but its result, in one step


def measure(
    spec: RunSpec,
    *,
    home_folder: Path | None = None,
    seed: int = 0,
    budget_seconds: float = BUDGET_SECONDS,
) -> Pilot:
    """Run a pilot and return its result; see `start_pilot`.

    An interruption cancels the pilot.

    Returns
    -------
    Pilot
        What was measured.

    Raises
    ------
    Genie3Error
        If the pilot fails, is cancelled, or measures for more than ten minutes.
    """
    start_pilot(spec, home_folder=home_folder, seed=seed, budget_seconds=budget_seconds)
    limit = None
    try:
        while (now := pilot_status(spec, home_folder=home_folder)).state.is_live:
            if limit is None and now.state is PilotState.MEASURING:
                limit = time.monotonic() + MEASURES_AT_MOST_SECONDS
            if limit is not None and time.monotonic() > limit:
                raise failure("it takes too long")
            time.sleep(_PAUSE_SECONDS)
    except BaseException:
        cancel_pilot(spec, home_folder=home_folder)
        raise
    pilot = find(spec, home_folder=home_folder)
    if now.error is not None or pilot is None:
        raise now.error or failure("it was cancelled")
    return pilot


def failure(reason: str) -> Genie3Error:
    """Return the error of a pilot that failed.

    Parameters
    ----------
    reason : str
        What happened; the end of a sentence.
    """
    return Genie3Error(
        f"The pilot run failed: {reason}",
        "Fewer threads or processes may help; starting the run shows the full error.",
        code="pilot",
    )


def _spawn(folder: Path, ticket: QueueTicket, lock: int, home_folder: Path) -> None:
    root = str(Path(__file__).absolute().parents[2])
    before = os.environ.get("PYTHONPATH", "")
    environment = {
        **os.environ,
        VARIABLE: str(home_folder.absolute()),
        "PYTHONPATH": os.pathsep.join([root, before] if before else [root]),
    }
    with atomic_write.storage_errors(folder), (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, str(folder.absolute()), str(ticket.path.absolute()), str(ticket.descriptor)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[ticket.descriptor, lock],
            env=environment,
        )
    threading.Thread(target=process.wait, daemon=True, name=f"wait-{process.pid}").start()


def _failure(folder: Path) -> Genie3Error:
    """Return the error of a pilot whose process ended without a result: its log's last line."""
    text = ""
    with suppress(OSError):
        text = (folder / LOG).read_bytes()[-2000:].decode(errors="replace")
    lines = text.strip().splitlines()
    return failure(lines[-1] if lines else "its process was killed.")


def _owner(folder: Path) -> ProcessId | None:
    """Return the process that measures; None while it waits for its turn."""
    try:
        return ProcessId(**atomic_write.read_json(folder / STATUS))
    except (OSError, ValueError, TypeError):
        return None


def _is_locked(folder: Path) -> bool:
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _try_lock(lock)
    finally:
        os.close(lock)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _written_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
