"""Infer targets on several Python processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import Genie3Error
from genie3_engine.inference.plan import (
    POLL_SECONDS,
    WINDOW,
    InferencePlan,
    infer_block,
    new_engine,
    warm_up,
)
from genie3_engine.interrupts import STOP_SIGNALS
from genie3_engine.jobs.cores import single_threaded_here
from genie3_engine.model import TargetLinks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import SpawnProcess

log = logging.getLogger(__name__)

_STOP = None  # sent instead of a target: start no further one
_GO = ()  # compile now
_LAST_SECONDS = 1.0  # that a child whose pipe is closed has to end


@dataclass(frozen=True, slots=True)
class _Step:
    """A child reports its step; ``computing`` requests targets."""

    name: str


@dataclass(frozen=True, slots=True)
class _Skipped:
    """A child reports how many of its blocks it will not start."""

    n_blocks: int


@dataclass(slots=True, eq=False)
class _Child:
    """A process as its parent sees it."""

    process: SpawnProcess
    pipe: Connection
    is_ready: bool = False
    n_handed_out: int = 0


def infer_on_processes(
    plan: InferencePlan, *, should_stop: Callable[[], bool], on_step: Callable[[str], None]
) -> Iterator[TargetLinks]:
    """Infer the targets of a plan on several processes; see `infer_targets`.

    Parameters
    ----------
    plan : InferencePlan
        What to infer; pickled once for each process, the data set not.
    should_stop : callable
        True ends the inference after the targets that are being computed.
    on_step : callable
        Called with the step of the processes.

    Yields
    ------
    TargetLinks
        In the order in which targets are finished.

    Raises
    ------
    Genie3Error
        When a process is killed or fails.

    Notes
    -----
    Processes are spawned, since a fork would copy locks that threads hold. Targets go out one by
    one, so that the load balances, and each child has a pipe of its own: unlike a shared queue it
    cannot be left locked by a child that is killed. The first child compiles, while the others
    wait to load its machine code.
    """
    on_step("preparing")
    children: list[_Child] = []
    try:
        for rank in range(plan.n_processes):
            children.append(_start(plan, is_first=rank == 0))
        yield from _hand_out(plan, children, should_stop=should_stop, on_step=on_step)
    except BaseException:
        for child in children:
            child.process.kill()
        raise
    finally:
        for child in children:
            _end(child)


def _hand_out(
    plan: InferencePlan,
    children: list[_Child],
    *,
    should_stop: Callable[[], bool],
    on_step: Callable[[str], None],
) -> Iterator[TargetLinks]:
    """Keep every child busy, and yield what comes back, until nothing is left."""
    waiting = plan.blocks()[::-1]
    is_stopping = False
    steps = ["preparing"]
    alive = list(children)
    while waiting or any(child.n_handed_out for child in alive):
        if not is_stopping and should_stop():
            is_stopping = True
            waiting = []
            for child in alive:
                _tell(child, _STOP)
        for child in alive:
            while child.is_ready and waiting and child.n_handed_out < WINDOW * plan.n_threads:
                child.n_handed_out += 1
                _tell(child, waiting.pop())
        by_pipe = {child.pipe: child for child in alive}
        for pipe in wait(list(by_pipe), POLL_SECONDS):
            child = by_pipe[pipe]  # type: ignore[index]  # only our pipes are waited for
            try:
                message = child.pipe.recv()
            except (EOFError, OSError):
                if not should_stop():
                    raise _death(child, len(children)) from None
                alive.remove(child)  # the signal of the stop has ended it too
                continue
            match message:
                case list():
                    child.n_handed_out -= 1
                    yield from message
                case _Skipped(n_blocks):
                    child.n_handed_out -= n_blocks
                case _Step(name):
                    child.is_ready = name == "computing"
                    if child.is_ready and child is children[0]:
                        for other in children[1:]:
                            _tell(other, _GO)
                    if name not in steps:
                        steps.append(name)
                        on_step(name)
                case Genie3Error():
                    raise message


def _start(plan: InferencePlan, *, is_first: bool) -> _Child:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_work, args=(theirs, plan, is_first), daemon=True, name="genie3-targets"
    )
    resource_tracker.ensure_running()  # its start would lift the block
    try:
        with _signals_blocked():
            process.start()
    finally:
        theirs.close()
    return _Child(process, ours)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Ignore requests to stop in children, which whole process groups receive.

    Its parent decides what a stop means.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _tell(child: _Child, message: tuple[int, ...] | None) -> None:
    with suppress(OSError):  # its end is noticed when the pipe is read
        child.pipe.send(message)


def _end(child: _Child) -> None:
    child.pipe.close()  # a child ends when its pipe does
    child.process.join(_LAST_SECONDS if child.is_ready else 0)
    if child.process.is_alive():
        child.process.kill()
        child.process.join()
    child.process.close()


def _death(child: _Child, n_children: int) -> Genie3Error:
    child.process.join(_LAST_SECONDS)
    code = child.process.exitcode
    remedy = "See the log for the cause. Computed targets are stored, and the run can be resumed."
    if code is None or code >= 0:
        what = f"ended with exit code {code}"
    else:
        what = f"was ended by signal {_signal_name(-code)}"
        if -code == signal.SIGKILL:
            what += ", most often because the memory is used up"
            remedy = "Resume the run with fewer processes, or on a machine with more memory."
    return Genie3Error(f"One of {n_children} processes {what}.", remedy, code="process-ended")


def _signal_name(number: int) -> str:
    try:
        return f"{number} ({signal.Signals(number).name})"
    except ValueError:
        return str(number)


def _work(pipe: Connection, plan: InferencePlan, is_first: bool) -> None:
    """Infer the targets received over the pipe until it is closed."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    send = _Sender(pipe)
    try:
        engine = new_engine(plan)
        if not is_first and _next_word(pipe) is _STOP:
            return
        warm_up(engine, lambda step: send(_Step(step)))
    except Genie3Error as error:
        send(error)
        return
    except Exception as error:
        log.exception("A process could not begin.")
        send(_failure(error))
        return
    send(_Step("computing"))
    handed_out: set[Future[list[TargetLinks]]] = set()
    with ThreadPoolExecutor(plan.n_threads, initializer=single_threaded_here) as pool:
        while True:
            block = _next_word(pipe)
            if block is _STOP:
                send(_Skipped(sum(future.cancel() for future in list(handed_out))))
                continue
            future = pool.submit(infer_block, plan, engine, block)
            handed_out.add(future)
            future.add_done_callback(send.result)
            future.add_done_callback(handed_out.discard)


def _next_word(pipe: Connection) -> tuple[int, ...] | None:
    """Return the next message of the parent."""
    try:
        word: tuple[int, ...] | None = pipe.recv()
    except (EOFError, OSError):
        os._exit(0)  # the parent has ended: targets under way are not needed
    return word


class _Sender:
    """Sends the messages of several threads through one pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def __call__(self, message: object) -> None:
        try:
            with self._lock:
                self._pipe.send(message)
        except OSError:
            os._exit(0)  # the parent is gone

    def result(self, future: Future[list[TargetLinks]]) -> None:
        """Send what a finished block gave: links, or the reason why there are none."""
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self(future.result())
        elif isinstance(error, Genie3Error):
            self(error)
        else:
            log.error("A block of targets failed.", exc_info=error)
            self(_failure(error))


def _failure(error: BaseException) -> Genie3Error:
    if isinstance(error, MemoryError):
        return Genie3Error(
            "The memory is used up.",
            "Resume the run with fewer processes, or on a machine with more memory.",
            code="memory",
        )
    return Genie3Error(
        f"A process of the run failed: {type(error).__name__}: {error}.",
        "The log has the details; what was computed is kept, and the run can be resumed.",
        code="bug",
    )


def _end_with_parent() -> None:
    """End this process as soon as its parent has, however that ended."""
    parent: Any = multiprocessing.parent_process()
    wait([parent.sentinel])
    os._exit(1)
