"""Run in a background process of this machine, which outlives the page."""

from __future__ import annotations

import time
from pathlib import Path

from genie3_engine.jobs import lifecycle
from genie3_engine.launchers.base import Handle, Launcher, LauncherInfo
from genie3_engine.launchers.machine_needs import claim_of, require_room
from genie3_engine.launchers.tasks.status import status_of_tasks
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
        left = status_of_tasks(folder, now=time.time())
        if left is not None and left.state is not JobState.QUEUED:
            lifecycle.require_startable(folder, status=left)
        require_room(folder, self._home)
        owner = lifecycle.start_in_queue(
            folder, home=self._home, claim=claim_of(folder, self._home)
        )
        return Handle(self.name, str(owner.pid))

    def status(self, run: Path) -> RunStatus:
        """Return the status of a run, after a look at its process; see `Launcher.status`.

        That of a run that was left to the tasks of a scheduler is what they report together.
        """
        folder = RunFolder.open(run)
        return status_of_tasks(folder, now=time.time()) or lifecycle.reconcile(folder)

    def cancel(self, run: Path) -> None:
        """Ask the worker to stop, and end it when it does not; see `Launcher.cancel`.

        Tasks of a scheduler read the request in the run's folder.
        """
        folder = RunFolder.open(run)
        if status_of_tasks(folder, now=time.time()) is not None:
            folder.request_stop()
        else:
            lifecycle.cancel(folder, grace_seconds=self._grace_seconds)


INFO = LauncherInfo(
    label="This machine",
    help="A background process: it continues when the page is closed.",
    create=LocalLauncher,
    is_this_machine=True,
    takes_comparisons=True,
)
