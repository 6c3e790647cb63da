"""Life cycle of a run: start, watch, cancel, resume, delete."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from genie3_engine import worker
from genie3_engine.datasets.store import open_dataset, save_dataset
from genie3_engine.errors import LimitError, OptionError, RunError
from genie3_engine.jobs import admission, filenames, lifecycle
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.turns import Claim
from genie3_engine.jobs.user_directory import runs_folder
from genie3_engine.launchers.registry import LAUNCHERS
from genie3_engine.model import METHODS, JobState, RunSpec, RunStatus, run_title
from genie3_engine.people.group import forget
from genie3_engine.people.links import take_back_all
from genie3_engine.people.log import Action, person_at_work, record
from genie3_engine.planning import remember
from genie3_engine.runs.launcher_lookup import launcher_of
from genie3_engine.runs.run_settings import Choices, build_run_spec
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import shard_targets

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression


def infer(
    expression: Expression,
    folder: Path | str,
    *,
    resume: bool = False,
    source: str = "",
    **choices: Unpack[Choices],
) -> Path:
    """Infer a network here and now, and return its run folder.

    Parameters
    ----------
    expression : Expression
        The data, genes in the file's order.
    folder : Path or str
        The run's folder; made, and refused when it holds something else.
    resume : bool
        Whether to go on with this run where the folder holds it; a done run is only returned.
    source : str
        Where the data came from.
    **choices
        Regulators, targets, forest, keep, layout and confidence; see `build_run_spec`.

    Raises
    ------
    Genie3Error
        What `build_run_spec` refuses, a folder in use, a full disk; the run stays resumable.
    """
    spec = build_run_spec(
        expression, dataset=save_dataset(expression, name=source), source=source, **choices
    )
    run = create(spec, Path(folder), resume=resume)
    worker.run(run, layout=spec.layout)
    return run


def create(spec: RunSpec, folder: Path, *, resume: bool = False, home: Path | None = None) -> Path:
    """Create a run's folder without starting the run.

    Parameters
    ----------
    spec : RunSpec
        What is computed, and how; its data set is stored already.
    folder : Path
        A folder that does not exist or is empty.
    resume : bool
        Whether the folder may hold that very run already.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Path
        The run's folder.

    Raises
    ------
    InputError
        When the data set is not stored.
    RunError
        When the folder holds another run, or this one and ``resume`` is false.
    StorageError
        When the disk is full or may not be written.
    """
    info = LAUNCHERS[spec.launcher]
    members = METHODS[spec.forest.method].members
    if members and not (info.is_this_machine or info.shares_folder):
        raise OptionError(
            f"{METHODS[spec.forest.method].label} is not computed on {info.label}: a link's rank "
            f"depends on links of all targets, of which each {info.machine} has its own.",
            f"Infer with {' and with '.join(members)} there, and combine the networks here.",
        )
    if resume and (folder / filenames.SPEC).exists():
        there = RunFolder.open(folder)
        there.require_same(_without_new_sheet(spec, there.spec, home))
        return folder
    expression = open_dataset(spec.dataset, home=home)
    n_targets = len(shard_targets(spec, expression.genes))
    new = RunStatus(JobState.QUEUED, targets_total=n_targets, created=time.time())
    path = RunFolder.create(folder, spec, new).path
    instances = info.instances(spec.launcher_options)
    if info.is_this_machine or instances:  # else nothing can be foretold
        remember(path, spec, expression, instances=instances, home_folder=home)
    return path


def _without_new_sheet(spec: RunSpec, there: RunSpec, home: Path | None) -> RunSpec:
    """Return a spec with the data of a run that differ from its own by the sample sheet alone.

    Version 0.1.0 read no sheets: the same file is another data set now.
    """
    if spec.dataset == there.dataset:
        return spec
    bare = replace(open_dataset(spec.dataset, home=home), sheet=None)
    if bare.fingerprint != there.dataset:
        return spec
    return replace(spec, dataset=save_dataset(bare, name=spec.source, home=home))


def start(spec: RunSpec, *, folder: Path | None = None, home: Path | None = None) -> Path:
    """Create a run and have its launcher begin it; see `create`.

    Parameters
    ----------
    spec : RunSpec
        What is computed, and how; its data set is stored already.
    folder : Path, optional
        The run's folder; a new one in the home by default.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Path
        The run's folder.

    Raises
    ------
    InputError
        When the data set is not stored.
    OptionError
        When there is no such launcher.
    RunError
        When the folder holds a run already.
    StorageError
        When the disk is full or may not be written.
    """
    launcher = LAUNCHERS[spec.launcher].of_home(home)
    path = create(spec, (folder or runs_folder(home) / lifecycle.new_id()).absolute(), home=home)
    lifecycle.start_or_remove(RunFolder.open(path), lambda: launcher.submit(path))
    record(Action.STARTED, f"run {path.name}", text=run_title(spec))
    return path


def refusal(
    spec: RunSpec, *, memory_bytes: float = 0.0, home: Path | None = None
) -> LimitError | None:
    """Return why the limits of the server would refuse a run; None where they would not.

    Parameters
    ----------
    spec : RunSpec
        What is computed, and how.
    memory_bytes : float
        Memory that it should not exceed, by its forecast; 0 where that is not known.
    home : Path, optional
        The home; the user's by default.
    """
    if not LAUNCHERS[spec.launcher].is_this_machine:
        return None
    claim = Claim(n_cores=spec.layout.n_cores(usable_cores()), memory_bytes=memory_bytes)
    try:
        admission.require_job(claim, 0, home_folder=home)
    except LimitError as error:
        return error
    return None


def status(run: Path, *, home: Path | None = None) -> RunStatus:
    """Return the status of a run as its launcher finds it; see `Launcher.status`."""
    return launcher_of(run, home).status(run)


def cancel(run: Path, *, home: Path | None = None) -> None:
    """Ask a run to stop; see `Launcher.cancel`."""
    launcher_of(run, home).cancel(run)
    record(Action.CANCELLED, f"run {run.name}")


def resume(run: Path, *, home: Path | None = None) -> None:
    """Compute what is missing of a run that has ended early; see `Launcher.submit`."""
    launcher_of(run, home).submit(run)
    record(Action.RESUMED, f"run {run.name}")


def delete(run: Path, *, home: Path | None = None) -> None:
    """Delete a run and its links.

    Parameters
    ----------
    run : Path
        The folder of a run that is not live.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    RunError
        When it is live, or its state is unknown, or a job at work needs it.
    StorageError
        When it may not be deleted.
    """
    from genie3_engine.runs.needs import require_unneeded  # it reads the status of runs

    now = status(run, home=home)
    is_new = now.state is JobState.QUEUED and now.heartbeat is None  # it was never submitted
    if now.state.may_change and not is_new:
        raise RunError(f"The run in {run} may be at work.", "Cancel it first.")
    folder = RunFolder.open(run)
    if (job := folder.confidence_job) is not None:
        lifecycle.require_idle(job)
    require_unneeded(run, "this run", home=home)
    owner = person_at_work()
    take_back_all(run.name, owner=owner)  # first: only the page of the run takes them back
    folder.delete()
    forget(filenames.RUNS, run.name, owner=owner)
    record(Action.DELETED, f"run {run.name}")
