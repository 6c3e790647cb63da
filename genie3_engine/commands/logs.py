"""The command ``logs``: print the log of a run."""

from __future__ import annotations

import argparse
import sys
import time

from genie3_engine import runs
from genie3_engine.commands import output

_PAUSE_SECONDS = 2.0


def logs(args: argparse.Namespace) -> int:
    """Print the log of a run, on request until it ends."""
    run = args.run.absolute()
    launcher = runs.launcher_of(run)
    since, rest, said = 0, "", ""
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
            _print(line, args.host)
        sys.stdout.flush()
        if not is_live:
            break
        time.sleep(_PAUSE_SECONDS)
    if rest:
        _print(rest, args.host)
    return 0


def _print(line: str, host: str | None) -> None:
    if host is None or line.startswith(f"[{host}] "):
        print(line)
