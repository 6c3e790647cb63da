"""How is a result brought here without keeping anybody waiting?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from genie3_engine.errors import Genie3Error

_threads: dict[Path, threading.Thread] = {}
_lock = threading.Lock()


def begin(run: Path, act: Callable[[], None]) -> None:
    """Do something for a run in a thread of its own, unless that is under way.

    Parameters
    ----------
    run : Path
        The run's folder.
    act : callable
        Writes its errors down itself. The program's end waits for it.
    """

    def work() -> None:
        try:
            with suppress(Genie3Error):
                act()
        finally:
            with _lock:
                _threads.pop(run, None)

    with _lock:
        if run not in _threads:
            _threads[run] = threading.Thread(target=work, name=f"collect-{run.name}")
            _threads[run].start()


def wait(run: Path) -> None:
    """Return when nothing is done for a run any more."""
    thread = _threads.get(run)
    if thread is not None:
        thread.join()
