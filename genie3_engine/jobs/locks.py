"""Locks of files, on file systems that support them and on those that do not."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.process import ProcessId, this_process
from genie3_engine.jobs.scheduler import scheduled_attempt, scheduled_job
from genie3_engine.jobs.stored_files import read_stored

SILENT_SECONDS = 180.0  # NFS may show what another machine has written a minute later
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP}


def try_lock(descriptor: int, *, shared: bool = False) -> bool | None:
    """Lock an open file unless another descriptor has locked it.

    Parameters
    ----------
    descriptor : int
        The file. It stays locked until all its descriptors are closed.
    shared : bool
        Whether others may lock it in the same way.

    Returns
    -------
    bool or None
        False when another has locked it; None where the file system does not support locks.

    Raises
    ------
    OSError
        When the system refuses for another reason.
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        raise
    return True


def wait_for_lock(descriptor: int) -> None:
    """Lock an open file once it is free; immediately where there are no locks.

    Raises
    ------
    OSError
        When the system refuses for another reason.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keep other processes that ask for the same lock waiting while the block runs.

    Parameters
    ----------
    file : Path
        The file that is locked; it is created, and stays empty.

    Raises
    ------
    StorageError
        When the file cannot be created or locked.
    """
    with atomic_write.storage_errors(file):
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        with atomic_write.storage_errors(file):
            wait_for_lock(lock)
        yield
    finally:
        os.close(lock)


class FolderLock:
    """The lock of a folder: one process works on it at a time.

    Parameters
    ----------
    folder : Path
        The folder.

    Attributes
    ----------
    is_owner_file : bool
        Whether a file that names the process takes the place of a lock, since the file system does
        not support any.

    Notes
    -----
    A lock ends with its process. An owner's file stays when the process is killed: it is ignored
    once its process is gone from this machine, when it belongs to an earlier attempt at the
    scheduler's job that asks, and on another machine when neither the file nor the status of the
    job has changed for `SILENT_SECONDS`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner_path = folder / filenames.LOCK_OWNER
        self._descriptor: int | None = None
        self._own = ""

    @property
    def is_owner_file(self) -> bool:
        """True while an owner's file is held instead of a lock."""
        return bool(self._own)

    def acquire(self) -> bool:
        """Take the lock unless another process holds it, and return whether it was taken.

        Raises
        ------
        OSError
            When the folder may not be written.
        """
        descriptor = os.open(
            self._folder / filenames.LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666
        )
        try:
            is_locked = try_lock(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        if is_locked:
            self._descriptor = descriptor
            return True
        os.close(descriptor)
        return is_locked is None and self._write_owner()

    def release(self) -> None:
        """Release the folder, which may no longer exist."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._own:
            with suppress(OSError):
                if self._read_owner() == self._own:
                    self._owner_path.unlink()
            self._own = ""

    def is_held(self) -> bool:
        """Return whether a process holds the folder, on any machine that shares the locks.

        True, too, where that is unknown, such as on a network disk that does not answer.
        """
        try:
            descriptor = os.open(
                self._folder / filenames.LOCK, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
            )
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        try:
            is_free = try_lock(descriptor, shared=True)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        if is_free is None:
            text = self._read_owner()
            return text is not None and not self._is_abandoned(text)
        return not is_free

    def _write_owner(self) -> bool:
        """Write the owner's file, and return whether it is this process's."""
        job = {"job": scheduled_job(), "attempt": scheduled_attempt()}
        own = json.dumps({**asdict(this_process()), **job, "token": secrets.token_hex(8)})
        found = self._read_owner()
        if found is not None:
            if not self._is_abandoned(found):
                return False
            self._remove_owner(found)
        try:
            descriptor = os.open(self._owner_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            return False
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(own)
        self._own = own
        return True

    def _read_owner(self) -> str | None:
        """Return the text of the owner's file, which may not be whole yet; None without one."""
        try:
            return read_stored(self._owner_path).decode()
        except (OSError, ValueError):
            return None

    def _is_abandoned(self, text: str) -> bool:
        """Return whether the process that an owner's file names is gone."""
        try:
            values = json.loads(text)
            owner, job = ProcessId.from_dict(values), str(values.get("job", ""))
            attempt = str(values.get("attempt", ""))
        except (ValueError, TypeError, AttributeError):
            owner, job, attempt = None, "", ""
        if owner is not None:
            if owner.is_alive:
                return False
            # the same attempt may have processes on several machines
            is_earlier = job == scheduled_job() and attempt != scheduled_attempt()
            if owner.is_here or (job and is_earlier):
                return True
        return self._silent_seconds() > SILENT_SECONDS

    def _silent_seconds(self) -> float:
        """Return how long ago the owner's file or the job's status was written."""
        written = 0.0
        for path in (self._owner_path, self._folder / filenames.STATUS):
            with suppress(OSError):
                written = max(written, path.stat().st_mtime)
        return time.time() - written

    def _remove_owner(self, text: str) -> None:
        """Remove an abandoned owner's file, unless another process has replaced it meanwhile."""
        aside = self._owner_path.with_name(f".{secrets.token_hex(4)}{filenames.ASIDE}")
        with suppress(OSError):
            os.rename(self._owner_path, aside)
            if aside.read_text(encoding="utf-8") != text:
                os.link(aside, self._owner_path)
        with suppress(OSError):
            aside.unlink(missing_ok=True)
