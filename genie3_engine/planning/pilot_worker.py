"""Measure a few targets of a run: the program that a pilot runs.

It does what a run's worker does, in a process of its own, on targets drawn at random, until its
time is up: so start-up, memory and the share of the cores are a run's.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine import worker  # noqa: F401 -- a run's start-up includes it
from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import Genie3Error, RunInterruptedError
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.machine import children_memory_bytes, machine
from genie3_engine.jobs.process import seconds_since_start
from genie3_engine.jobs.queue import QueueTicket, held_ticket, wait_for_turn
from genie3_engine.jobs.status import JobState
from genie3_engine.model import ENGINES, ForestSpec, RunSpec, member_specs
from genie3_engine.planning.pilot import Pilot, keep
from genie3_engine.planning.pilot_job import PilotFolder, failure
from genie3_engine.planning.pilot_rounds import Sweep, fixed_seconds, second_trees, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from genie3_engine.data.expression import Expression
    from genie3_engine.inference.layout import InferencePlan
    from genie3_engine.model import TargetLinks

FIRST_TREES = 20
COMPILED_SECONDS = 3.0  # loading what was compiled before takes less
_SAMPLE_SECONDS = 0.1


class HasCompiledError(Exception):
    """The kernels were compiled; another process shall measure."""


class Memory:
    """Watches the resident memory of this process and of those it starts."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        """Begin to watch."""
        self.look()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Watch no more."""
        self._ended.set()
        self._thread.join()

    def look(self) -> int:
        """Return what is held now, all processes together."""
        import psutil

        held = psutil.Process().memory_info().rss + children_memory_bytes()
        self.peak_bytes = max(self.peak_bytes, held)
        return int(held)

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self.look()


def try_out(
    spec: RunSpec,
    *,
    seed: int,
    budget_seconds: float,
    starting_seconds: float = 0.0,
    should_stop: Callable[[], bool] = lambda: False,
    is_again: bool = False,
) -> Pilot:
    """Measure a few targets of a run, and of each network inside it; see `Pilot`.

    Parameters
    ----------
    spec : RunSpec
        The run; its data set is stored.
    seed : int
        Names the draw.
    budget_seconds : float
        About how long forests are grown.
    starting_seconds : float
        How long this process was at work before.
    should_stop : callable
        Returns whether the pilot was asked to stop.
    is_again : bool
        Whether another process has compiled just before.

    Raises
    ------
    RunInterruptedError
        When it was asked to stop.
    HasCompiledError
        When the kernels had to be compiled, which spoils time and memory; they are kept, and the
        next process only loads them.
    """
    members = member_specs(spec, open_dataset(spec.dataset).n_genes)
    pilots = [
        _try_out(
            member,
            seed=seed,
            budget_seconds=budget_seconds / max(1, len(members)),
            starting_seconds=0.0 if number else starting_seconds,
            should_stop=should_stop,
            is_again=is_again,
        )
        for number, member in enumerate(members or (spec,))
    ]
    return Pilot.of_members(pilots, n_trees=spec.forest.n_trees) if members else pilots[0]


def _try_out(
    spec: RunSpec,
    *,
    seed: int,
    budget_seconds: float,
    starting_seconds: float,
    should_stop: Callable[[], bool],
    is_again: bool,
) -> Pilot:
    """Measure a few targets of a run that infers a network; see `try_out`."""
    from genie3_engine.planning.target_sampling import (
        drawn_order,  # and numpy, as when a file was read
    )

    began = time.monotonic() - starting_seconds
    load = os.getloadavg()[0]
    with Memory() as memory:
        start_bytes = memory.look()
        opened = time.monotonic()
        expression = open_dataset(spec.dataset)
        plan = _plan(spec, expression)
        read = time.monotonic()
        plan = replace(plan, targets=drawn_order(expression, plan.targets, seed=seed))
        _load_what_writes()
        first = _first_sweep(plan, budget_seconds, should_stop)
        compiling = first.step_seconds("compiling", "computing")
        if compiling > COMPILED_SECONDS and not is_again:
            raise HasCompiledError
        second, trees = _second_sweep(plan, first, budget_seconds, should_stop)
        compute_bytes, rest_bytes = memory.peak_bytes, memory.look()
        memory.peak_bytes = 0
        writing, n_links = _written(second.links, spec, expression)
        memory.look()  # a few links are written between two looks
    at_once = min(plan.n_processes * plan.n_threads, len(second.links))
    return Pilot(
        measured_at=time.time(),
        machine=machine(),
        n_trees=trees[1],
        targets_at_once=at_once,
        n_workers=at_once * _jobs(plan),
        target_seconds=tuple(links.seconds for links in second.links),
        fixed_seconds=fixed_seconds(first, second, n_first=trees[0], n_second=trees[1]),
        slot_seconds=second.slot_seconds(at_once),
        step_seconds={
            "starting": opened - began,
            "reading": read - opened,
            "preparing": first.step_seconds(
                "preparing", "compiling" if "compiling" in first.steps else "computing"
            ),
            "compiling": compiling,
            "writing": writing,
        },
        links_share=_links_share(second.links, plan.regulators.size),
        n_links=n_links,
        n_genes_read=int(plan.regulators.size + plan.targets.size),  # the draw has looked at all
        start_bytes=start_bytes,
        compute_bytes=compute_bytes,
        rest_bytes=rest_bytes,
        write_bytes=memory.peak_bytes,
        wall_seconds=time.monotonic() - began,
        load=load,
    )


def _plan(spec: RunSpec, expression: Expression) -> InferencePlan:
    """Return what the run infers, all of its shards together."""
    import numpy as np

    from genie3_engine.inference.layout import InferencePlan

    positions = {name: position for position, name in enumerate(expression.genes)}
    targets, regulators = (
        np.arange(expression.n_genes, dtype=np.int32)
        if names is None
        else np.array([positions[name] for name in names], dtype=np.int32)
        for names in (spec.targets, spec.regulators)
    )
    return InferencePlan(
        open_expression=partial(open_dataset, spec.dataset),
        regulators=regulators,
        targets=targets,
        forest=spec.forest,
        keep=spec.keep,
        layout=replace(spec.layout, shard_index=0, n_shards=1),
    )


def _n_first(plan: InferencePlan) -> int:
    if not plan.forest.grows_with_trees:
        return plan.forest.n_trees  # how many are grown is what the pilot finds out
    return min(plan.forest.n_trees, max(FIRST_TREES, plan.layout.n_jobs))


def _first_sweep(
    plan: InferencePlan, budget_seconds: float, should_stop: Callable[[], bool]
) -> Sweep:
    """Infer a few targets with few trees."""
    few = plan.targets[: max(2, plan.n_processes * plan.n_threads)]
    return sweep(
        replace(plan, targets=few, forest=_with(plan, _n_first(plan))),
        budget_seconds=budget_seconds,
        should_stop=should_stop,
    )


def _second_sweep(
    plan: InferencePlan, first: Sweep, budget_seconds: float, should_stop: Callable[[], bool]
) -> tuple[Sweep, tuple[int, int]]:
    """Infer more targets, with as many trees as there is time for."""
    n_first = _n_first(plan)
    slots = budget_seconds * plan.n_processes * plan.n_threads * _jobs(plan)
    n_second = second_trees(first, n_first=n_first, n_trees=plan.forest.n_trees, slots=slots)
    second = sweep(
        replace(plan, forest=_with(plan, n_second)),
        budget_seconds=budget_seconds,
        should_stop=should_stop,
    )
    return second, (n_first, n_second)


def _with(plan: InferencePlan, n_trees: int) -> ForestSpec:
    return replace(plan.forest, n_trees=n_trees)


def _jobs(plan: InferencePlan) -> int:
    return plan.layout.n_jobs if ENGINES[plan.forest.engine].has_jobs else 1


def _load_what_writes() -> None:
    """Load what a run loads with the first links that it writes, while it computes."""
    from genie3_engine.store.parts import part_schema

    part_schema()


def _links_share(links: list[TargetLinks], n_regulators: int) -> float:
    """Return the share of a target's regulators that are linked to it, as far as links are kept."""
    most = max(1, n_regulators - 1)
    return min(1.0, sum(len(one.regulators) for one in links) / len(links) / most)


def _written(links: list[TargetLinks], spec: RunSpec, expression: Expression) -> tuple[float, int]:
    """Write and rank the links as a run does; return the seconds it took and their number."""
    from genie3_engine.store.parts import PartWriter, list_parts
    from genie3_engine.store.ranking import rank_links

    with tempfile.TemporaryDirectory(prefix="genie3-pilot-") as name:
        folder = Path(name)
        with PartWriter(folder / "parts", spec.dataset, genes=expression.genes) as writer:
            for one in links:
                writer.add(one)
        began = time.perf_counter()
        parts = [part.path for part in list_parts(folder / "parts", spec.dataset)]
        n_links = rank_links(parts, folder / "links.parquet", expression.genes)
        return time.perf_counter() - began, n_links


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the pilot in a folder; see `run`.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.

    Returns
    -------
    int
        0 when the pilot is stored; otherwise the last line on standard error is the reason.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {PilotFolder.module}")
    parser.add_argument("folder", type=Path, metavar="PILOT_FOLDER")
    parser.add_argument("--ticket", nargs=2, metavar=("FILE", "DESCRIPTOR"))
    parser.add_argument("--again", action="store_true", help="measure only, for another process")
    options = parser.parse_args(arguments)
    folder, starting_seconds = PilotFolder(options.folder), seconds_since_start()
    try:
        if options.again:
            _measure(folder, starting_seconds=starting_seconds, is_again=True)
            return os.EX_OK
        with stop_on_signals(second_ends=False) as should_stop:
            run(
                folder,
                held_ticket(options.ticket),
                should_stop=should_stop,
                starting_seconds=starting_seconds,
            )
    except Genie3Error as error:
        print(error.message, file=sys.stderr)
        return error.exit_code
    return os.EX_OK


def run(
    folder: PilotFolder,
    ticket: QueueTicket | None,
    *,
    should_stop: Callable[[], bool],
    starting_seconds: float,
) -> None:
    """Wait for the turn of a pilot, measure, and store the result next to its folder.

    Parameters
    ----------
    folder : PilotFolder
        The pilot.
    ticket : QueueTicket or None
        Its place in the queue; None measures immediately.
    should_stop : callable
        Returns whether this process was asked to stop.
    starting_seconds : float
        How long this process was at work before; the wait for the turn is not part of it.

    Raises
    ------
    RunInterruptedError
        When the pilot was stopped.
    Genie3Error
        When it failed.
    """
    # The turn ends after the end of the pilot is written.
    with ExitStack() as stack, Attempt(folder, should_stop=should_stop) as attempt:
        if ticket is not None:
            attempt.update(step="waiting")
            turn = wait_for_turn(ticket, should_stop=attempt.should_stop)
            if not stack.enter_context(turn):
                raise attempt.interrupted()
        attempt.update(state=JobState.RUNNING, step="measuring")
        try:
            _measure(folder, starting_seconds=starting_seconds, should_stop=attempt.should_stop)
        except HasCompiledError:
            _measure_again(folder)
        except RunInterruptedError:
            raise
        except Genie3Error as error:
            raise failure(str(error)) from error
        if attempt.should_stop():
            raise attempt.interrupted()


def _measure_again(folder: PilotFolder) -> None:
    """Measure in another process, which loads what this one has compiled."""
    command = [sys.executable, "-P", "-m", PilotFolder.module, str(folder.path), "--again"]
    child = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    sys.stderr.write(child.stderr)
    if child.returncode > 0:
        raise failure((child.stderr.strip().splitlines() or ["the reason is unknown."])[-1])
    if child.returncode < 0 and child.returncode != -signal.SIGTERM:  # then this one is stopping
        raise failure("its process was killed.")


def _measure(
    folder: PilotFolder,
    *,
    starting_seconds: float,
    should_stop: Callable[[], bool] = lambda: False,
    is_again: bool = False,
) -> None:
    """Measure, and store the result."""
    spec = folder.spec
    pilot = try_out(
        spec.run,
        seed=spec.seed,
        budget_seconds=spec.budget_seconds,
        starting_seconds=starting_seconds,
        should_stop=should_stop,
        is_again=is_again,
    )
    keep(pilot, folder.path.with_suffix(".json"))


if __name__ == "__main__":
    sys.exit(main())
