"""Grow the forests of a comparison, or the share of one task, and stream them to the disk."""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.differential import replicate_parts
from genie3_engine.differential.comparison_spec import REFINING
from genie3_engine.differential.label_forests import LabelDesign, label_forests
from genie3_engine.differential.pooled_samples import open_pooled
from genie3_engine.differential.replicate_parts import ReplicateNames
from genie3_engine.errors import InputError
from genie3_engine.eta import TimeLeft
from genie3_engine.inference.layout import InferencePlan, infer_targets
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.store.parts import PartWriter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.differential.classes import Candidates
    from genie3_engine.differential.comparison_folder import ComparisonFolder
    from genie3_engine.differential.comparison_spec import ComparisonSpec, ComparisonStatus
    from genie3_engine.differential.pooled_design import PooledDesign
    from genie3_engine.jobs.attempt import Attempt
    from genie3_engine.model import LayoutSpec

log = logging.getLogger("genie3_engine.differential")

WHOLE = TaskName(0, 1)
_PROGRESS_SECONDS = 0.1


class ForestGrowth:
    """Grows what is missing of the forests of a share of the targets.

    Parameters
    ----------
    comparison : ComparisonFolder
        The comparison, whose parts take the forests. The expression of both groups is there.
    attempt : Attempt
        The attempt at the comparison or at a task, which reports the progress.
    pooled : PooledDesign
        Groups, regulators and targets.
    layout : LayoutSpec
        Processes and threads.
    task : TaskName
        The share: every ``n_tasks``-th target.
    grows : bool
        Whether forests are grown; otherwise `grow` does nothing.

    Attributes
    ----------
    design : LabelDesign
        The numbers of the forests.
    n_found : int
        Forests of the share that were on disk at the beginning.
    seconds, n_grown : mapping
        What each step took, and how many forests it has grown.

    Raises
    ------
    InputError
        When there are too many forests to be numbered.
    RunError
        When a part belongs to another comparison.
    """

    def __init__(
        self,
        comparison: ComparisonFolder,
        attempt: Attempt[ComparisonSpec, ComparisonStatus],
        *,
        pooled: PooledDesign,
        layout: LayoutSpec,
        task: TaskName = WHOLE,
        grows: bool = True,
    ) -> None:
        spec = comparison.spec
        self._comparison = comparison
        self._spec = spec
        self._key = pooled.key
        self._grows = grows
        self._attempt = attempt
        self._pooled = pooled
        self._layout = layout
        self._task = task
        self.design = LabelDesign(
            is_second=pooled.is_second,
            targets=pooled.targets,
            n_labellings=1 + spec.n_permutations + spec.n_more,
            blocks=pooled.blocks,
        )
        self._places = np.arange(task.index, self.design.targets.size, task.n_tasks)
        self.seconds: dict[str, float] = {}
        self.n_grown: Counter[str] = Counter()
        self._reported = 0.0
        self._count_found()

    def missing(
        self, labellings: range, places: NDArray[np.intp] | None = None
    ) -> NDArray[np.int32]:
        """Return the numbers of forests that are not grown yet, after a look at the disk.

        Parameters
        ----------
        labellings : range
            Their labels.
        places : (n_places,) intp or None
            Places of their targets, ascending; None for all.
        """
        numbers = self.design.numbers(labellings, places)
        if not self._is_done[numbers].all():
            self._look()
        return numbers[~self._is_done[numbers]]

    def grow(
        self,
        step: str,
        labellings: range,
        *,
        candidates: Candidates | None = None,
        places: NDArray[np.intp] | None = None,
    ) -> None:
        """Grow the forests of the share that are missing under some labels.

        Parameters
        ----------
        step : str
            The step, for the status.
        labellings : range
            The labels.
        candidates : Candidates, optional
            The links that are kept of permuted labels; all of them by default.
        places : (n_places,) intp or None
            Places of the targets, ascending; None for all.

        Raises
        ------
        RunInterruptedError
            When the work was stopped.
        StorageError
            When the disk is full or may not be written.
        """
        share = self._places if places is None else np.intersect1d(places, self._places)
        numbers = self.design.numbers(labellings, share)
        missing = numbers[~self._is_done[numbers]]
        if step == REFINING:
            total = self._attempt.status.forests_total
            known = 2 * self._places.size * (1 + self._spec.n_permutations)
            self._attempt.update(
                forests_total=max(total, known + numbers.size),
                n_permutations=labellings.stop - 1,
            )
        self._attempt.update(step=step)
        if not missing.size or not self._grows:
            return
        began = time.monotonic()
        links = None if candidates is None else (candidates.regulators, candidates.targets)
        plan = InferencePlan(
            open_expression=partial(open_pooled, self._comparison.pooled_path, self._pooled.genes),
            regulators=self._pooled.regulators,
            targets=missing,
            forest=self._spec.forest,
            layout=self._layout,
            build=partial(label_forests, design=self.design, candidates=links),
        )
        n_computed = self._stream(plan, step, missing)
        self.n_grown[step] += n_computed
        self.seconds[step] = self.seconds.get(step, 0.0) + time.monotonic() - began
        log.info("%s: %s forests in %.1f s.", step, f"{n_computed:,}", time.monotonic() - began)
        if n_computed < missing.size:
            raise self._attempt.interrupted()

    def _count_found(self) -> None:
        """Count the forests of the share that are on disk."""
        design = self.design
        self._n_replicates = 2 * design.n_labellings * design.targets.size
        if self._n_replicates > np.iinfo(np.int32).max:
            raise InputError(
                f"The comparison would grow {self._n_replicates:,} forests.",
                "Choose fewer targets or permutations.",
            )
        self._look()
        every = design.numbers(range(design.n_labellings), self._places)
        self._n_done = self.n_found = n_found = int(self._is_done[every].sum())
        total = 2 * self._places.size * (1 + self._spec.n_permutations)
        self._attempt.update(
            forests_done=n_found,
            forests_found=n_found,
            forests_total=max(total, n_found),
            n_permutations=self._spec.n_permutations,
        )
        if n_found:
            log.info("%s forests are on disk.", f"{n_found:,}")

    def _look(self) -> None:
        self._is_done = replicate_parts.finished_numbers(
            self._comparison.parts_folder, self._key, n_replicates=self._n_replicates
        )

    def _stream(self, plan: InferencePlan, step: str, missing: NDArray[np.int32]) -> int:
        left = TimeLeft(at_once=plan.n_processes * plan.n_threads)
        left.n_missing = self._attempt.status.forests_total - self._n_done

        def on_step(name: str) -> None:
            left.begin(name, time.monotonic())
            self._attempt.update(step="compiling" if name == "compiling" else step)

        n_computed = 0
        with (
            PartWriter(
                self._comparison.parts_folder,
                self._key,
                shard_index=self._task.index,
                n_shards=self._task.n_tasks,
                genes=ReplicateNames(),
            ) as writer,
            closing(
                infer_targets(plan, should_stop=self._attempt.should_stop, on_step=on_step)
            ) as found,
        ):
            for links in found:
                n_computed += 1
                self._n_done += 1
                writer.add(links)
                self._is_done[links.target] = True
                left.count(time.monotonic())
                self._report(left, links.target, is_last=n_computed == missing.size)
        return n_computed

    def _report(self, left: TimeLeft, number: int, *, is_last: bool) -> None:
        """Count a forest, and report it now and then."""
        now = time.monotonic()
        if not is_last and now - self._reported < _PROGRESS_SECONDS:
            return
        self._reported = now
        seconds = left.seconds_left(now)
        labelling, _, _ = self.design.parts(number)
        self._attempt.change(
            forests_done=self._n_done,
            permutation=labelling,
            expected_end=None if seconds is None else time.time() + seconds,
        )
        self._attempt.report()
