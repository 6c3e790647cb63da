"""Experiments in any state, without measuring anything."""

from __future__ import annotations

import time
from dataclasses import replace

from genie3_engine.benchmark import ExperimentSpec, SimulatedData, create
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.benchmark.measurements import Configuration, Measurement
from genie3_engine.jobs.process import this_process
from genie3_engine.model import ErrorRecord, JobState
from tests.benchmark.measured import SKLEARN, jobs, measurement, processes, threads

GRID = (
    jobs(1),
    processes(4),
    jobs(4),
    Configuration(SKLEARN, 4, 4),
    threads(1),
    threads(2),
)


def put_experiment(
    folder,
    *,
    state=JobState.DONE,
    name="Experiment 1",
    factor=1.0,
    n_rows=None,
    error="",
    preset="experiment-1",
):
    """Write an experiment into a home as if it had been conducted, and return its id."""
    spec = ExperimentSpec(
        name=name,
        preset=preset,
        configurations=GRID,
        simulated=SimulatedData(30, 10),
        source="Simulated 30 x 10",
    )
    experiment = ExperimentFolder.open(create(spec, folder))
    slots = sorted(spec.schedule(), key=lambda slot: slot.key)[:n_rows]
    for slot in slots:
        one = GRID[slot.index]
        seconds = factor * (80.0 if one.engine is SKLEARN else 4.0) / min(2, one.workers)
        row = Measurement(one, error=error) if error else measurement(one, seconds)
        experiment.write_row(slot.key, row)
    owner = this_process()
    experiment.write_status(
        replace(
            experiment.read_status(),
            state=state,
            runs_done=len(slots),
            step="measuring" if state.is_live else "",
            current="000-001" if state.is_live else "",
            owner=owner,
            heartbeat=time.time(),
            machine={
                "processor": "A *fast* one",
                "usable_cores": 2,
                "memory_bytes": 2**34,
                "load_at_start": 0.1,
            },
            error=ErrorRecord("storage", "The disk is full.", "Make room.")
            if state is JobState.FAILED
            else None,
        )
    )
    return folder.name
