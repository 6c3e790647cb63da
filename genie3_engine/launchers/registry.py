"""The launchers of the program, and those of other packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.registry import Registry

if TYPE_CHECKING:
    from genie3_engine.model import RunSpec

LOCAL = "local"
CLOUD = "sagemaker"  # the default of ``submit``, and where experiments in a cloud are measured

LAUNCHERS: Registry[LauncherInfo] = Registry(
    "launcher",
    group="genie3.launchers",
    built_in={
        LOCAL: "genie3_engine.launchers.local:INFO",
        CLOUD: "genie3_engine.launchers.sagemaker:INFO",
    },
)


def launcher_rows(spec: RunSpec) -> list[tuple[str, str]]:
    """Return the launcher of a run and its options as labels and values for people.

    Parameters
    ----------
    spec : RunSpec
        The run's. Options that name accounts or paths are left out.
    """
    if spec.launcher not in LAUNCHERS:
        return [("Launcher", spec.launcher)]
    info = LAUNCHERS[spec.launcher]
    return [("Launcher", info.label)] + [
        (each.label, each.format(spec.launcher_options[each.name]))
        for each in info.settings
        if not each.is_advanced and each.name in spec.launcher_options
    ]
