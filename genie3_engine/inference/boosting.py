"""GRNBoost2: small trees boosted on each target, by the kernel."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.errors import InputError
from genie3_engine.inference.genie3 import Scores, target_seed, unit_variance
from genie3_engine.kernels.boosting import boost
from genie3_engine.kernels.boosting_workspace import (
    MAX_SAMPLES,
    fixed_residuals,
    new_sorted,
    new_work,
    sort_samples,
)
from genie3_engine.model.boosting import AS_PUBLISHED, SHIFTED_SAMPLES, WINDOW_STOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.model import ForestSpec, TargetSummary

_VALUES_AT_ONCE = 1 << 20  # bounds the memory of sorting
_SUBSAMPLE = 0.9
_CANDIDATES = 0.1
_FEW_TREES = 100


def compile_kernels() -> None:
    """Compile the kernel, or load its machine code."""
    work = new_work(new_sorted(1, 2), np.zeros(2, np.int64), np.zeros(1, np.int32))
    boost(work, 1, 0, 0, True, True, False, np.uint64(0), np.zeros(1), np.zeros(1))


class Boosting:
    """Boosted trees on one data set; any number of threads may call it at the same time.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Generation, stop, trees and seed.

    Raises
    ------
    InputError
        When there are more samples than the kernel's integers hold.

    Notes
    -----
    Follows ``aertslab/arboreto``: learning rate 0.01, trees of depth 3, nine tenths of the samples
    for each tree and a tenth of the regulators at each node, at most 5,000 trees, and a stop when
    the mean improvement out of bag over 25 trees is negative. Two things differ: each target has a
    random stream of its own, and a target is scaled to unit variance, which changes neither trees
    nor importances.
    """

    def __init__(
        self, expression: Expression, regulators: NDArray[np.int32], forest: ForestSpec
    ) -> None:
        if expression.n_samples > MAX_SAMPLES:
            raise InputError(
                f"The data set has {expression.n_samples:,} samples; "
                f"GRNBoost2 takes up to {MAX_SAMPLES:,}.",
                "Average similar samples, or draw some of them.",
            )
        self._expression = expression
        self._regulators = np.asarray(regulators, dtype=np.int32)
        self._forest = forest
        self._sorted = new_sorted(self._regulators.size, expression.n_samples)
        at_once = max(1, _VALUES_AT_ONCE // max(1, expression.n_samples))
        for start in range(0, self._regulators.size, at_once):
            part = self._regulators[start : start + at_once]
            values = np.asarray(expression.values[part], dtype=np.float64)
            sort_samples(values, self._sorted, start)

    def warm_up(self) -> None:
        """Compile the kernel, or load its machine code."""
        compile_kernels()

    def importance(self, target: int) -> Scores:
        """Boost trees on one target; see `ForestEngine.importance`.

        Returns
        -------
        Scores
            The importance of a regulator is a sum over trees of shares of their gain, so that those
            of a target sum to its number of trees.
        """
        importance = np.zeros(self._regulators.size)
        candidates = np.flatnonzero(self._regulators != target).astype(np.int32)
        standardised = unit_variance(self._expression.values[target])
        if standardised is None or candidates.size == 0:
            return Scores(importance, n_trees=0)
        residual, bits = fixed_residuals(standardised)
        n_samples = residual.size
        n_outside = n_samples - max(1, int(_SUBSAMPLE * n_samples))
        forest = self._forest
        is_normalised = forest.generation == AS_PUBLISHED
        oob_gain = np.zeros(1)
        n_trees = boost(
            new_work(self._sorted, residual, candidates),
            max(1, int(_CANDIDATES * candidates.size)),
            n_outside,
            forest.n_trees,
            forest.stop == WINDOW_STOP,
            is_normalised,
            forest.generation == SHIFTED_SAMPLES,
            np.uint64(target_seed(forest.seed, self._expression.genes[target])),
            importance,
            oob_gain,
        )
        if not is_normalised:
            total = math.fsum(importance.tolist())
            importance *= n_trees / total if total > 0 else 0.0
        gain = math.nan
        if n_outside > 0:
            gain = float(oob_gain[0]) / math.ldexp(n_outside, 2 * bits)
        return Scores(importance, n_trees=n_trees, oob_gain=gain)


def notes(targets: Sequence[TargetSummary]) -> list[str]:
    """Return a warning when most targets had few trees.

    Parameters
    ----------
    targets : sequence of TargetSummary
        The targets of a finished run.
    """
    trees = [row.n_trees for row in targets if row.n_trees is not None]
    if not trees or statistics.median(trees) >= _FEW_TREES:
        return []
    return [
        f"Boosting stopped early: half of the targets have at most {statistics.median(trees):g} "
        "trees. There is little signal, or there are few samples: GENIE3 (--method RF) or "
        "500 trees without a stop (--stop none --trees 500) usually rank better then."
    ]
