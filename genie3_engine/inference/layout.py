"""Infer the targets of a run on threads or on processes."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from genie3_engine.inference.plan import (
    POLL_SECONDS,
    WINDOW,
    InferencePlan,
    build_engine,
    infer_block,
    new_engine,
    warm_up,
)
from genie3_engine.inference.processes import infer_on_processes
from genie3_engine.jobs.cores import single_threaded_here, single_threaded_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from genie3_engine.model import TargetLinks

__all__ = ["InferencePlan", "build_engine", "infer_targets"]


def infer_targets(
    plan: InferencePlan,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_step: Callable[[str], None] = lambda step: None,
) -> Generator[TargetLinks]:
    """Infer the links of every target of a plan.

    Parameters
    ----------
    plan : InferencePlan
        What to infer, and on how many processes and threads.
    should_stop : callable
        Called several times per second. Once it returns True, no target is started; targets under
        way are finished and yielded.
    on_step : callable
        Called with ``preparing``, ``compiling`` and ``computing`` as they begin.

    Yields
    ------
    TargetLinks
        In the order in which targets are finished; each is the same for every layout. Close the
        iterator to abandon the rest immediately.

    Raises
    ------
    Genie3Error
        When a process of the layout is killed or fails.
    """
    if plan.targets.size == 0:
        return
    with single_threaded_libraries():
        if plan.n_processes > 1:
            yield from infer_on_processes(plan, should_stop=should_stop, on_step=on_step)
        else:
            yield from _infer_on_threads(plan, should_stop=should_stop, on_step=on_step)


def _infer_on_threads(
    plan: InferencePlan, *, should_stop: Callable[[], bool], on_step: Callable[[str], None]
) -> Generator[TargetLinks]:
    on_step("preparing")
    engine = new_engine(plan)
    warm_up(engine, on_step)
    on_step("computing")
    waiting = iter(plan.blocks())
    pending: set[Future[list[TargetLinks]]] = set()
    with ThreadPoolExecutor(plan.n_threads, initializer=single_threaded_here) as pool:
        try:
            while True:
                if should_stop():
                    waiting = iter(())
                    pending = {future for future in pending if not future.cancel()}
                while len(pending) < WINDOW * plan.n_threads:
                    block = next(waiting, None)
                    if block is None:
                        break
                    pending.add(pool.submit(infer_block, plan, engine, block))
                if not pending:
                    return
                finished, pending = wait(pending, POLL_SECONDS, FIRST_COMPLETED)
                for future in finished:
                    yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)
