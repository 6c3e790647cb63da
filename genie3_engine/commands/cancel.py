"""The command ``cancel``: request a run or a comparison to stop."""

from __future__ import annotations

import argparse

from genie3_engine import differential, runs


def cancel(args: argparse.Namespace) -> int:
    """Ask a run or a comparison to stop; what it has computed stays."""
    run = args.run.absolute()
    is_comparison = differential.is_comparison(run)
    jobs = differential if is_comparison else runs
    if not jobs.status(run).state.may_change:
        print(f"The {'comparison' if is_comparison else 'run'} in {run} has ended already.")
        return 0
    jobs.cancel(run)
    print(f"Asked to stop: {run}. What is computed is kept. See: status {args.run}")
    return 0
