"""Combine the published lists of DREAM5 and judge them, and measure the precision method.

The first table is the area under precision and recall of pairs of published lists. With
``--genes`` the second part scores that many simulated genes against all, and reports time and
memory; only some blocks of targets are scored, and the whole is projected.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine import worker
from genie3_engine.combined_runs import create_combination
from genie3_engine.data.expression import Expression
from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.inference.genie3 import strongest_links
from genie3_engine.inference.precision import BLOCK_TARGETS, PrecisionScores
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.model import AGGREGATIONS, PRECISION, ForestSpec

DATA = ROOT.parent / "shared" / "data"
LISTS = {
    "GENIE3": "dream5_reference/DREAM5_NetworkInference_Other1_Network{}.txt.gz",
    "GRNBoost2": "dream5_reference/grnboost2_net{}.sgbm.denorm.tsv.gz",
    "PORTIA": "published_lists/portia_noko_net{}.tsv.gz",
}
GOLD = "dream5/DREAM5_NetworkInference_GoldStandard_Network{}.tsv.gz"
PAIRS = (("GRNBoost2", "PORTIA"), ("GENIE3", "GRNBoost2"))


def combined_aupr(names: tuple[str, ...], network: int, how: str) -> float:
    """Return the area under precision and recall of some lists, combined."""
    lists = [DATA / LISTS[name].format(network) for name in names]
    with tempfile.TemporaryDirectory() as folder:
        run = create_combination(lists, Path(folder) / "run", how=how).path
        worker.run(run)
        return evaluate(run, DATA / GOLD.format(network)).aupr


def print_lists() -> None:
    """Print the area under precision and recall of pairs of published lists."""
    for names in PAIRS:
        for how in AGGREGATIONS:
            if how == "mean-share":
                continue
            areas = [f"{combined_aupr(names, network, how):.4f}" for network in (1, 3, 4)]
            print(f"{' and '.join(names)}, {how}: {' / '.join(areas)}", flush=True)


def print_precision(n_genes: int, n_samples: int, n_blocks: int, keep: int) -> None:
    """Print processor seconds and memory of the precision method, all genes against all."""
    random = np.random.default_rng(0)
    values = random.normal(size=(n_genes, 5)) @ random.normal(size=(5, n_samples))
    values += random.normal(size=values.shape)
    genes, samples = (
        tuple(f"{letter}{i:06d}" for i in range(n))
        for letter, n in (("g", n_genes), ("s", n_samples))
    )
    expression = Expression(values, genes, samples)
    began = time.process_time()
    scorer = PrecisionScores(expression, np.arange(n_genes, dtype=np.int32), ForestSpec(PRECISION))
    scorer.prepare(usable_cores())
    ready = time.process_time() - began
    began = time.process_time()
    n_scored = 0
    for block in range(n_blocks):
        first = block * BLOCK_TARGETS
        targets = np.arange(first, min(first + BLOCK_TARGETS, n_genes), dtype=np.int32)
        n_scored += len(targets)
        for scores in scorer.importances(targets):
            strongest_links(scores.importance, keep)
    scoring = (time.process_time() - began) / n_scored * n_genes
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{n_genes:,} genes, {n_samples:,} samples: {ready:.0f} s for factors and means, "
        f"{scoring:.0f} s for scores and ranks (from {n_scored:,} targets), "
        f"{memory / 1e9:.2f} GB at most"
    )


def main() -> None:
    """Print both parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--genes", type=int, help="measure the precision method instead")
    parser.add_argument("--samples", type=int, default=193)
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--keep", type=int, default=1_000)
    options = parser.parse_args()
    if options.genes is None:
        print_lists()
    else:
        print_precision(options.genes, options.samples, options.blocks, options.keep)


if __name__ == "__main__":
    main()
