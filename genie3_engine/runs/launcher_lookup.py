"""The spec of a run, and the launcher that it belongs to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.jobs import filenames
from genie3_engine.launchers.registry import LAUNCHERS
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Launcher
    from genie3_engine.model import RunSpec


def launcher_of(run: Path, home: Path | None = None) -> Launcher:
    """Return the launcher of a run.

    Raises
    ------
    RunError
        When there is no run in the folder.
    OptionError
        When the launcher is not installed.
    """
    return LAUNCHERS[spec_of(run).launcher].of_home(home)


def spec_of(run: Path) -> RunSpec:
    """Return a run's spec, read once: it is never written again."""
    file = run / filenames.SPEC
    try:
        written = file.stat().st_mtime_ns
    except OSError:
        written = 0
    return _read_spec(run, written)


@lru_cache(maxsize=1024)
def _read_spec(run: Path, written: int) -> RunSpec:
    return RunFolder.open(run).spec
