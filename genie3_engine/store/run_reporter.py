"""Report a run's status, progress and timings while its worker computes."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import Genie3Error, StorageError
from genie3_engine.eta import seconds_left, targets_per_second
from genie3_engine.jobs.machine import machine, peak_memory_bytes, versions
from genie3_engine.jobs.process import this_process
from genie3_engine.model import ErrorRecord, RunState, RunStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from genie3_engine.store.run_folder import RunFolder

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1.0
_PROGRESS_SECONDS = 0.1
_LOG_SECONDS = 30.0
_LAST_TRIES = 4
_LAST_PAUSE_SECONDS = 0.5


class Journal:
    """Keeps a run's status and timings while its worker is at work.

    Parameters
    ----------
    run : RunFolder
        Its lock is held by the caller.
    on_progress : callable, optional
        Told where the run stands, in the worker's own thread.
    starting_seconds : float
        How long the process was at work before.

    Notes
    -----
    Moments are dates, by the machine's clock; durations are taken by a clock that nobody sets.

    A thread writes the status once a second, whatever the worker is at, so that a fresh heartbeat
    says the process lives. A full disk does not stop it: the worker itself finds out.
    """

    def __init__(
        self,
        run: RunFolder,
        *,
        on_progress: Callable[[RunStatus], None] | None = None,
        starting_seconds: float = 0.0,
    ) -> None:
        self._run = run
        self._on_progress = on_progress or (lambda status: None)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True, name="heartbeat")
        self._began = time.monotonic() - starting_seconds
        self._seconds = {"starting": 0.0}
        self._step_began = self._began
        self._computing_began = 0.0
        self._n_computed = 0
        self._target_seconds = 0.0
        self._progress_told = self._logged = 0.0
        self._peak_memory = 0
        self._notes: dict[str, Any] = {}
        owner = this_process()
        before = run.read_status()
        self._status = replace(
            before,
            state=RunState.QUEUED,
            step="starting",
            started=time.time(),
            heartbeat=time.time(),
            ended=None,
            error=None,
            targets_found=before.targets_done,  # until `count` knows
            pid=owner.pid,
            pid_started=owner.pid_started,
            boot_id=owner.boot_id,
            host=owner.host,
        )

    def __enter__(self) -> Journal:
        """Write the first status and start the heartbeat."""
        self._write()
        self._heart.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the heartbeat."""
        self._ended.set()
        self._heart.join()

    def step(self, name: str, *, state: RunState | None = None) -> None:
        """Begin a step; the one before it ends.

        Parameters
        ----------
        name : str
            See `RunStatus.step`.
        state : RunState, optional
            The state that begins with it.
        """
        self._close_step(name)
        if name == "computing":
            self._computing_began = self._logged = time.monotonic()
        if state is RunState.RUNNING:
            self._change(started=time.time())
        self._change(step=name, **({} if state is None else {"state": state}))
        self._write()
        self._tell()

    def count(self, *, found: int, total: int) -> None:
        """Say how many targets there are, and how many an earlier attempt has left."""
        self._n_computed = found
        self._change(targets_done=found, targets_found=found, targets_total=total)

    def computed(self, seconds: float, *, is_on_disk: bool) -> None:
        """Count a target.

        Parameters
        ----------
        seconds : float
            One thread's.
        is_on_disk : bool
            True when the links of all targets so far are on disk.
        """
        self._n_computed += 1
        self._target_seconds += seconds
        if is_on_disk:
            self._change(targets_done=self._n_computed)
        now = time.monotonic()
        is_last = self._n_computed == self._status.targets_total
        if is_last or now - self._progress_told >= _PROGRESS_SECONDS:
            self._tell()
        if now - self._logged >= _LOG_SECONDS:
            self._logged = now
            log.info("%s", self._outlook(now))

    def stopping(self) -> None:
        """Say that somebody asked the run to stop."""
        if self._status.state is not RunState.STOPPING:
            log.info("Stopping after the targets under way.")
            self._change(state=RunState.STOPPING)
            self._write()
            self._tell()

    def note(self, **values: Any) -> None:  # noqa: ANN401 -- JSON is any value
        """Keep plain values for ``timings.json``."""
        self._notes.update(values)

    def end(self, state: RunState, *, error: Genie3Error | None = None) -> RunStatus:
        """Write how the run ended, also on a disk that is nearly full.

        Parameters
        ----------
        state : RunState
            Done, failed or cancelled.
        error : Genie3Error, optional
            Why it failed.

        Returns
        -------
        RunStatus
            The last status.
        """
        self._close_step("")
        self._ended.set()
        self._heart.join()
        self._sample_memory()
        with suppress(StorageError):
            self._run.write_timings(self._timings())
        if not isinstance(error, StorageError):  # then the last batch is not on disk
            self._change(targets_done=self._n_computed)
        record = None if error is None else ErrorRecord(error.code, error.message, error.remedy)
        now = time.time()
        self._change(
            state=state,
            error=record,
            step="" if state is RunState.DONE else self._status.step,
            ended=now,
            heartbeat=now,
        )
        self._write(n_tries=_LAST_TRIES)
        return self._status

    def _change(self, **values: Any) -> None:  # noqa: ANN401 -- any field
        with self._lock:
            self._status = replace(self._status, **values)

    def _write(self, *, n_tries: int = 1) -> None:
        """Write the status; what the disk refuses is not worth a run."""
        for trial in range(n_tries):
            try:
                with self._lock:
                    self._run.write_status(self._status)
            except StorageError as error:
                log.warning("%s", error)
                if trial < n_tries - 1:
                    time.sleep(_LAST_PAUSE_SECONDS)
            else:
                return

    def _tell(self) -> None:
        self._progress_told = time.monotonic()
        self._on_progress(self._status_so_far())

    def _status_so_far(self) -> RunStatus:
        """Return the status with the targets counted that are not on disk yet."""
        return replace(self._status, targets_done=self._n_computed)

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            self._change(heartbeat=time.time())
            with suppress(StorageError), self._lock:
                self._run.write_status(self._status)
            self._sample_memory()

    def _close_step(self, following: str) -> None:
        now = time.monotonic()
        ended, self._step_began = now - self._step_began, now
        step = self._status.step
        self._seconds[step] = self._seconds.get(step, 0.0) + ended
        log.info("%s: %.2f s.%s", step, ended, f" Now {following}." if following else "")

    def _outlook(self, now: float) -> str:
        status = self._status_so_far()
        since = (self._computing_began, status.targets_found)
        left = seconds_left(status, targets_per_second(status, now, since=since)) or 0.0
        done = f"{status.targets_done:,} of {status.targets_total:,} targets"
        return f"{done}; about {left:,.0f} s left."

    def _sample_memory(self) -> None:
        """Note the memory that this process and its children hold together."""
        import psutil

        held = 0
        with suppress(psutil.Error):
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    held += child.memory_info().rss
        self._peak_memory = max(self._peak_memory, peak_memory_bytes() + held)

    def _timings(self) -> dict[str, Any]:
        total = time.monotonic() - self._began - self._seconds.get("waiting", 0.0)
        return {
            "seconds": {**self._seconds, "total": total},
            "targets_computed": self._n_computed - self._status.targets_found,
            "targets_total": self._status.targets_total,
            "target_seconds": self._target_seconds,
            "peak_memory_bytes": self._peak_memory,
            "blas_threads": 1,
            "machine": machine(),
            "versions": versions(),
            **self._notes,
        }


class _Handler(logging.FileHandler):
    """Writes a log file, and lets the run go on where that cannot be written."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        """Say nothing."""

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
        The run's log.
    """
    engine = logging.getLogger("genie3_engine")
    handler = _Handler(path, encoding="utf-8", delay=True)
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
