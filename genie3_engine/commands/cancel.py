"""The command ``cancel``: request a run, its confidence job, or a comparison to stop."""

from __future__ import annotations

import argparse

from genie3_engine import differential, runs


def cancel(args: argparse.Namespace) -> int:
    """Ask a run, the confidence job of a finished one, or a comparison to stop.

    What it has computed stays.
    """
    run = args.run.absolute()
    is_comparison = differential.is_comparison(run)
    jobs = differential if is_comparison else runs
    if jobs.status(run).state.may_change:
        jobs.cancel(run)
        print(f"Asked to stop: {run}. What is computed is kept. See: status {args.run}")
        return 0
    evidence = None if is_comparison else runs.confidence_status(run)
    if evidence is not None and evidence.state.may_change:
        runs.cancel_confidence(run)
        print(
            f"Asked to stop computing the evidence of {run}. What is computed is kept. "
            f"Go on with: confidence {args.run}"
        )
        return 0
    print(f"The {'comparison' if is_comparison else 'run'} in {run} has ended already.")
    return 0
