"""The command ``cleanup``: remove leftovers of the home, or a run's objects in the cloud."""

from __future__ import annotations

import argparse
from pathlib import Path

from genie3_engine import differential, labels, runs, storage
from genie3_engine.errors import OptionError

_MIB = 1 << 20


def cleanup(args: argparse.Namespace) -> int:
    """Remove the leftovers of the home, or what a run has left in the cloud.

    Parameters
    ----------
    args : argparse.Namespace
        ``run``, None for the home; ``shared`` and ``dry_run``.

    Returns
    -------
    int
        0 when it is done.

    Raises
    ------
    OptionError
        When an option does not suit.
    """
    if args.run is None:
        if args.shared:
            raise OptionError("--shared is of the objects of a run.", "Name the run.")
        return _clean_home(dry_run=args.dry_run)
    if args.dry_run:
        raise OptionError("--dry-run is of the leftovers of the home.", "Name no run.")
    return _clean_cloud(args.run.absolute(), shared=args.shared)


def _clean_home(*, dry_run: bool) -> int:
    found = storage.removable() if dry_run else storage.clean_up()
    for each in found:
        print(each.path)
    size = labels.size(sum(each.n_bytes for each in found))
    verb = "Would remove" if dry_run else "Removed"
    print(f"{verb} {labels.count(len(found), 'leftover')} ({size}). {storage.rule()}")
    return 0


def _clean_cloud(run: Path, *, shared: bool) -> int:
    """Delete what a run has left in the cloud; its folder here stays."""
    if differential.is_comparison(run):
        cleaned = differential.cleanup(run, shared=shared)
    else:
        cleaned = runs.launcher_of(run).cleanup(run, shared=shared)
    print(
        f"Deleted {cleaned.n_files:,} files ({cleaned.n_bytes / _MIB:,.2f} MiB) and"
        f" {cleaned.n_logs:,} logs. Kept: {cleaned.kept}."
    )
    return 0
