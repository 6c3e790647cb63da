"""The launchers of the program, and those of other packages."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import Genie3Error, OptionError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.user_directory import home as user_directory
from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.people.log import Action, record
from genie3_engine.registry import Registry

if TYPE_CHECKING:
    from genie3_engine.model import RunSpec
    from genie3_engine.planning import Catalogue

LOCAL = "local"
CLOUD = "sagemaker"  # the default of ``submit`` and ``cloud``
CLUSTER = "slurm"  # of ``cluster``

LAUNCHERS: Registry[LauncherInfo] = Registry(
    "launcher",
    group="genie3.launchers",
    built_in={
        LOCAL: "genie3_engine.launchers.local:INFO",
        CLOUD: "genie3_engine.launchers.sagemaker:INFO",
        CLUSTER: "genie3_engine.launchers.slurm:INFO",
    },
)


def launcher_rows(
    spec: RunSpec, run: Path | None = None, *, home: Path | None = None
) -> list[tuple[str, str]]:
    """Return the launcher of a run and its options as labels and values for people.

    Parameters
    ----------
    spec : RunSpec
        The run's. Options that name accounts or paths are left out.
    run : Path, optional
        Its folder, by which what was decided for its last submission is known.
    home : Path, optional
        The home; the user's by default.
    """
    if spec.launcher not in LAUNCHERS:
        return [("Launcher", spec.launcher)]
    info, options = LAUNCHERS[spec.launcher], dict(spec.launcher_options)
    if run is not None:
        with suppress(Genie3Error):
            view = info.of_home(home).view(run)
            options |= {} if view is None else view.options
    return [("Launcher", info.label)] + [
        (each.label, each.format(options[each.name]))
        for each in info.settings
        if not each.is_advanced and each.name in options
    ]


def saved_options(launcher: str, *, home: Path | None = None) -> dict[str, Any]:
    """Return the options of a launcher that are saved as defaults; empty when there are none.

    Those of a file that cannot be read are none, too: `complete_options` refuses it.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    home : Path, optional
        The home; the user's by default.
    """
    try:
        return _read(_file(launcher, home))
    except OptionError:
        return {}


def save_options(launcher: str, options: Mapping[str, Any], *, home: Path | None = None) -> Path:
    """Save options of a launcher as defaults of all runs to come; none of them is a secret.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    options : mapping
        Values by the names of the launcher's settings. Those that are the settings' own defaults
        are not saved.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OptionError
        When an option is unknown or wrong, or the place can never grant it.
    StorageError
        When the home may not be written.
    """
    info = LAUNCHERS[launcher]
    whole = info.complete(options, {})
    info.refuse(whole)
    defaults = {
        each.name: list(each.default) if each.has_items else each.default for each in info.settings
    }
    file = _file(launcher, home)
    with atomic_write.storage_errors(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
    values = {
        name: value
        for name, value in whole.items()
        if name not in defaults or value != defaults[name]
    }
    atomic_write.write_json(file, values)
    record(Action.CHANGED, f"options of {launcher}")
    return file


def complete_options(
    launcher: str, given: Mapping[str, Any], *, home: Path | None = None
) -> dict[str, Any]:
    """Return the options of a run: those given, and the saved ones where none is given.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    given : mapping
        Values by the names of the launcher's settings.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    OptionError
        When an option is unknown or wrong, or the saved ones cannot be read.
    """
    return LAUNCHERS[launcher].complete(given, _read(_file(launcher, home)))


def todays_catalogue(*, home: Path | None = None) -> Catalogue:
    """Return the instance types with today's prices, where a launcher can ask for them.

    Parameters
    ----------
    home : Path, optional
        The home, whose saved options have the region and the account; the user's by default.
    """
    from genie3_engine import planning

    dated = planning.catalogue()
    for name in LAUNCHERS:
        source = LAUNCHERS[name].prices(saved_options(name, home=home))
        if source is not None:
            return planning.priced(dated, source)
    return dated


def _read(file: Path) -> dict[str, Any]:
    """Return saved options; empty without a file."""
    try:
        values = atomic_write.read_json(file)
        if isinstance(values, dict):
            return values
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        pass
    raise OptionError(
        f"The saved options in {file} cannot be read.",
        "Save the options again, or delete the file.",
    )


def _file(launcher: str, home: Path | None) -> Path:
    return (home or user_directory()) / f"{launcher}.json"
