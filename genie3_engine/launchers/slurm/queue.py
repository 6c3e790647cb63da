"""Keep one answer of Slurm's queue for all runs, and renew it in the background."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from genie3_engine.launchers.slurm.asking import ask, cluster_name, require_controller
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.rows import FORMAT, Row, parse_rows
from genie3_engine.model import ErrorRecord

PAUSE_SECONDS = 10.0
REFUSED_PAUSE_SECONDS = 30.0
FIRST_WAIT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slurm has reported of the user's jobs.

    Parameters
    ----------
    rows : tuple of Row
        The jobs that wait, are at work or have ended lately, from the last question that was
        answered.
    asked : float
        When that question was asked, in seconds since the epoch; 0 before the first.
    refusal : ErrorRecord or None
        Why the questions since could not be answered; None when the last one was.
    """

    rows: tuple[Row, ...] = ()
    asked: float = 0.0
    refusal: ErrorRecord | None = None


def ask_queue() -> tuple[Row, ...]:
    """Return all jobs of the user that Slurm knows; raises `SlurmError`."""
    require_controller()
    cluster_name()  # by which the runs of other clusters are told apart
    text = ask("squeue", "-h", "-r", "-u", str(os.getuid()), "-t", "all", "-o", FORMAT)
    return tuple(parse_rows(text))


class Queue:
    """The last answer of Slurm's queue; one question serves all runs of this process.

    Parameters
    ----------
    pause_seconds, refused_pause_seconds : float
        From one question to the next: after an answer, and after a refusal.
    question : callable
        Returns the rows, or raises `SlurmError`.

    Notes
    -----
    Slurm is asked only while answers are read.
    """

    def __init__(
        self,
        *,
        pause_seconds: float = PAUSE_SECONDS,
        refused_pause_seconds: float = REFUSED_PAUSE_SECONDS,
        question: Callable[[], tuple[Row, ...]] = ask_queue,
    ) -> None:
        self._pause_seconds = pause_seconds
        self._refused_pause_seconds = refused_pause_seconds
        self._question = question
        self._lock = threading.Lock()
        self._answer = Answer()
        self._next = self._began = 0.0  # of the monotonic clock
        self._is_expired = False
        self._thread: threading.Thread | None = None

    def look(self) -> Answer:
        """Return the last answer, and have the next question asked when it is due.

        Notes
        -----
        The first answer is waited for, a tenth of a second at most; no other is.
        """
        with self._lock:
            is_due = self._is_expired or time.monotonic() >= self._next
            if self._thread is None and is_due:
                self._thread = threading.Thread(target=self._renew, daemon=True, name="slurm-queue")
                self._thread.start()
            thread, answer = self._thread, self._answer
        if thread is not None and not answer.asked and answer.refusal is None:
            thread.join(FIRST_WAIT_SECONDS)
        return self._answer

    def ask(self) -> Answer:
        """Ask now, and return the answer, or the last one with the refusal."""
        with self._lock:
            self._is_expired = False
            began = time.monotonic()
            self._next = began + self._pause_seconds
        try:
            answer = Answer(self._question(), time.time())
        except SlurmError as error:
            answer = replace(self._answer, refusal=ErrorRecord.of(error))
        with self._lock:
            if began >= self._began:  # a later question may have been answered sooner
                self._answer, self._began = answer, began
            if answer.refusal is not None:
                self._next = time.monotonic() + self._refused_pause_seconds
        return answer

    def expire(self) -> None:
        """Ask at the next look, because this process has changed the queue."""
        with self._lock:
            self._is_expired = True

    def _renew(self) -> None:
        try:
            self.ask()
        finally:
            with self._lock:
                self._thread = None


QUEUE = Queue()
