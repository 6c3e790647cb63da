"""How does a run happen on this machine, in a process that outlives the page?"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.errors import OptionError, RunError, StorageError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.process import Owner, process, terminate
from genie3_engine.jobs.queue import Ticket, take_ticket
from genie3_engine.jobs.user_directory import VARIABLE, home
from genie3_engine.launchers.base import NOT_DONE, Handle, LauncherInfo, LogChunk
from genie3_engine.model import ErrorRecord, RunState, RunStatus
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

HANDLE = "launcher.json"
GRACE_SECONDS = 5.0
SILENT_SECONDS = 60.0
START_SECONDS = 30.0
_TAIL_LINES = 5


@dataclass(frozen=True, slots=True)
class _Submission:
    """What the launcher remembers of a run, in the run's folder."""

    owner: Owner
    submitted: float
    is_cancelled: bool = False


class LocalLauncher:
    """Starts each run as a process of its own, which neither a page nor a terminal takes along.

    Parameters
    ----------
    home_folder : Path, optional
        The home whose data sets the runs use, and whose queue they wait in; the user's by default.
    command : sequence of str, optional
        The worker's command line, without folder and options.
    grace_seconds : float
        Time that a cancelled run has to stop before it is killed.
    """

    name = "local"

    def __init__(
        self,
        home_folder: Path | None = None,
        *,
        command: Sequence[str] = (sys.executable, "-P", "-m", "genie3_engine.worker"),
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._home = home_folder
        self._command = tuple(command)
        self._grace_seconds = grace_seconds

    def submit(self, run: Path) -> Handle:
        """Start the worker; see `Launcher.submit`."""
        folder = RunFolder.open(run)
        _refuse_unless_startable(self.status(run), run)
        now = time.time()
        with folder.lock():
            (folder.path / HANDLE).unlink(missing_ok=True)
            status = folder.read_status()
            folder.write_status(
                replace(
                    status,
                    state=RunState.QUEUED,
                    step="",
                    created=status.created or now,
                    started=None,
                    heartbeat=now,
                    ended=None,
                    error=None,
                    pid=None,
                    pid_started=None,
                )
            )
        ticket = take_ticket(home_folder=self._home, now=now)
        try:
            worker = self._start(folder, ticket)
        finally:
            os.close(ticket.descriptor)  # the worker holds it now
        owner = process(worker.pid)
        _remember(folder, _Submission(owner, now))
        threading.Thread(target=worker.wait, daemon=True, name=f"wait-{worker.pid}").start()
        return Handle(self.name, str(worker.pid))

    def status(self, run: Path) -> RunStatus:
        """Return where a run stands, after a look at its process; see `Launcher.status`."""
        folder = RunFolder.open(run)
        status = folder.read_status()
        if not status.state.is_live:
            return status
        submission = _recall(folder)
        owner = _owner(status, submission)
        if folder.is_locked or (_is_just_submitted(status) if owner is None else owner.is_alive):
            return _if_cancelled(status, submission, RunState.STOPPING) or status
        if owner is not None and not owner.is_here:
            return _seen_from_afar(status)
        status = folder.read_status()  # it may have ended since
        if not status.state.is_live:
            return status
        return self._bury(folder, status, submission)

    def cancel(self, run: Path) -> None:
        """End the worker's process group, gently first; see `Launcher.cancel`."""
        folder = RunFolder.open(run)
        status = self.status(run)
        if not status.state.is_live:
            if status.state is RunState.UNKNOWN:
                raise RunError(
                    f"The run in {run} is at work on {status.host}.", "Cancel it on that machine."
                )
            return
        submission = _recall(folder)
        owner = _owner(status, submission)
        if owner is None or owner.pid is None or not owner.is_alive:
            return
        if submission is not None:
            _remember(folder, replace(submission, is_cancelled=True))
        threading.Thread(
            target=self._end, args=(run, owner), daemon=True, name=f"end-{owner.pid}"
        ).start()

    def logs(self, run: Path, since: int = 0) -> LogChunk:
        """Return what the worker has logged; see `Launcher.logs`."""
        folder = RunFolder.open(run)
        try:
            with folder.log_path.open("rb") as log:
                log.seek(since)
                text = log.read()
        except FileNotFoundError:
            return LogChunk("", since)
        return LogChunk(text.decode(errors="replace"), since + len(text))

    def collect(self, run: Path) -> None:
        """Check that the result is there; see `Launcher.collect`."""
        if not (RunFolder.open(run).has_result and self.status(run).state is RunState.DONE):
            raise RunError(
                f"The run in {run} is not done.", "Wait until it is, or resume it.", code=NOT_DONE
            )

    def collect_partial(self, run: Path, *, wait: bool = True) -> tuple[int, int]:
        """Return how many targets are finished; see `Launcher.collect_partial`."""
        status = RunFolder.open(run).read_status()
        return status.targets_done, status.targets_total

    def change(self, run: Path, options: Mapping[str, Any]) -> None:
        """Refuse every option: this machine has none; see `Launcher.change`."""
        RunFolder.open(run)
        if options:
            raise OptionError("A run on this machine has no such options.", "Leave them out.")

    def _start(self, folder: RunFolder, ticket: Ticket) -> subprocess.Popen[bytes]:
        command = [
            *self._command,
            str(folder.path.absolute()),
            "--ticket",
            str(ticket.path),
            str(ticket.descriptor),
        ]
        environment = {
            **os.environ,
            VARIABLE: str(self._home or home()),
            "PYTHONPATH": _with_this_package(os.environ.get("PYTHONPATH", "")),
            "PYTHONUNBUFFERED": "1",
        }
        with atomic_write.storage_errors(folder.log_path), folder.log_path.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[ticket.descriptor],
                cwd=folder.path,
                env=environment,
            )

    def _end(self, run: Path, owner: Owner) -> None:
        """Kill what has not stopped in time, and write down how it ended."""
        terminate(owner, grace_seconds=self._grace_seconds)
        with suppress(RunError):  # somebody has deleted the run meanwhile
            self.status(run)

    def _bury(
        self, folder: RunFolder, status: RunStatus, submission: _Submission | None
    ) -> RunStatus:
        """Write down that a run's process is gone."""
        last_lines = folder.log_tail(_TAIL_LINES)
        lost = replace(
            status,
            state=RunState.LOST,
            error=ErrorRecord(
                "lost",
                "The worker's process is gone: it was killed, the memory was used up, or the "
                "machine was restarted."
                + (f" The log ends with:\n{last_lines}" if last_lines else ""),
                "Resume the run to compute what is missing.",
            ),
        )
        ended = replace(
            _if_cancelled(status, submission, RunState.CANCELLED) or lost, ended=status.heartbeat
        )
        try:
            with folder.lock():
                now = folder.read_status()
                if now != status:
                    return now
                folder.write_status(ended)
        except StorageError:
            return ended
        except RunError:  # somebody has resumed it, or deleted it
            return folder.read_status()
        return ended


def _refuse_unless_startable(status: RunStatus, run: Path) -> None:
    if status.state is RunState.DONE:
        raise RunError(f"The run in {run} is done already.", "Start a new run.")
    is_new = status.state is RunState.QUEUED and status.pid is None and status.heartbeat is None
    if not is_new and (status.state.is_live or status.state is RunState.UNKNOWN):
        raise RunError(f"The run in {run} is at work.", "Wait until it ends, or cancel it.")


def _is_just_submitted(status: RunStatus) -> bool:
    """Tell whether somebody may still be about to start the worker."""
    submitted = status.heartbeat or status.created or 0.0
    return time.time() - submitted < START_SECONDS


def _owner(status: RunStatus, submission: _Submission | None) -> Owner | None:
    """Return the process that should be at work; None when nobody was started yet."""
    if status.pid is not None:
        return Owner(status.pid, status.pid_started, status.boot_id, status.host)
    return None if submission is None else submission.owner


def _if_cancelled(
    status: RunStatus, submission: _Submission | None, state: RunState
) -> RunStatus | None:
    """Return the status that a run has because somebody has cancelled it; None if nobody has."""
    is_cancelled = submission is not None and submission.is_cancelled
    if is_cancelled or status.state is RunState.STOPPING:
        return replace(status, state=state, error=None)
    return None


def _seen_from_afar(status: RunStatus) -> RunStatus:
    """Judge a run on another machine by its heartbeat."""
    silent = time.time() - (status.heartbeat or 0.0)
    if silent < SILENT_SECONDS:
        return status
    return replace(
        status,
        state=RunState.UNKNOWN,
        error=ErrorRecord(
            "unreachable",
            f"The run is on {status.host}, which has not been heard of for {silent:,.0f} s.",
            "Look at it on that machine.",
        ),
    )


def _remember(folder: RunFolder, submission: _Submission) -> None:
    atomic_write.write_json(folder.path / HANDLE, {"launcher": "local", **asdict(submission)})


def _recall(folder: RunFolder) -> _Submission | None:
    try:
        values = atomic_write.read_json(folder.path / HANDLE)
        return _Submission(
            Owner(**values["owner"]), values["submitted"], bool(values["is_cancelled"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _with_this_package(path: str) -> str:
    """Let the worker import this very program, installed or not."""
    root = str(Path(__file__).absolute().parents[2])
    return os.pathsep.join([root, path] if path else [root])


INFO = LauncherInfo(
    label="This machine",
    help="A background process: it continues when the page is closed.",
    create=LocalLauncher,
    is_this_machine=True,
)
