"""Run in a background process of this machine, which outlives the page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError, RunError
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.queue import take_ticket
from genie3_engine.launchers.base import NOT_DONE, Handle, Launcher, LauncherInfo, LogChunk
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder


class LocalLauncher(Launcher):
    """Starts each run as a process of its own, which ends neither with a page nor a terminal.

    Parameters
    ----------
    home_folder : Path, optional
        The home whose data sets the runs use, and whose queue they wait in; the user's by default.
    grace_seconds : float, optional
        Time that a cancelled run has to stop before it is killed; the run folder's by default.
    """

    name = "local"

    def __init__(
        self, home_folder: Path | None = None, *, grace_seconds: float | None = None
    ) -> None:
        self._home = home_folder
        self._grace_seconds = grace_seconds

    def submit(self, run: Path) -> Handle:
        """Start the worker; see `Launcher.submit`."""
        folder = RunFolder.open(run)
        lifecycle.require_startable(folder)
        ticket = take_ticket(home_folder=self._home)
        try:
            owner = lifecycle.start(
                folder,
                "--ticket",
                str(ticket.path),
                str(ticket.descriptor),
                home=self._home,
                pass_fds=[ticket.descriptor],
            )
        except BaseException:
            ticket.path.unlink(missing_ok=True)
            raise
        finally:
            os.close(ticket.descriptor)  # the worker holds it now
        return Handle(self.name, str(owner.pid))

    def status(self, run: Path) -> RunStatus:
        """Return the status of a run, after a look at its process; see `Launcher.status`."""
        return lifecycle.reconcile(RunFolder.open(run))

    def cancel(self, run: Path) -> None:
        """Ask the worker to stop, and end it when it does not; see `Launcher.cancel`."""
        lifecycle.cancel(RunFolder.open(run), grace_seconds=self._grace_seconds)

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
        if not (RunFolder.open(run).has_result and self.status(run).state is JobState.DONE):
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


INFO = LauncherInfo(
    label="This machine",
    help="A background process: it continues when the page is closed.",
    create=LocalLauncher,
    is_this_machine=True,
)
