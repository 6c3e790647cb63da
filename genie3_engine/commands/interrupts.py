"""What happens when somebody presses Ctrl-C, or the system asks the program to end?"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from genie3_engine.errors import RunInterruptedError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Remembers that the run should stop; ask it as a function."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    def __call__(self) -> bool:
        """Tell whether the run should stop."""
        return self.signal is not None

    def receive(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal; end the program at once on the second."""
        del frame
        if self.signal is not None:
            os._exit(RunInterruptedError.exit_code)
        self.signal = signal.Signals(number)


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Let Ctrl-C, SIGTERM and a closed terminal ask for a stop, and a second one end at once.

    Yields
    ------
    StopRequest
        True, when called, once a signal has come. Outside the main thread, which alone can take
        signals, it stays False.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        # nohup's SIGHUP stays ignored. A shell's background jobs ignore SIGINT too, but there it
        # only comes from somebody who means it.
        if number != signal.SIGHUP or handler is not signal.SIG_IGN:
            signal.signal(number, request.receive)
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
