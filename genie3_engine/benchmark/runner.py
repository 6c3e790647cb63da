"""Run an experiment's measurements one after the other."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from genie3_engine import runs
from genie3_engine.benchmark import cloud_measurement, local_measurement
from genie3_engine.benchmark.experiment import ExperimentSpec, ExperimentStatus, Slot
from genie3_engine.benchmark.experiment_folder import RUNS, ExperimentFolder
from genie3_engine.benchmark.local_measurement import Subject
from genie3_engine.benchmark.measurements import Configuration, Measurement
from genie3_engine.errors import Genie3Error, InputError, RunInterruptedError, StorageError
from genie3_engine.jobs.machine import machine, versions
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.queue import take_ticket, turn
from genie3_engine.model import ErrorRecord, RunState
from genie3_engine.store.run_reporter import logged_to

log = logging.getLogger("genie3_engine.benchmark")

_WARM_UP_TREES = 2


class Measure(Protocol):
    """Measures one run; see `measuring.measure`."""

    def __call__(
        self,
        configuration: Configuration,
        subject: Subject,
        folder: Path,
        *,
        repeat: int = 1,
        should_stop: Callable[[], bool] = ...,
    ) -> Measurement:
        """Return what it took."""
        ...


def conduct(
    folder: Path,
    *,
    on_progress: Callable[[ExperimentStatus], None] = lambda status: None,
    should_stop: Callable[[], bool] = lambda: False,
    home: Path | None = None,
    measure: Measure = local_measurement.measure,
) -> ExperimentStatus:
    """Measure what is missing of an experiment, here and now.

    Parameters
    ----------
    folder : Path
        The experiment's folder.
    on_progress : callable
        Told where it stands, before and after each run.
    should_stop : callable
        Asked several times a second; True ends the run under way, which is measured anew when the
        experiment is resumed.
    home : Path, optional
        The home; the user's by default.
    measure : callable
        Measures one run.

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
        When it failed; its status says so too.

    Notes
    -----
    Before each run the experiment queues up with the runs of the home, so that it is measured
    alone and holds nobody up for longer than one run.
    """
    experiment = ExperimentFolder.open(folder)
    with experiment.lock(), logged_to(experiment.log_path):
        return _Conductor(experiment, on_progress, should_stop, home, measure).until_the_end()


class _Conductor:
    """One attempt at an experiment."""

    def __init__(
        self,
        experiment: ExperimentFolder,
        on_progress: Callable[[ExperimentStatus], None],
        should_stop: Callable[[], bool],
        home: Path | None,
        measure: Measure,
    ) -> None:
        self._experiment = experiment
        self._spec = experiment.spec
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._home = home
        self._measure = measure
        owner = this_process()
        self._status = replace(
            experiment.read_status(),
            state=RunState.RUNNING,
            started=time.time(),
            ended=None,
            error=None,
            pid=owner.pid,
            pid_started=owner.pid_started,
            boot_id=owner.boot_id,
            host=owner.host,
        )

    def until_the_end(self) -> ExperimentStatus:
        """Measure, and write down how it ended."""
        try:
            self._work()
        except (RunInterruptedError, KeyboardInterrupt):
            self._end(RunState.CANCELLED)
            log.info("Stopped; the experiment can be resumed.")
            raise
        except Genie3Error as error:
            log.error("%s", error)
            self._end(RunState.FAILED, error)
            raise
        except Exception as error:
            log.exception("The experiment failed.")
            told = Genie3Error(
                f"The experiment failed: {type(error).__name__}: {error}.",
                "The log has the details; what was measured is kept.",
                code="bug",
            )
            self._end(RunState.FAILED, told)
            raise told from error
        return self._end(RunState.DONE)

    def _work(self) -> None:
        self._tell(step="preparing", machine=described(self._status.machine))
        subject = self._subject()
        local_measurement.chosen_targets(
            subject, self._spec.most_targets
        )  # refused before hours are spent
        missing = [slot for slot in self._spec.schedule() if not self._experiment.has_row(slot)]
        self._tell(runs_done=len(self._spec.schedule()) - len(missing))
        if self._spec.launcher_options:
            self._rent(missing, subject)
        else:
            self._measure_here(missing, subject)
        self._refuse_if_nothing_was_measured()

    def _rent(self, missing: list[Slot], subject: Subject) -> None:
        """Have all runs begin at once where instances are rented, and wait for one after another.

        They share no machine, so that they need not take turns, nor be warmed up.
        """
        self._tell(
            step="launching", machine=cloud_measurement.described(self._spec, self._status.machine)
        )
        with cloud_measurement.stopped_with(self._experiment.path / RUNS, missing, subject.home):
            for slot, measured in cloud_measurement.measure_all(
                self._spec,
                missing,
                subject,
                self._experiment.path / RUNS,
                on_wait=lambda slot: self._tell(step="measuring", current=slot.key),
                should_stop=self._should_stop,
            ):
                self._experiment.write_row(slot, measured)
                self._tell(runs_done=self._status.runs_done + 1, step="", current="")

    def _measure_here(self, missing: list[Slot], subject: Subject) -> None:
        self._warm_up(missing, subject)
        for slot in missing:
            configuration = self._spec.configurations[slot.index]
            log.info("%s, repeat %d.", configuration.label, slot.repeat)
            measured = self._in_turn(slot.key, "measuring", configuration, subject, slot)
            self._experiment.write_row(slot, measured)
            self._tell(runs_done=self._status.runs_done + 1, step="", current="")

    def _subject(self) -> Subject:
        """Store the data where they are not yet, and return what is measured."""
        spec = self._spec
        dataset = spec.dataset or self._status.dataset
        if dataset is None or (spec.simulated is not None and not self._is_stored(dataset)):
            dataset = self._simulated(spec)
            self._tell(dataset=dataset)
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
        self._tell(step="simulating")
        network = simulate_network(wanted.n_genes, wanted.n_samples, seed=wanted.seed)
        return runs.save_dataset(network.expression, name=wanted.name, home=self._home)

    def _warm_up(self, missing: list[Slot], subject: Subject) -> None:
        """Run each engine once for nothing.

        What is compiled once on a machine, or read from a cold disk, belongs to no configuration.
        """
        short = replace(subject, n_trees=_WARM_UP_TREES)
        for engine in dict.fromkeys(
            self._spec.configurations[slot.index].engine for slot in missing
        ):
            key = f"warm-up-{engine}"
            measured = self._in_turn(key, "warming up", Configuration(engine, n_targets=1), short)
            log.info("%s warmed up: %.2f s.", engine, measured.total_seconds)
            local_measurement.clear(self._experiment.path / RUNS / key)

    def _in_turn(
        self,
        key: str,
        step: str,
        configuration: Configuration,
        subject: Subject,
        slot: Slot | None = None,
    ) -> Measurement:
        """Measure a run when no other run of the home is at work."""
        self._tell(step="waiting", current=key)
        with turn(take_ticket(home_folder=self._home), should_stop=self._should_stop) as is_mine:
            if not is_mine:
                raise RunInterruptedError("The experiment was stopped.", "Resume it.")
            self._tell(step=step)
            return self._measure(
                configuration,
                subject,
                self._experiment.path / RUNS / key,
                repeat=1 if slot is None else slot.repeat,
                should_stop=self._should_stop,
            )

    def _refuse_if_nothing_was_measured(self) -> None:
        rows = self._experiment.rows()
        if rows and all(row.error for row in rows):
            raise Genie3Error(
                f"No configuration could be measured: {rows[0].error}",
                "Look at the log of one of the runs.",
                code="run",
            )

    def _tell(self, **values: Any) -> None:  # noqa: ANN401 -- any field
        self._status = replace(self._status, heartbeat=time.time(), **values)
        self._experiment.write_status(self._status)
        self._on_progress(self._status)

    def _end(self, state: RunState, error: Genie3Error | None = None) -> ExperimentStatus:
        record = None if error is None else ErrorRecord(error.code, error.message, error.remedy)
        with suppress(StorageError):
            self._tell(state=state, error=record, step="", current="", ended=time.time())
        return self._status


def described(before: Any) -> dict[str, Any]:  # noqa: ANN401 -- a mapping of JSON values
    """Return the machine, its load at the start and the versions; the load of the first attempt."""
    load = None
    with suppress(OSError):
        load = os.getloadavg()[0]
    return {**machine(), "versions": versions(), "load_at_start": before.get("load_at_start", load)}
