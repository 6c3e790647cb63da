"""The command ``cancel``: request a run to stop."""

from __future__ import annotations

import argparse

from genie3_engine import runs


def cancel(args: argparse.Namespace) -> int:
    """Ask a run to stop; what it has computed stays."""
    run = args.run.absolute()
    if not runs.status(run).state.may_change:
        print(f"The run in {run} has ended already.")
        return 0
    runs.cancel(run)
    print(f"Asked to stop: {run}. What is computed is kept. See: status {args.run}")
    return 0
