"""Stop on Ctrl-C and on signals that ask the program to end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from genie3_engine.errors import RunInterruptedError

# Schedulers send these some time before a job reaches its longest time or is moved: Slurm
# --signal, Grid Engine -notify, LSF -wa.
_TIME_SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, *_TIME_SIGNALS)


class StopRequest:
    """Remembers that the run should stop; ask it as a function.

    Parameters
    ----------
    second_ends : bool
        Whether a second signal ends the program immediately.

    Attributes
    ----------
    is_time_up : bool
        Whether a scheduler has announced that the time of its job is nearly over.
    """

    def __init__(self, *, second_ends: bool) -> None:
        self._second_ends = second_ends
        self._is_made = False
        self.is_time_up = False

    def __call__(self) -> bool:
        """Return whether the run should stop."""
        return self._is_made or self.is_time_up

    def receive(self, number: int, frame: FrameType | None) -> None:
        """Note a signal; one that announces the end of a job's time is never a second request."""
        del frame
        if number in _TIME_SIGNALS:
            self.is_time_up = True
            return
        if self._is_made and self._second_ends:
            os._exit(RunInterruptedError.exit_code)
        self._is_made = True


@contextmanager
def stop_on_signals(*, second_ends: bool) -> Iterator[StopRequest]:
    """Make Ctrl-C, SIGTERM, a closed terminal and a scheduler's warning ask for a stop.

    Parameters
    ----------
    second_ends : bool
        Whether a second signal ends the program immediately: for a user at a terminal who will not
        wait. A launcher that asks twice means no more than once.

    Yields
    ------
    StopRequest
        True, when called, once a signal has come. Outside the main thread, which alone can take
        signals, it stays False.
    """
    request = StopRequest(second_ends=second_ends)
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number, handler in before.items():
        # nohup's SIGHUP stays ignored. A shell's background jobs ignore SIGINT too, but there it
        # only comes from a user who means it.
        if number != signal.SIGHUP or handler is not signal.SIG_IGN:
            signal.signal(number, request.receive)
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
