"""Worker of a run: compute the missing targets, on a laptop or a cloud instance."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import Genie3Error, RunError
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs import filenames
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.locks import FolderLock
from genie3_engine.jobs.process import seconds_since_start
from genie3_engine.jobs.queue import QueueTicket, held_ticket, wait_for_turn
from genie3_engine.model import (
    METHODS,
    JobState,
    LayoutSpec,
    RunSpec,
    RunStatus,
    member_specs,
)
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.run_reporter import RunReporter
from genie3_engine.store.shards import genes_of, positions_of, shard_targets
from genie3_engine.store.spec_diff import shard_name
from genie3_engine.store.task_folder import TaskFolder, task_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from genie3_engine.confidence.computation import Replication
    from genie3_engine.inference.plan import InferencePlan
    from genie3_engine.model import TargetLinks
    from genie3_engine.store.links import RankedLinks

log = logging.getLogger("genie3_engine.worker")  # __name__ is __main__ here

_CREATE_PAUSE_SECONDS = 0.1


def run(
    folder: Path,
    *,
    on_progress: Callable[[RunStatus], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    layout: LayoutSpec | None = None,
    task: TaskName | None = None,
    parts_only: bool = False,
    ticket: QueueTicket | None = None,
    starting_seconds: float = 0.0,
) -> RunStatus:
    """Compute what is missing of a run, or of one of its tasks, and rank its links.

    Parameters
    ----------
    folder : Path
        The run's folder.
    on_progress : callable, optional
        Called, in this thread, with the run's status: at each step, and ten times a second at
        most while forests are grown. Its ``targets_done`` counts the targets computed; those of the
        last seconds may not be on disk yet.
    should_stop : callable
        Asked several times a second; True ends the run after the targets under way.
    layout : LayoutSpec, optional
        Processes, threads and jobs of this attempt, when they are not the spec's; the shard always
        is.
    task : TaskName, optional
        Computes the share of one task, in a folder of its own inside the run's. Its links are left
        in the run's parts; once all tasks are done, the run without a task ranks them.
    parts_only : bool
        Whether the links are left in parts, unranked, to be merged later: the parts of
        other shards may then lie in the same folder.
    ticket : QueueTicket, optional
        Makes the run wait for its turn; given back at the end.
    starting_seconds : float
        How long the calling process was at work before.

    Returns
    -------
    RunStatus
        Of the run, or the task, that is done.

    Raises
    ------
    RunError
        When there is no run in the folder, tasks cannot share it, or another worker has it; its
        status is left alone.
    RunInterruptedError
        When it was stopped; the run is cancelled and resumable.
    Genie3Error
        When it failed; the status records it too.
    """
    whole = RunFolder.open(folder)
    run_folder = whole if task is None else TaskFolder.of(whole, task)
    attempt = Attempt(run_folder, on_progress=on_progress, should_stop=should_stop)
    with ExitStack() as turn, attempt:  # the turn ends after the end of the run is written
        reporter = RunReporter(run_folder, attempt, starting_seconds=starting_seconds)
        with reporter:
            is_unranked = parts_only or task is not None
            work = _Work(run_folder, attempt, reporter, layout, parts_only=is_unranked)
            if task is not None:
                work.share(whole, task)
            work.in_turn(ticket, turn)
    return attempt.status


class _Work:
    """What one worker does on a run."""

    def __init__(
        self,
        run_folder: RunFolder,
        attempt: Attempt[RunSpec, RunStatus],
        reporter: RunReporter,
        layout: LayoutSpec | None,
        *,
        parts_only: bool = False,
    ) -> None:
        self._run = self._whole = run_folder
        self._task: TaskName | None = None
        self._parts_only = parts_only
        self._spec = run_folder.spec
        self._attempt = attempt
        self._reporter = reporter
        shard = self._spec.layout
        self._layout = replace(
            layout or shard, shard_index=shard.shard_index, n_shards=shard.n_shards
        )

    def share(self, whole: RunFolder, task: TaskName) -> None:
        """Work as a task of a whole run; networks inside it are shared in the same way."""
        self._whole, self._task = whole, task

    def in_turn(self, ticket: QueueTicket | None, turn: ExitStack) -> None:
        """Wait for the run's turn, where it has a ticket, and work; ``turn`` keeps it."""
        take_turn(self._attempt, self._reporter, ticket, turn)
        self._work()

    def _work(self) -> None:
        from genie3_engine.store.merge import finish_run

        reporter, spec = self._reporter, self._spec
        log.info("%s", _summary(spec, self._layout))
        reporter.step("reading", state=JobState.RUNNING)
        if not self._parts_only:
            reporter.add_tasks(list(task_reports(self._run.path)))
        genes = genes_of(spec)
        targets = positions_of(shard_targets(spec, genes), genes)
        finished = self._run.finished_targets()
        missing = targets[[genes[target] not in finished for target in targets]]
        n_found = int(targets.size - missing.size)
        reporter.count(found=n_found, total=int(targets.size))
        replication = self._replication()
        reporter.expect_replicates({} if replication is None else replication.work)
        if n_found:
            log.info("%d of %d targets are on disk.", n_found, targets.size)
        if missing.size and self._task is not None and METHODS[spec.forest.method].members:
            self._infer_members(genes)  # one process combines them, when all tasks are done
        elif missing.size:
            self._compute(genes, missing)
        if replication is not None:
            plan = inference_plan(spec, genes, self._layout)
            should_stop = self._attempt.should_stop
            if not replication.compute(plan, reporter, should_stop=should_stop):
                raise self._attempt.interrupted()
        if self._parts_only:
            log.info("Done: the links are in parts, to be merged.")
            return
        reporter.step("writing")
        n_links = finish_run(self._run, genes)
        reporter.note(n_links=n_links)
        if spec.confidence is not None and self._layout.n_shards == 1:
            self._finish_evidence()
        log.info("Done: %s links.", f"{n_links:,}")

    def _replication(self) -> Replication | None:
        """Return what is to be computed for the evidence; None where nothing is."""
        lacking = None if self._spec.confidence is None else self._run.lacking_evidence
        if lacking is None:
            return None
        from genie3_engine.confidence.computation import Replication, replicate_plans

        plans = replicate_plans(self._spec, lacking, open_dataset(self._spec.dataset))
        folder = self._run.replicates_folder
        return Replication(plans, folder, spec=self._spec, layout=self._layout)

    def _finish_evidence(self) -> None:
        from genie3_engine.confidence.computation import finish_evidence

        self._reporter.step("evidence")
        finish_evidence(self._run, open_dataset(self._spec.dataset))

    def _compute(self, genes: Sequence[str], missing: NDArray[np.int32]) -> None:
        """Stream the links of the missing targets to the disk."""
        from genie3_engine.jobs.cores import library_threads
        from genie3_engine.store.parts import PartWriter

        reporter, spec = self._reporter, self._spec
        is_combined = spec.parents or METHODS[spec.forest.method].members
        compute = self._combine if is_combined else self._infer
        n_computed = 0
        with (
            PartWriter(
                self._run.parts_folder,
                spec.dataset,
                shard_index=self._layout.shard_index,
                n_shards=self._layout.n_shards,
                genes=genes,
            ) as writer,
            closing(compute(genes, missing)) as found,
        ):
            for links in found:
                if n_computed == 0:
                    reporter.note(library_threads=library_threads())
                n_computed += 1
                reporter.computed(links.seconds, is_on_disk=writer.add(links))
        if n_computed < missing.size:
            raise self._attempt.interrupted()

    def _infer(self, genes: Sequence[str], missing: NDArray[np.int32]) -> Generator[TargetLinks]:
        """Return the links of the missing targets, inferred from the data set."""
        from genie3_engine.inference.layout import infer_targets

        plan = replace(inference_plan(self._spec, genes, self._layout), targets=missing)
        self._reporter.lay_out(
            n_processes=plan.n_processes, n_threads=plan.n_threads, n_jobs=self._layout.n_jobs
        )
        return infer_targets(
            plan, should_stop=self._attempt.should_stop, on_step=self._reporter.step
        )

    def _combine(self, genes: Sequence[str], missing: NDArray[np.int32]) -> Generator[TargetLinks]:
        """Return the links of the missing targets, combined from the lists of the parents."""
        from genie3_engine.combination.combined_links import CombinationPlan, combined_links
        from genie3_engine.combination.parent_lists import open_parents

        spec = self._spec
        lists = open_parents(self._run.path, spec.parents) or self._member_lists(genes)
        plan = CombinationPlan(
            lists=lists,
            genes=genes,
            how=spec.forest.how,
            keep=spec.keep,
            temporary=self._run.path / filenames.SORTING,
        )
        self._reporter.lay_out(n_processes=1, n_threads=1, n_jobs=1)
        return combined_links(
            plan,
            missing,
            should_stop=self._attempt.should_stop,
            on_step=self._reporter.step,
        )

    def _member_lists(self, genes: Sequence[str]) -> list[RankedLinks]:
        """Infer the networks of the method's members, and open them."""
        from genie3_engine.store.links import RankedLinks

        n_found = self._attempt.status.targets_done
        members = self._infer_members(genes)
        self._reporter.members_done(n_found)
        return [RankedLinks(member.path) for member in members]

    def _infer_members(self, genes: Sequence[str]) -> list[RunFolder]:
        """Infer the networks of the method's members in folders of their own, or a task's share."""
        members = self._create_members(genes)
        n_found, n_targets = (
            self._attempt.status.targets_done,
            self._attempt.status.targets_total,
        )
        expected = [member.read_expectation() for member in members]
        for number, member in enumerate(members):
            if member.has_result:
                continue
            later = sum(each.seconds for each in expected[number + 1 :] if each is not None)

            def report(status: RunStatus, number: int = number, later: float = later) -> None:
                done = (number * n_targets + status.targets_done) // (len(members) + 1)
                self._reporter.member(status, done=max(n_found, done), later_seconds=later)

            run(
                member.path,
                on_progress=report,
                should_stop=self._attempt.should_stop,
                layout=self._layout,
                task=self._task,
            )
        return members

    def _create_members(self, genes: Sequence[str]) -> list[RunFolder]:
        """Create the folders of the networks inside the run that an earlier attempt has not."""
        forecasts = self._whole.read_member_forecasts()
        members = []
        for spec in member_specs(self._whole.spec, len(genes)):
            name = spec.forest.method
            folder = self._whole.path / filenames.MEMBERS / name
            if (folder / filenames.SPEC).exists():
                self._reporter.note(was_resumed=True)
            else:
                n_targets = len(shard_targets(spec, genes))
                status = RunStatus(JobState.QUEUED, targets_total=n_targets, created=time.time())
                created = created_once(folder, spec, status)
                if name in forecasts:
                    created.write_forecast(forecasts[name])
            members.append(RunFolder.open(folder))
        return members


def created_once(path: Path, spec: RunSpec, status: RunStatus) -> RunFolder:
    """Create a run that several tasks may create at the same time, or open it.

    Parameters
    ----------
    path : Path
        Its folder.
    spec : RunSpec
        What it does.
    status : RunStatus
        Its first status.

    Raises
    ------
    RunError
        When it cannot be created, and no other task is at it.
    StorageError
        When the disk is full or may not be written.
    """
    deadline = time.monotonic() + TaskFolder.lock_seconds
    was_free = False
    while not (path / filenames.SPEC).exists():
        try:
            return RunFolder.create(path, spec, status)
        except RunError:  # another task is at it, unless nobody holds the folder twice
            is_free = not FolderLock(path).is_held()
            if (is_free and was_free) or time.monotonic() > deadline:
                raise
            was_free = is_free
            time.sleep(_CREATE_PAUSE_SECONDS)
    return RunFolder.open(path)


def take_turn(
    attempt: Attempt[Any, RunStatus],
    reporter: RunReporter,
    ticket: QueueTicket | None,
    turn: ExitStack,
) -> None:
    """Wait for the turn of a job, where it has a ticket; ``turn`` keeps it.

    Raises
    ------
    RunInterruptedError
        When it was stopped meanwhile.
    """
    if ticket is None:
        return
    reporter.step("waiting")
    if not turn.enter_context(wait_for_turn(ticket, should_stop=attempt.should_stop)):
        raise attempt.interrupted()


def inference_plan(spec: RunSpec, genes: Sequence[str], layout: LayoutSpec) -> InferencePlan:
    """Return how a run infers its targets, all of the whole network.

    Parameters
    ----------
    spec : RunSpec
        The run.
    genes : sequence of str
        The data set's canonical gene list.
    layout : LayoutSpec
        Processes, threads and jobs of this attempt.
    """
    from genie3_engine.inference.layout import InferencePlan

    return InferencePlan(
        open_expression=partial(open_dataset, spec.dataset),
        regulators=positions_of(spec.regulators, genes),
        targets=positions_of(spec.targets, genes),
        forest=spec.forest,
        keep=spec.keep,
        layout=layout,
    )


def _summary(spec: RunSpec, layout: LayoutSpec) -> str:
    forest = spec.forest
    keep = "all links" if spec.keep is None else f"the {spec.keep:,} strongest links per target"
    settings = "; ".join(
        f"{each.label}: {each.format(getattr(forest, name))}"
        for name, each in forest.settings().items()
    )
    return f"{settings}; {keep}; shard {shard_name(layout)}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the worker as a program; see `run`.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.

    Returns
    -------
    int
        0 when the run is done, 130 when it was stopped, 2 for a wrong run or input, 1 otherwise.
    """
    parser = worker_parser(
        "genie3_engine.worker", "Compute what is missing of a run.", metavar="RUN_FOLDER"
    )
    parser.add_argument(
        "--parts-only",
        action="store_true",
        help="leave the links in parts, unranked, to be merged later",
    )
    parser.add_argument(
        "--task",
        type=task_of,
        metavar="I/N",
        help="compute the share of task I of N, from 1, in parts; many may work on a run at the "
        "same time, on machines that share its folder; then run it without --task",
    )
    options = parser.parse_args(arguments)
    return run_program(partial(run, task=options.task, parts_only=options.parts_only), options)


def task_of(text: str) -> TaskName:
    """Return the task that a command line names, such as 3/64.

    Raises
    ------
    argparse.ArgumentTypeError
        When the text names no task.
    """
    index, _, n_tasks = text.partition("/")
    if not (index.isdecimal() and n_tasks.isdecimal() and 1 <= int(index) <= int(n_tasks)):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a task: give I/N, such as 1/64 to 64/64 for 64 tasks"
        )
    return TaskName(int(index) - 1, int(n_tasks))


def worker_parser(module: str, description: str, *, metavar: str) -> argparse.ArgumentParser:
    """Return the parser of a worker's command line, with the options that all workers take."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("folder", type=Path, metavar=metavar)
    parser.add_argument(
        "--ticket",
        nargs=2,
        metavar=("FILE", "DESCRIPTOR"),
        help="wait for the run's turn; the ticket is held open by the parent process",
    )
    parser.add_argument(
        "--with-parent",
        action="store_true",
        help="stop when the process that started this one has ended",
    )
    return parser


def run_program(act: Callable[..., object], options: argparse.Namespace) -> int:
    """Do a job as a program, until it is done or stopped.

    Parameters
    ----------
    act : callable
        Takes the folder, ``should_stop``, ``ticket`` and ``starting_seconds``, as `run` does.
    options : argparse.Namespace
        Of `worker_parser`.

    Returns
    -------
    int
        As `main`.
    """
    parent = os.getppid()
    ticket = held_ticket(options.ticket)
    try:
        with stop_on_signals(second_ends=False) as should_stop:
            act(
                options.folder,
                should_stop=lambda: (
                    should_stop() or (options.with_parent and os.getppid() != parent)
                ),
                ticket=ticket,
                starting_seconds=seconds_since_start(),
            )
    except Genie3Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
