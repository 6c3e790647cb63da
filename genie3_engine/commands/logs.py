"""The command ``logs``: print the log of a run or a comparison."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine import differential, runs
from genie3_engine.commands import output
from genie3_engine.errors import OptionError
from genie3_engine.jobs import filenames

if TYPE_CHECKING:
    from genie3_engine.launchers.base import JobView

_PAUSE_SECONDS = 2.0


def logs(args: argparse.Namespace) -> int:
    """Print the log of a run, on request until it ends."""
    run = args.run.absolute()
    if differential.is_comparison(run):
        return _log_of_comparison(run, follow=args.follow)
    launcher = runs.launcher_of(run)
    since, rest, said, is_silent = 0, "", "", True
    while True:
        now = launcher.status(run) if args.follow else None
        is_live = now is not None and now.state.may_change
        why = now.error.message if now is not None and is_live and now.error is not None else ""
        if why != said:
            said = why
            output.note(f"{why} Still trying." if why else "There is an answer again.")
        chunk = launcher.logs(run, since)
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
        _require_host(launcher.view(run), args.host)
    return 0


def _require_host(view: JobView | None, host: str) -> None:
    """Refuse the name of a machine or task that a run does not have; raises `OptionError`."""
    if view is not None and host not in view.host_names:
        names = view.host_names
        raise OptionError(f"The run has no {host}.", f"It has {names[0]} to {names[-1]}.")


def _log_of_comparison(folder: Path, *, follow: bool) -> int:
    """Print the log of a comparison, on request until it ends."""
    log, n_printed = folder / filenames.LOG, 0
    while True:
        is_live = follow and differential.status(folder).state.may_change
        text = log.read_text(errors="replace") if log.is_file() else ""
        sys.stdout.write(text[n_printed:])
        sys.stdout.flush()
        n_printed = len(text)
        if not is_live:
            return 0
        time.sleep(_PAUSE_SECONDS)


def _print(line: str, host: str | None) -> bool:
    """Print a line unless it is of another host; return whether it was printed."""
    is_asked_for = host is None or line.startswith(f"[{host}] ")
    if is_asked_for:
        print(line)
    return is_asked_for
