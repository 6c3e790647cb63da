"""Jobs of every kind as things that write: all methods, evidence, comparisons, experiments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from genie3_engine import benchmark, combined_runs, confidence_worker, differential, runs, worker
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.benchmark.measurements import Configuration, Measurement
from genie3_engine.benchmark.measurers import Task
from genie3_engine.benchmark.runner import conduct
from genie3_engine.data.expression import Expression
from genie3_engine.differential.worker import run as run_comparison
from genie3_engine.jobs import filenames
from genie3_engine.jobs.status import JobStatus
from genie3_engine.model import (
    COMBINED,
    GRNBOOST2,
    METHODS,
    RANDOM_FOREST,
    ConfidenceSpec,
    ForestSpec,
    JobState,
    LayoutSpec,
)
from genie3_engine.planning.pilot_job import PilotFolder, PilotSpec, pilot_folder
from genie3_engine.planning.pilot_worker import run as run_pilot
from genie3_engine.store.run_folder import RunFolder
from tools.faults.small_runs import expression
from tools.faults.writes import FIRST, SECOND, Writing, run_folder

_ONE_THREAD = LayoutSpec(n_threads=1)
_RESULTS = {
    *(filenames.LINKS, filenames.EVIDENCE, "changes.parquet", "targets.parquet"),
    "regulators.parquet",
}
_WITH_TIMES = "targets.parquet"  # of runs, when each target was computed is in it


def job_writings() -> Iterator[Writing]:
    """Yield a job of every kind that `tools.faults.writes.writings` does not have."""
    for method in METHODS:
        if method not in (COMBINED, RANDOM_FOREST):
            trees = {GRNBOOST2: 5}.get(method, 3)
            act = partial(_infer, forest=ForestSpec(method, n_trees=trees, seed=1))
            yield Writing(f"a run: {METHODS[method].label}", act, _results)
    yield Writing("evidence asked for afterwards", _add_evidence, partial(_results, name=FIRST))
    yield Writing("a combination", _combine, _results)
    yield Writing("a comparison", _compare, partial(_results, of="comparisons"))
    yield Writing("an experiment", _measure, _rows)
    yield Writing("a pilot", _pilot, _is_measured)


def _infer(place: Path, *, forest: ForestSpec) -> None:
    folder = run_folder(place, "new")
    runs.infer(expression(), folder, resume=True, source="small", forest=forest, layout=_ONE_THREAD)


def _results(place: Path, name: str = "new", of: str = filenames.RUNS) -> object:
    folder = place / "home" / of / name
    files = sorted(file for file in folder.rglob("*.parquet") if file.name in _RESULTS)
    is_run = of == filenames.RUNS
    return [
        (str(file.relative_to(folder)), file.read_bytes())
        for file in files
        if not (is_run and file.name == _WITH_TIMES)
    ]


def _add_evidence(place: Path) -> None:
    folder = run_folder(place, FIRST)
    if not RunFolder.open(folder).lacks_evidence and (folder / filenames.EVIDENCE).exists():
        return
    # A job whose end could not be written counts as at work while its process, this one, lives.
    job = RunFolder(folder).confidence_job
    if job is None:
        job = runs.create_confidence(folder, ConfidenceSpec(stability=False))
    confidence_worker.run(job.path, layout=_ONE_THREAD)


def _combine(place: Path) -> None:
    sources = [run_folder(place, name) for name in (FIRST, SECOND)]
    made = combined_runs.create_combination(sources, run_folder(place, "new"), resume=True)
    worker.run(made.path)


def _compare(place: Path) -> None:
    dataset = runs.save_dataset(_two_groups(), name="groups")
    choices = differential.Choices(
        forest=ForestSpec(n_trees=2, seed=1), n_permutations=10, n_more=0, layout=_ONE_THREAD
    )
    regulators = runs.open_dataset(dataset).genes[:2]
    spec = differential.of_column(dataset, "state", ("well", "ill"), choices, regulators=regulators)
    folder = place / "home" / "comparisons" / "new"
    run_comparison(differential.create(spec, folder, resume=True))


def _two_groups() -> Expression:
    """Return two groups of 20 samples, in which one gene of six follows another regulator."""
    random = np.random.default_rng(0)
    is_second = np.arange(40) % 2 == 1
    values = random.normal(size=(6, 40))
    values[2:] += values[:1]
    values[3] += np.where(is_second, values[1], 0.0)
    return Expression(
        values,
        tuple(f"gene{gene}" for gene in range(6)),
        tuple(f"sample {sample:02d}" for sample in range(40)),
        annotations={"state": tuple(np.where(is_second, "ill", "well").tolist())},
    )


class _Made:
    """Measures nothing: each run took a second."""

    runs_in_parallel = False
    needs_warm_up = False

    def start(self, task: Task) -> bool:
        return False

    def wait(self, task: Task, **_: object) -> Measurement:
        return Measurement(task.configuration, task.repeat, total_seconds=1.0)

    def stop(self, task: Task) -> None:
        """Nothing is at work."""


def _measure(place: Path) -> None:
    folder = place / "home" / "experiments" / "new"
    spec = benchmark.ExperimentSpec(
        name="grid",
        preset=benchmark.MY_OWN,
        configurations=tuple(Configuration("compiled", n_threads=n) for n in (1, 2, 3)),
        simulated=benchmark.SimulatedData(20, 10),
        source="simulated",
    )
    if not (folder / ExperimentFolder.spec_file).exists():
        benchmark.create(spec, folder)
    if ExperimentFolder.open(folder).read_status().state is not JobState.DONE:
        conduct(folder, measurer=_Made())  # type: ignore[arg-type]


def _rows(place: Path) -> object:
    folder = ExperimentFolder.open(place / "home" / "experiments" / "new")
    slots = folder.spec.schedule()
    return [folder.has_row(slot) for slot in slots], folder.read_status().state


def _pilot(place: Path) -> None:
    spec = RunFolder.open(run_folder(place, FIRST)).spec
    folder = pilot_folder(spec)
    if not (folder.path / PilotFolder.spec_file).exists():
        wanted = PilotSpec(spec, 0, 0.1)
        PilotFolder.create(folder.path, wanted, JobStatus(JobState.QUEUED))
    run_pilot(folder, None, should_stop=lambda: False, starting_seconds=0.0)


def _is_measured(place: Path) -> object:
    folder = pilot_folder(RunFolder.open(run_folder(place, FIRST)).spec)
    return folder.path.with_suffix(".json").exists(), folder.read_status().state
