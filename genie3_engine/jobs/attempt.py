"""One process's work on a job, from taking its folder to writing its end state."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

from genie3_engine.errors import Genie3Error, RunInterruptedError, StorageError
from genie3_engine.jobs.filenames import LOCK_OWNER
from genie3_engine.jobs.folder import JobFolder, SpecT, StatusT
from genie3_engine.jobs.free_disk import shortage
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.status import ErrorRecord, JobState

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
_LAST_TRIES = 4
_LAST_PAUSE_SECONDS = 0.5


class Attempt(Generic[SpecT, StatusT]):
    """Holds a job while this process works on it, and writes how that ends.

    As a context manager it locks the folder, appends the engine's log to it, names this process as
    the owner, and writes the status once a second, so that a fresh heartbeat shows that the process
    lives; folders whose disk many processes share ask for longer pauses, which are reached by
    doubling. It ends as done, as cancelled on `RunInterruptedError` or `KeyboardInterrupt`, and as
    failed on every other error; one that is not a `Genie3Error` is translated into one.

    Parameters
    ----------
    folder : JobFolder
        The job.
    on_progress : callable
        Called with the status by `report`, in the calling thread.
    should_stop : callable
        Returns whether this process was asked to stop, by a signal; requests in the folder are
        noticed as well.

    Raises
    ------
    RunError
        When another process holds the job; its status is then left alone.

    Attributes
    ----------
    on_beat : list of callable
        Called once a second, in the thread of the heartbeat.
    view : callable
        Returns the status as it is reported.

    Notes
    -----
    A full disk does not end the job because its status cannot be written: the work itself finds
    out. Before the disk is full, a job that is at work is asked to stop, and fails with the reason;
    it can be resumed.
    """

    def __init__(
        self,
        folder: JobFolder[SpecT, StatusT],
        *,
        on_progress: Callable[[StatusT], None] | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._folder = folder
        self._on_progress = on_progress
        self._was_signalled = should_stop
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._stop_was_requested = False
        self._shortage: StorageError | None = None
        self._heart = threading.Thread(target=self._beat, daemon=True, name="heartbeat")
        self._stack = ExitStack()
        self._status: StatusT
        self.on_beat: list[Callable[[], None]] = []
        self.view: Callable[[StatusT], StatusT] = lambda status: status

    def __enter__(self) -> Self:
        """Take the job and start the heartbeat."""
        with ExitStack() as stack:
            lock = stack.enter_context(self._folder.lock(should_stop=self._was_signalled))
            stack.enter_context(logged_to(self._folder.log_path))
            if lock.is_owner_file:
                log.info("There are no file locks here: %s takes their place.", LOCK_OWNER)
            self._folder.remove_leftovers()
            before, now = self._folder.read_status(), time.time()
            if before.state is not JobState.QUEUED:  # the request was for an earlier attempt
                self._folder.clear_stop()
            self._status = replace(
                before,
                state=JobState.QUEUED,
                step="starting",
                started=now,
                heartbeat=now,
                ended=None,
                error=None,
                owner=this_process(),
            )
            self._stop_was_requested = self._folder.stop_is_requested
            self._write()
            self._heart.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write how the job ended, and let it go."""
        with self._stack:
            self._ended.set()
            self._heart.join()
            if isinstance(error, RunInterruptedError) and self._shortage is not None:
                log.error("%s", self._shortage)
                self._end(JobState.FAILED, self._shortage)
                raise self._shortage from error
            if error is None:
                self._end(JobState.DONE)
            elif isinstance(error, RunInterruptedError | KeyboardInterrupt):
                log.info("Stopped; the %s can be resumed.", self._folder.noun)
                self._end(JobState.CANCELLED)
            elif isinstance(error, Genie3Error):
                log.error("%s", error)
                self._end(JobState.FAILED, error)
            elif isinstance(error, Exception):
                log.error("The %s failed.", self._folder.noun, exc_info=error)
                translated = translate_error(error, noun=self._folder.noun)
                self._end(JobState.FAILED, translated)
                raise translated from error

    @property
    def status(self) -> StatusT:
        """The status, which may be newer than the one on disk."""
        return self._status

    def change(self, **values: Any) -> None:  # noqa: ANN401 -- any field
        """Change fields of the status; they are written with the next heartbeat."""
        with self._lock:
            self._status = replace(self._status, **values)

    def update(self, **values: Any) -> None:  # noqa: ANN401 -- any field
        """Change fields of the status, write it and report it."""
        self.change(heartbeat=time.time(), **values)
        self._write()
        self.report()

    def report(self) -> None:
        """Pass the status on to ``on_progress``."""
        if self._on_progress is not None:
            self._on_progress(self.view(self._status))

    def should_stop(self) -> bool:
        """Return whether the job was asked to stop, by a signal or in its folder, or has to.

        It has to when it is at work and its disk is nearly full.
        """
        if self._stop_was_requested or self._was_signalled():
            self._shortage = None
        elif self._shortage is None:
            return False
        if self._status.state is not JobState.STOPPING:
            reason = "was asked to stop" if self._shortage is None else "stops: the disk is full"
            log.info("The %s %s.", self._folder.noun, reason)
            self.update(state=JobState.STOPPING)
        return True

    def interrupted(self) -> RunInterruptedError:
        """Return the error of a job that was stopped, to be raised by the work."""
        noun = self._folder.noun
        return RunInterruptedError(f"The {noun} was stopped.", f"Resume the {noun}.")

    def _write(self, *, n_tries: int = 1) -> None:
        for trial in range(n_tries):
            try:
                with self._lock:
                    self._folder.write_status(self._status)
            except StorageError as error:
                log.warning("%s", error)
                if trial < n_tries - 1:
                    time.sleep(_LAST_PAUSE_SECONDS)
            else:
                return

    def _beat(self) -> None:
        pause, written = BEAT_SECONDS, time.monotonic()
        while not self._ended.wait(BEAT_SECONDS):
            self._stop_was_requested = self._stop_was_requested or self._folder.stop_is_requested
            if self._status.state is JobState.RUNNING:  # one that waits for its turn goes on
                self._shortage = shortage(self._folder.path, noun=self._folder.noun)
            for act in self.on_beat:
                act()
            if time.monotonic() - written < pause - BEAT_SECONDS / 2:
                continue
            with suppress(StorageError), self._lock:
                self._status = replace(self._status, heartbeat=time.time())
                self._folder.write_status(self._status)
            written = time.monotonic()
            pause = min(2 * pause, self._folder.heartbeat_seconds)

    def _end(self, state: JobState, error: Genie3Error | None = None) -> None:
        now = time.time()
        self.change(
            state=state,
            error=None if error is None else ErrorRecord.of(error),
            step="" if state is JobState.DONE else self._status.step,
            ended=now,
            heartbeat=now,
        )
        self._write(n_tries=_LAST_TRIES)
        with suppress(StorageError):
            self._folder.clear_stop()


def translate_error(error: Exception, *, noun: str) -> Genie3Error:
    """Return what a user reads of an error that was not foreseen.

    Parameters
    ----------
    error : Exception
        The error.
    noun : str
        What the user calls the job.
    """
    if isinstance(error, MemoryError):
        return Genie3Error(
            "The memory is used up.",
            "Resume with fewer processes or threads, or on a machine with more memory.",
            code="memory",
        )
    return Genie3Error(
        f"The {noun} failed: {type(error).__name__}: {error}.",
        f"The log has the details; what was computed is kept, and the {noun} can be resumed.",
        code="bug",
    )


class _LogHandler(logging.FileHandler):
    """Writes a log file, and lets the job go on where that cannot be written."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        """Ignore that a record could not be written."""

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            super().close()


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Append what the engine logs to a file.

    Parameters
    ----------
    path : Path
        The job's log.
    """
    engine = logging.getLogger("genie3_engine")
    handler = _LogHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    level = engine.level
    engine.addHandler(handler)
    engine.setLevel(logging.INFO)
    try:
        yield
    finally:
        engine.removeHandler(handler)
        engine.setLevel(level)
        handler.close()
