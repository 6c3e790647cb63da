"""The command ``resume``: continue an interrupted run or comparison."""

from __future__ import annotations

import argparse

from genie3_engine import differential, runs
from genie3_engine.commands.cloud_parser import given_options
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.jobs import lifecycle
from genie3_engine.store.run_folder import RunFolder


def resume(args: argparse.Namespace) -> int:
    """Compute what is missing of a run, on other instances where some are named."""
    run = args.run.absolute()
    if differential.is_comparison(run):
        launcher = ComparisonFolder.open(run).spec.launcher
        differential.resume(run, options=given_options(args, launcher))
        print(f"Goes on in the background: {run}. See: status {args.run}")
        return 0
    place = runs.launcher_of(run)
    changes = given_options(args, place.name)
    if changes:  # which a run at work, that is refused, must not keep
        lifecycle.require_startable(RunFolder.open(run), status=place.status_now(run))
        place.change(run, changes)
    place.submit(run)
    view = place.view(run)
    where = "in the background" if view is None else f"as {view.job}"
    print(f"Goes on {where}: {run}. See: status {args.run}")
    return 0
