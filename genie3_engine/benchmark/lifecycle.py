"""Life cycle of an experiment: create, start, stop, resume, delete."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from genie3_engine import runs
from genie3_engine.benchmark.experiment import ExperimentSpec, ExperimentStatus
from genie3_engine.benchmark.experiment_folder import RUNS, ExperimentFolder, experiments_folder
from genie3_engine.errors import Genie3Error, RunError
from genie3_engine.jobs import filenames, lifecycle
from genie3_engine.jobs.lifecycle import JobSummary
from genie3_engine.model import JobState, RunStatus
from genie3_engine.people.group import forget
from genie3_engine.people.log import Action, person_at_work, record
from genie3_engine.runs.needs import require_unneeded

ExperimentSummary = JobSummary[ExperimentSpec, ExperimentStatus]


def create(
    spec: ExperimentSpec,
    folder: Path | None = None,
    *,
    resume: bool = False,
    home: Path | None = None,
) -> Path:
    """Make an experiment's folder, without measuring anything yet.

    Parameters
    ----------
    spec : ExperimentSpec
        What is measured.
    folder : Path, optional
        A folder that does not exist or is empty; a new one in the home by default.
    resume : bool
        Whether the folder may hold that very experiment already.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    RunError
        When the folder holds something else, or this experiment and ``resume`` is False.
    StorageError
        When the disk is full or may not be written.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    status = ExperimentStatus(
        JobState.QUEUED, runs_total=len(spec.schedule()), created=time.time(), dataset=spec.dataset
    )
    path = (folder or experiments_folder(home) / lifecycle.new_id()).absolute()
    spec = replace(spec, created=now)
    return lifecycle.create(ExperimentFolder, path, spec, status, resume=resume)


def start(spec: ExperimentSpec, *, home: Path | None = None) -> Path:
    """Create an experiment and conduct it in the background; see `create`."""
    path = create(spec, home=home)
    experiment = ExperimentFolder.open(path)
    lifecycle.start_or_remove(experiment, lambda: lifecycle.start(experiment, home=home))
    record(Action.STARTED, f"experiment {path.name}", text=spec.name)
    return path


def resume(folder: Path, *, home: Path | None = None) -> None:
    """Measure what is missing of an experiment in the background.

    Raises
    ------
    RunError
        When it is live or done.
    """
    lifecycle.start(ExperimentFolder.open(folder), home=home)
    record(Action.RESUMED, f"experiment {folder.name}")


def status(folder: Path) -> ExperimentStatus:
    """Return the status of an experiment; see `genie3_engine.jobs.lifecycle.reconcile`."""
    return lifecycle.reconcile(ExperimentFolder.open(folder))


def current_run(folder: Path, of: ExperimentStatus) -> RunStatus | None:
    """Return the status of the run that is being measured; None when there is none."""
    if not of.current:
        return None
    try:
        return runs.status(folder / RUNS / of.current)
    except Genie3Error:
        return None


def cancel(folder: Path) -> None:
    """Ask an experiment to stop; see `genie3_engine.jobs.lifecycle.cancel`.

    It is ``stopping`` until its runs have stopped, which can take minutes for cloud instances.
    """
    lifecycle.cancel(ExperimentFolder.open(folder))
    record(Action.CANCELLED, f"experiment {folder.name}")


def delete(folder: Path, *, home: Path | None = None) -> None:
    """Delete an experiment that is not live, and its runs.

    Raises
    ------
    RunError
        When it is live, or when one of its runs may be: those are asked to stop. Also when a job at
        work needs one of its runs.
    """
    experiment = ExperimentFolder.open(folder)
    if lifecycle.reconcile(experiment).state.may_change:
        raise RunError(f"The experiment in {folder} is at work.", "Stop it first.")
    _require_ended_runs(experiment, home)
    require_unneeded(folder, "a run of this experiment", home=home)
    lifecycle.delete(experiment)
    forget("experiments", folder.name, owner=person_at_work())
    record(Action.DELETED, f"experiment {folder.name}")


def history(home: Path | None = None) -> list[ExperimentSummary]:
    """Return the experiments of a home, newest first; damaged folders are left out."""
    return lifecycle.history(experiments_folder(home), ExperimentFolder)


def needed_data(
    home: Path | None = None, *, jobs: Iterable[ExperimentSummary] | None = None
) -> dict[str, str]:
    """Return the data sets that experiments at work need; see `genie3_engine.runs.needed_data`.

    Parameters
    ----------
    home : Path, optional
        The home; the user's by default.
    jobs : iterable of ExperimentSummary, optional
        The experiments of the home, where they are read already.
    """
    return {
        dataset: f"experiment {each.spec.name!r}"
        for each in (history(home) if jobs is None else jobs)
        if each.status.state.may_change
        and isinstance(dataset := each.spec.dataset or each.status.dataset, str)
    }


def _require_ended_runs(experiment: ExperimentFolder, home: Path | None) -> None:
    """Refuse while a run may be at work elsewhere, and ask it to stop."""
    at_work = []
    for run in experiment.run_paths():
        if not os.path.isfile(run / filenames.SPEC):
            continue
        if runs.status(run, home=home).state.may_change:
            at_work.append(run)
            with suppress(Genie3Error):
                runs.cancel(run, home=home)
    if at_work:
        raise RunError(
            f"{len(at_work)} runs of the experiment in {experiment.path} may still be at work.",
            "They were asked to stop: delete the experiment when they have stopped.",
        )
