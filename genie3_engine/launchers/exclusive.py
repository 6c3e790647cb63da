"""Keep two processes from looking after the same run elsewhere at the same time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.locks import try_lock, wait_for_lock

if TYPE_CHECKING:
    from genie3_engine.jobs.folder import JobFolder

_LOCK = "launcher.lock"


@contextmanager
def exclusive(folder: JobFolder[Any, Any], *, wait: bool = True) -> Iterator[bool]:
    """Keep other processes from asking for the same run meanwhile.

    Parameters
    ----------
    folder : JobFolder
        The run.
    wait : bool
        Whether to wait for another process, rather than to yield False.

    Yields
    ------
    bool
        True when this process is alone, and where the file system does not support locks.
    """
    with atomic_write.storage_errors(folder.path):
        descriptor = os.open(folder.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        if wait:
            wait_for_lock(descriptor)
        yield wait or try_lock(descriptor) is not False
    finally:
        os.close(descriptor)
