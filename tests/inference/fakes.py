"""Forest engines that fail in several ways.

They are functions and classes of a module, since processes of a layout import them.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_info

from genie3_engine.data.expression import Expression
from genie3_engine.errors import InputError
from genie3_engine.inference.genie3 import target_seed

if TYPE_CHECKING:
    from genie3_engine.model import ForestSpec


def small_expression(n_genes: int = 12, n_samples: int = 40) -> Expression:
    """A chain of genes: each follows the one before it, and the noise."""
    rng = np.random.default_rng(7)
    values = rng.normal(size=(n_genes, n_samples))
    for gene in range(1, n_genes):
        values[gene] = 0.95 * values[gene - 1] + 0.3 * values[gene]
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


class _At5(HashForests):
    """Does something for target 5."""

    def importance(self, target: int) -> tuple[np.ndarray, float]:
        if target == 5:
            self.act()
        return super().importance(target)


class _KilledForests(_At5):
    def act(self):
        os.kill(os.getpid(), signal.SIGKILL)


class _ExitingForests(_At5):
    def act(self):
        os._exit(3)


class _FailingForests(_At5):
    def act(self):
        raise ValueError("no forest for gene 5")


class _SlowForests(HashForests):
    def importance(self, target: int) -> tuple[np.ndarray, float]:
        time.sleep(0.05)
        return super().importance(target)


class _EndlessForests(HashForests):
    def importance(self, target: int) -> tuple[np.ndarray, float]:
        threading.Event().wait()
        raise AssertionError


class _CompilingForests(HashForests):
    is_compiled = False

    def warm_up(self):
        self.is_compiled = True

    def importance(self, target: int) -> tuple[np.ndarray, float]:
        assert self.is_compiled
        return super().importance(target)


class _ThreadCountingForests(HashForests):
    def importance(self, target: int) -> tuple[np.ndarray, float]:
        """Give as R² the threads of BLAS and OpenMP here."""
        counts = [pool["num_threads"] for pool in threadpool_info()]
        counts += [int(os.environ["OMP_NUM_THREADS"])]
        return super().importance(target)[0], float(max(counts))


def killed_forests(expression, regulators, forest, *, n_jobs):
    return _KilledForests(expression, regulators, forest)


def exiting_forests(expression, regulators, forest, *, n_jobs):
    return _ExitingForests(expression, regulators, forest)


def failing_forests(expression, regulators, forest, *, n_jobs):
    return _FailingForests(expression, regulators, forest)


def slow_forests(expression, regulators, forest, *, n_jobs):
    return _SlowForests(expression, regulators, forest)


def endless_forests(expression, regulators, forest, *, n_jobs):
    return _EndlessForests(expression, regulators, forest)


def compiling_forests(expression, regulators, forest, *, n_jobs):
    return _CompilingForests(expression, regulators, forest)


def thread_counting_forests(expression, regulators, forest, *, n_jobs):
    return _ThreadCountingForests(expression, regulators, forest)


def refusing_forests(expression, regulators, forest, *, n_jobs):
    raise InputError("There are too many samples.", "Take fewer.")


def broken_forests(expression, regulators, forest, *, n_jobs):
    raise TypeError("no such engine")
