"""Compare the links of the compiled forests with those of scikit-learn's, or of several methods.

On a data set with known links, several seeds of both engines: accuracy of each, and how alike the
link scores are, between the engines and between two seeds of scikit-learn. With ``--methods``:
accuracy of whole runs by these methods, and of the networks inside them; E. coli, for example:

    bench_accuracy.py --methods in-vivo RF --seeds 3 --ecoli
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine import runs
from genie3_engine.data.expression import Expression
from genie3_engine.data.prepare import read_expression
from genie3_engine.evaluation.accuracy import Accuracy, evaluate
from genie3_engine.inference.plan import build_engine
from genie3_engine.model import COMPILED, SCIKIT_LEARN, ForestSpec, tree_method_names

ECOLI = ROOT.parent / "shared" / "data" / "ecoli_precise"
DREAM4 = ROOT.parent / "shared" / "data" / "dream4_size100"
EXPRESSION = DREAM4 / "insilico_size100_1_multifactorial.tsv"
GOLD = DREAM4 / "DREAM4_GoldStandard_InSilico_Size100_multifactorial_1.tsv"


def importances(expression: Expression, forest: ForestSpec) -> NDArray[np.float64]:
    """Return ``importance[target, regulator]`` of a whole network."""
    every = np.arange(expression.n_genes, dtype=np.int32)
    engine = build_engine(expression, every, forest, n_jobs=1)
    return np.array([engine.importance(target)[0] for target in range(expression.n_genes)])


def accuracy(expression: Expression, importance: NDArray[np.float64], gold: Path) -> Accuracy:
    """Judge all links of a network."""
    genes = np.array(expression.genes)
    targets, regulators = np.nonzero(importance)
    scores = importance[targets, regulators].astype(np.float32)
    links = pd.DataFrame(
        {"regulator": genes[regulators], "target": genes[targets], "importance": scores}
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "links.parquet"
        links.sort_values("importance", ascending=False).to_parquet(file, index=False)
        return evaluate(file, gold)


def alikeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's correlation of the scores of all links."""
    links = ~np.eye(len(one), dtype=bool)
    return float(spearmanr(one[links], other[links]).statistic)


def compare(method: str, options: argparse.Namespace) -> None:
    """Print accuracy and alikeness of both engines."""
    expression = read_expression(options.expression)[0].canonical()
    found: dict[str, list[NDArray[np.float64]]] = {}
    for engine in (COMPILED, SCIKIT_LEARN):
        found[engine] = []
        figures = []
        for seed in range(1, options.seeds + 1):
            forest = ForestSpec(
                method, k=options.k, n_trees=options.trees, seed=seed, engine=engine
            )
            found[engine].append(importances(expression, forest))
            result = accuracy(expression, found[engine][-1], options.gold)
            figures.append((result.aupr, result.auroc))
        auprs, aurocs = np.array(figures).T
        print(
            f"{method} {engine:>12}: "
            f"AUPR {auprs.mean():.4f} ({auprs.min():.4f}-{auprs.max():.4f}), "
            f"AUROC {aurocs.mean():.4f} ({aurocs.min():.4f}-{aurocs.max():.4f})",
            flush=True,
        )
    ours, theirs = found[COMPILED], found[SCIKIT_LEARN]
    between = [alikeness(a, b) for a, b in itertools.product(ours, theirs)]
    within = [alikeness(a, b) for a, b in itertools.combinations(theirs, 2)]
    print(
        f"{method} Spearman between engines {np.mean(between):.4f}, "
        f"between two seeds of scikit-learn {np.mean(within):.4f}",
        flush=True,
    )


def compare_methods(options: argparse.Namespace) -> None:
    """Print the accuracy of whole runs by several methods, one line for each seed."""
    expression = read_expression(options.expression)[0]
    regulators = None
    if options.regulators is not None:
        regulators = options.regulators.read_text(encoding="utf-8").split()
    for method in options.methods:
        for seed in range(1, options.seeds + 1):
            with tempfile.TemporaryDirectory() as home:
                os.environ["GENIE3_HOME"] = home
                forest = ForestSpec(method, seed=seed)
                run = runs.infer(
                    expression, Path(home) / "run", regulators=regulators, forest=forest
                )
                print_accuracy(f"{method}, seed {seed}", run, options.gold)
                for member in runs.members(run):
                    print_accuracy(
                        f"  {member.spec.forest.method} in it", member.path, options.gold
                    )


def print_accuracy(name: str, run: Path, gold: Path) -> None:
    """Print the accuracy of a run."""
    found = evaluate(run, gold)
    print(f"{name:>24}: AUPR {found.aupr:.4f}, AUROC {found.auroc:.4f}", flush=True)


def main() -> None:
    """Compare engines, or methods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--expression", type=Path, default=EXPRESSION)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--k", default="sqrt", choices=("sqrt", "all"))
    parser.add_argument("--methods", nargs="+", help="whole runs by these, with their defaults")
    parser.add_argument("--regulators", type=Path, help="candidate regulators of these runs")
    parser.add_argument("--ecoli", action="store_true", help="the E. coli compendium and its gold")
    options = parser.parse_args()
    if options.ecoli:
        options.expression = ECOLI / "log_tpm_3923x278.tsv.gz"
        options.gold = ECOLI / "dream5_net3_gold_on_precise.tsv.gz"
        options.regulators = ECOLI / "dream5_net3_tfs_on_precise.tsv"
    if options.methods:
        compare_methods(options)
        return
    for method in tree_method_names():
        compare(method, options)


if __name__ == "__main__":
    main()
