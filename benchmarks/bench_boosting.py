"""Measure GRNBoost2: time of a tree, trees of a target, and accuracy.

Times are of the processor, on one thread. Each target is computed by this program, then boosted by
scikit-learn with as many trees as it needed (``--trees`` at most), in turn; ratios are medians over
targets of the times of a tree. ``--whole`` takes all targets of a data set. ``--like`` compares
importances of several seeds with those of scikit-learn's seeds. Accuracy is that of whole networks,
for several seeds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.ensemble import GradientBoostingRegressor

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


def scikit_learn_model(n_trees: int, seed: int) -> GradientBoostingRegressor:
    """Return the core of arboreto."""
    return GradientBoostingRegressor(
        learning_rate=0.01, n_estimators=n_trees, max_features=0.1, subsample=0.9, random_state=seed
    )


def scikit_learn_seconds(
    expression: Expression, regulators: NDArray[np.int32], target: int, n_trees: int
) -> float:
    """Return the time of one target's trees in the core of arboreto."""
    samples = expression.values[regulators[regulators != target]].T.astype(np.float32)
    start = time.process_time()
    scikit_learn_model(n_trees, 1).fit(samples, expression.values[target])
    return time.process_time() - start


def scikit_learn_importance(
    expression: Expression, regulators: NDArray[np.int32], target: int, seed: int, n_trees: int
) -> NDArray[np.float64]:
    """Return importances of its second generation, which stops by the same samples out of bag."""
    candidates = regulators[regulators != target]
    samples = expression.values[candidates].T.astype(np.float32)
    fall: list[float] = []

    def stops(tree: int, model: GradientBoostingRegressor, local: dict[str, Any]) -> bool:
        outside = ~local["sample_mask"]
        after = local["y"][outside] - local["raw_predictions"][outside].ravel()
        step = model.learning_rate * model.estimators_[tree, 0].predict(local["X"][outside])
        fall.append(float(np.mean((after + step) ** 2 - after**2)))
        return tree >= 24 and float(np.mean(fall[-25:])) < 0

    model = scikit_learn_model(n_trees, seed)
    model.fit(samples, expression.values[target], monitor=stops)
    importance = np.zeros(expression.n_genes)
    importance[candidates] = model.feature_importances_ * len(fall)
    return importance[regulators]


def measure_likeness(options: argparse.Namespace) -> None:
    """Print how alike importances of two seeds are: both scikit-learn's, or one ours."""
    expression, regulators, _ = dream4()
    targets = np.random.default_rng(2).permutation(expression.n_genes)[: options.like_targets]
    ours: list[NDArray[np.float64]] = []
    theirs: list[NDArray[np.float64]] = []
    for seed in range(options.like):
        spec = ForestSpec(
            method="GRNBoost2", generation="G2", seed=seed, n_trees=options.like_trees
        )
        engine = build_engine(expression, regulators, spec, n_jobs=1)
        found = [Scores(*engine.importance(target)).importance for target in targets.tolist()]
        ours.append(np.concatenate(found))
        found = [
            scikit_learn_importance(
                expression, regulators, target, 1000 * seed + target, options.like_trees
            )
            for target in targets.tolist()
        ]
        theirs.append(np.concatenate(found))
    within = [spearmanr(a, b).statistic for a, b in combinations(theirs, 2)]
    own = [spearmanr(a, b).statistic for a, b in combinations(ours, 2)]
    between = [spearmanr(a, b).statistic for a in ours for b in theirs]
    print(
        f"Spearman of importances, {options.like} seeds, {len(targets)} targets of dream4: "
        f"two of scikit-learn's seeds {np.mean(within):.4f}, "
        f"one of its and one of ours {np.mean(between):.4f}, two of ours {np.mean(own):.4f}",
        flush=True,
    )


def measure_whole(name: str, n_threads: int) -> None:
    """Print the time of all targets of a data set on some threads."""
    expression, regulators, _ = SETS[name]()
    engine = build_engine(expression, regulators, ForestSpec(method="GRNBoost2"), n_jobs=1)
    engine.importance(0)  # compiles the kernel
    start, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(n_threads) as pool:
        found = list(pool.map(engine.importance, range(expression.n_genes)))
    trees = [Scores(*scores).n_trees or 0 for scores in found]
    print(
        f"{name}, all {expression.n_genes:,} targets on {n_threads} threads: "
        f"{time.perf_counter() - start:.1f} s ({time.process_time() - cpu:.1f} s of processors), "
        f"{sum(trees):,} trees, {np.median(trees):g} a target in the median",
        flush=True,
    )


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
    peers: list[float] = []
    ratios: list[float] = []
    forest_ratios: list[float] = []
    for target in targets:
        start = time.process_time()
        n_trees = Scores(*boosting.importance(target)).n_trees
        seconds = time.process_time() - start
        if not n_trees:
            continue
        if len(forest_ratios) < options.forests:
            start = time.process_time()
            forests.importance(target)
            forest_ratios.append((time.process_time() - start) * 10 / seconds)
        trees.append(n_trees)
        tree_seconds.append(seconds / n_trees)
        if len(ratios) < options.compared:
            n_peer = min(n_trees, options.trees)
            peers.append(scikit_learn_seconds(expression, regulators, target, n_peer) / n_peer)
            ratios.append(peers[-1] / tree_seconds[-1])
    print(
        f"{name}: {np.median(tree_seconds) * 1e3:.4f} ms a tree, least "
        f"{min(tree_seconds) * 1e3:.4f}, quartiles "
        f"{np.percentile(tree_seconds, 25) * 1e3:.4f}-{np.percentile(tree_seconds, 75) * 1e3:.4f}; "
        f"trees per target: mean {np.mean(trees):.0f}, median {np.median(trees):g}",
        flush=True,
    )
    if ratios:
        print(
            f"{name}: scikit-learn takes {np.median(peers) * 1e3:.3f} ms a tree, "
            f"{np.median(ratios):.1f} times as long ({min(ratios):.1f}-{max(ratios):.1f}), "
            f"{np.median(peers) * 27e3:.1f} ms for 27 trees; "
            f"here they take {np.median(tree_seconds) * 27e3:.2f} ms",
            flush=True,
        )
    if forest_ratios:
        print(
            f"{name}: a Random Forest of 1,000 trees takes {np.median(forest_ratios):.2f} times "
            "as long as a target",
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
    parser.add_argument("--forests", type=int, default=40, help="of them by a forest as well")
    parser.add_argument("--whole", type=int, default=0, help="threads for all targets; 0 for none")
    parser.add_argument("--like", type=int, default=0, help="seeds compared with scikit-learn's")
    parser.add_argument("--like-targets", type=int, default=4, help="targets of dream4 for it")
    parser.add_argument("--like-trees", type=int, default=200, help="trees at most for it")
    parser.add_argument("--seeds", type=int, default=0, help="seeds for accuracy; 0 for none")
    parser.add_argument("--specs", nargs="*", default=list(SPECS), choices=list(SPECS))
    options = parser.parse_args()
    for name in options.only:
        if options.targets:
            measure_times(name, options)
        if options.whole:
            measure_whole(name, options.whole)
        if options.seeds:
            measure_accuracy(name, options)
    if options.like:
        measure_likeness(options)


if __name__ == "__main__":
    main()
