"""Worker of a confidence job: compute the evidence for the links of a finished run."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.confidence.computation import Replication, finish_evidence, replicate_plans
from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import RunError
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.model import JobState, LayoutSpec, RunStatus
from genie3_engine.store.confidence_folder import ConfidenceFolder
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.run_reporter import RunReporter
from genie3_engine.worker import inference_plan, run_program, take_turn, worker_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from genie3_engine.jobs.queue import QueueTicket
    from genie3_engine.model import ConfidenceSpec

log = logging.getLogger("genie3_engine.confidence_worker")  # __name__ is __main__ here


def run(
    folder: Path,
    *,
    on_progress: Callable[[RunStatus], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    layout: LayoutSpec | None = None,
    ticket: QueueTicket | None = None,
    starting_seconds: float = 0.0,
) -> RunStatus:
    """Compute what is missing of the evidence that a confidence job is asked for.

    Parameters
    ----------
    folder : Path
        The job's folder, inside that of the run.
    on_progress, should_stop, ticket, starting_seconds
        As `genie3_engine.worker.run` takes them.
    layout : LayoutSpec, optional
        Processes, threads and jobs of this attempt; the run's by default.

    Returns
    -------
    RunStatus
        Of the job that is done.

    Raises
    ------
    RunError
        When there is no job in the folder, another process has it, or the run has no links.
    RunInterruptedError
        When it was stopped; the job is cancelled and resumable.
    Genie3Error
        When it failed; the job's status records it too.
    """
    job = ConfidenceFolder.open(folder)
    attempt = Attempt(job, on_progress=on_progress, should_stop=should_stop)
    with ExitStack() as turn, attempt:  # the turn ends after the end of the job is written
        reporter = RunReporter(job, attempt, starting_seconds=starting_seconds)
        with reporter:
            take_turn(attempt, reporter, ticket, turn)
            reporter.step("reading", state=JobState.RUNNING)
            _work(job, attempt, reporter, layout)
    return attempt.status


def _work(
    job: ConfidenceFolder,
    attempt: Attempt[ConfidenceSpec, RunStatus],
    reporter: RunReporter,
    layout: LayoutSpec | None,
) -> None:
    of = RunFolder.open(job.run)
    if not of.has_result:
        raise RunError(f"The run in {of.path} is not done.", "Wait until it is, or resume it.")
    spec = of.spec
    layout = replace(layout or spec.layout, shard_index=0, n_shards=1)
    expression = open_dataset(spec.dataset)
    plan = inference_plan(spec, expression.genes, layout)
    n_targets = int(plan.targets.size)
    reporter.count(found=n_targets, total=n_targets)
    reporter.lay_out(n_processes=plan.n_processes, n_threads=plan.n_threads, n_jobs=layout.n_jobs)
    lacking = of.lacking_evidence
    if lacking is not None:
        plans = replicate_plans(spec, lacking, expression)
        replication = Replication(plans, job.path, spec=spec, layout=layout)
        reporter.expect_replicates(replication.work)
        if not replication.compute(plan, reporter, should_stop=attempt.should_stop):
            raise attempt.interrupted()
    reporter.step("evidence")
    finish_evidence(of, expression)
    log.info("Done: %s.", job.spec)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the worker as a program; see `run`.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.

    Returns
    -------
    int
        As `genie3_engine.worker.main`.
    """
    parser = worker_parser(
        "genie3_engine.confidence_worker",
        "Compute the evidence for the links of a finished run.",
        metavar="CONFIDENCE_FOLDER",
    )
    return run_program(run, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
