"""Run an experiment's measurements one after the other."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine import planning, runs
from genie3_engine.benchmark.experiment import ExperimentSpec, ExperimentStatus
from genie3_engine.benchmark.experiment_folder import RUNS, ExperimentFolder
from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.benchmark.measurers import (
    LauncherMeasurer,
    LocalMeasurer,
    Measurer,
    Report,
    Task,
    measure_all,
    remove_run,
)
from genie3_engine.benchmark.subject import Subject, random_targets
from genie3_engine.errors import Genie3Error, InputError, OptionError, StorageError
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.machine import machine, versions
from genie3_engine.model import ErrorRecord, JobState

log = logging.getLogger("genie3_engine.benchmark")

_WARM_UP_TREES = 2


def conduct(
    folder: Path,
    *,
    on_progress: Callable[[ExperimentStatus], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    home: Path | None = None,
    measurer: Measurer | None = None,
) -> ExperimentStatus:
    """Measure what is missing of an experiment, in this process.

    Parameters
    ----------
    folder : Path
        The experiment's folder.
    on_progress : callable, optional
        Called with the status, before and after each run.
    should_stop : callable
        Asked several times a second; True ends the run under way, which is measured anew when the
        experiment is resumed.
    home : Path, optional
        The home; the user's by default.
    measurer : Measurer, optional
        Measures the runs; by default one for the place that the experiment names.

    Returns
    -------
    ExperimentStatus
        Of the experiment that is done.

    Raises
    ------
    RunError
        When there is no experiment, or another process conducts it.
    RunInterruptedError
        When it was stopped; it is cancelled and resumable.
    Genie3Error
        When it failed; its status has the error too.

    Notes
    -----
    Before each run on this machine the experiment queues up with the runs of the home, so that it
    is measured alone and delays others for one run at most.
    """
    experiment = ExperimentFolder.open(folder)
    attempt = Attempt(experiment, on_progress=on_progress, should_stop=should_stop)
    with attempt:
        runner = _Runner(experiment, attempt, home, measurer or _measurer(experiment.spec))
        try:
            runner.work()
        finally:
            attempt.change(step="", current="")
    return attempt.status


class _Runner:
    """One attempt at an experiment."""

    def __init__(
        self,
        experiment: ExperimentFolder,
        attempt: Attempt[ExperimentSpec, ExperimentStatus],
        home: Path | None,
        measurer: Measurer,
    ) -> None:
        self._experiment = experiment
        self._spec = experiment.spec
        self._attempt = attempt
        self._home = home
        self._measurer = measurer

    def work(self) -> None:
        """Measure every run that has no row yet."""
        spec, attempt = self._spec, self._attempt
        attempt.update(
            state=JobState.RUNNING,
            step="preparing",
            machine=_machine_of(spec, attempt.status.machine),
        )
        subject = self._subject()
        random_targets(subject, spec.most_targets)  # refused before hours are spent
        schedule = spec.schedule()
        missing = [slot for slot in schedule if not self._experiment.has_row(slot)]
        attempt.update(runs_done=len(schedule) - len(missing))
        tasks = [
            Task(
                slot.key,
                spec.configurations[slot.index],
                subject,
                self._experiment.run_path(slot),
                slot.repeat,
            )
            for slot in missing
        ]
        if self._measurer.needs_warm_up:
            self._warm_up(tasks)
        unmeasured = self._measure(tasks)
        self._require_rows(unmeasured)

    def _measure(self, tasks: Sequence[Task]) -> list[Task]:
        """Measure runs and write a row for each; return those that did not end by themselves."""
        unmeasured = []
        if self._measurer.runs_in_parallel:
            self._attempt.update(step="launching")
        try:
            for task, found in measure_all(
                self._measurer,
                tasks,
                report=lambda task: self._reporting(task.key),
                should_stop=self._attempt.should_stop,
            ):
                if found is None:
                    unmeasured.append(task)
                    continue
                self._experiment.write_row(task.key, found)
                self._attempt.update(
                    runs_done=self._attempt.status.runs_done + 1, step="", current=""
                )
        except BaseException:
            self._attempt.update(step="stopping", current="", error=None)
            self._measurer.stop(tasks)
            raise
        return unmeasured

    def _reporting(self, key: str, *, measuring: str = "measuring") -> Report:
        def report(step: str, *, error: ErrorRecord | None = None) -> None:
            name = measuring if step == "measuring" else step
            self._attempt.update(step=name, current=key, error=error)

        return report

    def _subject(self) -> Subject:
        """Store the data where they are not yet, and return what is measured."""
        spec = self._spec
        dataset = spec.dataset or self._attempt.status.dataset
        if dataset is None or (spec.simulated is not None and not self._is_stored(dataset)):
            dataset = self._simulated(spec)
            self._attempt.update(dataset=dataset)
        return Subject(dataset, spec.regulators, spec.n_trees, spec.seed, spec.source, self._home)

    def _is_stored(self, dataset: str) -> bool:
        try:
            runs.open_dataset(dataset, home=self._home)
        except InputError:
            return False
        return True

    def _simulated(self, spec: ExperimentSpec) -> str:
        from genie3_engine.data.simulate import simulate_network

        wanted = spec.simulated
        if wanted is None:
            raise StorageError("The experiment names no data.", "Start it again.")
        self._attempt.update(step="simulating")
        network = simulate_network(wanted.n_genes, wanted.n_samples, seed=wanted.seed)
        return runs.save_dataset(network.expression, name=wanted.name, home=self._home)

    def _warm_up(self, tasks: Sequence[Task]) -> None:
        """Run each engine once and discard the measurement.

        What is compiled once on a machine, or read from a cold disk, belongs to no configuration.
        """
        for engine in dict.fromkeys(task.configuration.engine for task in tasks):
            key = f"warm-up-{engine}"
            short = replace(tasks[0].subject, n_trees=_WARM_UP_TREES)
            path = self._experiment.path / RUNS / key
            task = Task(key, Configuration(engine, n_targets=1), short, path)
            self._measurer.start(task)
            self._measurer.wait(
                task,
                report=self._reporting(key, measuring="warming up"),
                should_stop=self._attempt.should_stop,
            )
            remove_run(path)

    def _require_rows(self, unmeasured: Sequence[Task]) -> None:
        rows = self._experiment.rows()
        if unmeasured:
            raise Genie3Error(
                f"{len(unmeasured)} runs were stopped or killed before they were measured, such as "
                f"{unmeasured[0].configuration.label}.",
                "Resume the experiment to measure them.",
                code="run",
            )
        if rows and all(row.error for row in rows):
            raise Genie3Error(
                f"No configuration could be measured: {rows[0].error}",
                "Look at the log of one of the runs.",
                code="run",
            )


def _measurer(spec: ExperimentSpec) -> Measurer:
    if spec.launcher_info.is_this_machine:
        return LocalMeasurer()
    return LauncherMeasurer(spec.launcher, spec.launcher_options)


def _machine_of(spec: ExperimentSpec, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the machine that an experiment is measured on, with the load of the first attempt."""
    here = {**machine(), "versions": versions()}
    if not spec.launcher_info.is_this_machine:
        return _instances_of(spec, here)
    load = None
    with suppress(OSError):
        load = os.getloadavg()[0]
    return {**here, "load_at_start": before.get("load_at_start", load)}


def _instances_of(spec: ExperimentSpec, here: Mapping[str, Any]) -> dict[str, Any]:
    """Return all machines of the launcher together as one; this machine knows the versions."""
    info, options = spec.launcher_info, spec.launcher_options
    most = max(each.n_instances for each in spec.configurations)
    name, _ = info.instances(options) or (info.label, most)
    n_cores = info.cores(options) or 1
    catalogue = planning.catalogue()
    types = list(dict.fromkeys(each.instance for each in spec.configurations if each.instance))
    if types:
        name = ", ".join(types)
        with suppress(OptionError):
            n_cores = max(catalogue.named(each).vcpu for each in types)
    if info.cores_setting:
        n_cores = max(each.n_processes * each.per_process for each in spec.configurations)
    machine = {
        "processor": f"up to {most} x {name}",
        "usable_cores": most * n_cores,
        "memory_bytes": 0,
        "versions": here["versions"],
    }
    with suppress(OptionError):
        instance = catalogue.named(name)
        machine["cores"] = most * instance.physical_cores
        machine["logical_cores"] = most * instance.vcpu
        machine["memory_bytes"] = instance.memory_bytes
    return machine
