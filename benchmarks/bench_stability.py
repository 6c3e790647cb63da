"""Compare the stability of links with a gold standard, and with data in which nothing is related.

For each seed: a run, the precision of its links by their stability over halves of the samples, and
the processor time of the halves next to that of the run. ``--permuted`` gives each gene an order of
samples of its own, so that there is no link to be found. E. coli, for example:

    bench_stability.py --ecoli --seeds 1
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine import runs
from genie3_engine.confidence.halves import half_plan
from genie3_engine.confidence.replicates import ReplicateLinks
from genie3_engine.confidence.stability import Stability, picked_per_target
from genie3_engine.data.expression import Expression
from genie3_engine.data.prepare import read_expression
from genie3_engine.evaluation.calibration import PrecisionBin, expected_precision
from genie3_engine.evaluation.gold_standard import read_gold_standard
from genie3_engine.inference.layout import InferencePlan, infer_targets
from genie3_engine.model import ForestSpec, LayoutSpec
from genie3_engine.store.links import RankedLinks

ECOLI = ROOT.parent / "shared" / "data" / "ecoli_precise"
DREAM4 = ROOT.parent / "shared" / "data" / "dream4_size100"
EXPRESSION = DREAM4 / "insilico_size100_1_multifactorial.tsv"
GOLD = DREAM4 / "DREAM4_GoldStandard_InSilico_Size100_multifactorial_1.tsv"
COLUMNS = ("regulator", "target", "stability")


def permuted(expression: Expression, seed: int) -> Expression:
    """Give the samples of each gene an order of its own."""
    random = np.random.default_rng(seed)
    values = np.array([random.permutation(row) for row in expression.values])
    return Expression(values, expression.genes, expression.samples, expression.has_sample_names)


def half_links(
    expression: Expression, forest: ForestSpec, threads: int, **of_run: np.ndarray
) -> Iterator[ReplicateLinks]:
    """Infer the targets of a run in all halves."""
    plan = half_plan(expression, forest=forest, **of_run)
    inference = InferencePlan(
        lambda: expression,
        of_run["regulators"],
        np.arange(len(plan.names), dtype=np.int32),
        forest,
        plan.keep,
        LayoutSpec(n_threads=threads),
        plan.build,
    )
    with closing(infer_targets(inference)) as found:
        for links in found:
            numbers = np.full(len(links.regulators), links.target, np.int32)
            yield ReplicateLinks(numbers, links.regulators, links.importance)


def measure(
    options: argparse.Namespace, expression: Expression, seed: int
) -> tuple[PrecisionBin, ...]:
    """Print the precision of the links of a run by their stability."""
    if options.permuted:
        expression = permuted(expression, seed)
    names = expression.genes
    if options.regulators is not None:
        names = tuple(sorted(options.regulators.read_text(encoding="utf-8").split()))
    forest = ForestSpec(options.method, n_trees=options.trees, seed=seed)
    with tempfile.TemporaryDirectory() as home:
        os.environ["GENIE3_HOME"] = home
        began = time.process_time()
        layout = LayoutSpec(n_threads=options.threads)
        run = runs.infer(
            expression,
            Path(home) / "run",
            regulators=names,
            targets=expression.genes[:: options.every],
            forest=forest,
            layout=layout,
        )
        of_run = time.process_time() - began
        links, chosen = RankedLinks(run), expression.genes[:: options.every]
        expression = expression.canonical()
        targets, regulators = (
            np.flatnonzero(np.isin(expression.genes, genes)).astype(np.int32)
            for genes in (chosen, names)
        )
        began = time.process_time()
        found = Stability(
            half_links(expression, forest, options.threads, targets=targets, regulators=regulators),
            targets,
            picked_per_target(
                links,
                targets,
                n_genes=expression.n_genes,
                n_possible=regulators.size * targets.size
                - np.intersect1d(regulators, targets).size,
            ),
        )
        of_halves = time.process_time() - began
        print(
            f"{options.method}, seed {seed}: run {of_run:.0f} s, "
            f"halves {of_halves:.0f} s of processor time",
            flush=True,
        )
        batches = []
        for batch in links.batches():
            regulator, target = batch["regulator"], batch["target"]
            values = found.of(regulator.indices.to_numpy(), target.indices.to_numpy())
            columns = [regulator, target, pa.array(values)]
            batches.append(pa.RecordBatch.from_arrays(columns, names=COLUMNS))
    stability = np.concatenate([batch["stability"].to_numpy() for batch in batches])
    for least in (0.05, 0.2, 0.5, 0.8, 0.95):
        print(f"  {np.count_nonzero(stability >= np.float32(least)):,} links >= {least:g}")
    if options.permuted:
        return ()
    bins = expected_precision(batches, read_gold_standard(options.gold))
    print_bins(bins)
    return bins


def print_bins(bins: tuple[PrecisionBin, ...]) -> None:
    """Print rows of a table."""
    for each in bins:
        low, high = each.interval
        print(
            f"| {each.least:.2f} to {each.below:.2f} | {each.n_links:,} | {each.n_true:,} "
            f"| {each.precision:.3f} | {low:.3f}-{high:.3f} |",
            flush=True,
        )


def main() -> None:
    """Measure each seed, and print the sum of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--expression", type=Path, default=EXPRESSION)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--regulators", type=Path)
    parser.add_argument("--method", default="RF")
    parser.add_argument("--trees", type=int)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth target only")
    parser.add_argument("--ecoli", action="store_true", help="the E. coli compendium and its gold")
    parser.add_argument("--permuted", action="store_true", help="genes that are not related")
    options = parser.parse_args()
    if options.ecoli:
        options.expression = ECOLI / "log_tpm_3923x278.tsv.gz"
        options.gold = ECOLI / "dream5_net3_gold_on_precise.tsv.gz"
        options.regulators = ECOLI / "dream5_net3_tfs_on_precise.tsv"
    expression = read_expression(options.expression)[0]
    n_links, n_true = Counter[float](), Counter[float]()
    for seed in range(1, options.seeds + 1):
        bins = measure(options, expression, seed)
        for each in bins:
            n_links[each.least] += each.n_links
            n_true[each.least] += each.n_true
    if options.seeds > 1 and not options.permuted:
        print("All seeds:")
        print_bins(
            tuple(
                PrecisionBin(each.least, each.below, n_links[each.least], n_true[each.least])
                for each in bins
            )
        )


if __name__ == "__main__":
    main()
