"""Forests grown by plain Python, and a digest of their bits."""

from __future__ import annotations

import hashlib

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.model import EXTRA_TREES, RANDOM_FOREST, ForestSpec

CASES = [  # samples, genes, method, decimals (few make ties), K
    (30, 12, RANDOM_FOREST, 1, "sqrt"),
    (90, 20, RANDOM_FOREST, 6, "all"),
    (40, 10, EXTRA_TREES, 1, "sqrt"),
    (70, 8, EXTRA_TREES, 1, "all"),  # large nodes read columns
    (70, 40, RANDOM_FOREST, 0, 30),
    (270, 8, RANDOM_FOREST, 6, "all"),  # ranks of two bytes
]


def digests() -> list[str]:
    """Hash importances and out-of-bag R² of each case."""
    found = []
    for n_samples, n_genes, method, decimals, k in CASES:
        rng = np.random.default_rng(n_samples)
        values = rng.normal(size=(n_genes, n_samples)).round(decimals)
        values[0] = values[1] + values[2] + rng.normal(size=n_samples) / 2
        values[3] = 1.0
        expression = Expression(
            values=values,
            genes=tuple(f"g{i:03d}" for i in range(n_genes)),
            samples=tuple(f"s{i:03d}" for i in range(n_samples)),
            has_sample_names=True,
        )
        forest = ForestSpec(method=method, k=k, n_trees=2, seed=1)
        forests = CompiledForests(expression, np.arange(n_genes, dtype=np.int32), forest)
        importance, oob_r2 = forests.importance(0)
        found.append(
            hashlib.sha256(importance.tobytes() + np.float64(oob_r2).tobytes()).hexdigest()
        )
    return found


if __name__ == "__main__":
    np.seterr(over="ignore")  # numpy warns where machine code wraps around
    print(*digests(), sep="\n")
