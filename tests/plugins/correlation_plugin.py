"""A package from outside the program: a tree method, an engine, and a method of its own."""

from __future__ import annotations

import math

import numpy as np

from genie3_engine.inference.genie3 import Scores, unit_variance
from genie3_engine.model import Engine, Method, TreeMethod

METHOD = TreeMethod(
    label="Balanced Trees",
    help="Trees of equal depth.",
    phrase="forest of balanced trees",
    reference="Doe J (2026) Balanced trees.",
    has_random_splits=True,
    has_out_of_bag=False,
    estimator="sklearn.ensemble:ExtraTreesRegressor",
)
ENGINE = Engine(
    label="Correlation",
    help="The squared correlation, without any tree.",
    phrase="the correlation engine",
    builder="correlation_plugin:Correlations",
    has_jobs=False,
    memory_bytes=lambda size: 8.0 * size.n_regulators * size.n_samples,
    compile_seconds=77.0,
    package="numpy",
    reference="Pearson K (1895) Notes on regression.",
)


SQUARES = Method(
    label="Squares",
    help="The squared correlation, five targets at a time.",
    phrase="squared correlation",
    settings=(),
    paragraph="correlation_plugin:sentences",
    scale="squared correlation",
    references=("Galton F (1889) Natural inheritance.",),
    builder="correlation_plugin:Squares",
    block_size=5,
    min_samples=4,
    memory_bytes=lambda size: 16.0 * size.n_regulators,
    notes="correlation_plugin:notes",
)


def sentences(forest, regulators, targets):
    return [f"For {targets}, {regulators} were ranked by squared correlation."]


def notes(targets):
    return [f"{len(targets)} targets know no direction."]


class Correlations:
    """Squared correlation as the importance."""

    def __init__(self, expression, regulators, forest):
        self._expression, self._regulators = expression, regulators

    def importance(self, target):
        importance = np.zeros(self._regulators.size)
        response = unit_variance(self._expression.values[target])
        for position, regulator in enumerate(self._regulators.tolist()):
            values = unit_variance(self._expression.values[regulator])
            if regulator != target and response is not None and values is not None:
                importance[position] = float(np.mean(response * values)) ** 2
        return importance, math.nan


class Squares(Correlations):
    """The same, of a block of targets."""

    def importances(self, targets):
        assert 1 <= targets.size <= SQUARES.block_size
        return [Scores(self.importance(target)[0], n_trees=2) for target in targets.tolist()]
