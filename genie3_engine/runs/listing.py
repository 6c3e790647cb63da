"""List of the runs of a home, with their status and labels."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError, RunError
from genie3_engine.jobs import atomic_write, filenames, queue
from genie3_engine.jobs import labels as stored
from genie3_engine.jobs.labels import RunLabels
from genie3_engine.jobs.queue import Place
from genie3_engine.jobs.user_directory import runs_folder
from genie3_engine.model import METHODS, JobState, RunSpec, RunStatus, run_title
from genie3_engine.people.log import Action, record
from genie3_engine.runs.launcher_lookup import spec_of
from genie3_engine.runs.lifecycle import status
from genie3_engine.store.run_folder import RunFolder

_LINES_OF_ALL_HOSTS = 20_000
# A file system's clock may tick every two seconds: what was changed within the last ticks is read
# again.
_TICKS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in a list.

    Parameters
    ----------
    path : Path
        Its folder.
    id : str
        The folder's name.
    spec : RunSpec
        What it computes, and how.
    status : RunStatus
        Its status.
    labels : RunLabels
        Labels that the user has given it since it was started.
    """

    path: Path
    id: str
    spec: RunSpec
    status: RunStatus
    labels: RunLabels = field(default_factory=RunLabels)

    @property
    def title(self) -> str:
        """What it is called: its newest name, else its data and settings; see `run_title`."""
        return self.labels.name or run_title(self.spec)


def history(home: Path | None = None) -> list[RunSummary]:
    """Return the runs of a home, the user's by default, newest first, without damaged folders.

    Of a run that has ended, only the time of its folder is read again: what is written into it
    arrives by renaming, which changes that time. The summary is the same object until then.
    """
    summaries = []
    since = time.time() - _TICKS_SECONDS
    for path, changed in _folders(runs_folder(home)):
        try:
            stored = _known(path, changed) if changed < since else _stored(path)
            if stored.status.state.is_live:
                stored = replace(stored, status=status(stored.path, home=home))
            summaries.append(stored)
        except (RunError, OptionError):
            continue
    return sorted(summaries, key=lambda run: (run.status.created or 0.0, run.id), reverse=True)


def members(run: Path) -> list[RunSummary]:
    """Return the runs inside a run whose networks it combines, by name; those begun so far.

    Their names follow that of the run after a slash, such as ``20261130-120000-a1b2c3/precision``.

    Parameters
    ----------
    run : Path
        The run's folder.
    """
    found = []
    for path, _ in sorted(_folders(run / filenames.MEMBERS)):
        with suppress(RunError, OptionError):  # one that is just being created
            inside = _stored(path)
            found.append(replace(inside, id=f"{run.name}/{inside.id}"))
    return found


def with_members(summaries: Iterable[RunSummary]) -> list[RunSummary]:
    """Return runs, each followed by the finished networks inside it.

    Parameters
    ----------
    summaries : iterable of RunSummary
        The runs; a network inside one has its title and its own.
    """
    found = []
    for run in summaries:
        found.append(run)
        if METHODS[run.spec.forest.method].members:
            found += [
                replace(each, labels=replace(each.labels, name=f"{run.title}: {each.title}"))
                for each in members(run.path)
                if each.status.state is JobState.DONE
            ]
    return found


def _folders(parent: Path) -> Iterator[tuple[str, float]]:
    """Yield the folders of runs, and when each was changed, in seconds since the epoch."""
    try:
        entries = os.scandir(parent)
    except OSError:
        return
    with entries:
        for entry in entries:
            if not entry.name.startswith("."):
                with suppress(OSError):  # deleted since
                    yield entry.path, entry.stat().st_mtime


def _stored(folder: str) -> RunSummary:
    path = Path(folder)
    return RunSummary(path, path.name, spec_of(path), RunFolder(path).read_status(), labels(path))


@lru_cache(maxsize=4096)
def _known(folder: str, changed: float) -> RunSummary:
    return _stored(folder)


def labels(run: Path) -> RunLabels:
    """Return the labels that the user has given a run."""
    return _labels(run, atomic_write.last_written(run / filenames.LABELS))


@lru_cache(maxsize=4096)
def _labels(run: Path, written: tuple[int, int, int]) -> RunLabels:
    return stored.read_run_labels(run)


def label(
    run: Path,
    *,
    name: str | None = None,
    tags: Iterable[str] | None = None,
    note: str | None = None,
) -> None:
    """Rename or tag a run, or note something about it; what is None stays.

    Parameters
    ----------
    run : Path
        The run's folder.
    name, note : str, optional
        The new ones; an empty name gives the run the one it was started with.
    tags : iterable of str, optional
        All of its tags.

    Raises
    ------
    RunError
        When there is no run in the folder.
    OptionError
        When a text is too long, or there are too many tags.
    StorageError
        When the disk refuses.
    """
    RunFolder.open(run)
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = stored.tidy_name(name)
    if tags is not None:
        changes["tags"] = stored.tidy_tags(tags)
    if note is not None:
        changes["note"] = stored.tidy_note(note)
    stored.update_run_labels(run, lambda labels: replace(labels, **changes))
    record(Action.CHANGED, f"run {run.name}", text=changes.get("name", ""))


def place_in_queue(run: Path) -> Place | None:
    """Return what a run that waits on this machine waits for; None when it does not wait."""
    return queue.place_of(run.absolute())


def log_tail(run: Path, n_lines: int = 50, *, host: str = "") -> str:
    """Return the last lines that a run's worker has logged; empty when there are none.

    Parameters
    ----------
    run : Path
        The run's folder.
    n_lines : int
        Lines at most.
    host : str
        One machine of the run, such as ``algo-2``; all of them by default.
    """
    if not host:
        return RunFolder(run).log_tail(n_lines)
    begin = f"[{host}] "
    lines = RunFolder(run).log_tail(_LINES_OF_ALL_HOSTS).splitlines()
    matching = [line.removeprefix(begin) for line in lines if line.startswith(begin)]
    return "\n".join(matching[-n_lines:])


def notes(path: Path) -> list[str]:
    """Return what to be careful about in a finished run; nothing before it is done.

    Parameters
    ----------
    path : Path
        The run's folder.
    """
    return RunFolder.open(path).notes()


def timings(run: Path) -> dict[str, Any] | None:
    """Return where a run's time went; None before it has ended.

    Parameters
    ----------
    run : Path
        The run's folder.

    Returns
    -------
    dict or None
        ``seconds`` (of each step, and ``total``), ``targets_computed``, ``target_seconds`` (one
        thread's, of all targets computed), ``peak_memory_bytes``, ``machine``, ``versions`` and
        others, all of the last attempt.
    """
    return RunFolder(run).read_timings()
