"""A run as a launcher sees it that has several machines share its targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine import planning, worker
from genie3_engine.datasets.store import dataset_folder, open_dataset, values_file
from genie3_engine.errors import InputError, OptionError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.launchers.shared_jobs import Cargo, CargoFile, SharedJob
from genie3_engine.model import LayoutSpec, RunSpec
from genie3_engine.model.statuses import REPLICATE_STEPS
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.task_folder import TaskFolder, refuse_tasks

if TYPE_CHECKING:
    from genie3_engine.planning.task_estimates import Shareable

_ABOUT_DATA = ("fingerprint", "n_genes", "n_samples", "has_sample_names", "samples", "genes")


class SharedRun(RunFolder, SharedJob):
    """A run whose targets several machines share."""

    @property
    def launcher_options(self) -> Mapping[str, Any]:
        """The options of the launcher."""
        return self.spec.launcher_options

    @property
    def data_key(self) -> str:
        """The fingerprint of the data set."""
        return self.spec.dataset

    @property
    def part_folders(self) -> Mapping[str, Path]:
        """Folders of the parts; those of replicate targets have their own."""
        return {"": self.parts_folder} | {
            f"{filenames.REPLICATES}/{step}": self.replicates_folder / step
            for step in REPLICATE_STEPS
        }

    def cargo(self, home: Path | None) -> Cargo:
        """Return what the machines need; see `SharedJob.cargo`."""
        return cargo_of(self.spec, home)

    def finish(self, home: Path | None) -> str:
        """Merge the parts; see `SharedJob.finish`."""
        from genie3_engine.confidence.computation import finish_evidence  # and the kernels
        from genie3_engine.store.merge import finish_run

        with self.lock():
            expression = open_dataset(self.spec.dataset, home=home)
            finish_run(self, expression.genes)
            finish_evidence(self, expression)
        return ""

    def n_here(self) -> int:
        """Return the targets whose links are in the folder."""
        return len(self.finished_targets())

    def require_shareable(self) -> None:
        """Refuse a run that one process has to compute; raises `RunError`."""
        refuse_tasks(self)

    def n_targets(self, home: Path | None) -> int:
        """Return how many targets the tasks share."""
        return n_targets_of(self.spec, home)

    def n_parts(self, task: TaskName) -> int:
        """Count the parts of a task, also of the networks inside a run; see `SharedJob.n_parts`."""
        inside = stored_paths(self.path / filenames.MEMBERS, "*/")
        return super().n_parts(task) + sum(SharedRun(path).n_parts(task) for path in inside)

    def forecast(self, home: Path | None) -> Shareable | None:
        """Return the forecast for this machine; None without a pilot."""
        return forecast_of(self.spec, home)

    def task(self, name: TaskName) -> TaskFolder:
        """Return the folder of a task; see `SharedJob.task`."""
        return TaskFolder.of(self, name)

    def compute(
        self,
        *,
        layout: LayoutSpec,
        task: TaskName | None = None,
        step: int = 0,
        should_stop: Callable[[], bool] = lambda: False,
        starting_seconds: float = 0.0,
    ) -> bool:
        """Compute what is missing, in one step; see `SharedJob.compute`."""
        del step
        worker.run(
            self.path,
            task=task,
            layout=layout,
            should_stop=should_stop,
            starting_seconds=starting_seconds,
        )
        return True


def forecast_of(spec: RunSpec, home: Path | None) -> planning.Forecast | None:
    """Return the forecast of a run for this machine; None without a pilot of the last hour."""
    pilot = planning.find(spec, home_folder=home)
    if pilot is None:
        return None
    return planning.forecast(spec, open_dataset(spec.dataset, home=home), pilot, home_folder=home)


def n_targets_of(spec: RunSpec, home: Path | None) -> int:
    """Return how many targets a run has."""
    return (
        open_dataset(spec.dataset, home=home).n_genes if spec.targets is None else len(spec.targets)
    )


def cargo_of(spec: RunSpec, home: Path | None) -> Cargo:
    """Return what the machines need of a run; see `SharedJob.cargo`."""
    if spec.layout.n_shards != 1:
        raise OptionError(
            "A run on SageMaker cannot be a shard: its instances share the targets.",
            "Leave --shard out.",
        )
    settings = json.dumps(_for_the_machines(spec), indent=1).encode()
    return Cargo(
        spec.dataset, _data(spec, home), (CargoFile(filenames.SPEC, settings, "the settings"),)
    )


def _data(spec: RunSpec, home: Path | None) -> tuple[CargoFile, ...]:
    """Return the data set's files: values, names and sample sheet, not what the user wrote."""
    folder = dataset_folder(spec.dataset, home)
    try:
        about = atomic_write.read_json(folder / filenames.DATASET)
        names = (*_ABOUT_DATA, *(["sheet"] if "sheet" in about else []))
        names_of_axes = json.dumps(
            {name: about[name] for name in names}, ensure_ascii=False
        ).encode()
        values = values_file(folder)
        values.stat()
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"The data set {spec.dataset[:12]} is not stored in {folder.parent}.",
            "Read its expression file again.",
        ) from error
    return (
        CargoFile(values.name, values, "the expression"),
        CargoFile(filenames.DATASET, names_of_axes, "names of genes and samples"),
    )


def _for_the_machines(spec: RunSpec) -> dict[str, Any]:
    """Return the spec without what the machines do not need."""
    layout = spec.layout
    bare = replace(
        spec,
        layout=LayoutSpec(layout.n_threads, layout.n_processes, layout.n_jobs),
        launcher="local",
        launcher_options={},
        name="",
        source="",
    )
    values = bare.to_dict()
    return {name: value for name, value in values.items() if name != "recipe"}
