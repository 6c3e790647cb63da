"""Compute a comparison: observed networks, permutations, further permutations, results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.differential import replicate_parts
from genie3_engine.differential.classes import Candidates, strongest_of_both
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import ComparisonSpec, ComparisonStatus
from genie3_engine.differential.label_forests import LabelDesign, LabelScores, label_forests
from genie3_engine.differential.pooled_samples import PooledSamples, open_pooled
from genie3_engine.differential.replicate_parts import ReplicateNames
from genie3_engine.differential.results import Findings, write_results
from genie3_engine.differential.rewiring import rewiring
from genie3_engine.differential.statistics import Changes, changes, promising_links
from genie3_engine.errors import InputError, RunError
from genie3_engine.eta import TimeLeft
from genie3_engine.inference.layout import InferencePlan, infer_targets
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.queue import QueueTicket, wait_for_turn
from genie3_engine.model import JobState
from genie3_engine.store.parts import PartWriter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.model import LayoutSpec

log = logging.getLogger("genie3_engine.differential")

_PROGRESS_SECONDS = 0.1
OBSERVING, PERMUTING, REFINING = "observing", "permuting", "refining"


def run(
    folder: Path,
    *,
    on_progress: Callable[[ComparisonStatus], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    layout: LayoutSpec | None = None,
    ticket: QueueTicket | None = None,
    home: Path | None = None,
) -> ComparisonStatus:
    """Compute what is missing of a comparison, in this process.

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
    ticket : QueueTicket, optional
        Makes the comparison wait for its turn; given back at the end.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    ComparisonStatus
        Of the comparison that is done.

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
    attempt = Attempt(comparison, on_progress=on_progress, should_stop=should_stop)
    with ExitStack() as turn, attempt:  # the turn ends after the end is written
        if ticket is not None:
            attempt.update(step="waiting")
            waiting = wait_for_turn(ticket, should_stop=attempt.should_stop)
            if not turn.enter_context(waiting):
                raise attempt.interrupted()
        _Work(comparison, attempt, layout, home).work()
    return attempt.status


class _Work:
    """One attempt at a comparison."""

    def __init__(
        self,
        comparison: ComparisonFolder,
        attempt: Attempt[ComparisonSpec, ComparisonStatus],
        layout: LayoutSpec | None,
        home: Path | None,
    ) -> None:
        self._comparison = comparison
        self._spec = comparison.spec
        self._key = comparison.spec.result_key
        self._attempt = attempt
        self._layout = layout or comparison.spec.layout
        self._home = home
        self._reported = 0.0

    def work(self) -> None:
        """Grow the forests that are missing, judge the links, and write the results."""
        spec, attempt = self._spec, self._attempt
        if self._comparison.has_result:
            self._comparison.remove_work()
            return
        attempt.update(state=JobState.RUNNING, step="reading")
        self._pooled = PooledSamples.of(spec, home=self._home)
        if spec.sample_labels not in ("", self._pooled.sample_labels):
            raise RunError(
                "Groups or blocks of the samples have changed since the comparison was created.",
                "Start a new comparison.",
            )
        if not self._comparison.pooled_path.is_file():
            self._pooled.write(self._comparison.pooled_path)
        self._design = LabelDesign(
            is_second=self._pooled.is_second,
            targets=self._pooled.targets,
            n_labellings=1 + spec.n_permutations + spec.n_more,
            blocks=self._pooled.blocks,
        )
        self._count_found()
        observed, permuted = range(1), range(1, 1 + spec.n_permutations)
        self._grow(OBSERVING, observed)
        candidates = self._candidates()
        attempt.update(n_links=candidates.regulators.size)
        self._grow(PERMUTING, permuted, candidates=candidates)
        attempt.update(step="writing", expected_end=None)
        scores = [self._scores(candidates, labellings) for labellings in (observed, permuted)]
        found, n_refined = self._refined(candidates, scores[0], scores[1])
        fits = scores[0].r2[0]
        findings = Findings(
            candidates=candidates,
            importance=scores[0].importance[0],
            changes=found,
            fits=fits,
            rewiring=rewiring(fits, scores[1].r2),
            n_refined=n_refined,
        )
        attempt.update(step="writing", expected_end=None)
        expression = open_pooled(self._comparison.pooled_path, self._pooled.genes)
        n_links = write_results(self._comparison, self._pooled, expression, findings)
        log.info("Done: %s links compared.", f"{n_links:,}")
        self._comparison.remove_work()

    def _count_found(self) -> None:
        """Count the forests that earlier attempts have grown."""
        design = self._design
        n_replicates = 2 * design.n_labellings * design.targets.size
        if n_replicates > np.iinfo(np.int32).max:
            raise InputError(
                f"The comparison would grow {n_replicates:,} forests.",
                "Choose fewer targets or permutations.",
            )
        self._is_done = replicate_parts.finished_numbers(
            self._comparison.parts_folder, self._key, n_replicates=n_replicates
        )
        n_found = int(self._is_done.sum())
        self._n_done = n_found
        total = 2 * design.targets.size * (1 + self._spec.n_permutations)
        self._attempt.update(
            forests_done=n_found,
            forests_found=n_found,
            forests_total=max(total, n_found),
            n_permutations=self._spec.n_permutations,
        )
        if n_found:
            log.info("%s forests are on disk.", f"{n_found:,}")

    def _candidates(self) -> Candidates:
        """Choose the links that are compared, from the observed networks."""
        networks = replicate_parts.observed_networks(
            self._comparison.parts_folder, self._key, self._design, top=self._spec.top
        )
        candidates = strongest_of_both(*networks, top=self._spec.top)
        if not candidates.regulators.size:
            raise InputError(
                "Neither network has a link.", "Check that the genes vary inside both groups."
            )
        log.info("%s links are compared.", f"{candidates.regulators.size:,}")
        return candidates

    def _refined(
        self, candidates: Candidates, observed: LabelScores, permuted: LabelScores
    ) -> tuple[Changes, int]:
        """Return the changes, after further permutations of targets with promising links."""
        spec = self._spec
        first = changes(observed.importance[0], permuted.importance, least=candidates.least)
        promising = promising_links(first.p)
        if not spec.n_more or not promising.size:
            return first, 0
        rows = np.searchsorted(self._design.targets, candidates.targets[promising])
        places = np.unique(rows)
        labellings = range(1 + spec.n_permutations, self._design.n_labellings)
        log.info("%s targets have promising links.", f"{places.size:,}")
        self._grow(REFINING, labellings, candidates=candidates, places=places)
        some = candidates._replace(
            regulators=candidates.regulators[promising], targets=candidates.targets[promising]
        )
        more = self._scores(some, labellings, with_fits=False)
        found = changes(
            observed.importance[0],
            permuted.importance,
            least=candidates.least,
            more=more.importance,
            promising=promising,
        )
        return found, int(places.size)

    def _scores(
        self, candidates: Candidates, labellings: range, *, with_fits: bool = True
    ) -> LabelScores:
        return replicate_parts.gather(
            self._comparison.parts_folder,
            self._key,
            self._design,
            candidates,
            labellings=labellings,
            with_fits=with_fits,
        )

    def _grow(
        self,
        step: str,
        labellings: range,
        *,
        candidates: Candidates | None = None,
        places: NDArray[np.intp] | None = None,
    ) -> None:
        """Grow the forests that are missing under some labels, and stream them to the disk."""
        design = self._design
        numbers = design.numbers(labellings, places)
        missing = numbers[~self._is_done[numbers]]
        if step == REFINING:
            total = self._attempt.status.forests_total
            known = 2 * design.targets.size * (1 + self._spec.n_permutations)
            self._attempt.update(
                forests_total=max(total, known + numbers.size),
                n_permutations=labellings.stop - 1,
            )
        self._attempt.update(step=step)
        if not missing.size:
            return
        began = time.monotonic()
        links = None if candidates is None else (candidates.regulators, candidates.targets)
        plan = InferencePlan(
            open_expression=partial(open_pooled, self._comparison.pooled_path, self._pooled.genes),
            regulators=self._pooled.regulators,
            targets=missing,
            forest=self._spec.forest,
            layout=self._layout,
            build=partial(label_forests, design=design, candidates=links),
        )
        n_computed = self._stream(plan, step, missing)
        log.info("%s: %s forests in %.1f s.", step, f"{n_computed:,}", time.monotonic() - began)
        if n_computed < missing.size:
            raise self._attempt.interrupted()

    def _stream(self, plan: InferencePlan, step: str, missing: NDArray[np.int32]) -> int:
        left = TimeLeft(at_once=plan.n_processes * plan.n_threads)
        left.n_missing = self._attempt.status.forests_total - self._n_done

        def on_step(name: str) -> None:
            left.begin(name, time.monotonic())
            self._attempt.update(step="compiling" if name == "compiling" else step)

        n_computed = 0
        with (
            PartWriter(self._comparison.parts_folder, self._key, genes=ReplicateNames()) as writer,
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
        labelling, _, _ = self._design.parts(number)
        self._attempt.change(
            forests_done=self._n_done,
            permutation=labelling,
            expected_end=None if seconds is None else time.time() + seconds,
        )
        self._attempt.report()
