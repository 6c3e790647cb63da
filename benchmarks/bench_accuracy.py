"""Compare the links of the compiled forests with those of scikit-learn's.

On a data set with known links, several seeds of both engines: accuracy of each, and how alike the
link scores are, between the engines and between two seeds of scikit-learn.
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

from genie3_engine.data.expression import Expression
from genie3_engine.data.prepare import read_expression
from genie3_engine.evaluation.accuracy import Accuracy, evaluate
from genie3_engine.inference.plan import build_engine
from genie3_engine.model import COMPILED, METHODS, SCIKIT_LEARN, ForestSpec

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
            forest = ForestSpec(method, options.k, options.trees, seed, engine)
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


def main() -> None:
    """Compare both methods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--expression", type=Path, default=EXPRESSION)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--k", default="sqrt", choices=("sqrt", "all"))
    options = parser.parse_args()
    for method in METHODS:
        compare(method, options)


if __name__ == "__main__":
    main()
