"""Command ``cluster``: configure and check the cluster."""

from __future__ import annotations

import argparse

from genie3_engine.commands.cloud import cloud


def cluster(args: argparse.Namespace) -> int:
    """Check what a run on the cluster needs, or save options as defaults; see `cloud`."""
    return cloud(args)
