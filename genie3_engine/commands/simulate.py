"""The command ``simulate``: simulate expression of a known network."""

from __future__ import annotations

import argparse

from genie3_engine.commands import output
from genie3_engine.data.simulate import simulate_network, write_simulation
from genie3_engine.jobs.atomic_write import storage_errors
from genie3_engine.jobs.path_checks import refuse_place


def simulate(args: argparse.Namespace) -> int:
    """Simulate expression of a known network, and write it with the true network."""
    refuse_place(args.out)
    network = simulate_network(args.genes, args.samples, seed=args.seed)
    with storage_errors(args.out):
        args.out.mkdir(parents=True, exist_ok=True)
        write_simulation(network, args.out)
    facts = {
        "folder": str(args.out),
        "n_genes": network.expression.n_genes,
        "n_samples": network.expression.n_samples,
        "n_regulators": len(network.regulators),
        "n_links": len(network.gold),
        "seed": args.seed,
    }
    if args.json:
        output.print_json(facts)
    else:
        print(
            f"Wrote {facts['n_genes']:,} genes x {facts['n_samples']:,} samples to"
            f" {args.out / 'expression.tsv'}, {facts['n_links']:,} true links to"
            f" {args.out / 'gold.tsv'} and {facts['n_regulators']:,} regulators to"
            f" {args.out / 'regulators.txt'}."
        )
    return 0
