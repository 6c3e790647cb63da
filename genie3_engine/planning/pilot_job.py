"""Pilots as jobs in the background.

A pilot has a folder in the home, which runs that share a pilot share too: a second session, or a
second command, finds the first one's pilot instead of starting another. It waits for its turn in
the queue of the home, so that it neither disturbs a measured experiment nor is disturbed by a run.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import Genie3Error, RunError
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.folder import JobFolder
from genie3_engine.jobs.locks import locked
from genie3_engine.jobs.moments import is_recent
from genie3_engine.jobs.path_checks import make_writable
from genie3_engine.jobs.status import JobState, JobStatus
from genie3_engine.jobs.user_directory import home as home_of_person
from genie3_engine.launchers.machine_needs import claim_of
from genie3_engine.model import RunSpec
from genie3_engine.people.log import Action, record
from genie3_engine.planning.memory import memory_without_pilot
from genie3_engine.planning.pilot import FOLDER, FRESH_SECONDS, Pilot, find, pilot_file
from genie3_engine.planning.workloads import workload_of

BUDGET_SECONDS = 4.0
MEASURES_AT_MOST_SECONDS = 600.0
_PAUSE_SECONDS = 0.1
_LOCK = ".pilots.lock"
_MOST_TARGETS = 100  # a pilot measures fewer


@dataclass(frozen=True, slots=True)
class PilotSpec:
    """What a pilot measures.

    Parameters
    ----------
    run : RunSpec
        The run; its data set is stored.
    seed : int
        Seed of the choice of targets.
    budget_seconds : float
        Approximate time in which forests are grown.
    """

    run: RunSpec
    seed: int = 0
    budget_seconds: float = BUDGET_SECONDS

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild a spec from `to_dict`'s values."""
        return cls(RunSpec.from_dict(values["run"]), values["seed"], values["budget_seconds"])


class PilotFolder(JobFolder[PilotSpec, JobStatus]):
    """A pilot on disk; its result lies next to the folder, where `find` looks for it."""

    noun = "pilot run"
    spec_file = "pilot.json"
    module = "genie3_engine.planning.pilot_worker"
    spec_type = PilotSpec
    status_type = JobStatus


def memory_of_pilot(folder: PilotFolder, home: Path | None) -> float:
    """Return the memory that a pilot should not exceed, in bytes; see `machine_needs.claim_of`."""
    spec = folder.spec.run
    data = open_dataset(spec.dataset, home=home)
    work = replace(
        workload_of(spec, data.n_genes, data.n_samples), is_streamed=data.is_sparse, replicates=()
    )
    return memory_without_pilot(replace(work, n_targets=min(work.n_targets, _MOST_TARGETS)))


def pilot_folder(spec: RunSpec, home_folder: Path | None = None) -> PilotFolder:
    """Return the folder of the pilot that runs like this one share."""
    return PilotFolder(pilot_file(spec, home_folder).with_suffix("").absolute())


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
    Genie3Error
        If the home may not be written, or a limit of the server is reached.
    """
    folder = pilot_folder(spec, home_folder)
    make_writable(folder.path.parent)
    with locked(folder.path.with_name(_LOCK)):  # else two sessions could replace each other's
        status = _status(folder)
        if status is None or not status.state.may_change:
            _start(folder, spec, home_folder, seed=seed, budget_seconds=budget_seconds)


def _start(
    folder: PilotFolder,
    spec: RunSpec,
    home_folder: Path | None,
    *,
    seed: int,
    budget_seconds: float,
) -> None:
    wanted = PilotSpec(replace(spec, name="", source="", confidence=None), seed, budget_seconds)
    home = None if home_folder is None else home_folder.absolute()
    try:
        if folder.path.is_dir():
            folder.delete()
        PilotFolder.create(folder.path, wanted, JobStatus(JobState.QUEUED, created=time.time()))
        lifecycle.start_or_remove(
            folder,
            lambda: lifecycle.start_in_queue(folder, home=home, claim=claim_of(folder, home)),
        )
        record(Action.STARTED, folder.subject)
    except RunError:
        if _status(folder) is None:  # otherwise the process of the last one is about to end
            raise


def pilot_status(spec: RunSpec, *, home_folder: Path | None = None) -> JobStatus | None:
    """Return the status of a run's pilot.

    Parameters
    ----------
    spec : RunSpec
        The run.
    home_folder : Path, optional
        The home; the user's by default.

    Returns
    -------
    JobStatus or None
        None when no pilot was started in the last hour.
    """
    status = _status(pilot_folder(spec, home_folder))
    if status is None or status.state.may_change:
        return status
    last = status.ended or status.heartbeat or status.created or 0.0
    return status if is_recent(last, FRESH_SECONDS) else None


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
    RunError
        If it is on another machine that is silent.
    StorageError
        If the home is not writable.
    """
    folder = pilot_folder(spec, home_folder)
    if _status(folder) is not None:
        lifecycle.cancel(folder)
        record(Action.CANCELLED, folder.subject)


def needed_data(home_folder: Path | None = None) -> dict[str, str]:
    """Return the data sets that pilots at work need; see `genie3_engine.runs.needed_data`."""
    pilots = lifecycle.history((home_folder or home_of_person()) / FOLDER, PilotFolder)
    return {
        dataset: PilotFolder.noun
        for each in pilots
        if each.status.state.may_change
        and isinstance(dataset := each.spec.run.dataset, str)  # a damaged file may hold anything
    }


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
        while (now := pilot_status(spec, home_folder=home_folder)) and now.state.is_live:
            if limit is None and now.state is JobState.RUNNING:
                limit = time.monotonic() + MEASURES_AT_MOST_SECONDS
            if limit is not None and time.monotonic() > limit:
                raise failure("it takes too long")
            time.sleep(_PAUSE_SECONDS)
    except BaseException:
        cancel_pilot(spec, home_folder=home_folder)
        raise
    if now is not None and now.error is not None:
        raise Genie3Error(now.error.message, now.error.remedy, code="pilot")
    pilot = find(spec, home_folder=home_folder)
    if pilot is None:
        raise failure("it was cancelled")
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


def _status(folder: PilotFolder) -> JobStatus | None:
    """Return the status of a pilot; None when there is none, or one of another version."""
    try:
        return lifecycle.reconcile(folder)
    except RunError:
        return None
