"""Time the test of ten thousand gene sets in a hundred modules.

    python benchmarks/bench_enrichment.py [--genes 20000] [--sets 10000] [--modules 100]

Sets have 5 to 500 genes, more small ones than large ones, as those of the Gene Ontology; modules
have 20 to 400 genes. One set of each tenth module is planted, so that there are enriched sets.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.enrichment.gene_sets import NamedGene, SetBuilder, match_sets
from genie3_engine.enrichment.over_representation import over_representation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--sets", type=int, default=10_000)
    parser.add_argument("--modules", type=int, default=100)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    genes = [f"g{i}" for i in range(args.genes)]
    order = rng.permutation(args.genes)
    ends = np.sort(rng.integers(20, 400, args.modules)).cumsum() % args.genes
    modules = {
        f"Module {i + 1}": [genes[g] for g in np.take(order, range(end, end + 200), mode="wrap")]
        for i, end in enumerate(ends)
    }
    builder = SetBuilder()
    places = [builder.gene_place(NamedGene(gene)) for gene in genes]
    sizes = np.exp(rng.uniform(np.log(5), np.log(500), args.sets)).astype(int)
    groups = list(modules.values())
    for i, size in enumerate(sizes):
        if i % 10 == 0:
            members = groups[i // 10 % len(groups)][:size]
            chosen = [int(gene[1:]) for gene in members]
        else:
            chosen = rng.choice(args.genes, size, replace=False).tolist()
        builder.add(builder.set_place(f"set {i}"), [places[gene] for gene in chosen])
    start = time.process_time()
    sets = match_sets(builder.gene_sets(), GeneTable(tuple(genes)))
    matched = time.process_time()
    found = over_representation(modules, sets)
    seconds = time.process_time() - matched
    print(
        f"{len(sets):,} sets of {sets.members.nnz:,} genes in {len(modules)} modules: "
        f"matched in {matched - start:.2f} s, tested in {seconds:.2f} s "
        f"({found.n_tests:,} tests, {len(found.table):,} enriched, {len(found.heads):,} not folded)"
    )


if __name__ == "__main__":
    main()
