"""What does the command ``collect`` do?"""

from __future__ import annotations

import argparse

from genie3_engine import runs
from genie3_engine.commands import output
from genie3_engine.commands.status import money


def collect(args: argparse.Namespace) -> int:
    """Bring here what a run has computed: its result, or the parts that there are so far."""
    run = args.run.absolute()
    n_here, total = runs.collect(run)
    now, view = runs.status(run), runs.cloud(run)
    found = {
        "run": str(run),
        "state": str(now.state),
        "targets_here": n_here,
        "targets_total": total,
        "billing": None if view is None else view.billing,
    }
    if args.json:
        output.print_json(found)
        return 0
    paid = "" if view is None else f" Paid for: {money(view)}."
    if n_here < total:
        print(f"{n_here:,} of {total:,} targets are here so far ({now.state}): {run}.{paid}")
    else:
        print(f"The network of {total:,} targets is here: {run}.{paid}")
    return 0
