"""The command ``merge``: merge the shards of one network."""

from __future__ import annotations

import argparse

from genie3_engine.commands import output, summary
from genie3_engine.runs.merge import merge as merge_shards
from genie3_engine.store.parts import read_targets


def merge(args: argparse.Namespace) -> int:
    """Merge the shards of one network, and print a summary."""
    run = merge_shards(args.runs, args.out)
    targets = read_targets(run.targets_path)
    facts = {
        "run": str(run.path),
        "n_links": sum(row.n_links for row in targets),
        "n_targets": len(targets),
        "n_shards": len(args.runs),
        **summary.evidence_facts(run.path),
    }
    if args.json:
        output.print_json(facts)
    else:
        print(
            f"Merged {facts['n_shards']} shards into {run.path}: {facts['n_links']:,} links into"
            f" {facts['n_targets']:,} targets."
        )
        summary.print_evidence(facts)
    return 0
