"""The command ``evaluate``: compare links with a gold standard."""

from __future__ import annotations

import argparse

from genie3_engine.commands import output
from genie3_engine.evaluation import accuracy


def evaluate(args: argparse.Namespace) -> int:
    """Judge ranked links against a gold standard, and print the measures."""
    found = accuracy.evaluate(args.links, args.gold)
    if args.json:
        output.print_json(found.to_dict())
        return 0
    chance = found.random_precision
    output.print_facts(
        [
            ("AUROC", f"{found.auroc:.4f}   (random 0.5)"),
            ("AUPR", f"{found.aupr:.4f}   (random {chance:.4f}; as DREAM5 computes it)"),
            ("  as DREAM4 does", f"{found.aupr_dream4:.4f}"),
            ("  as scikit-learn", f"{found.average_precision:.4f}   (average precision)"),
            (
                "Early precision",
                f"{found.early_precision:.4f}   ({found.early_precision_ratio:.2f} times random, in"
                f" the first {found.n_positives:,} links)",
            ),
            ("True links", f"{found.n_positives:,}"),
            ("Universe", found.universe),
            (
                "Links",
                f"{found.n_links:,} in the list: {found.n_scored:,} judged, {found.n_ignored:,}"
                " outside the universe ignored",
            ),
            ("Absent pairs", f"{found.n_absent:,}, ranked last in random order"),
        ]
    )
    return 0
