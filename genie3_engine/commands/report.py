"""The command ``report``: write a report of a run or of a comparison."""

from __future__ import annotations

import argparse

from genie3_engine import runs
from genie3_engine.commands import output
from genie3_engine.commands.enrich import sets_of
from genie3_engine.commands.places import refuse_file
from genie3_engine.differential import Comparison
from genie3_engine.differential.comparison_folder import is_comparison
from genie3_engine.differential.report import comparison_report
from genie3_engine.errors import OptionError
from genie3_engine.jobs.atomic_write import written_aside
from genie3_engine.reports import html_report, run_report, with_gene_sets

_MOST_DRAWN = 15_000


def report(args: argparse.Namespace) -> int:
    """Write a report as one HTML file."""
    if not 1 <= args.top <= _MOST_DRAWN:
        raise OptionError(f"--top is {args.top}.", f"Give a number from 1 to {_MOST_DRAWN:,}.")
    refuse_file(args.output)
    if is_comparison(args.run):
        if args.sets:
            raise OptionError("--sets is for the report of a run.", "Give the folder of a run.")
        comparison = Comparison.open(args.run)
        document = comparison_report(comparison, title=args.title, n_drawn=args.top)
    else:
        title = args.title or runs.labels(args.run).name
        content = run_report(args.run, title=title, n_drawn=args.top)
        if args.sets:
            content = with_gene_sets(content, sets_of(args, args.run))
        document = html_report(content)
    with written_aside(args.output, resumable=False) as aside:
        aside.write_text(document, encoding="utf-8", newline="\n")
    n_bytes = len(document.encode())
    if args.json:
        output.print_json({"file": str(args.output), "n_bytes": n_bytes})
    else:
        print(f"Wrote {args.output} ({n_bytes / 1e6:.1f} MB): open it in a browser.")
    return 0
