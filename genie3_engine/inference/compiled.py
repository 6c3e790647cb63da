"""The compiled engine: forests grown by the kernels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.errors import InputError
from genie3_engine.inference.genie3 import target_seed, unit_variance
from genie3_engine.kernels.grid import Grid, expression_grid
from genie3_engine.kernels.importance import (
    MAX_SAMPLES,
    fixed_point,
    grow_extra_trees,
    grow_forest,
)
from genie3_engine.kernels.rank_layout import rank_matrix, rank_room
from genie3_engine.kernels.ranks import dense_ranks, rank_type
from genie3_engine.kernels.workspace import Workspace, new_workspace
from genie3_engine.model import tree_method

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.model import ForestSpec

_VALUES_AT_ONCE = 1 << 20  # bounds the memory of ranking, about 40 bytes a value
# Samples, and most distinct values of a gene: one for each type of ranks and keys, and so for each
# machine code of a tree method, the one most used first.
KERNEL_SIZES = ((256, 256), (257, 257), (65_537, 65_537))


def compile_kernels(n_samples: int, n_levels: int, *, has_random_splits: bool) -> None:
    """Compile the kernels for data of some size, or load their machine code.

    Parameters
    ----------
    n_samples : int
        Samples.
    n_levels : int
        Most distinct values of a gene.
    has_random_splits : bool
        Extra-Trees instead of Random Forest.
    """
    work = new_workspace(
        np.zeros((1, n_samples), rank_type(n_levels)),
        np.zeros(n_samples, np.int64),
        candidates=np.zeros(1, np.int32),
        n_levels=n_levels,
    )
    grow = grow_extra_trees if has_random_splits else grow_forest
    grow(work, 1, 0, np.uint64(0), np.zeros(1))


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """A forest that was grown.

    Parameters
    ----------
    importance : (n_regulators,) float64
        As `ForestEngine.importance` returns it.
    work : Workspace
        What the kernels left.
    bits : int
        Bits after the point of its response.
    """

    importance: NDArray[np.float64]
    work: Workspace
    bits: int

    @property
    def oob_r2(self) -> float:
        """Return the out-of-bag R² over the samples that some tree left out; NaN without any.

        Samples that could not be drawn are not among them.
        """
        return self._r2(slice(self.work.weights.size))

    @property
    def carried_r2(self) -> float:
        """Return the R² over the samples that could not be drawn; NaN without any."""
        return self._r2(slice(self.work.weights.size, None))

    def _r2(self, samples: slice) -> float:
        n_predicted = self.work.n_predicted[samples]
        known = n_predicted > 0
        response = self.work.response[samples][known].astype(np.float64)
        if response.size < 2:
            return math.nan
        error = response - self.work.predicted[samples][known] / n_predicted[known]
        deviation = response - math.fsum(response.tolist()) / response.size
        total = math.fsum((deviation * deviation).tolist())
        return 1.0 - math.fsum((error * error).tolist()) / total if total > 0.0 else math.nan

    def predicted(self) -> NDArray[np.float64]:
        """Return the standardised response predicted out of bag; NaN for samples never so."""
        n = self.work.n_predicted
        unknown = np.full(n.size, math.nan)
        mean: NDArray[np.float64] = np.divide(self.work.predicted, n, out=unknown, where=n > 0)
        return np.ldexp(mean, -self.bits)


def _in_rows(parts: list[NDArray[np.float32]], width: int) -> NDArray[np.float32]:
    """Return matrices one above the other, with zeros behind the narrower ones."""
    rows = np.zeros((sum(len(part) for part in parts), width), np.float32)
    first = 0
    for part in parts:
        rows[first : first + len(part), : part.shape[1]] = part
        first += len(part)
    return rows


class CompiledForests:
    """Forests grown by machine code; any number of threads may call it at the same time.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Method, K, trees and seed.
    samples : (n_learned,) intp, optional
        Positions of the samples that trees see, some perhaps several times; all by default.
    n_drawable : int, optional
        How many of these, the first ones, Random Forests are grown on; all by default. The others
        are predicted only.

    Raises
    ------
    InputError
        When there are more samples than the kernels' integers hold.

    Notes
    -----
    Only the ranks of the regulators are kept, one byte a value up to 256 distinct values, two up to
    65,536, and one byte a value more for bins. Trees see the order of the samples and nothing else,
    so this loses nothing. scikit-learn rounds expression to 32-bit floats and calls values closer
    than 1e-7 equal; here values are equal when they are equal. Only the thresholds of Extra-Trees
    are drawn between 32-bit values.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        samples: NDArray[np.intp] | None = None,
        n_drawable: int | None = None,
    ) -> None:
        self._n_samples = expression.n_samples if samples is None else samples.size
        self._n_drawable = self._n_samples if n_drawable is None else n_drawable
        if self._n_samples > MAX_SAMPLES:
            raise InputError(
                f"The data set has {self._n_samples:,} samples; "
                f"the compiled engine takes up to {MAX_SAMPLES:,}.",
                "Average similar samples, draw some of them, or choose the scikit-learn engine.",
            )
        self._expression = expression
        self._regulators = np.asarray(regulators, dtype=np.int32)
        self._forest = forest
        self._has_random_splits = tree_method(forest.method).has_random_splits
        self._has_fit = True
        self._rank(samples)

    def _rank(self, samples: NDArray[np.intp] | None) -> None:
        """Replace the regulators' expression by ranks, a part of the genes at a time."""
        shape = (self._regulators.size, self._n_samples)
        room = rank_room(shape, np.uint8)
        levels: list[NDArray[np.float32]] = []
        n_levels = 2  # a key holds one bit of the rank at least
        at_once = max(1, _VALUES_AT_ONCE // max(1, self._expression.n_samples))
        for start in range(0, self._regulators.size, at_once):
            part = slice(start, start + at_once)
            values = np.asarray(self._expression.values[self._regulators[part]], dtype=np.float64)
            if samples is not None:
                values = np.ascontiguousarray(values[:, samples])
            into = np.zeros(values.shape, np.float32) if self._has_random_splits else None
            wide = np.empty(values.shape, rank_type(self._n_samples))
            n_here = dense_ranks(values, wide, into)
            n_levels = max(n_levels, n_here)
            if into is not None:
                levels.append(into[:, :n_here].copy())
            if rank_type(n_levels) != room.ranks.dtype:
                narrow, room = room.ranks, rank_room(shape, rank_type(n_levels))
                room.ranks[:start] = narrow[:start]
            room.ranks[part] = wide
        # Random splits are drawn, not searched: they need a grid and no bins.
        self._matrix = rank_matrix(room.ranks, has_bins=not self._has_random_splits, room=room)
        # A view of the first layout, so that the ranks are held once.
        self._ranks = self._matrix.codes[: room.ranks.size].reshape(shape)
        self._grid: Grid | None = None
        if self._has_random_splits:
            self._grid = expression_grid(_in_rows(levels, n_levels), self._ranks)
        self._n_levels = n_levels

    def warm_up(self) -> None:
        """Compile the kernels for this data, or load their machine code."""
        compile_kernels(
            self._n_samples,
            self._n_levels,
            has_random_splits=self._has_random_splits,
        )

    def leave_out_fit(self) -> None:
        """Score regulators only: predict no sample out of bag, which takes 6% of the time."""
        self._has_fit = False

    def importance(self, target: int) -> tuple[NDArray[np.float64], float]:
        """Grow the forest of one target; see `ForestEngine.importance`."""
        candidates = np.flatnonzero(self._regulators != target).astype(np.int32)
        standardised = unit_variance(self._expression.values[target])
        if standardised is None or candidates.size == 0:
            return np.zeros(self._regulators.size), math.nan
        seed = target_seed(self._forest.seed, self._expression.genes[target])
        forest = self.grow(standardised, candidates, n_trees=self._forest.n_trees, seed=seed)
        return forest.importance, forest.oob_r2 if self._has_fit else math.nan

    def grow(
        self,
        standardised: NDArray[np.float64],
        candidates: NDArray[np.int32],
        *,
        n_trees: int,
        seed: int,
    ) -> Forest:
        """Grow a forest on any response.

        Parameters
        ----------
        standardised : (n_samples,) float64
            Response, of mean 0 and variance 1 over the samples that trees are grown on.
        candidates : (n_candidates,) int32
            Rows of the regulators that may be split on, one at least.
        n_trees : int
            Trees.
        seed : int
            Seed of the forest.
        """
        response, bits = fixed_point(standardised[: self._n_drawable])
        others = np.rint(np.ldexp(standardised[self._n_drawable :], bits)).astype(np.int64)
        work = self._workspace(np.concatenate([response, others]), candidates)
        total = self._grow(work, n_trees=n_trees, seed=seed)
        unit = math.ldexp(1.0, 2 * bits) * n_trees * response.size
        return Forest(total / unit, work, bits)

    def _workspace(self, response: NDArray[np.int64], candidates: NDArray[np.int32]) -> Workspace:
        return new_workspace(
            self._ranks,
            response,
            candidates=candidates,
            n_levels=self._n_levels,
            matrix=self._matrix,
            grid=self._grid,
            n_drawable=self._n_drawable,
            predicts=self._has_fit,
        )

    def _grow(self, work: Workspace, *, n_trees: int, seed: int) -> NDArray[np.float64]:
        """Return the fall in squared deviation by regulator, in units of the fixed point."""
        total = np.zeros(self._regulators.size)
        k = self._forest.max_features(work.n_candidates)
        grow = grow_extra_trees if self._has_random_splits else grow_forest
        grow(work, k, n_trees, np.uint64(seed), total)
        return total
