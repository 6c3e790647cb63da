"""Measure GRNBoost2: time of a tree, trees of a target, and accuracy.

Times are of the processor, on one thread. Each target is computed by this program, then boosted by
scikit-learn with as many trees as it needed (``--trees`` at most), in turn; ratios are medians over
targets of the times of a tree. Accuracy is that of whole networks, for several seeds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.data.expression import Expression
from genie3_engine.data.prepare import read_expression
from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.evaluation.gold_standard import read_gold_standard
from genie3_engine.inference.genie3 import Scores
from genie3_engine.inference.plan import build_engine
from genie3_engine.model import ForestSpec

DATA = ROOT.parent / "shared" / "data"
ECOLI, DREAM4 = DATA / "ecoli_precise", DATA / "dream4_size100"
SPECS: dict[str, dict[str, Any]] = {
    "RF": {"method": "RF", "n_trees": 500},
    "G1": {"method": "GRNBoost2"},
    "G2": {"method": "GRNBoost2", "generation": "G2"},
    "G3": {"method": "GRNBoost2", "generation": "G3"},
    "500 trees": {"method": "GRNBoost2", "stop": "none", "n_trees": 500},
}


def ecoli() -> tuple[Expression, NDArray[np.int32], Path]:
    """Return 3,923 genes in 278 samples, the regulators, and the gold standard."""
    expression = read_expression(ECOLI / "log_tpm_3923x278.tsv.gz")[0].canonical()
    named = set((ECOLI / "dream5_net3_tfs_on_precise.tsv").read_text().split())
    regulators = [at for at, gene in enumerate(expression.genes) if gene in named]
    gold = ECOLI / "dream5_net3_gold_on_precise.tsv.gz"
    return expression, np.array(regulators, np.int32), gold


def dream4() -> tuple[Expression, NDArray[np.int32], Path]:
    """Return 100 genes in 100 samples, all as regulators, and the gold standard."""
    expression = read_expression(DREAM4 / "insilico_size100_1_multifactorial.tsv")[0].canonical()
    gold = DREAM4 / "DREAM4_GoldStandard_InSilico_Size100_multifactorial_1.tsv"
    return expression, np.arange(expression.n_genes, dtype=np.int32), gold


def cells() -> tuple[Expression, NDArray[np.int32], None]:
    """Return 2,000 genes in 20,000 simulated cells of counts, most of them 0, and regulators."""
    rng = np.random.default_rng(1)
    n_genes, n_cells, n_regulators = 2000, 20_000, 300
    hidden = rng.gamma(1.0, 1.0, size=(10, n_cells))
    mean = rng.gamma(0.3, 0.3, size=(n_genes, 10)) @ hidden
    expression = Expression(
        values=np.log1p(rng.poisson(mean).astype(np.float64)),
        genes=tuple(f"g{gene:05d}" for gene in range(n_genes)),
        samples=tuple(f"c{cell:06d}" for cell in range(n_cells)),
        has_sample_names=True,
    )
    return expression, np.arange(n_regulators, dtype=np.int32), None


SETS = {"ecoli": ecoli, "dream4": dream4, "cells": cells}


def scikit_learn_seconds(
    expression: Expression, regulators: NDArray[np.int32], target: int, n_trees: int
) -> float:
    """Return the time of one target's trees in the core of arboreto."""
    from sklearn.ensemble import GradientBoostingRegressor

    samples = expression.values[regulators[regulators != target]].T.astype(np.float32)
    model = GradientBoostingRegressor(
        learning_rate=0.01, n_estimators=n_trees, max_features=0.1, subsample=0.9, random_state=1
    )
    start = time.process_time()
    model.fit(samples, expression.values[target])
    return time.process_time() - start


def measure_times(name: str, options: argparse.Namespace) -> None:
    """Print the times of a tree."""
    expression, regulators, _ = SETS[name]()
    rng = np.random.default_rng(0)
    targets = rng.permutation(expression.n_genes)[: options.targets].tolist()
    boosting = build_engine(expression, regulators, ForestSpec(method="GRNBoost2"), n_jobs=1)
    forests = build_engine(expression, regulators, ForestSpec(n_trees=100), n_jobs=1)
    boosting.importance(targets[0])
    forests.importance(targets[0])
    trees: list[int] = []
    tree_seconds: list[float] = []
    ratios: list[float] = []
    forest_ratios: list[float] = []
    for target in targets:
        start = time.process_time()
        n_trees = Scores(*boosting.importance(target)).n_trees
        seconds = time.process_time() - start
        if not n_trees:
            continue
        start = time.process_time()
        forests.importance(target)
        forest_ratios.append((time.process_time() - start) * 10 / seconds)
        trees.append(n_trees)
        tree_seconds.append(seconds / n_trees)
        if len(ratios) < options.compared:
            n_peer = min(n_trees, options.trees)
            peer = scikit_learn_seconds(expression, regulators, target, n_peer) / n_peer
            ratios.append(peer / tree_seconds[-1])
    print(
        f"{name}: {np.median(tree_seconds) * 1e3:.4f} ms a tree, quartiles "
        f"{np.percentile(tree_seconds, 25) * 1e3:.4f}-{np.percentile(tree_seconds, 75) * 1e3:.4f}; "
        f"trees per target: mean {np.mean(trees):.0f}, median {np.median(trees):g}; "
        f"scikit-learn takes {np.median(ratios):.0f} times as long a tree, "
        f"a Random Forest of 1,000 trees {np.median(forest_ratios):.2f} times a target",
        flush=True,
    )


def measure_accuracy(name: str, options: argparse.Namespace) -> None:
    """Print AUPR of whole networks."""
    expression, regulators, gold = SETS[name]()
    if gold is None:
        return
    genes = np.array(expression.genes)
    known = read_gold_standard(gold)
    targets = np.flatnonzero(np.isin(genes, known.genes)).tolist()
    for label in options.specs:
        aupr: list[float] = []
        trees: list[int] = []
        for seed in range(1, options.seeds + 1):
            spec = ForestSpec(**SPECS[label], seed=seed)
            engine = build_engine(expression, regulators, spec, n_jobs=1)
            found = [Scores(*engine.importance(target)) for target in targets]
            importance = np.array([scores.importance for scores in found])
            rows, columns = np.nonzero(importance)
            links = pd.DataFrame(
                {
                    "regulator": genes[regulators][columns],
                    "target": genes[targets][rows],
                    "importance": importance[rows, columns],
                }
            ).astype({"importance": np.float32})
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "links.parquet"
                links.sort_values("importance", ascending=False).to_parquet(file, index=False)
                aupr.append(evaluate(file, gold).aupr)
            trees += [scores.n_trees for scores in found if scores.n_trees is not None]
        shown = ""
        if trees:
            shown = f"; trees per target: mean {np.mean(trees):.0f}, median {np.median(trees):g}"
        listed = ", ".join(f"{value:.4f}" for value in aupr)
        print(f"{name} {label}: AUPR {np.mean(aupr):.4f} ({listed}){shown}", flush=True)


def main() -> None:
    """Measure what the options name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument("--targets", type=int, default=40, help="targets that are timed")
    parser.add_argument("--compared", type=int, default=5, help="of them by scikit-learn as well")
    parser.add_argument("--trees", type=int, default=50, help="trees of scikit-learn at most")
    parser.add_argument("--seeds", type=int, default=0, help="seeds for accuracy; 0 for none")
    parser.add_argument("--specs", nargs="*", default=list(SPECS), choices=list(SPECS))
    options = parser.parse_args()
    for name in options.only:
        measure_times(name, options)
        if options.seeds:
            measure_accuracy(name, options)


if __name__ == "__main__":
    main()
