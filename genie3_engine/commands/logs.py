"""The command ``logs``: print the log of a run or a comparison."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from genie3_engine import differential, runs
from genie3_engine.commands import output
from genie3_engine.errors import OptionError

if TYPE_CHECKING:
    from genie3_engine.jobs.status import JobStatus
    from genie3_engine.launchers.base import JobView, LogChunk

_PAUSE_SECONDS = 2.0


def logs(args: argparse.Namespace) -> int:
    """Print the log of a run, on request until it ends."""
    run = args.run.absolute()
    source = _source(run)
    since, rest, said, is_silent = 0, "", "", True
    while True:
        now = source.status(run) if args.follow else None
        is_live = now is not None and now.state.may_change
        why = now.error.message if now is not None and is_live and now.error is not None else ""
        if why != said:
            said = why
            output.note(f"{why} Still trying." if why else "There is an answer again.")
        chunk = source.logs(run, since)
        since = chunk.end
        *lines, rest = (rest + chunk.text).split("\n")
        for line in lines:
            is_silent = not _print(line, args.host) and is_silent
        sys.stdout.flush()
        if not is_live:
            break
        time.sleep(_PAUSE_SECONDS)
    if rest:
        is_silent = not _print(rest, args.host) and is_silent
    if is_silent and args.host is not None:
        _require_host(source.view(run), args.host)
    return 0


class _Source(Protocol):
    """Where a log comes from."""

    def status(self, run: Path, /) -> JobStatus: ...
    def logs(self, run: Path, since: int, /) -> LogChunk: ...
    def view(self, run: Path, /) -> JobView | None: ...


def _source(run: Path) -> _Source:
    """Return the launcher of a run, or of a comparison what asks its launcher."""
    return differential if differential.is_comparison(run) else runs.launcher_of(run)


def _require_host(view: JobView | None, host: str) -> None:
    """Refuse the name of a machine or task that a run does not have; raises `OptionError`."""
    names = () if view is None else view.host_names
    if host not in names:
        remedy = f"It has {names[0]} to {names[-1]}." if names else "Leave --host and --task out."
        raise OptionError(f"The run has no {host}.", remedy)


def _print(line: str, host: str | None) -> bool:
    """Print a line unless it is of another host; return whether it was printed."""
    is_asked_for = host is None or line.startswith(f"[{host}] ")
    if is_asked_for:
        print(line)
    return is_asked_for
