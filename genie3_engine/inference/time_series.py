"""Forests that learn a target's next value, or its rate of change, from time series."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.errors import InputError
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.inference.genie3 import Scores, target_seed, unit_variance
from genie3_engine.inference.knock_outs import KnockOuts
from genie3_engine.inference.learning_sample import decay_rates, learning_sample
from genie3_engine.model import RANDOM_FOREST
from genie3_engine.model.time_series import ADD, AUTOMATIC, DECAY, LAG, MULTIPLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.model import ForestSpec, TargetSummary

    Floats = NDArray[np.float64]

TRIAL_TARGETS = 50
TRIAL_TREES = 100
NO_FACTOR = 1.0  # of a regulator that is never knocked out: one standard deviation


class TimeSeriesForests:
    """Forests on pairs of successive samples; any number of threads may call it at the same time.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order, with a sample sheet that has time series.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Dynamics, steady states, knock-outs, K, trees and seed.

    Raises
    ------
    InputError
        When there are too few pairs of successive points.

    Notes
    -----
    As dynGENIE3 (Huynh-Thu and Geurts 2018), also where the target is not a candidate regulator:
    the target is one of the inputs of its forest, and its importance is then dropped. Importances
    are not normalised per target, which ranks links better; the scale ``share`` does that.

    The automatic dynamics (after OutPredict, Cirrone et al. 2020) follow from trials of 100 trees
    on 50 genes, evenly chosen from the canonical list, whichever targets a process has.
    """

    def __init__(
        self, expression: Expression, regulators: NDArray[np.int32], forest: ForestSpec
    ) -> None:
        if expression.sheet is None:
            raise ValueError("time series need a sample sheet")
        self._expression = expression
        self._regulators = np.asarray(regulators, dtype=np.int32)
        self._forest = forest
        self._sample = learning_sample(
            expression.sheet, with_steady_states=forest.steady_states == ADD
        )
        self._inputs = CompiledForests(
            expression,
            np.arange(expression.n_genes, dtype=np.int32),
            replace(forest, method=RANDOM_FOREST),
            samples=self._sample.now,
        )
        self._knock_outs = KnockOuts(expression) if forest.knock_outs == MULTIPLY else None
        self._rates: NDArray[np.float64] | None = None
        self._has_decided = False

    def warm_up(self) -> None:
        """Compile the kernels, or load their machine code, and choose the dynamics."""
        self._inputs.warm_up()
        self._decide()

    def importance(self, target: int) -> Scores:
        """Grow the forest of one target; see `ForestEngine.importance`."""
        if not self._has_decided:
            self._decide()
        rate = None if self._rates is None else float(self._rates[target])
        scores = self._scores(target, rate, n_trees=self._forest.n_trees)
        importance = scores.importance
        if self._knock_outs is not None:
            importance = importance * self._factors(target)
        return scores._replace(importance=importance)

    def _decide(self) -> None:
        """Choose the dynamics: set the decay rates of all genes, or None for the lag."""
        dynamics = self._forest.dynamics
        rates: Floats | None = None
        if dynamics in (AUTOMATIC, DECAY):
            rates = decay_rates(self._expression)
        elif dynamics != LAG:
            rates = np.full(self._expression.n_genes, float(dynamics))
        if dynamics == AUTOMATIC and rates is not None and not self._decay_is_better(rates):
            rates = None
        self._rates = rates
        self._has_decided = True

    def _decay_is_better(self, rates: Floats) -> bool:
        """Return whether decay predicts the next values out of bag better than the lag does."""
        n_genes = self._expression.n_genes
        trials = np.unique(np.linspace(0, n_genes - 1, min(n_genes, TRIAL_TARGETS)).astype(int))
        fits = [
            (self._trial(target, None), self._trial(target, float(rates[target])))
            for target in trials.tolist()
        ]
        known = [fit for fit in fits if not any(map(math.isnan, fit))]
        lag, decay = (math.fsum(column) for column in zip(*known, strict=True)) if known else (0, 0)
        return decay > lag

    def _trial(self, target: int, rate: float | None) -> float:
        return self._scores(target, rate, n_trees=TRIAL_TREES).oob_next_r

    def _scores(self, target: int, rate: float | None, *, n_trees: int) -> Scores:
        """Return the scores of one target, whose importance is that of the forest alone."""
        values = np.asarray(self._expression.values[target], dtype=np.float64)
        response = self._sample.response(values, rate)
        if not np.isfinite(response).all():
            raise InputError(
                f"The rate of change of {self._expression.genes[target]!r} is too large for a "
                "number.",
                "Check the times in the sample sheet and the values, or choose --dynamics lag.",
            )
        standardised = unit_variance(response)
        inputs = np.union1d(self._regulators, np.int32(target)).astype(np.int32)
        if standardised is None or inputs.size == 1:
            return Scores(np.zeros(self._regulators.size))
        forest = self._inputs.grow(
            standardised,
            inputs,
            n_trees=n_trees,
            seed=target_seed(self._forest.seed, self._expression.genes[target]),
        )
        importance = forest.importance[self._regulators]
        importance[self._regulators == target] = 0.0
        mean, deviation = _mean_and_deviation(response)
        predicted = mean + deviation * forest.predicted()
        return Scores(
            importance,
            forest.oob_r2,
            decay_rate=math.nan if rate is None else rate,
            oob_next_r=self._fit_of_next(predicted, values, rate),
        )

    def _fit_of_next(self, predicted: Floats, values: Floats, rate: float | None) -> float:
        """Return the correlation of the next values of series and those that were predicted."""
        sample = self._sample
        carried = sample.next_value(predicted, values, rate)[: sample.n_successive]
        is_known = ~np.isnan(carried)
        actual = values[sample.next[: sample.n_successive]][is_known]
        return _correlation(carried[is_known], actual)

    def _factors(self, target: int) -> Floats:
        """Return the knock-out factor of each regulator, 1 for one that is never knocked out."""
        factors = np.full(self._expression.n_genes, NO_FACTOR)
        if self._knock_outs is not None:
            found = self._knock_outs.factors(target)
            factors[self._knock_outs.genes] = np.where(np.isnan(found), NO_FACTOR, found)
        return factors[self._regulators]


def _mean_and_deviation(values: Floats) -> tuple[float, float]:
    """Return the mean and the standard deviation (divisor n), with correctly rounded sums."""
    mean = math.fsum(values.tolist()) / values.size
    deviations = values - mean
    return mean, math.sqrt(math.fsum((deviations * deviations).tolist()) / values.size)


def _correlation(first: Floats, second: Floats) -> float:
    """Return Pearson's correlation; NaN where one of the two is constant or there are too few."""
    if first.size < 3:
        return math.nan
    ours, others = unit_variance(first), unit_variance(second)
    if ours is None or others is None:
        return math.nan
    return math.fsum((ours * others).tolist()) / ours.size


def notes(targets: Sequence[TargetSummary]) -> list[str]:
    """Return which dynamics were learned, and how well they predict the next values.

    Parameters
    ----------
    targets : sequence of TargetSummary
        The targets of a finished run.
    """
    fits = [row.oob_next_r for row in targets if not math.isnan(row.oob_next_r)]
    rates = [row.decay_rate for row in targets if not math.isnan(row.decay_rate)]
    if not fits and not rates:
        return []
    sentence = "The next value was learned (dynamics: lag)."
    if rates:
        sentence = (
            "The rate of change was learned, with decay (dynamics: dynGENIE3; median rate of "
            f"decay {statistics.median(rates):.3g})."
        )
    if fits:
        sentence += (
            " The median correlation of the next values with those predicted out of bag is "
            f"{statistics.median(fits):.2f}."
        )
    return [sentence]
