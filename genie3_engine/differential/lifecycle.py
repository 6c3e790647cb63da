"""Life cycle of a comparison: create, start, watch, stop, resume, delete, list."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from genie3_engine.differential.comparison_folder import ComparisonFolder, comparisons_folder
from genie3_engine.differential.comparison_spec import ComparisonSpec, ComparisonStatus
from genie3_engine.differential.forecast import remember
from genie3_engine.differential.pooled_samples import PooledSamples
from genie3_engine.differential.shared_comparison import as_comparison
from genie3_engine.differential.task_folder import is_left_to_tasks, live_tasks, with_tasks
from genie3_engine.errors import RunError
from genie3_engine.jobs import admission, lifecycle
from genie3_engine.jobs.folder import JobFolder
from genie3_engine.jobs.lifecycle import JobSummary
from genie3_engine.launchers.base import Cleaned, JobView, Launcher, LogChunk
from genie3_engine.launchers.machine_needs import claim_of
from genie3_engine.model import JobState
from genie3_engine.people.group import forget
from genie3_engine.people.log import Action, person_at_work, record

ComparisonSummary = JobSummary[ComparisonSpec, ComparisonStatus]


def create(
    spec: ComparisonSpec,
    folder: Path | None = None,
    *,
    resume: bool = False,
    home: Path | None = None,
) -> Path:
    """Make the folder of a comparison, without computing anything yet.

    Parameters
    ----------
    spec : ComparisonSpec
        What is compared; its data sets are stored.
    folder : Path, optional
        A folder that does not exist or is empty; a new one in the home by default.
    resume : bool
        Whether the folder may hold that very comparison already.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        When the groups cannot be compared; see `PooledSamples.of`.
    RunError
        When the folder holds something else, or this comparison and ``resume`` is False.
    StorageError
        When the disk is full or may not be written.
    """
    pooled = PooledSamples.of(spec, home=home)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    spec = replace(spec, sample_labels=pooled.sample_labels, created=now)
    status = ComparisonStatus(
        JobState.QUEUED,
        forests_total=2 * pooled.targets.size * (spec.n_permutations + 1),
        n_permutations=spec.n_permutations,
        created=time.time(),
    )
    path = (folder or comparisons_folder(home) / lifecycle.new_id()).absolute()
    is_new = not os.path.isfile(path / ComparisonFolder.spec_file)
    lifecycle.create(ComparisonFolder, path, spec, status, resume=resume)
    if is_new and spec.launcher_info.is_this_machine:
        remember(path, spec, home=home)
    return path


def start(spec: ComparisonSpec, *, folder: Path | None = None, home: Path | None = None) -> Path:
    """Create a comparison and compute it where its spec places it; see `create`."""
    path = create(spec, folder, home=home)
    lifecycle.start_or_remove(ComparisonFolder.open(path), lambda: _begin(path, home=home))
    record(Action.STARTED, f"comparison {path.name}", text=spec.name)
    return path


def resume(
    folder: Path, *, options: Mapping[str, Any] | None = None, home: Path | None = None
) -> None:
    """Compute what is missing of a comparison: here in the background and in its turn, or there.

    Parameters
    ----------
    folder : Path
        The folder of the comparison.
    options : mapping, optional
        Other options of its launcher than before.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    RunError
        When it is live or done, or tasks are at work on it.
    CloudError
        When its launcher's place refuses or cannot be reached.
    """
    _begin(folder, options=options, home=home)
    record(Action.RESUMED, f"comparison {folder.name}")


def _begin(
    folder: Path, *, options: Mapping[str, Any] | None = None, home: Path | None = None
) -> None:
    comparison = ComparisonFolder.open(folder)
    launcher = _launcher(comparison, home)
    if launcher is None:
        for task, now in live_tasks(comparison):
            if now.state.is_live:
                lifecycle.require_idle(task, status=now)
        admission.require_room(0, "this comparison", folder, home_folder=home)
        lifecycle.start_in_queue(comparison, home=home, claim=claim_of(comparison, home))
        return
    if options:
        launcher.change(folder, options)
    launcher.submit(folder)


def status(folder: Path, *, home: Path | None = None) -> ComparisonStatus:
    """Return the status of a comparison, with the progress of the tasks at work on it.

    See `genie3_engine.jobs.lifecycle.reconcile`, `with_tasks` and `Launcher.status`.
    """
    return _look(ComparisonFolder.open(folder), home)


def view(folder: Path, *, home: Path | None = None) -> JobView | None:
    """Return the job of a comparison at a service; None where it has none."""
    launcher = _launcher(ComparisonFolder.open(folder), home)
    return None if launcher is None else launcher.view(folder)


def logs(folder: Path, since: int = 0, *, home: Path | None = None) -> LogChunk:
    """Return what a comparison has logged, wherever it is computed; see `Launcher.logs`."""
    return ComparisonFolder.open(folder).spec.launcher_info.of_home(home).logs(folder, since)


def cancel(folder: Path, *, home: Path | None = None) -> None:
    """Ask a comparison and its tasks to stop; see `genie3_engine.jobs.lifecycle.cancel`."""
    comparison = ComparisonFolder.open(folder)
    record(Action.CANCELLED, f"comparison {folder.name}")
    launcher = _launcher(comparison, home)
    if launcher is not None:
        launcher.cancel(folder)
        return
    live = live_tasks(comparison)
    for task, now in live:
        if now.state is JobState.UNKNOWN:  # its machine reads it, if it still works
            task.request_stop()
        else:
            lifecycle.cancel(task)
    if not live or comparison.is_locked:
        if is_left_to_tasks(comparison, comparison.read_status()):
            comparison.request_stop()
        lifecycle.cancel(comparison)


def delete(folder: Path, *, home: Path | None = None) -> None:
    """Delete a comparison that is not live.

    Raises
    ------
    RunError
        When it is live, or that is not known.
    StorageError
        When it may not be deleted.
    """
    comparison = ComparisonFolder.open(folder)
    if _launcher(comparison, home) is None:
        for task, now in live_tasks(comparison):
            lifecycle.require_idle(task, status=now)
    else:
        lifecycle.require_idle(comparison, status=_look(comparison, home))
    lifecycle.delete(comparison)
    forget("comparisons", folder.name, owner=person_at_work())
    record(Action.DELETED, f"comparison {folder.name}")


def cleanup(folder: Path, *, shared: bool = False, home: Path | None = None) -> Cleaned:
    """Delete what a comparison has left at a service; see `Launcher.cleanup`."""
    launcher = _launcher(ComparisonFolder.open(folder), home)
    if launcher is None:
        raise RunError(f"The comparison in {folder} left nothing in a cloud.", "")
    return launcher.cleanup(folder, shared=shared)


def history(home: Path | None = None) -> list[ComparisonSummary]:
    """Return the comparisons of a home, newest first; damaged folders are left out."""
    return lifecycle.history(
        comparisons_folder(home), ComparisonFolder, look=lambda each: _look(each, home)
    )


def needed_data(
    home: Path | None = None, *, jobs: Iterable[ComparisonSummary] | None = None
) -> dict[str, str]:
    """Return the data sets that comparisons at work need; see `genie3_engine.runs.needed_data`.

    Parameters
    ----------
    home : Path, optional
        The home; the user's by default.
    jobs : iterable of ComparisonSummary, optional
        The comparisons of the home, where they are read already.
    """
    return {
        group.dataset: f"comparison {each.spec.title!r}"
        for each in (history(home) if jobs is None else jobs)
        if each.status.state.may_change
        for group in (each.spec.first, each.spec.second)
        if isinstance(group.dataset, str)  # a damaged file may hold anything
    }


def _look(
    comparison: JobFolder[ComparisonSpec, ComparisonStatus], home: Path | None
) -> ComparisonStatus:
    launcher = _launcher(comparison, home)
    if launcher is None:
        own = comparison.read_status()
        if not is_left_to_tasks(comparison, own):
            own = lifecycle.reconcile(comparison)
        return with_tasks(comparison, own)
    now = launcher.status(comparison.path)
    return as_comparison(comparison.read_status(), now)


def _launcher(
    comparison: JobFolder[ComparisonSpec, ComparisonStatus], home: Path | None
) -> Launcher | None:
    """Return the launcher of a comparison; None on this machine."""
    info = comparison.spec.launcher_info
    return None if info.is_this_machine else info.of_home(home)
