"""Which runs are there, and what do they say of themselves?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError, RunError
from genie3_engine.model import RunSpec, RunStatus
from genie3_engine.runs.lifecycle import status
from genie3_engine.runs.places import spec_of
from genie3_engine.store.home import runs_folder
from genie3_engine.store.run_folder import RunFolder


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
        Where it stands.
    """

    path: Path
    id: str
    spec: RunSpec
    status: RunStatus


def history(home: Path | None = None) -> list[RunSummary]:
    """Return the runs of a home, newest first; damaged folders are left out.

    Parameters
    ----------
    home : Path, optional
        The home; the user's by default.
    """
    found = []
    for path in runs_folder(home).glob("[!.]*"):
        try:
            spec = spec_of(path)
            now = status(path, home=home)
        except (RunError, OptionError):
            continue
        found.append(RunSummary(path, path.name, spec, now))
    return sorted(found, key=lambda run: (run.status.created or 0.0, run.id), reverse=True)


def log_tail(run: Path, n_lines: int = 50) -> str:
    """Return the last lines that a run's worker has logged; empty when there are none.

    Parameters
    ----------
    run : Path
        The run's folder.
    n_lines : int
        Lines at most.
    """
    return RunFolder(run).log_tail(n_lines)


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
