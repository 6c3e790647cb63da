"""Command ``cleanup``: delete a run's objects in the cloud."""

from __future__ import annotations

import argparse

from genie3_engine import differential, runs

_MIB = 1 << 20


def cleanup(args: argparse.Namespace) -> int:
    """Delete what a run has left in the cloud; its folder here stays."""
    run = args.run.absolute()
    if differential.is_comparison(run):
        cleaned = differential.cleanup(run, shared=args.shared)
    else:
        cleaned = runs.launcher_of(run).cleanup(run, shared=args.shared)
    print(
        f"Deleted {cleaned.n_files:,} files ({cleaned.n_bytes / _MIB:,.2f} MiB) and"
        f" {cleaned.n_logs:,} logs. Kept: {cleaned.kept}."
    )
    return 0
