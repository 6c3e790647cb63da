"""The command ``collect``: download the results of a cloud run."""

from __future__ import annotations

import argparse

from genie3_engine import runs
from genie3_engine.commands import output
from genie3_engine.commands.status import money


def collect(args: argparse.Namespace) -> int:
    """Bring here what a run has computed: its result, or the parts that there are so far."""
    run = args.run.absolute()
    n_here, total = runs.collect(run)
    now, view = runs.status(run), runs.launcher_of(run).view(run)
    partial = runs.partial_links(run) if n_here < total else None
    facts = {
        "run": str(run),
        "state": str(now.state),
        "targets_here": n_here,
        "targets_total": total,
        "partial_links": None if partial is None else str(partial),
        "billing": None if view is None else view.billing,
    }
    if args.json:
        output.print_json(facts)
        return 0
    paid = "" if view is None or not view.billing else f" Paid for: {money(view)}."
    if n_here < total:
        look = "" if partial is None else f" Look at them: links {args.run / partial.name}"
        print(f"{n_here:,} of {total:,} targets are here so far ({now.state}): {run}.{paid}{look}")
    else:
        print(f"The network of {total:,} targets is here: {run}.{paid}")
    return 0
