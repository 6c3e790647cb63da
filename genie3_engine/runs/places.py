"""Where can a run happen, and which launcher does it belong to?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.errors import OptionError
from genie3_engine.jobs import filenames
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Launcher
    from genie3_engine.model import RunSpec


def _local(home: Path | None) -> Launcher:
    from genie3_engine.launchers.local import LocalLauncher

    return LocalLauncher(home)


def _sagemaker(home: Path | None) -> Launcher:
    try:
        from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher
    except ModuleNotFoundError as error:
        raise OptionError(
            f"Runs on SageMaker need {error.name}, which is not installed.",
            "Install it: pip install sagemaker-core boto3",
        ) from error

    return SageMakerLauncher(home)


# Each is imported only when it is used.
LAUNCHERS: dict[str, Callable[[Path | None], Launcher]] = {
    "local": _local,
    "sagemaker": _sagemaker,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run can happen, as the pages offer it.

    Parameters
    ----------
    name : str
        The launcher's name, as a run's spec says it.
    label : str
        What people call it.
    sentence : str
        What it means for the run, in one line.
    """

    name: str
    label: str
    sentence: str


_PLACES = (
    Place("local", "This machine", "A process of its own: it goes on when the page is closed."),
    Place(
        "sagemaker",
        "SageMaker",
        "Instances that you rent by the second: it goes on when this machine is off.",
    ),
)


def places() -> tuple[Place, ...]:
    """Return where runs can happen, the usual one first."""
    return _PLACES


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
    file = run / filenames.SPEC
    try:
        written = file.stat().st_mtime_ns
    except OSError:
        written = 0
    return _read_spec(run, written)


@lru_cache(maxsize=1024)
def _read_spec(run: Path, written: int) -> RunSpec:
    return RunFolder.open(run).spec
