"""Plan a run on the cluster: sizes of its tasks by the forecast, scripts, and Slurm's answer."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine import labels
from genie3_engine.launchers.base import Figure, LaunchPlan
from genie3_engine.launchers.shared_run import forecast_of, n_targets_of
from genie3_engine.launchers.slurm import script
from genie3_engine.launchers.slurm.asking import ask
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.limits import refusals, require_possible
from genie3_engine.launchers.slurm.options import SlurmOptions, slurm_time
from genie3_engine.launchers.slurm.partitions import CLUSTER
from genie3_engine.launchers.slurm.record import Submission
from genie3_engine.launchers.slurm.sizes import estimated, sized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genie3_engine.launchers.shared_jobs import SharedJob
    from genie3_engine.model import RunSpec
    from genie3_engine.planning.task_estimates import Shareable

_RUN = Path("RUN")  # where a run has no folder yet


def settled(options: SlurmOptions, job: SharedJob, *, home: Path | None = None) -> SlurmOptions:
    """Return the options of a run with all that its forecast decides; see `sized`.

    Parameters
    ----------
    options : SlurmOptions
        What the user chose.
    job : SharedJob
        The run or comparison; its data set is stored.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    OptionError
        When the cluster can never run such a task.
    """
    cluster = CLUSTER.look()
    found = sized(
        options,
        n_targets=job.n_targets(home),
        forecast=job.forecast(home),
        cluster=cluster,
    )
    require_possible(found, cluster)
    return found


def plan(options: SlurmOptions, spec: RunSpec, *, home: Path | None = None) -> LaunchPlan:
    """Return the scripts of a run and the commands that submit them; nothing is submitted.

    Parameters
    ----------
    options : SlurmOptions
        What the user chose.
    spec : RunSpec
        The run; its data set is stored.
    home : Path, optional
        The home; the user's by default.
    """
    cluster, forecast = CLUSTER.look(), forecast_of(spec, home)
    options = sized(options, n_targets=n_targets_of(spec, home), forecast=forecast, cluster=cluster)
    tasks = Submission("TASKS", "", options.tasks or 1, 0.0, "genie3")
    array = script.array_command(_RUN, options, tasks)
    merge = script.merge_command(_RUN, options, tasks)
    array_text = script.array_script(_RUN, options, tasks.n_tasks, home=home)
    merge_text = script.merge_script(_RUN, options, home=home)
    problems = [] if cluster is None else [str(error) for error in refusals(options, cluster)]
    if not problems:
        problems = _refusal(array, array_text)
    return LaunchPlan(
        options=options.to_dict(is_whole=True),
        request={
            "tasks": {"command": array, "script": array_text},
            "merge": {"command": merge, "script": merge_text},
        },
        scripts=((shlex.join(array), array_text), (shlex.join(merge), merge_text)),
        figures=() if forecast is None else figures_of(options, forecast),
        problems=tuple(problems),
    )


def figures(options: Mapping[str, Any], forecast: Shareable) -> tuple[Figure, ...]:
    """Return what a run should take with some options, as the page and the commands show it.

    Parameters
    ----------
    options : mapping
        Values by the names of the settings.
    forecast : Shareable
        The run or comparison on this machine.
    """
    whole = sized(
        SlurmOptions.from_dict(options),
        n_targets=forecast.n_targets,
        forecast=forecast,
        cluster=CLUSTER.look(),
    )
    return figures_of(whole, forecast)


def figures_of(options: SlurmOptions, forecast: Shareable) -> tuple[Figure, ...]:
    """Return the figures of a run with options that are sized."""
    estimate = estimated(options, forecast)
    low, high = labels.estimate(estimate.low_seconds), labels.estimate(estimate.high_seconds)
    n_cores = labels.count(options.n_cores, "core")
    limit = "the partition's" if options.time is None else slurm_time(options.time)
    return (
        Figure("Tasks", f"{options.tasks}", f"Of {n_cores} each."),
        Figure(
            "Time",
            labels.estimate(estimate.wall_seconds),
            f"{low} to {high} on nodes like this machine, when all tasks start together; without "
            f"the time in the queue. Longest time of a task: {limit}.",
        ),
        Figure(
            "Memory of a task",
            "the cluster's default" if options.memory is None else options.memory,
            f"{labels.size(estimate.memory_bytes)} forecast.",
        ),
        Figure(
            "Core-hours",
            labels.core_hours(estimate.core_seconds),
            "Of all tasks and the merge together.",
        ),
    )


def limits(options: Mapping[str, Any]) -> str:
    """Return the limits of the chosen partition in a sentence; empty while they are unknown."""
    cluster = CLUSTER.look()
    chosen = str(options.get("partition") or "")
    partition = None if cluster is None else cluster.partition(chosen)
    return "" if partition is None else f"Partition {partition.name}: {partition.limits()}."


def _refusal(command: list[str], text: str) -> list[str]:
    """Return why Slurm would refuse the tasks; empty when it would not."""
    here = [word for word in command if not word.startswith("--chdir=")]
    try:
        ask(*here, "--test-only", stdin=text)
    except SlurmError as error:
        return [str(error)]
    return []
