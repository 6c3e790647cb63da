"""Measure the time-series method: accuracy on DREAM4, agreement with dynGENIE3's definition.

Accuracy is the AUPR of whole networks of DREAM4's network 1 (size 100), with the importance and
with its share per target. Agreement is Spearman's correlation of all link scores of dynGENIE3's
example with those of its definition on scikit-learn's forests (``tests/naive.py``).
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.data.expression import Expression
from genie3_engine.inference.genie3 import Scores
from genie3_engine.inference.plan import build_engine
from genie3_engine.inference.time_series import notes
from genie3_engine.model import TIME_SERIES, ForestSpec, TargetSummary

naive: Any = import_module("tests.naive")
time_series_data: Any = import_module("tests.time_series_data")

SPECS: dict[str, dict[str, Any]] = {
    "dyn, series": {"dynamics": "dyn", "steady_states": "leave-out"},
    "lag, series": {"dynamics": "lag", "steady_states": "leave-out"},
    "dyn, with steady states": {"dynamics": "dyn"},
    "lag, with steady states": {"dynamics": "lag"},
    "auto, with steady states": {},
    "lag, times knock-outs": {"dynamics": "lag", "knock_outs": "multiply"},
    "dyn, times knock-outs": {"dynamics": "dyn", "knock_outs": "multiply"},
}


def network(expression: Expression, forest: ForestSpec) -> tuple[NDArray[np.float64], list[str]]:
    """Return the importance of all links, regulator x target, and the notes of the run."""
    every = np.arange(expression.n_genes, dtype=np.int32)
    engine = build_engine(expression, every, forest, n_jobs=1)
    scores = [Scores(*engine.importance(target)) for target in every.tolist()]
    rows = [
        TargetSummary(
            gene, each.oob_r2, 0.0, 0, decay_rate=each.decay_rate, oob_next_r=each.oob_next_r
        )
        for gene, each in zip(expression.genes, scores, strict=True)
    ]
    return np.array([each.importance for each in scores]).T, notes(rows)


def aupr(importance: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Return the area under precision and recall, by trapezoids."""
    links = ~np.eye(len(truth), dtype=bool)
    order = np.argsort(-importance[links], kind="stable")
    found = np.cumsum(truth[links][order])
    precision = found / np.arange(1, found.size + 1)
    recall = found / found[-1]
    return float(np.trapezoid(np.r_[precision[0], precision], np.r_[0.0, recall]))


def measure_accuracy(n_trees: int, n_seeds: int) -> None:
    """Print the accuracy of each setting."""
    expression = time_series_data.dream4()
    gold = pd.read_csv(time_series_data.GOLD, sep="\t", header=None)
    place = {gene: at for at, gene in enumerate(expression.genes)}
    truth = np.zeros((expression.n_genes, expression.n_genes))
    for regulator, target, is_true in gold.itertuples(index=False):
        truth[place[regulator], place[target]] = is_true
    for name, settings in SPECS.items():
        start, found = time.process_time(), []
        for seed in range(n_seeds):
            forest = ForestSpec(TIME_SERIES, n_trees=n_trees, seed=seed, **settings)
            importance, told = network(expression, forest)
            found.append((aupr(importance, truth), aupr(importance / importance.sum(0), truth)))
        seconds = (time.process_time() - start) / n_seeds
        raw, share = (
            ", ".join(f"{area:.3f}" for area in areas) for areas in zip(*found, strict=True)
        )
        print(f"{name}: AUPR {raw}; share {share}; {seconds:.1f} s. {told[0]}", flush=True)


def measure_agreement(n_trees: int, n_seeds: int) -> None:
    """Print the agreement with dynGENIE3's definition."""
    expression = time_series_data.example()
    times, values = np.array(expression.sheet.time), expression.values.T
    sheet = expression.sheet
    if sheet is None:
        return
    series = [(times[at], values[at]) for at in sheet.series_positions().values()]
    steady = values[[not name for name in sheet.series]]
    links = ~np.eye(expression.n_genes, dtype=bool)
    for seed in range(n_seeds):
        targets = range(expression.n_genes)
        theirs = naive.dyngenie3(series, steady, targets, n_trees=n_trees, seed=100 * seed)
        forest = ForestSpec(TIME_SERIES, dynamics="dyn", n_trees=n_trees, seed=seed)
        ours, _ = network(expression, forest)
        alike = spearmanr((ours / ours.sum(axis=0))[links], theirs[links]).statistic
        print(f"dynGENIE3's example, seed {seed}: Spearman {alike:.4f}", flush=True)


def main() -> None:
    """Measure what is chosen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", choices=["accuracy", "agreement"])
    options = parser.parse_args()
    if options.only != "agreement":
        measure_accuracy(options.trees, options.seeds)
    if options.only != "accuracy":
        measure_agreement(options.trees, options.seeds)


if __name__ == "__main__":
    main()
