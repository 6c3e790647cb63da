"""Measure runs of an experiment on cloud instances: time and cost."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine import planning, runs
from genie3_engine.benchmark.experiment import ExperimentSpec, Slot
from genie3_engine.benchmark.local_measurement import (
    Subject,
    chosen_targets,
    clear,
    require_ended_by_itself,
)
from genie3_engine.benchmark.measurements import PHASES, Configuration, Measurement
from genie3_engine.errors import Genie3Error, OptionError, RunError, RunInterruptedError
from genie3_engine.jobs import filenames
from genie3_engine.model import ForestSpec, RunState

_LOOK_SECONDS = 1.0
_QUOTA = "cloud-quota"
_QUOTA_PAUSE_SECONDS, _QUOTA_SECONDS = 5.0, 600.0
# What the service itself takes before a worker begins is start-up too.
_STARTUP = ("launching", "downloading", "installing", "starting")


def measure_all(
    spec: ExperimentSpec,
    slots: Sequence[Slot],
    subject: Subject,
    folder: Path,
    *,
    on_wait: Callable[[Slot], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Slot, Measurement]]:
    """Have runs begin, as many at once as the account may have, and yield what each has taken.

    Parameters
    ----------
    spec : ExperimentSpec
        The experiment.
    slots : sequence of Slot
        Which of its runs.
    subject : Subject
        The data and the forests.
    folder : Path
        Of the runs' folders.
    on_wait : callable
        Told which run is waited for.
    should_stop : callable
        Asked every second; True ends the waiting.

    Raises
    ------
    RunInterruptedError
        When it was stopped.
    Genie3Error
        When a run cannot be made, or the cloud refuses.
    """
    waiting, at_work = deque(slots), deque[Slot]()
    again = set[Slot]()
    until = 0.0  # when to give up; instances that have ended count for a while
    while waiting or at_work:
        if should_stop():
            raise RunInterruptedError("The experiment was stopped.", "Resume it.")
        refused = None
        if waiting:
            refused = _refused(spec, waiting[0], subject, folder)
            if refused is None:
                at_work.append(waiting.popleft())
                continue
        if at_work:
            slot = at_work.popleft()
            on_wait(slot)
            try:
                found = measure(
                    spec.configurations[slot.index],
                    subject,
                    folder / slot.key,
                    repeat=slot.repeat,
                    should_stop=should_stop,
                )
            except RunError:
                if slot in again:
                    raise
                again.add(slot)  # an earlier attempt had asked it to stop
                waiting.append(slot)
                continue
            until = time.monotonic() + _QUOTA_SECONDS
            yield slot, found
        elif refused is not None and time.monotonic() > until:
            raise refused
        else:
            time.sleep(_QUOTA_PAUSE_SECONDS)


def _refused(
    spec: ExperimentSpec, slot: Slot, subject: Subject, folder: Path
) -> Genie3Error | None:
    """Have a run begin, or return that the account may not have its instances now."""
    try:
        launch(spec.configurations[slot.index], subject, folder / slot.key, spec.launcher_options)
    except Genie3Error as error:
        if error.code != _QUOTA:
            raise
        return error
    return None


def launch(
    configuration: Configuration, subject: Subject, folder: Path, options: Mapping[str, Any]
) -> None:
    """Have a run of a configuration begin; one that is under way already is left to go on.

    Parameters
    ----------
    configuration : Configuration
        The engine, its layout, the instances and the targets.
    subject : Subject
        The data and the forests.
    folder : Path
        The run's folder.
    options : mapping
        Of the launcher; the number of instances is the configuration's, and without a name of
        the experiment its folder's is taken.

    Raises
    ------
    Genie3Error
        When the run cannot be made, or the cloud refuses.
    """
    if (folder / filenames.SPEC).is_file():
        now = runs.status(folder, home=subject.home)
        if now.state.is_live or now.state in {RunState.DONE, RunState.UNKNOWN}:
            return
        clear(folder)  # half a run has no time
    spec = runs.build_run_spec(
        runs.open_dataset(subject.dataset, home=subject.home),
        dataset=subject.dataset,
        regulators=subject.regulators,
        targets=chosen_targets(subject, configuration.targets_to_compute),
        forest=ForestSpec(n_trees=subject.n_trees, seed=subject.seed, engine=configuration.engine),
        layout=configuration.layout,
        name=configuration.label,
        source=subject.source,
    )
    wanted = {**options, "instances": configuration.n_instances}
    wanted["experiment"] = options.get("experiment") or folder.parents[1].name
    spec = replace(spec, launcher=runs.CLOUD, launcher_options=wanted)
    runs.start(spec, folder=folder, home=subject.home)


def measure(
    configuration: Configuration,
    subject: Subject,
    folder: Path,
    *,
    repeat: int = 1,
    should_stop: Callable[[], bool] = lambda: False,
) -> Measurement:
    """Wait for a run that was launched, and return what it took and what it cost.

    Parameters
    ----------
    configuration : Configuration
        What was launched.
    subject : Subject
        Whose home the run is in.
    folder : Path
        The run's folder.
    repeat : int
        Which repeat it is.
    should_stop : callable
        Asked every second; True ends the waiting.

    Returns
    -------
    Measurement
        With ``error`` when the run failed.

    Raises
    ------
    RunInterruptedError
        When it was stopped.
    """
    while True:
        now = runs.status(folder, home=subject.home)
        if not (now.state.is_live or now.state is RunState.UNKNOWN):
            break
        if should_stop():
            raise RunInterruptedError(
                "The experiment was stopped.", "Resume it to measure the rest."
            )
        time.sleep(_LOOK_SECONDS)
    require_ended_by_itself(now)
    timings = runs.timings(folder)
    if now.state is not RunState.DONE or timings is None:
        reason = "" if now.error is None else now.error.message
        return Measurement(
            configuration,
            repeat,
            ended=time.time(),
            error=reason or f"The run ended as {now.state}.",
        )
    spent = timings["seconds"]
    seconds = {phase: float(spent.get(phase, 0.0)) for phase in PHASES}
    seconds["starting"] = sum(float(spent.get(step, 0.0)) for step in _STARTUP)
    bill = timings["billing"]
    return Measurement(
        configuration,
        repeat,
        total_seconds=float(spent["total"]),
        elapsed_seconds=seconds["computing"],
        seconds=seconds,
        cpu_seconds=float(timings.get("target_seconds", 0.0)),
        peak_memory_bytes=int(timings.get("peak_memory_bytes", 0)),
        ended=time.time(),
        billable_seconds=float(bill["billable_seconds"]),
        dollars=bill["dollars"],
    )


@contextmanager
def stopped_with(folder: Path, slots: Sequence[Slot], home: Path | None) -> Iterator[None]:
    """Stop the jobs of an experiment that is stopped or fails: nobody would wait for them."""
    try:
        yield
    except BaseException:
        for slot in slots:
            with suppress(Genie3Error):
                runs.cancel(folder / slot.key, home=home)
        raise


def described(spec: ExperimentSpec, here: Mapping[str, Any]) -> dict[str, Any]:
    """Return the machine that an experiment was measured on: all instances together.

    Parameters
    ----------
    spec : ExperimentSpec
        The experiment.
    here : mapping
        This machine, which knows the versions.
    """
    name = str(spec.launcher_options.get("instance_type", ""))
    most = max(each.n_instances for each in spec.configurations)
    found = {"processor": f"up to {most} x {name}", "versions": here.get("versions", {})}
    try:
        instance = planning.catalogue().named(name)
    except OptionError:
        return {**found, "usable_cores": most, "memory_bytes": 0}
    return {
        **found,
        "cores": most * instance.physical_cores,
        "logical_cores": most * instance.vcpu,
        "usable_cores": most * instance.vcpu,
        "memory_bytes": instance.memory_bytes,
    }
