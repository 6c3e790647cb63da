"""Create, start, watch, stop, delete and list jobs of every kind, by their folders."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from genie3_engine.errors import OptionError, RunError, StorageError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.atomic_folder import delete_folder
from genie3_engine.jobs.atomic_write import storage_errors
from genie3_engine.jobs.folder import JobFolder, SpecT, StartedProcess, StatusT
from genie3_engine.jobs.locks import SILENT_SECONDS
from genie3_engine.jobs.moments import is_recent
from genie3_engine.jobs.process import ProcessId, spawn, terminate
from genie3_engine.jobs.queue import take_ticket
from genie3_engine.jobs.status import ErrorRecord, JobState
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.jobs.turns import Claim

START_SECONDS = 30.0
_TAIL_LINES = 5

FolderT = TypeVar("FolderT", bound=JobFolder[Any, Any])


@dataclass(frozen=True, slots=True)
class JobSummary(Generic[SpecT, StatusT]):
    """A job in a list.

    Parameters
    ----------
    path : Path
        Its folder.
    spec : JobSpec
        What it does.
    status : JobStatus
        Its state and progress.
    """

    path: Path
    spec: SpecT
    status: StatusT

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name


def new_id() -> str:
    """Return a name for a job's folder that no other has: the time in UTC and a random end."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def create(
    kind: type[JobFolder[SpecT, StatusT]],
    path: Path,
    spec: SpecT,
    status: StatusT,
    *,
    resume: bool = False,
) -> Path:
    """Make a job's folder, without doing anything yet; see `JobFolder.create`.

    Parameters
    ----------
    kind : type
        The kind of job.
    path : Path
        A folder that does not exist or is empty.
    spec : JobSpec
        What the job does.
    status : JobStatus
        Its first status.
    resume : bool
        Whether the folder may hold that very job already, which is left as it is.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    RunError
        When the folder holds something else, or this job and ``resume`` is False.
    StorageError
        When the disk is full or may not be written.
    """
    if resume and (path / kind.spec_file).is_file():
        kind.open(path).require_same(spec)
        return path
    return kind.create(path, spec, status).path


def start_or_remove(folder: JobFolder[SpecT, StatusT], start: Callable[[], object]) -> None:
    """Start the new job in a folder, and leave no folder of a job that has not begun.

    A job that another process has begun meanwhile, or holds, stays, whatever the error is. After an
    interruption the folder stays where the job may have been sent to a service already.
    """
    try:
        start()
    except BaseException as error:
        if isinstance(error, Exception) or not (folder.path / filenames.SUBMISSION).exists():
            _remove_new(folder)
        raise


def _remove_new(folder: JobFolder[SpecT, StatusT]) -> None:
    """Remove the folder of a job that has not begun; another one stays."""
    with suppress(RunError, StorageError), folder.lock():
        if _is_new(folder, folder.read_status()):
            delete_folder(folder.path)


def start(
    folder: JobFolder[SpecT, StatusT],
    *arguments: str,
    home: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> ProcessId:
    """Start a job, or what is missing of it, in a process of its own; return immediately.

    Parameters
    ----------
    folder : JobFolder
        The job: new, or one that has ended and is not done.
    *arguments : str
        The command line after the folder.
    home : Path, optional
        The home; the user's by default.
    pass_fds : sequence of int
        File descriptors that the process inherits.

    Raises
    ------
    RunError
        When the job is live or done; of two that ask together, one is refused.
    StorageError
        When the folder may not be written.
    """
    require_startable(folder)
    now = time.time()
    with folder.lock():
        require_startable(folder, status=folder.read_status())
        with storage_errors(folder.path):
            (folder.path / filenames.SUBMISSION).unlink(missing_ok=True)
        folder.clear_stop()
        before = folder.read_status()
        queued = replace(
            before,
            state=JobState.QUEUED,
            step="",
            created=before.created or now,
            started=None,
            heartbeat=now,
            ended=None,
            error=None,
            owner=None,
        )
        folder.write_status(queued)
    path = str(folder.path.absolute())
    try:
        owner = spawn(
            folder.module, path, *arguments, folder=folder.path, home_folder=home, pass_fds=pass_fds
        )
    except StorageError:  # there is no process
        _take_back(folder, queued, before)
        raise
    folder.write_submission(StartedProcess(owner, now))
    return owner


def _take_back(folder: JobFolder[SpecT, StatusT], queued: StatusT, before: StatusT) -> None:
    """Write the status from before a start without a process, unless another one was written."""
    with suppress(RunError, StorageError), folder.lock():
        if folder.read_status() == queued:
            folder.write_status(before)


def start_in_queue(
    folder: JobFolder[SpecT, StatusT], *, home: Path | None = None, claim: Claim | None = None
) -> ProcessId:
    """Start a job that waits for its turn on this machine; see `start`.

    Its module takes the option ``--ticket``; see `held_ticket`.

    Parameters
    ----------
    folder : JobFolder
        The job.
    home : Path, optional
        The home; the user's by default.
    claim : Claim, optional
        What it asks of the machine, where more is known than the folder itself does.

    Raises
    ------
    LimitError
        When it could never begin within the limits of the server.
    """
    require_startable(folder)
    ticket = take_ticket(claim or folder.claim(), home_folder=home)
    try:
        return start(
            folder,
            "--ticket",
            str(ticket.path),
            str(ticket.descriptor),
            home=home,
            pass_fds=[ticket.descriptor],
        )
    except BaseException:
        ticket.path.unlink(missing_ok=True)
        raise
    finally:
        os.close(ticket.descriptor)  # the process holds it now


def require_startable(folder: JobFolder[SpecT, StatusT], *, status: StatusT | None = None) -> None:
    """Refuse to start a job that is live or done; raises `RunError`."""
    now = reconcile(folder) if status is None else status
    if now.state is JobState.DONE:
        noun = folder.noun
        raise RunError(f"The {noun} in {folder.path} is done already.", f"Start a new {noun}.")
    require_idle(folder, status=now)


def require_idle(folder: JobFolder[SpecT, StatusT], *, status: StatusT | None = None) -> None:
    """Refuse a job that is at work; raises `RunError`."""
    now = reconcile(folder) if status is None else status
    if now.state.may_change and not _is_new(folder, now):
        raise RunError(
            f"The {folder.noun} in {folder.path} is at work.", "Wait until it ends, or cancel it."
        )


def reconcile(folder: JobFolder[SpecT, StatusT]) -> StatusT:
    """Return the status of a job, after a look at its process.

    Nothing is deleted or signalled; only the state of a job whose process has vanished is written.

    Returns
    -------
    JobStatus
        ``lost`` with the end of the log when the process has vanished, ``cancelled`` when it was
        asked to stop before; ``unknown`` when it is on another machine and silent; ``stopping``
        while a request to stop waits, with a note where another machine must read it.

    Raises
    ------
    RunError
        When the status cannot be read.
    """
    status = folder.read_status()
    if not status.state.is_live:
        return status
    owner = folder.owner(status)
    heard = status.heartbeat or status.created or 0.0
    silent = time.time() - heard
    is_elsewhere = owner is not None and not owner.is_here
    if folder.is_locked or (is_recent(heard, START_SECONDS) if owner is None else owner.is_alive):
        return _asked_to_stop(folder, status, owner)
    if owner is not None and is_elsewhere:
        if silent < SILENT_SECONDS:
            return _asked_to_stop(folder, status, owner)
        return replace(
            status,
            state=JobState.UNKNOWN,
            error=ErrorRecord(
                "unreachable",
                f"The {folder.noun} is on {owner.host}, which has not been heard of for "
                f"{silent:,.0f} s.",
                "Look at it on that machine.",
            ),
        )
    if folder.read_status() != status:  # it has ended or begun since
        return reconcile(folder)
    return _write_lost(folder, status)


def cancel(folder: JobFolder[SpecT, StatusT], *, grace_seconds: float | None = None) -> StatusT:
    """Ask a job to stop and return immediately; it can be resumed.

    The request is written into the folder, where the process reads it on whichever machine it is.
    One of this machine is signalled too, and killed when it has not stopped in time.

    Parameters
    ----------
    folder : JobFolder
        The job; one that has ended is left as it is.
    grace_seconds : float, optional
        Seconds until a process of this machine is killed; the job's own by default.

    Returns
    -------
    JobStatus
        The status after the request: see `reconcile`.

    Raises
    ------
    RunError
        When the job is on another machine that is silent. The request is written nevertheless.
    StorageError
        When the request cannot be written.
    """
    status = reconcile(folder)
    if not status.state.may_change:
        return status
    folder.request_stop()
    owner = folder.owner(status)
    if status.state is JobState.UNKNOWN:
        host = "" if owner is None else owner.host
        raise RunError(
            f"The {folder.noun} in {folder.path} is at work on {host}, which is silent. "
            "The request to stop was written for it.",
            "Cancel it on that machine.",
        )
    if owner is not None and owner.is_alive:
        grace = folder.grace_seconds if grace_seconds is None else grace_seconds
        threading.Thread(
            target=_end, args=(folder, owner, grace), daemon=True, name=f"end-{owner.pid}"
        ).start()
    return reconcile(folder)


def delete(folder: JobFolder[SpecT, StatusT]) -> None:
    """Delete a job that is not live.

    Raises
    ------
    RunError
        When it is live, or that is not known.
    StorageError
        When it may not be deleted.
    """
    status = reconcile(folder)
    if status.state.may_change and not _is_new(folder, status):
        raise RunError(f"The {folder.noun} in {folder.path} may be at work.", "Stop it first.")
    folder.delete()


def listing(parent: Path, kind: type[FolderT]) -> Iterator[FolderT]:
    """Yield the jobs of one kind in a folder; damaged ones and hidden ones are left out."""
    for path in stored_paths(parent, "[!.]*"):
        with suppress(RunError, OptionError):
            yield kind.open(path)


def history(
    parent: Path,
    kind: type[JobFolder[SpecT, StatusT]],
    *,
    look: Callable[[JobFolder[SpecT, StatusT]], StatusT] | None = None,
) -> list[JobSummary[SpecT, StatusT]]:
    """Return the jobs of one kind in a folder, newest first; damaged ones are left out.

    Parameters
    ----------
    parent : Path
        The folder.
    kind : type
        The kind of job.
    look : callable, optional
        Returns the status of a job; `reconcile` by default.
    """
    look = look or reconcile
    summaries = []
    for folder in listing(parent, kind):
        with suppress(RunError, OptionError):
            summaries.append(JobSummary(folder.path, folder.spec, look(folder)))
    return sorted(summaries, key=lambda each: (each.status.created or 0.0, each.id), reverse=True)


def _is_new(folder: JobFolder[SpecT, StatusT], status: StatusT) -> bool:
    """Return whether a job was created and not begun."""
    is_untouched = status.state is JobState.QUEUED and status.heartbeat is None
    return is_untouched and folder.owner(status) is None


def _asked_to_stop(
    folder: JobFolder[SpecT, StatusT], status: StatusT, owner: ProcessId | None
) -> StatusT:
    """Return the status of a live job, as stopping when a request to stop waits for it."""
    if not folder.stop_is_requested:
        return status
    if owner is None or owner.is_here:
        return replace(status, state=JobState.STOPPING)
    note = ErrorRecord(
        "elsewhere",
        f"The {folder.noun} is at work on {owner.host}. The request to stop was written into its "
        "folder; its process there will read it.",
        "Look at it on that machine if it does not stop.",
    )
    return replace(status, state=JobState.STOPPING, error=note)


def _end(folder: JobFolder[SpecT, StatusT], owner: ProcessId, grace_seconds: float) -> None:
    """End the process of a job, and write how it ended."""
    terminate(owner, grace_seconds=grace_seconds)
    with suppress(RunError):  # it was deleted meanwhile
        reconcile(folder)


def _write_lost(folder: JobFolder[SpecT, StatusT], status: StatusT) -> StatusT:
    """Write that a job's process has vanished, unless something else was written meanwhile."""
    noun, last_lines = folder.noun, folder.log_tail(_TAIL_LINES)
    if folder.stop_is_requested or status.state is JobState.STOPPING:
        ended = replace(status, state=JobState.CANCELLED, error=None)
    else:
        record = ErrorRecord(
            "lost",
            f"The {noun}'s process is gone: it was killed, the memory was used up, or the machine "
            "was restarted." + (f" The log ends with:\n{last_lines}" if last_lines else ""),
            f"Resume the {noun} to do what is missing.",
        )
        ended = replace(status, state=JobState.LOST, error=record)
    ended = folder.lost(replace(ended, ended=status.heartbeat))
    try:
        with folder.lock():
            now = folder.read_status()
            if now != status:
                return now
            folder.write_status(ended)
    except StorageError:
        return ended
    except RunError:  # it was resumed or deleted
        return folder.read_status()
    return ended
