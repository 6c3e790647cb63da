"""What does the command ``logs`` do?"""

from __future__ import annotations

import argparse
import sys
import time

from genie3_engine import runs
from genie3_engine.model import RunState

_PAUSE_SECONDS = 2.0


def logs(args: argparse.Namespace) -> int:
    """Print what a run has logged, and go on until it ends where that is wanted."""
    run = args.run.absolute()
    since, rest = 0, ""
    while True:
        state = runs.status(run).state if args.follow else None
        is_live = state is not None and (state.is_live or state is RunState.UNKNOWN)
        chunk = runs.log(run, since)
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
