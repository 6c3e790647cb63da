"""Append the logs of a run's tasks to the run's own log."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.stored_files import open_stored, open_to_append
from genie3_engine.jobs.task_folder import task_paths

if TYPE_CHECKING:
    from pathlib import Path

    from genie3_engine.jobs.folder import JobFolder

_MOST_BYTES = 1 << 20  # of one task at one time; what is left comes the next time


def gather_logs(run: JobFolder[Any, Any], logs_read: MutableMapping[str, int]) -> bool:
    """Append what the tasks have logged since to the run's log, each line with its task.

    Parameters
    ----------
    run : JobFolder
        The run or comparison; no other process gathers at the same time.
    logs_read : mapping
        From the name of a task's folder to the bytes of its log that were gathered; changed after
        the lines are written, so that a full disk loses none.

    Returns
    -------
    bool
        Whether there was anything new.

    Raises
    ------
    StorageError
        When the run's log may not be written.
    """
    is_new = False
    for name, path in task_paths(run.path):
        key = str(name)
        begin = logs_read.get(key, 0)
        news = _whole_lines(path / filenames.LOG, begin)
        if not news:
            continue
        label = f"[task {name.index + 1}] ".encode()
        lines = b"".join(label + line for line in news.splitlines(keepends=True))
        with atomic_write.storage_errors(run.log_path), open_to_append(run.log_path) as log:
            log.write(lines)
        logs_read[key] = begin + len(news)
        is_new = True
    return is_new


def _whole_lines(path: Path, begin: int) -> bytes:
    """Return the lines of a log from a place on, without a last one that is still written."""
    try:
        if path.stat().st_size <= begin:
            return b""
        with open_stored(path) as log:
            log.seek(begin)
            text = log.read(_MOST_BYTES)
    except OSError:  # it has none yet
        return b""
    end = text.rfind(b"\n") + 1
    if end == 0 and len(text) == _MOST_BYTES:  # no line is so long
        return text
    return text[:end]
