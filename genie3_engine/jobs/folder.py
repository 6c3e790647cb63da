"""The folder of a job: its spec, status, log, lock and requests to stop."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from genie3_engine.errors import OptionError, RunError, RunInterruptedError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.atomic_folder import delete_folder
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.locks import FolderLock
from genie3_engine.jobs.path_checks import make_writable, refuse_place
from genie3_engine.jobs.process import ProcessId
from genie3_engine.jobs.status import JobStatus
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.jobs.turns import Claim
from genie3_engine.jobs.user_directory import is_server
from genie3_engine.registry import load

_TAIL_BYTES = 1 << 18
_LONGEST_VALUE = 40
_LOCK_PAUSE_SECONDS = 0.02
_READER_SECONDS = 60.0  # no reader takes so long
_LONGEST_LOCK_PAUSE_SECONDS = 1.0
_RECORD_END = "genie3_engine.people.log:record_end"  # the log knows the people, and they the jobs


class JobSpec(Protocol):
    """What a job does; written once."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        ...

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild a spec from `to_dict`'s values."""
        ...


SpecT = TypeVar("SpecT", bound=JobSpec)
StatusT = TypeVar("StatusT", bound=JobStatus)


@dataclass(frozen=True, slots=True)
class StartedProcess:
    """The process that was started for a job, before it has written a status itself.

    Parameters
    ----------
    owner : ProcessId
        The process.
    submitted : float
        When, in seconds since the epoch.
    """

    owner: ProcessId
    submitted: float


class JobFolder(Generic[SpecT, StatusT]):
    """A job on disk. A subclass names the types of its spec and status.

    Parameters
    ----------
    path : Path
        The folder. `create` makes one, `open` checks that it holds a job of this kind.

    Attributes
    ----------
    noun : str
        What users call such a job, in messages.
    spec_file : str
        The name of the file of the spec.
    module : str
        The module that works on such a job in a process of its own.
    heartbeat_seconds : float
        The longest time between two heartbeats of the process.
    lock_seconds : float
        How long a process waits for the lock that another one holds.
    """

    noun: ClassVar[str] = "job"
    spec_file: ClassVar[str] = filenames.SPEC
    module: ClassVar[str] = ""
    heartbeat_seconds: ClassVar[float] = 1.0
    lock_seconds: ClassVar[float] = 0.2
    spec_type: type[SpecT]
    status_type: type[StatusT]

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._spec: SpecT | None = None

    def __repr__(self) -> str:
        """Return the folder's path, for logs."""
        return f"{type(self).__name__}({str(self.path)!r})"

    @classmethod
    def create(cls, path: Path, spec: SpecT, status: StatusT) -> Self:
        """Make a job's folder.

        Parameters
        ----------
        path : Path
            A folder that does not exist or is empty.
        spec : JobSpec
            What the job does; written once.
        status : JobStatus
            Its first status.

        Raises
        ------
        RunError
            When the folder holds a job (the message names what differs) or anything else.
        StorageError
            When the disk is full or may not be written.
        """
        folder = cls(path)
        refuse_place(folder.path)
        make_writable(folder.path)
        folder._require_empty(spec)
        with folder.lock():
            folder._require_empty(spec)
            folder.write_status(status)
            atomic_write.write_json(folder.path / cls.spec_file, spec.to_dict())
        return folder

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the job in a folder; raises `RunError` when there is none or it is damaged."""
        folder = cls(path)
        _ = folder.spec
        return folder

    @property
    def spec(self) -> SpecT:
        """What the job does; read once."""
        if self._spec is None:
            try:
                self._spec = self.spec_type.from_dict(self._read(self.spec_file))
            except FileNotFoundError as error:
                raise RunError(
                    f"There is no {self.noun} in {self.path}.",
                    f"Give the folder of a {self.noun}: it holds {self.spec_file}.",
                ) from error
            except (OptionError, KeyError, TypeError, ValueError, AttributeError) as error:
                raise self._damaged(self.spec_file, error) from error
        return self._spec

    def claim(self) -> Claim:
        """Return what the job asks of this machine: all cores, unless its kind knows better."""
        return Claim(
            job=str(self.path.absolute()),
            n_cores=usable_cores(),
            memory_bytes=self._forecast_memory(),
        )

    def _forecast_memory(self) -> float:
        """Return the memory that the job should not exceed; 0 where there is no forecast."""
        try:
            values = self._read(filenames.FORECAST)
            held = float(values.get("high_memory_bytes", values["memory_bytes"]))
        except (RunError, OSError, ValueError, LookupError, TypeError, AttributeError):
            return 0.0  # a job needs no forecast
        return held if 0 < held < math.inf else 0.0

    def require_same(self, spec: SpecT) -> None:
        """Refuse another job than the one in this folder; raises `RunError` with what differs."""
        different = self.differences(spec)
        if different:
            raise RunError(
                f"{self.path} holds another {self.noun}: {'; '.join(different)}.",
                self.remedy_for_another(spec),
            )

    def remedy_for_another(self, spec: SpecT) -> str:
        """Return what a user does who asked for another job than the one in this folder."""
        del spec
        return "Give another --out."

    def differences(self, spec: SpecT) -> list[str]:
        """Return what of another spec makes it another job, one phrase per setting."""
        here, there = self.spec.to_dict(), spec.to_dict()
        return [
            f"{name} differs{_values(here[name], there[name])}"
            for name in here
            if here[name] != there[name]
        ]

    def read_status(self) -> StatusT:
        """Return the status as it is stored, also while another process writes it.

        Raises
        ------
        RunError
            When the status is missing or damaged.
        """
        try:
            return self.status_type.from_dict(self._read(filenames.STATUS))
        except FileNotFoundError as error:
            raise RunError(
                f"There is no {filenames.STATUS} in {self.path}.",
                f"Give the folder of a {self.noun}.",
            ) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._damaged(filenames.STATUS, error) from error

    def write_status(self, status: StatusT) -> None:
        """Replace the status; raises `StorageError` when the disk refuses.

        The end of a job goes into the log of the server, whoever writes it: the process itself, or
        one that finds it gone.
        """
        is_end = not status.state.is_live and is_server() and self._was_live()
        atomic_write.write_json(self.path / filenames.STATUS, status.to_dict())
        if is_end and self.subject:
            how = status.state.value if status.error is None else status.error.code
            load(_RECORD_END)(self.subject, how, self.path)

    @property
    def subject(self) -> str:
        """How the log names the job; empty for one whose end it does not hold."""
        return f"{self.noun} {self.path.name}"

    def _was_live(self) -> bool:
        try:
            return self.read_status().state.is_live
        except RunError:
            return False

    def read_submission(self) -> StartedProcess | None:
        """Return the process that was started for the job; None when none was."""
        try:
            values = atomic_write.read_json(self.path / filenames.SUBMISSION)
            owner = ProcessId.from_dict(values["owner"])
            return None if owner is None else StartedProcess(owner, float(values["submitted"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write_submission(self, submission: StartedProcess) -> None:
        """Store the process that was started; raises `StorageError` when the disk refuses."""
        values = {"launcher": "local", **asdict(submission)}
        atomic_write.write_json(self.path / filenames.SUBMISSION, values)

    def owner(self, status: StatusT) -> ProcessId | None:
        """Return the process that should be at work; None when none was started yet."""
        if status.owner is not None:
            return status.owner
        submission = self.read_submission()
        return None if submission is None else submission.owner

    def request_stop(self) -> None:
        """Ask the process at work to stop, on whichever machine it is.

        Raises
        ------
        StorageError
            When the folder may not be written.
        """
        with atomic_write.storage_errors(self.path):
            (self.path / filenames.STOP).touch()

    @property
    def stop_is_requested(self) -> bool:
        """True from a request to stop until the job has ended or begins again."""
        return os.path.exists(self.path / filenames.STOP)

    def clear_stop(self) -> None:
        """Remove a request to stop; only a process that starts or ends the job may call this."""
        with atomic_write.storage_errors(self.path):
            (self.path / filenames.STOP).unlink(missing_ok=True)

    @property
    def grace_seconds(self) -> float:
        """Seconds that the process has to stop by itself, before it is killed."""
        return 5.0

    def lost(self, status: StatusT) -> StatusT:
        """Return the status of a job whose process has vanished; a subclass may reset more."""
        return status

    def remove_leftovers(self) -> None:
        """Remove what a killed process left half-written; only the lock's holder may call this."""

    @property
    def log_path(self) -> Path:
        """The log of the process."""
        return self.path / filenames.LOG

    def log_tail(self, n_lines: int) -> str:
        """Return the last lines of the log; empty when there are none."""
        try:
            with open_stored(self.log_path) as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
                lines = log.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-n_lines:])

    @contextmanager
    def lock(self, *, should_stop: Callable[[], bool] = lambda: False) -> Iterator[FolderLock]:
        """Hold the job: one process works on a folder at a time.

        Parameters
        ----------
        should_stop : callable
            Asked while another process holds the job; True ends the wait.

        Raises
        ------
        RunError
            When another process holds it.
        RunInterruptedError
            When the wait was ended.
        StorageError
            When the folder may not be written.
        """
        lock = self._take_lock(should_stop)
        try:
            yield lock
        finally:
            lock.release()

    @property
    def is_locked(self) -> bool:
        """True while a process holds the job, on any machine that shares the locks."""
        return FolderLock(self.path).is_held()

    def delete(self) -> None:
        """Delete the folder, unless a process holds it.

        Raises
        ------
        RunError
            When a process holds it.
        StorageError
            When it may not be deleted.
        """
        with self.lock():
            delete_folder(self.path, resumable=True)

    def _take_lock(self, should_stop: Callable[[], bool]) -> FolderLock:
        """Return the lock, held.

        A reader of `is_locked` may be in the way: for an instant, or on a busy machine for longer.
        It does not work on the job, and so it is waited for.
        """
        lock = FolderLock(self.path)
        deadline, pause = time.monotonic() + self.lock_seconds, _LOCK_PAUSE_SECONDS
        with atomic_write.storage_errors(self.path):
            while not lock.acquire():
                if should_stop():
                    raise RunInterruptedError(
                        f"The {self.noun} was stopped.", f"Resume the {self.noun}."
                    )
                passed = time.monotonic() - deadline
                if passed >= _READER_SECONDS or (passed >= 0.0 and lock.is_held()):
                    raise RunError(
                        f"Another process is at work on the {self.noun} in {self.path}.",
                        "Wait until it ends, or cancel it.",
                    )
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_LOCK_PAUSE_SECONDS, self.lock_seconds / 10)
        return lock

    def _require_empty(self, spec: SpecT) -> None:
        if os.path.exists(self.path / self.spec_file):
            self.require_same(spec)
            raise RunError(
                f"{self.path} holds this very {self.noun} already.",
                "Resume it (--resume), or give another --out.",
            )
        own = {
            filenames.STATUS,
            filenames.LOCK,
            filenames.LOCK_OWNER,
            filenames.LOG,
            filenames.STOP,
        }
        try:
            strangers = sorted(
                entry.name
                for entry in self.path.iterdir()
                if entry.name not in own and not entry.name.endswith(filenames.ASIDE)
            )
        except OSError as error:
            raise atomic_write.storage_error(self.path, error) from error
        if strangers:
            raise RunError(
                f"{self.path} is not empty and does not hold a {self.noun} "
                f"(found {strangers[0]!r}).",
                "Give another --out.",
            )

    def _read(self, name: str) -> Any:  # noqa: ANN401 -- JSON is any value
        try:
            return atomic_write.read_json(self.path / name)
        except FileNotFoundError:
            raise
        except NotADirectoryError as error:
            raise FileNotFoundError(*error.args) from error
        except (OSError, ValueError) as error:
            raise self._damaged(name) from error

    def _damaged(self, name: str, cause: Exception | None = None) -> RunError:
        reason = ""
        if isinstance(cause, KeyError):
            reason = f": it has no {cause.args[0]!r}"
        elif isinstance(cause, OptionError):
            reason = f": {cause.message.rstrip('.')}"
        return RunError(
            f"{self.path / name} cannot be read{reason}.",
            f"Start the {self.noun} again in another folder.",
        )


def _values(there: object, here: object) -> str:
    """Return two different values in words; empty for those that are long."""
    texts = [repr(value) for value in (there, here)]
    return (
        ""
        if any(len(text) > _LONGEST_VALUE for text in texts)
        else f" ({texts[0]} there, {texts[1]} here)"
    )
