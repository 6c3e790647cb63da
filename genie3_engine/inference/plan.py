"""The plan of an inference: data, regulators, targets, method and layout."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from genie3_engine.inference.genie3 import block_links, target_links
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.model import ENGINES, METHODS, LayoutSpec
from genie3_engine.registry import load

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.inference.genie3 import ForestEngine
    from genie3_engine.model import ForestSpec, TargetLinks

POLL_SECONDS = 0.2  # between two checks for a stop
WINDOW = 2  # targets handed out for each thread: one under way, one waiting


class EngineBuilder(Protocol):
    """Makes the engine of a process."""

    def __call__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        n_jobs: int,
    ) -> ForestEngine:
        """Build a `ForestEngine`.

        A method ``prepare(n_threads)``, if there is one, does what all targets share; a method
        ``warm_up()`` compiles. Both are called once. A method ``leave_out_fit()`` is called first
        where only the scores of regulators count.
        """
        ...


def build_engine(
    expression: Expression, regulators: NDArray[np.int32], forest: ForestSpec, *, n_jobs: int
) -> ForestEngine:
    """Build what scores the targets of a process: the method's own scorer, or the engine's forests.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Method and engine.
    n_jobs : int
        scikit-learn's own jobs; the compiled engine has none.

    Raises
    ------
    InputError
        When the method needs more samples than there are, or more to be known of them.
    """
    method, record = METHODS[forest.method], ENGINES[forest.engine]
    forest.require_samples(expression.n_samples, expression.provides)
    jobs = {"n_jobs": n_jobs} if record.has_jobs else {}
    builder = load(method.builder or record.builder)
    engine: ForestEngine = builder(expression, regulators, forest, **jobs)
    return engine


@dataclass(frozen=True, slots=True, eq=False)
class InferencePlan:
    """The targets to infer, and all that decides their links.

    Parameters
    ----------
    open_expression : callable
        Opens the data set in canonical order, memory-mapped where it is large. Every process of
        the layout calls it for itself, so it must be picklable: a module's function, or
        `functools.partial` of one. The matrix never travels between processes.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators in the canonical gene list, ascending.
    targets : (n_targets,) int32
        Positions of the targets.
    forest : ForestSpec
        Method and settings.
    keep : int or None
        Strongest links kept for each target; None keeps all.
    layout : LayoutSpec
        Processes, threads and jobs; never decides the result.
    build : EngineBuilder
        Makes each process's engine.
    per_block : int
        Targets that are handed out at a time, where the method scores them one by one; more than
        one where each takes little time, so that handing out does not.
    """

    open_expression: Callable[[], Expression]
    regulators: NDArray[np.int32]
    targets: NDArray[np.int32]
    forest: ForestSpec
    keep: int | None = None
    layout: LayoutSpec = field(default_factory=LayoutSpec)
    build: EngineBuilder = build_engine
    per_block: int = 1

    @property
    def n_processes(self) -> int:
        """Processes that have work."""
        return max(1, min(self.layout.n_processes, self.targets.size))

    @property
    def n_threads(self) -> int:
        """Targets that each process computes at the same time."""
        if ENGINES[self.forest.engine].has_jobs:
            return 1  # its jobs are its threads
        if self.layout.n_threads is not None:
            return self.layout.n_threads
        return max(1, usable_cores() // self.n_processes)

    def blocks(self) -> list[tuple[int, ...]]:
        """Return the targets in the blocks in which they are handed out."""
        size = max(self.per_block, METHODS[self.forest.method].block_size)
        targets = self.targets.tolist()
        return [tuple(targets[at : at + size]) for at in range(0, len(targets), size)]


def new_engine(plan: InferencePlan) -> ForestEngine:
    """Open the data, build a process's engine, and prepare it on the process's threads.

    Parameters
    ----------
    plan : InferencePlan
        The engine to build.
    """
    engine = plan.build(
        plan.open_expression(), plan.regulators, plan.forest, n_jobs=plan.layout.n_jobs
    )
    prepare(engine, plan.n_threads)
    return engine


def prepare(engine: Any, n_threads: int) -> None:  # noqa: ANN401 -- a ForestEngine, or a BlockEngine
    """Do what all targets of an engine share, if there is any of that.

    Parameters
    ----------
    engine : ForestEngine or BlockEngine
        As it was built.
    n_threads : int
        Threads that it may use.
    """
    shared = getattr(engine, "prepare", None)
    if shared is not None:
        shared(n_threads)


def leave_out_fit(engine: Any) -> None:  # noqa: ANN401 -- a ForestEngine, or a BlockEngine
    """Ask an engine for scores of regulators only, where it can save what the fit takes.

    Parameters
    ----------
    engine : ForestEngine or BlockEngine
        As it was built.
    """
    without_fit = getattr(engine, "leave_out_fit", None)
    if without_fit is not None:
        without_fit()


def warm_up(
    engine: Any,  # noqa: ANN401 -- a ForestEngine, or a BlockEngine
    on_step: Callable[[str], None] = lambda step: None,
) -> None:
    """Compile the kernels of an engine, or load those compiled before, if it has any.

    Parameters
    ----------
    engine : ForestEngine or BlockEngine
        `new_engine`'s.
    on_step : callable
        Called with ``compiling`` when that begins.
    """
    compile_kernels = getattr(engine, "warm_up", None)
    if compile_kernels is not None:
        on_step("compiling")
        compile_kernels()


def infer_block(
    plan: InferencePlan,
    engine: Any,  # noqa: ANN401 -- a ForestEngine, or a BlockEngine
    targets: tuple[int, ...],
) -> list[TargetLinks]:
    """Infer the links into a block of targets of a plan.

    Parameters
    ----------
    plan : InferencePlan
        Its number of links to keep.
    engine : ForestEngine or BlockEngine
        `new_engine`'s.
    targets : tuple of int
        One of the plan's blocks.

    Returns
    -------
    list of TargetLinks
        Each with its thread and its time; the targets of a block share the time equally.
    """
    is_alone = ENGINES[plan.forest.engine].has_jobs  # the process's threads are its jobs
    clock = time.process_time if is_alone else time.thread_time
    began, start = time.time(), time.monotonic()
    if METHODS[plan.forest.method].block_size > 1:
        found = block_links(
            engine, targets, regulators=plan.regulators, keep=plan.keep, clock=clock
        )
    else:
        found = [
            target_links(engine, target, regulators=plan.regulators, keep=plan.keep, clock=clock)
            for target in targets
        ]
    each = (time.monotonic() - start) / len(targets)
    thread = threading.get_native_id()
    return [
        replace(links, thread=thread, began=began + number * each, elapsed=each)
        for number, links in enumerate(found)
    ]
