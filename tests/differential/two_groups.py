"""Small data sets with two groups of samples."""

from __future__ import annotations

import numpy as np

from genie3_engine import runs
from genie3_engine.data.expression import Expression

N_REGULATORS = 4


def two_groups(n_samples=24, *, n_genes=10, seed=1, **annotations):
    """Genes that four regulators drive; in the second group gene 4 has another regulator."""
    rng = np.random.default_rng(seed)
    n = 2 * n_samples
    values = rng.normal(size=(n_genes, n))
    is_second = np.arange(n) % 2 == 1
    for gene in range(N_REGULATORS, n_genes):
        values[gene] += 2 * values[gene % N_REGULATORS]
    values[4] = rng.normal(size=n) + 2 * np.where(is_second, values[1], values[0])
    values[:, is_second] = 3 * values[:, is_second] + 5
    state = ["ill" if second else "well" for second in is_second]
    return Expression(
        values,
        tuple(f"g{gene:02d}" for gene in range(n_genes)),
        tuple(f"s{sample:03d}" for sample in range(n)),
        annotations={"state": tuple(state), **annotations},
    )


def stored(expression, name="two groups"):
    return runs.save_dataset(expression, name=name)


def split(expression):
    """Return the samples of each group as a data set of its own."""
    labels = np.array(expression.annotations["state"])
    return [
        Expression(
            expression.values[:, labels == state],
            expression.genes,
            tuple(np.array(expression.samples)[labels == state].tolist()),
        )
        for state in ("well", "ill")
    ]
