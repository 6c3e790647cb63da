"""The reference engine: forests grown by scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from genie3_engine.inference.genie3 import target_seed, unit_variance
from genie3_engine.model import tree_method
from genie3_engine.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.model import ForestSpec


class ScikitLearnForests:
    """GENIE3 as its authors' Python program computes it; the oracle of the compiled engine.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Method, K, trees and seed.
    n_jobs : int
        scikit-learn's own jobs; never decides the result.

    Notes
    -----
    Follows ``GENIE3_single`` of https://github.com/vahuynh/GENIE3 (Huynh-Thu et al., PLoS ONE
    2010): the target is scaled to unit variance, it is not a candidate itself, and the importance
    of a regulator is the mean over trees of scikit-learn's unnormalised importance. scikit-learn
    holds expression as float32.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        n_jobs: int = 1,
    ) -> None:
        import sklearn.ensemble  # noqa: F401 -- a second that the first target is not to blame for

        self._expression = expression
        self._regulators = regulators
        self._forest = forest
        self._n_jobs = n_jobs
        self._features = np.ascontiguousarray(expression.values[regulators], dtype=np.float32)

    def importance(self, target: int) -> tuple[NDArray[np.float64], float]:
        """Grow the forest of one target and score every regulator; see `ForestEngine`."""
        result = np.zeros(self._regulators.size)
        candidates = np.flatnonzero(self._regulators != target)
        response = unit_variance(self._expression.values[target])
        if response is None or candidates.size == 0:
            return result, float("nan")
        features = self._features
        if candidates.size < self._regulators.size:
            features = features[candidates]
        samples = features.T  # regulators stay contiguous, as scikit-learn's splitter reads them
        forest = self._unfitted(candidates.size, self._expression.genes[target])
        forest.fit(samples, response)
        result[candidates] = _mean_importance(forest.estimators_, candidates.size)
        if not tree_method(self._forest.method).has_out_of_bag:
            return result, float("nan")
        return result, _out_of_bag_r2(forest, samples, response)

    def _unfitted(self, n_candidates: int, name: str) -> Any:  # noqa: ANN401
        return load(tree_method(self._forest.method).estimator)(
            n_estimators=self._forest.n_trees,
            max_features=self._forest.max_features(n_candidates),
            n_jobs=self._n_jobs,
            random_state=target_seed(self._forest.seed, name) & 0xFFFFFFFF,
        )


def _mean_importance(trees: Iterable[Any], n_candidates: int) -> NDArray[np.float64]:
    total = np.zeros(n_candidates)
    n_trees = 0
    for tree in trees:
        total += tree.tree_.compute_feature_importances(normalize=False)
        n_trees += 1
    return total / n_trees


def _out_of_bag_r2(
    forest: Any,  # noqa: ANN401
    samples: NDArray[np.float32],
    response: NDArray[np.float64],
) -> float:
    """Return R² over the samples that at least one tree has not seen.

    Notes
    -----
    scikit-learn's own ``oob_score_`` predicts 0 for samples that every tree has seen, which spoils
    the score of small forests.
    """
    total = np.zeros(response.size)
    votes = np.zeros(response.size, dtype=np.int64)
    for tree, drawn in zip(forest.estimators_, forest.estimators_samples_, strict=True):
        unseen = np.ones(response.size, dtype=bool)
        unseen[drawn] = False
        total[unseen] += tree.predict(samples[unseen], check_input=False)
        votes += unseen
    judged = votes > 0
    truth = response[judged]
    spread = float(np.sum((truth - truth.mean()) ** 2)) if truth.size else 0.0
    if spread == 0.0:
        return float("nan")
    return 1.0 - float(np.sum((truth - total[judged] / votes[judged]) ** 2)) / spread
