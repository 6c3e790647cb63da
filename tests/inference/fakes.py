"""Which data sets and engines do the tests of inference share?

They are functions and classes of a module, since processes of a layout import them.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.inference.genie3 import target_seed

if TYPE_CHECKING:
    from genie3_engine.model import ForestSpec


def small_expression(n_genes: int = 12, n_samples: int = 20) -> Expression:
    """A chain of genes: each follows the one before it, and the noise."""
    rng = np.random.default_rng(7)
    values = rng.normal(size=(n_genes, n_samples))
    for gene in range(1, n_genes):
        values[gene] += 2 * values[gene - 1]
    return Expression(
        values=values,
        genes=tuple(f"g{gene:03d}" for gene in range(n_genes)),
        samples=tuple(f"sample {sample + 1}" for sample in range(n_samples)),
        has_sample_names=False,
    )


@dataclass
class HashForests:
    """An engine that draws importance out of a hat, at once."""

    expression: Expression
    regulators: np.ndarray
    forest: ForestSpec

    def importance(self, target: int) -> tuple[np.ndarray, float]:
        rng = np.random.default_rng(target_seed(self.forest.seed, self.expression.genes[target]))
        importance = rng.random(self.regulators.size)
        importance[self.regulators == target] = 0
        return importance, rng.random()


def hash_forests(expression, regulators, forest, *, n_jobs) -> HashForests:
    return HashForests(expression, regulators, forest)


class _KilledForests(HashForests):
    def importance(self, target: int) -> tuple[np.ndarray, float]:
        if target == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().importance(target)


def killed_forests(expression, regulators, forest, *, n_jobs) -> HashForests:
    return _KilledForests(expression, regulators, forest)


class _FailingForests(HashForests):
    def importance(self, target: int) -> tuple[np.ndarray, float]:
        if target == 5:
            raise ValueError("no forest for gene 5")
        return super().importance(target)


def failing_forests(expression, regulators, forest, *, n_jobs) -> HashForests:
    return _FailingForests(expression, regulators, forest)
