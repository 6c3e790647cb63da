"""Run in a background process of this machine, which outlives the page."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs import admission, lifecycle
from genie3_engine.jobs.limits import limits_of
from genie3_engine.jobs.turns import Claim
from genie3_engine.jobs.user_directory import home as home_of_person
from genie3_engine.launchers.base import Handle, Launcher, LauncherInfo
from genie3_engine.launchers.tasks.status import status_of_tasks
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.planning.workloads import Workload


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


def claim_of(folder: RunFolder, home: Path | None = None) -> Claim:
    """Return what a run asks of this machine.

    Where there are limits, its memory is estimated from its size if no pilot has forecast it.

    Parameters
    ----------
    folder : RunFolder
        The run.
    home : Path, optional
        The home; the user's by default.
    """
    claim = folder.claim()
    if claim.memory_bytes or not limits_of(home).are_set:
        return claim
    from genie3_engine.planning.memory import memory_without_pilot

    work = _work(folder, home)
    return claim if work is None else replace(claim, memory_bytes=memory_without_pilot(work))


def require_room(folder: RunFolder, home: Path | None = None) -> None:
    """Refuse a run whose result would take its person beyond the limit of the disk.

    A run that lies outside of the home is not counted.

    Parameters
    ----------
    folder : RunFolder
        The run.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    LimitError
        When the limit is reached, or the limits cannot be read.
    """

    def needed() -> float:
        from genie3_engine.planning.memory import disk_need

        work = _work(folder, home)
        return 0.0 if work is None else disk_need(work, work.n_links()).peak_bytes

    if folder.path.absolute().is_relative_to(home or home_of_person()):
        admission.require_room(needed, "this run", home_folder=home)


def _work(folder: RunFolder, home: Path | None) -> Workload | None:
    """Return the size of a run; None where its data set is not stored."""
    from genie3_engine.planning.workloads import workload_of

    with suppress(InputError, RunError):  # the worker names what is wrong with the data
        data = open_dataset(folder.spec.dataset, home=home)
        work = workload_of(folder.spec, data.n_genes, data.n_samples)
        return replace(work, is_streamed=data.is_sparse)
    return None


INFO = LauncherInfo(
    label="This machine",
    help="A background process: it continues when the page is closed.",
    create=LocalLauncher,
    is_this_machine=True,
    takes_comparisons=True,
)
