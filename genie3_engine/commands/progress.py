"""Print the progress of a run or a comparison on a terminal or into a log."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Generic, Protocol, TextIO, TypeVar

from genie3_engine import labels
from genie3_engine.eta import COUNTED
from genie3_engine.model import RunStatus

_DRAW_SECONDS = 0.1
_WRITE_SECONDS = 10.0
_BAR_WIDTH = 20


class Counted(Protocol):
    """A status that counts what its job does, and knows when that should end."""

    @property
    def counted(self) -> tuple[int, int]:
        """What is done, and what there is in all."""
        ...

    def seconds_left(self, now: float) -> float | None:
        """Return how long the job should still take; None while it is unknown."""
        ...


StatusT = TypeVar("StatusT", bound=Counted, contravariant=True)


class ProgressText(Protocol[StatusT]):
    """Returns the progress of a job in one line."""

    def __call__(self, status: StatusT, seconds_left: float | None, *, with_bar: bool) -> str:
        """Return the line; see `progress_text`."""
        ...


class Progress(Generic[StatusT]):
    """Shows a job's progress: a bar on a terminal, a line now and then anywhere else.

    Parameters
    ----------
    stream : text file
        Where to; standard error.
    text : callable
        Returns the progress of a status in one line; see `progress_text`.
    clock : callable
        Seconds, for tests.
    """

    def __init__(
        self,
        stream: TextIO,
        text: ProgressText[StatusT],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._text = text
        self._clock = clock
        self._is_terminal = stream.isatty()
        self._shown_at = clock() if not self._is_terminal else -_DRAW_SECONDS
        self._shown = ""

    def show(self, status: StatusT) -> None:
        """Show the progress of the job, unless it was shown a moment ago.

        Parameters
        ----------
        status : RunStatus or ComparisonStatus
            As the worker reports it.
        """
        now = self._clock()
        done, total = status.counted
        is_last = total > 0 and done >= total
        pause = _DRAW_SECONDS if self._is_terminal else _WRITE_SECONDS
        if now - self._shown_at < pause and not (is_last and self._is_terminal):
            return
        self._shown_at = now
        left = status.seconds_left(time.time())
        self._write(self._text(status, left, with_bar=self._is_terminal))

    def close(self) -> None:
        """Leave the terminal's line empty for what comes next."""
        if self._is_terminal and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = ""

    def _write(self, text: str) -> None:
        if text == self._shown:
            return
        self._shown = text
        if self._is_terminal:
            width = shutil.get_terminal_size().columns
            self._stream.write(f"\r\x1b[K{text[: width - 1]}")
        else:
            self._stream.write(f"genie3: {text}\n")
        self._stream.flush()


def progress_text(status: RunStatus, seconds_left: float | None, *, with_bar: bool) -> str:
    """Return the progress of a run in one line.

    Parameters
    ----------
    status : RunStatus
        Its status.
    seconds_left : float or None
        Time until the run ends; None while unknown.
    with_bar : bool
        Whether to draw a bar.

    Returns
    -------
    str
        Such as ``computing 120/300 targets, 63/min, 2:51 left``.
    """
    done, total = status.counted
    step = status.step or str(status.state)
    if not total:
        return step
    is_counting = step in COUNTED
    text = f"{done:,}/{total:,} {labels.counted(step)}s"
    if status.targets_per_second is not None and is_counting:
        text += f", {labels.per_minute(status.targets_per_second)}"
    if seconds_left is not None:
        text += f", {labels.clock(seconds_left)} left"
    if not with_bar or not is_counting:
        text = f"{step} {text}"
    if with_bar:
        filled = _BAR_WIDTH * done // total
        text = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {100 * done // total:3d} %  {text}"
    return text
