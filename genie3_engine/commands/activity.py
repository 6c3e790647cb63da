"""The command ``activity``: compute the activity of regulons in each sample."""

from __future__ import annotations

import argparse
import sys

from genie3_engine.commands import output
from genie3_engine.commands.places import print_or_write, refuse_file, suffix_of
from genie3_engine.commands.regulons import facts_of, options_of, warn_if_none
from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import OptionError
from genie3_engine.regulons.activity import Activity
from genie3_engine.regulons.activity_exports import activity_format
from genie3_engine.regulons.selection import dataset_of, regulons_of


def activity(args: argparse.Namespace) -> int:
    """Print or export the activity of a run's regulons, a line per sample."""
    form = activity_format(args.format, suffix_of(args.output))
    if args.output is None and not form.is_text and (args.json or sys.stdout.isatty()):
        raise OptionError(f"{form.name} is not for a terminal.", "Give a file with -o.")
    if args.output is not None:
        refuse_file(args.output)
    options = options_of(args)
    expression = open_dataset(dataset_of(args.run))
    found = regulons_of(args.run, options)
    computed = Activity(expression, found, top_share=args.top_share, seed=args.seed)
    warn_if_none(found, options)
    if args.output is not None or not args.json:
        print_or_write(args.output, lambda file: form.write(computed, file))
    if args.json:
        output.print_json(
            {
                **facts_of(found, options),
                "n_samples": expression.n_samples,
                "top_share": args.top_share,
                "n_top_genes": computed.n_top,
                "seed": args.seed,
            }
        )
    return 0
