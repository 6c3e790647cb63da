"""Which launcher does a run belong to?"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.errors import OptionError
from genie3_engine.store import names
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Launcher
    from genie3_engine.model import RunSpec


def _local(home: Path | None) -> Launcher:
    from genie3_engine.launchers.local import LocalLauncher

    return LocalLauncher(home)


# Each is imported only when it is used.
LAUNCHERS: dict[str, Callable[[Path | None], Launcher]] = {"local": _local}


def launcher_named(name: str, home: Path | None) -> Launcher:
    """Return the launcher of a name.

    Raises
    ------
    OptionError
        When there is none of that name.
    """
    if name not in LAUNCHERS:
        raise OptionError(f"There is no launcher {name!r}.", f"Choose {' or '.join(LAUNCHERS)}.")
    return LAUNCHERS[name](home)


def spec_of(run: Path) -> RunSpec:
    """Return a run's spec, read once: it is never written again."""
    file = run / names.SPEC
    try:
        written = file.stat().st_mtime_ns
    except OSError:
        written = 0
    return _read_spec(run, written)


@lru_cache(maxsize=1024)
def _read_spec(run: Path, written: int) -> RunSpec:
    return RunFolder.open(run).spec
