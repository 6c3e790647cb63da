"""Experiments that measure parallel configurations: start, watch, stop, resume, results."""

from __future__ import annotations

from genie3_engine.benchmark.experiment import ExperimentSpec, ExperimentStatus, SimulatedData
from genie3_engine.benchmark.experiment_folder import experiments_folder
from genie3_engine.benchmark.lifecycle import (
    ExperimentSummary,
    cancel,
    create,
    current_run,
    delete,
    history,
    resume,
    start,
    status,
)
from genie3_engine.benchmark.measurements import Configuration, Measurement
from genie3_engine.benchmark.presets import (
    MY_OWN,
    ORIGINAL_GENES,
    ORIGINAL_SAMPLES,
    PRESETS,
    Preset,
    configurations_of,
    grid,
    preset_named,
)
from genie3_engine.benchmark.results import ExperimentResults, experiment_results, timeline_of
from genie3_engine.benchmark.runner import conduct

__all__ = [
    "MY_OWN",
    "ORIGINAL_GENES",
    "ORIGINAL_SAMPLES",
    "PRESETS",
    "Configuration",
    "ExperimentResults",
    "ExperimentSpec",
    "ExperimentStatus",
    "ExperimentSummary",
    "Measurement",
    "Preset",
    "SimulatedData",
    "cancel",
    "conduct",
    "configurations_of",
    "create",
    "current_run",
    "delete",
    "experiment_results",
    "experiments_folder",
    "grid",
    "history",
    "preset_named",
    "resume",
    "start",
    "status",
    "timeline_of",
]
