"""Find the jobs at work, or in the queue, that need a data set or a run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from genie3_engine.errors import RunError
from genie3_engine.jobs.lifecycle import JobSummary
from genie3_engine.planning import pilot_job
from genie3_engine.registry import load
from genie3_engine.runs.confidence import confidence_status
from genie3_engine.runs.listing import RunSummary, history

# They know the runs: they are loaded by name.
_COMPARISONS = "genie3_engine.differential.lifecycle:needed_data"
_EXPERIMENTS = "genie3_engine.benchmark.lifecycle:needed_data"


def needed_data(
    home: Path | None = None,
    *,
    runs: Iterable[RunSummary] | None = None,
    comparisons: Iterable[JobSummary[Any, Any]] | None = None,
    experiments: Iterable[JobSummary[Any, Any]] | None = None,
) -> dict[str, str]:
    """Return the data sets that jobs at work or in the queue need, and what such a job is called.

    Parameters
    ----------
    home : Path, optional
        The home; the user's by default.
    runs, comparisons, experiments : iterable, optional
        The histories of the home, where they are read already.

    Returns
    -------
    dict
        From a fingerprint to words such as ``run 'mine'``.
    """
    found = pilot_job.needed_data(home)
    found |= load(_COMPARISONS)(home, jobs=comparisons)
    found |= load(_EXPERIMENTS)(home, jobs=experiments)
    for run in history(home) if runs is None else runs:
        if run.status.state.may_change:
            found[run.spec.dataset] = f"run {run.title!r}"
        elif _has_evidence_at_work(run.path):
            found[run.spec.dataset] = f"evidence of run {run.title!r}"
    return found


def _has_evidence_at_work(run: Path) -> bool:
    """Return whether evidence for a run that is done is computed now."""
    with suppress(RunError):
        status = confidence_status(run)
        return status is not None and status.state.may_change
    return False


def needed_runs(
    home: Path | None = None, *, runs: Iterable[RunSummary] | None = None
) -> dict[Path, str]:
    """Return the runs that combinations at work or in the queue read, and what those are called.

    Parameters
    ----------
    home : Path, optional
        The home; the user's by default.
    runs : iterable of RunSummary, optional
        The runs of the home, where they are read already.

    Returns
    -------
    dict
        From the folder of a run, links resolved, to words such as ``combination 'both'``.
    """
    found: dict[Path, str] = {}
    for run in history(home) if runs is None else runs:
        if run.status.state.may_change:
            for parent in run.spec.parents:
                if not parent.imported:
                    with suppress(TypeError, ValueError):  # a damaged file may hold anything
                        found[Path(os.path.realpath(parent.path))] = f"combination {run.title!r}"
    return found


def job_that_needs(folder: Path, needed: Mapping[Path, str]) -> str | None:
    """Return what the job is called that needs a run in a folder; None without one.

    Parameters
    ----------
    folder : Path
        The folder of a run, or of what holds runs.
    needed : mapping
        What `needed_runs` returns.
    """
    if not needed:
        return None
    own = os.path.realpath(folder)
    return next((job for path, job in needed.items() if path.is_relative_to(own)), None)


def require_unneeded(folder: Path, what: str, *, home: Path | None = None) -> None:
    """Refuse while a job needs a run in a folder.

    Parameters
    ----------
    folder : Path
        The folder of a run, or of what holds runs.
    what : str
        What is needed, such as ``this run``.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    RunError
        With the name of the job.
    """
    if (job := job_that_needs(folder, needed_runs(home))) is not None:
        raise RunError(f"The {job} needs {what}.", "Cancel it first, or wait.")
