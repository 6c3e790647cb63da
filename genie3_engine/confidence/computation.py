"""What a run computes for the evidence of its links: replicate targets, then the evidence."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from genie3_engine.confidence.costs import replicate_work
from genie3_engine.confidence.evidence import write_evidence
from genie3_engine.confidence.halves import half_plan
from genie3_engine.confidence.null_forests import null_plan
from genie3_engine.confidence.replicates import (
    ReplicatePlan,
    compute_replicates,
    missing_replicates,
    require_replicates,
)
from genie3_engine.model.statuses import REPLICATE_STEPS
from genie3_engine.store.shards import positions_of

if TYPE_CHECKING:
    from pathlib import Path

    from genie3_engine.data.expression import Expression
    from genie3_engine.inference.plan import InferencePlan
    from genie3_engine.model import ConfidenceSpec, LayoutSpec, RunSpec
    from genie3_engine.store.run_folder import RunFolder
    from genie3_engine.store.run_reporter import RunReporter


def replicate_plans(
    spec: RunSpec, confidence: ConfidenceSpec, expression: Expression
) -> tuple[ReplicatePlan, ...]:
    """Return the replicate targets that evidence for a run's links needs.

    Parameters
    ----------
    spec : RunSpec
        The run; of a shard, that of the whole network's targets all the same.
    confidence : ConfidenceSpec
        The evidence that the links lack.
    expression : Expression
        The run's data set in canonical order.

    Raises
    ------
    InputError
        When the data have too few samples.
    """
    kinds = {null_plan: confidence.p_values, half_plan: confidence.stability}
    return tuple(
        make(
            expression,
            targets=positions_of(spec.targets, expression.genes),
            regulators=positions_of(spec.regulators, expression.genes),
            forest=spec.forest,
        )
        for make, is_wanted in kinds.items()
        if is_wanted
    )


class Replication:
    """The replicate targets of a shard that are not on disk.

    Parameters
    ----------
    plans : sequence of ReplicatePlan
        All replicate targets, one kind after the other.
    folder : Path
        The run's folder of replicates.
    spec : RunSpec
        The run.
    layout : LayoutSpec
        Its shard takes every ``n_shards``-th number of each kind.

    Raises
    ------
    RunError
        When a part belongs to another data set.
    """

    def __init__(
        self, plans: Sequence[ReplicatePlan], folder: Path, *, spec: RunSpec, layout: LayoutSpec
    ) -> None:
        self._folder = folder
        self._dataset = spec.dataset
        self._layout = layout
        self._missing = [
            (
                plan,
                missing_replicates(plan, folder, spec.dataset, layout=layout),
                replicate_work(plan.name, spec.forest),
            )
            for plan in plans
        ]

    @property
    def work(self) -> dict[str, float]:
        """Work of what is missing of each kind, as a multiple of that of a target of the run."""
        return {plan.name: numbers.size * work for plan, numbers, work in self._missing}

    def compute(
        self, inference: InferencePlan, reporter: RunReporter, *, should_stop: Callable[[], bool]
    ) -> bool:
        """Compute what is missing.

        Parameters
        ----------
        inference : InferencePlan
            How the run infers its targets.
        reporter : RunReporter
            Gets a step for each kind.
        should_stop : callable
            As in `infer_targets`.

        Returns
        -------
        bool
            False after a stop, when some are still missing.
        """
        for plan, numbers, work in self._missing:
            if not numbers.size:
                continue
            total = len(range(self._layout.shard_index, len(plan.names), self._layout.n_shards))
            found = total - int(numbers.size)
            reporter.begin_replicates(plan.name, found=found, total=total, weight=work)
            n_computed = compute_replicates(
                plan,
                numbers,
                self._folder,
                inference=inference,
                dataset=self._dataset,
                should_stop=should_stop,
                on_computed=reporter.replicate_computed,
            )
            if n_computed < numbers.size:
                return False
        return True


def finish_evidence(
    run: RunFolder, expression: Expression, *, folders: Sequence[Path] | None = None
) -> None:
    """Write the evidence that is asked for, once the links are ranked, and drop its parts.

    Parameters
    ----------
    run : RunFolder
        A run with ranked links, whose lock the caller holds.
    expression : Expression
        Its data set in canonical order.
    folders : sequence of Path, optional
        The folders of replicates of all shards, which stay; the run's own by default.

    Raises
    ------
    RunError
        When replicate targets are missing, or a part is damaged.
    StorageError
        When the disk is full or may not be written; the parts stay.

    Notes
    -----
    The parts go once the evidence is there. A kill at any instant leaves the parts or the evidence.
    """
    if run.confidence is None:
        return
    own, lacking = run.replicates_folder, run.lacking_evidence
    if lacking is not None:
        of = [own] if folders is None else list(folders)
        for plan in replicate_plans(run.spec, lacking, expression):
            require_replicates(plan, of, run.spec.dataset)
        write_evidence(run, of, expression)
    for kind in REPLICATE_STEPS:
        shutil.rmtree(own / kind, ignore_errors=True)
    if run.confidence_job is None:
        shutil.rmtree(own, ignore_errors=True)
