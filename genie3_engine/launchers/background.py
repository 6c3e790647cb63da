"""Collect results in background threads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from genie3_engine.jobs.user_directory import with_this_home

_log = logging.getLogger(__name__)
_threads: dict[Path, threading.Thread] = {}
_lock = threading.Lock()


def begin(run: Path, act: Callable[[], None]) -> None:
    """Call a function for a run in a thread of its own, unless one is at work for this run.

    Parameters
    ----------
    run : Path
        The run's folder.
    act : callable
        Stores its own errors in the run's folder. A program that ends has to `wait` for it.
    """
    at_work = with_this_home(act)

    def work() -> None:
        try:
            at_work()
        except Exception:  # noqa: BLE001 -- the act has stored its reason in the run's folder
            _log.warning("The result of %s could not be collected.", run, exc_info=True)
        finally:
            with _lock:
                _threads.pop(run, None)

    with _lock:
        if run not in _threads:
            _threads[run] = threading.Thread(target=work, name=f"collect-{run.name}")
            _threads[run].start()


def wait(run: Path | None = None) -> None:
    """Wait until no thread is at work for a run, or for any run.

    Parameters
    ----------
    run : Path, optional
        The run's folder; all runs by default.

    Notes
    -----
    A program that is about to end has to wait: a download takes threads of its own, and an
    interpreter that shuts down starts none.
    """
    with _lock:
        threads = [thread for of, thread in _threads.items() if run is None or of == run]
    for thread in threads:
        thread.join()
