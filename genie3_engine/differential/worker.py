"""Compute a comparison: observed networks, permutations, further permutations, results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.differential import chosen_links, replicate_parts
from genie3_engine.differential.classes import Candidates, strongest_of_both
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import (
    OBSERVING,
    PERMUTING,
    REFINING,
    ComparisonSpec,
    ComparisonStatus,
)
from genie3_engine.differential.forest_growth import WHOLE, ForestGrowth
from genie3_engine.differential.label_forests import LabelScores
from genie3_engine.differential.pooled_design import PooledDesign
from genie3_engine.differential.pooled_samples import PooledSamples, open_pooled
from genie3_engine.differential.results import Findings, write_results
from genie3_engine.differential.rewiring import rewiring
from genie3_engine.differential.statistics import changes, promising_links
from genie3_engine.differential.task_folder import ComparisonTask
from genie3_engine.errors import InputError, RunError, StorageError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.machine import MemoryPeak, machine, versions
from genie3_engine.jobs.queue import QueueTicket, wait_for_turn
from genie3_engine.model import JobState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.model import LayoutSpec

log = logging.getLogger("genie3_engine.differential")


def run(
    folder: Path,
    *,
    on_progress: Callable[[ComparisonStatus], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    layout: LayoutSpec | None = None,
    task: TaskName | None = None,
    last_step: str = REFINING,
    grows: bool = True,
    ticket: QueueTicket | None = None,
    starting_seconds: float = 0.0,
    home: Path | None = None,
) -> ComparisonStatus:
    """Compute what is missing of a comparison, or of one of its tasks, in this process.

    Parameters
    ----------
    folder : Path
        The folder of the comparison.
    on_progress : callable, optional
        Called, in this thread, with the status: at each step, and ten times a second at most
        while forests are grown. Forests of the last seconds may not be on disk yet.
    should_stop : callable
        Asked several times a second; True ends the work after the forests under way.
    layout : LayoutSpec, optional
        Processes and threads of this attempt, when they are not the spec's.
    task : TaskName, optional
        Computes the share of one task, as far as that is possible now: permutations need the
        observed networks of all tasks, and further permutations the first ones of all. The forests
        are left in the comparison's parts; without a task, what is missing of all shares is
        computed and the results are written.
    last_step : str
        The last of the steps that a task takes now, even where the next one is possible: tasks that
        have to begin each step together would wait for it.
    grows : bool
        Whether forests are grown; otherwise a task only counts what is missing.
    ticket : QueueTicket, optional
        Makes the comparison wait for its turn; given back at the end.
    starting_seconds : float
        How long the calling process was at work before.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    ComparisonStatus
        Of the comparison that is done; of a task with what it waits for, see `ComparisonStatus`.

    Raises
    ------
    RunError
        When there is no comparison, or another process computes it.
    RunInterruptedError
        When it was stopped; it is cancelled and resumable.
    Genie3Error
        When it failed; its status records it too.
    """
    comparison = ComparisonFolder.open(folder)
    job = comparison if task is None else ComparisonTask.of(comparison, task)
    attempt = Attempt(job, on_progress=on_progress, should_stop=should_stop)
    with ExitStack() as turn, attempt:  # the turn ends after the end is written
        if ticket is not None:
            attempt.update(step="waiting")
            waiting = wait_for_turn(ticket, should_stop=attempt.should_stop)
            if not turn.enter_context(waiting):
                raise attempt.interrupted()
        began, memory = time.monotonic(), MemoryPeak()
        attempt.on_beat.append(memory.sample)
        work = _Work(comparison, attempt, layout or comparison.spec.layout, home)
        growth = None
        try:
            growth = work.work(task, last_step=last_step, grows=grows)
        finally:
            memory.sample()
            total = starting_seconds + time.monotonic() - began
            steps = {} if growth is None else growth.seconds
            seconds = {"starting": starting_seconds, **steps, "total": total}
            if isinstance(job, ComparisonTask) and grows:
                with suppress(StorageError):
                    timings = {"seconds": seconds, "peak_memory_bytes": memory.n_bytes}
                    job.add_timings(timings)
            elif growth is not None and task is None:
                _write_timings(comparison, growth, seconds, memory.n_bytes)
    return attempt.status


def prepare(comparison: ComparisonFolder, home: Path | None = None) -> PooledSamples:
    """Write the expression and the design of both groups into the folder of a comparison.

    Parameters
    ----------
    comparison : ComparisonFolder
        The comparison.
    home : Path, optional
        Where the data sets are stored; the user's home by default.

    Raises
    ------
    InputError
        When the groups cannot be compared any more.
    RunError
        When the label of a sample was corrected since the comparison was created.
    StorageError
        When the disk is full or may not be written.
    """
    pooled = PooledSamples.of(comparison.spec, home=home)
    if comparison.spec.sample_labels not in ("", pooled.sample_labels):
        raise RunError(
            "Groups or blocks of the samples have changed since the comparison was created.",
            "Start a new comparison.",
        )
    pooled.write(comparison.pooled_path)
    PooledDesign.of(pooled).write(comparison.design_path)
    return pooled


def _write_timings(
    comparison: ComparisonFolder,
    growth: ForestGrowth,
    seconds: dict[str, float],
    peak_memory_bytes: int,
) -> None:
    """Write where the time of an attempt went, for the next forecasts."""
    values = {
        "seconds": seconds,
        "targets_computed": growth.n_grown[OBSERVING] + growth.n_grown[PERMUTING],
        "was_resumed": growth.n_found > 0,
        "peak_memory_bytes": peak_memory_bytes,
        "machine": machine(),
        "versions": versions(),
    }
    with suppress(StorageError):
        atomic_write.write_json(comparison.path / filenames.TIMINGS, values)


class _Work:
    """One attempt at a comparison, or at one of its tasks."""

    def __init__(
        self,
        comparison: ComparisonFolder,
        attempt: Attempt[ComparisonSpec, ComparisonStatus],
        layout: LayoutSpec,
        home: Path | None,
    ) -> None:
        self._comparison = comparison
        self._spec = comparison.spec
        self._attempt = attempt
        self._layout = layout
        self._home = home
        n_first = 1 + self._spec.n_permutations
        self._observed, self._permuted = range(1), range(1, n_first)
        self._further = range(n_first, n_first + self._spec.n_more)

    def work(
        self, task: TaskName | None, *, last_step: str = REFINING, grows: bool = True
    ) -> ForestGrowth | None:
        """Grow the forests that are missing, and write the results of a whole comparison.

        Returns
        -------
        ForestGrowth or None
            What has grown them; None where the results were there.
        """
        attempt = self._attempt
        if self._comparison.has_result:
            if task is None:
                self._comparison.remove_work()
            return None
        attempt.update(state=JobState.RUNNING, step="reading", pending="", n_pending=0)
        pooled = None
        design = None if task is None else PooledDesign.read(self._comparison.design_path)
        if design is None:
            pooled = prepare(self._comparison, self._home)
            design = PooledDesign.of(pooled)
        self._key = design.key
        self._growth = ForestGrowth(
            self._comparison,
            attempt,
            pooled=design,
            layout=self._layout,
            task=task or WHOLE,
            grows=grows,
        )
        self._growth.grow(OBSERVING, self._observed)
        candidates = self._candidates()
        if candidates is None:
            return self._growth
        attempt.update(n_links=candidates.regulators.size)
        if last_step == OBSERVING:
            self._is_there(PERMUTING, self._permuted)
            return self._growth
        self._growth.grow(PERMUTING, self._permuted, candidates=candidates)
        promising = self._promising(candidates)
        if promising is None:
            return self._growth
        if last_step == PERMUTING:
            self._is_there(REFINING, self._further, self._places(candidates, promising))
            return self._growth
        places = self._refine(candidates, promising)
        if task is None and pooled is not None:
            self._finish(pooled, candidates, promising, places)
        elif self._is_there(REFINING, self._further, places):
            log.info("All forests are there: the results can be written.")
        return self._growth

    def _candidates(self) -> Candidates | None:
        """Choose the links that are compared; None while observed forests are missing."""
        path = self._comparison.candidates_path
        found = chosen_links.load_candidates(path)
        if found is None:
            if not self._is_there(OBSERVING, self._observed):
                return None
            networks = replicate_parts.observed_networks(
                self._comparison.parts_folder, self._key, self._growth.design, top=self._spec.top
            )
            found = strongest_of_both(*networks, top=self._spec.top)
            if not found.regulators.size:
                raise InputError(
                    "Neither network has a link.", "Check that the genes vary inside both groups."
                )
            chosen_links.store_candidates(path, found)
        log.info("%s links are compared.", f"{found.regulators.size:,}")
        return found

    def _promising(self, candidates: Candidates) -> NDArray[np.intp] | None:
        """Choose the links that are permuted further; None while permutations are missing."""
        path = self._comparison.promising_path
        found = chosen_links.load_promising(path)
        if found is None:
            if not self._is_there(PERMUTING, self._permuted):
                return None
            found = np.zeros(0, np.intp)
            if self._spec.n_more:
                self._attempt.update(step="judging", expected_end=None)
                observed, permuted = (
                    self._scores(candidates, labellings, with_fits=False).importance
                    for labellings in (self._observed, self._permuted)
                )
                found = promising_links(changes(observed[0], permuted, least=candidates.least).p)
            chosen_links.store_promising(path, found)
        return found

    def _refine(self, candidates: Candidates, promising: NDArray[np.intp]) -> NDArray[np.intp]:
        """Grow further permutations of the targets of some links; return the targets' places."""
        places = self._places(candidates, promising)
        if places.size:
            log.info("%s targets have promising links.", f"{places.size:,}")
            self._growth.grow(REFINING, self._further, candidates=candidates, places=places)
        return places

    def _places(self, candidates: Candidates, promising: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the places of the targets with promising links, ascending."""
        targets = np.unique(candidates.targets[promising])
        return np.searchsorted(self._growth.design.targets, targets)

    def _is_there(
        self, step: str, labellings: range, places: NDArray[np.intp] | None = None
    ) -> bool:
        """Return whether all forests of a step are on disk, and report how many are not."""
        n_missing = int(self._growth.missing(labellings, places).size)
        if n_missing:
            self._attempt.update(pending=step, n_pending=n_missing, expected_end=None)
            log.info("%s: %s forests of other tasks are missing.", step, f"{n_missing:,}")
        return not n_missing

    def _finish(
        self,
        pooled: PooledSamples,
        candidates: Candidates,
        promising: NDArray[np.intp],
        places: NDArray[np.intp],
    ) -> None:
        """Judge the links and the targets, and write the results."""
        self._attempt.update(step="writing", expected_end=None)
        observed = self._scores(candidates, self._observed)
        permuted = self._scores(candidates, self._permuted)
        further = None
        if promising.size:
            some = candidates._replace(
                regulators=candidates.regulators[promising], targets=candidates.targets[promising]
            )
            further = self._scores(some, self._further, with_fits=False).importance
        findings = Findings(
            candidates=candidates,
            importance=observed.importance[0],
            changes=changes(
                observed.importance[0],
                permuted.importance,
                least=candidates.least,
                more=further,
                promising=promising,
            ),
            fits=observed.r2[0],
            rewiring=rewiring(observed.r2[0], permuted.r2),
            n_refined=int(places.size),
        )
        expression = open_pooled(self._comparison.pooled_path, pooled.genes)
        n_links = write_results(self._comparison, pooled, expression, findings)
        log.info("Done: %s links compared.", f"{n_links:,}")
        self._comparison.remove_work()

    def _scores(
        self, candidates: Candidates, labellings: range, *, with_fits: bool = True
    ) -> LabelScores:
        return replicate_parts.gather(
            self._comparison.parts_folder,
            self._key,
            self._growth.design,
            candidates,
            labellings=labellings,
            with_fits=with_fits,
        )
