"""The command ``resume``: continue an interrupted run or comparison."""

from __future__ import annotations

import argparse

from genie3_engine import differential, runs
from genie3_engine.commands.cloud_parser import given_options


def resume(args: argparse.Namespace) -> int:
    """Compute what is missing of a run, on other instances where some are named."""
    run = args.run.absolute()
    if differential.is_comparison(run):
        differential.resume(run)
        print(f"Goes on in the background: {run}. See: status {args.run}")
        return 0
    launcher = runs.launcher_of(run)
    changes = given_options(args, launcher.name)
    if changes:
        launcher.change(run, changes)
    launcher.submit(run)
    view = launcher.view(run)
    where = "in the background" if view is None else f"as {view.job}"
    print(f"Goes on {where}: {run}. See: status {args.run}")
    return 0
