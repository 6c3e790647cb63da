"""A comparison as a launcher sees it that has several machines share its targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine.differential.comparison_folder import COMPARISON, ComparisonFolder
from genie3_engine.differential.comparison_spec import (
    STEPS,
    ComparisonSpec,
    ComparisonStatus,
    Group,
    n_steps,
)
from genie3_engine.differential.forecast import find_forecast
from genie3_engine.differential.pooled_samples import PooledSamples
from genie3_engine.differential.task_folder import ComparisonTask
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers.shared_jobs import Cargo, CargoFile, SharedJob
from genie3_engine.model import LayoutSpec, RunStatus
from genie3_engine.planning.task_estimates import Shareable


class SharedComparison(SharedJob):
    """A comparison whose targets several machines share; its forests count as targets do."""

    noun = "comparison"
    spec_file = COMPARISON
    module = "genie3_engine.differential"
    spec_type = ComparisonSpec

    @property
    def _comparison(self) -> ComparisonFolder:
        return ComparisonFolder(self.path)

    @property
    def launcher_options(self) -> Mapping[str, Any]:
        """The options of the launcher."""
        options: Mapping[str, Any] = self.spec.launcher_options
        return options

    @property
    def has_result(self) -> bool:
        """True when the results are in place."""
        return self._comparison.has_result

    @property
    def data_key(self) -> str:
        """The result key, which names the data, the groups and the label of each sample."""
        return f"comparison-{self.spec.result_key}"

    @property
    def part_folders(self) -> Mapping[str, Path]:
        """The folder of the parts."""
        return {"": self._comparison.parts_folder}

    def read_status(self) -> RunStatus:
        """Return the status, with forests for targets; see `JobFolder.read_status`."""
        now = self._comparison.read_status()
        return RunStatus(
            now.state,
            step=now.step,
            created=now.created,
            started=now.started,
            heartbeat=now.heartbeat,
            ended=now.ended,
            owner=now.owner,
            error=now.error,
            targets_done=now.forests_done,
            targets_total=now.forests_total,
            targets_found=now.forests_found,
            expected_end=now.expected_end,
        )

    def write_status(self, status: RunStatus) -> None:
        """Replace the status; see `JobFolder.write_status`."""
        comparison = self._comparison
        comparison.write_status(as_comparison(comparison.read_status(), status))

    def cargo(self, home: Path | None) -> Cargo:
        """Return what the machines need; see `SharedJob.cargo`."""
        from genie3_engine.differential import worker  # only who computes needs the kernels

        comparison, spec = self._comparison, self.spec
        worker.prepare(comparison, home)
        layout = spec.layout
        bare = replace(
            spec,
            first=Group("1", "1"),
            second=Group("2", "2"),
            regulators=None,
            targets=None,
            blocks="",
            layout=LayoutSpec(layout.n_threads, layout.n_processes, layout.n_jobs),
            name="",
            source="",
            notes=(),
            sample_labels="",
            launcher="local",
            launcher_options={},
        )
        settings = json.dumps(bare.to_dict(), indent=1).encode()
        pooled, design = comparison.pooled_path, comparison.design_path
        return Cargo(
            self.data_key,
            (
                CargoFile(pooled.name, pooled, "the expression of both groups"),
                CargoFile(design.name, design, "names of genes, and which samples are in a group"),
            ),
            (CargoFile(COMPARISON, settings, "the settings"),),
        )

    def finish(self, home: Path | None) -> str:
        """Write the results, or return which forests are missing; see `SharedJob.finish`."""
        from genie3_engine.differential import worker

        now = worker.run(self.path, task=TaskName(0, 1), grows=False, home=home)
        if now.pending:
            return f"{now.pending}: {now.n_pending:,} forests"
        worker.run(self.path, home=home)
        return ""

    def n_here(self) -> int:
        """Return the forests that are in the folder."""
        from genie3_engine.differential import worker

        return worker.run(self.path, task=TaskName(0, 1), grows=False).forests_done

    @property
    def n_steps(self) -> int:
        """Each step needs the forests that all tasks have grown in the one before."""
        return n_steps(self.spec)

    def n_targets(self, home: Path | None) -> int:
        """Return how many targets the tasks share."""
        return int(PooledSamples.of(self.spec, home=home).targets.size)

    def forecast(self, home: Path | None) -> Shareable | None:
        """Return the forecast for this machine; None without pilots."""
        return find_forecast(self.spec, home=home)

    def task(self, name: TaskName) -> ComparisonTask:
        """Return the folder of a task; see `SharedJob.task`."""
        return ComparisonTask.of(self._comparison, name)

    def compute(
        self,
        *,
        layout: LayoutSpec,
        task: TaskName | None = None,
        step: int = 0,
        should_stop: Callable[[], bool] = lambda: False,
        starting_seconds: float = 0.0,
    ) -> bool:
        """Grow what is missing and possible now; see `SharedJob.compute`."""
        from genie3_engine.differential import worker

        now = worker.run(
            self.path,
            task=task,
            last_step=STEPS[-1] if task is None else STEPS[step],
            layout=layout,
            should_stop=should_stop,
            starting_seconds=starting_seconds,
        )
        return not now.pending or STEPS.index(now.pending) >= step


def as_comparison(before: ComparisonStatus, now: RunStatus) -> ComparisonStatus:
    """Return the status of a comparison whose launcher reports that of a run.

    Parameters
    ----------
    before : ComparisonStatus
        The last one.
    now : RunStatus
        What the launcher reports, with forests for targets.
    """
    return replace(
        before,
        state=now.state,
        step=now.step,
        created=now.created,
        started=now.started,
        heartbeat=now.heartbeat,
        ended=now.ended,
        owner=now.owner,
        error=now.error,
        forests_done=now.targets_done,
        forests_total=max(now.targets_done, now.targets_total),
        forests_found=now.targets_found,
        expected_end=now.expected_end,
    )
