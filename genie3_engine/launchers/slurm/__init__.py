"""Run on a Slurm cluster: a job array on the run's folder, which all nodes see."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.launchers.base import Figure, Launcher, LauncherInfo
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.model.settings import Choice, settings_of

if TYPE_CHECKING:
    from genie3_engine.planning.task_estimates import Shareable

_ABOUT = """\
The tasks read the data set and write into the run's folder, so all nodes must see both: keep the \
home on a disk that the nodes share. Of this machine's environment, only a few variables such as \
`PATH` and `HOME` reach a job; no credential does. The lines before the start are the only ones \
that a shell reads as you wrote them. `cleanup` on the command line deletes the folders of tasks."""


def _create(home: Path | None) -> Launcher:
    from genie3_engine.launchers.slurm.launcher import SlurmLauncher

    return SlurmLauncher(home)


def _complete(given: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options, so that later changes of saved ones are for later runs."""
    return SlurmOptions.merged(saved, given).to_dict(is_whole=True)


def _cores(options: Mapping[str, Any]) -> int:
    return SlurmOptions.from_dict(options).n_cores


def _is_here() -> bool:
    from genie3_engine.launchers.slurm.asking import is_here

    return is_here()


def _notice(options: Mapping[str, Any]) -> str:
    from genie3_engine.launchers.slurm.plan import limits

    if _is_here():
        return limits(options)
    return "Slurm's programs are not on this machine: work on a login node of the cluster."


def _figures(options: Mapping[str, Any], forecast: Shareable) -> tuple[Figure, ...]:
    from genie3_engine.launchers.slurm.plan import figures

    return figures(options, forecast)


def _refuse(options: Mapping[str, Any]) -> None:
    from genie3_engine.launchers.slurm.errors import SlurmError
    from genie3_engine.launchers.slurm.limits import require_possible
    from genie3_engine.launchers.slurm.partitions import CLUSTER
    from genie3_engine.launchers.slurm.sizes import sized

    if not _is_here():
        return
    with suppress(SlurmError):  # a run is looked at again when it is submitted
        cluster = CLUSTER.ask()
        chosen = SlurmOptions.from_dict(options)
        require_possible(sized(chosen, n_targets=0, forecast=None, cluster=cluster), cluster)


def _suggest(setting: str) -> tuple[Choice, ...]:
    """Return the partitions of the cluster for the setting that chooses one."""
    from genie3_engine.launchers.slurm.partitions import CLUSTER

    cluster = CLUSTER.look() if setting == "partition" and _is_here() else None
    if cluster is None:
        return ()
    return tuple(Choice(each.name, each.name, each.limits()) for each in cluster.partitions)


INFO = LauncherInfo(
    label="Slurm cluster",
    help="Tasks on the nodes of a cluster. The run continues when this machine is off.",
    create=_create,
    settings=tuple(settings_of(SlurmOptions).values()),
    complete=_complete,
    shares_folder=True,
    takes_comparisons=True,
    machines="tasks",
    cores=_cores,
    cores_setting="cpus",
    notice=_notice,
    is_here=_is_here,
    figures=_figures,
    refuse=_refuse,
    suggest=_suggest,
    machine="task",
    starting="Submitting the tasks…",
    about=_ABOUT,
)
