"""Bootstrap intervals of accuracy: targets are drawn again, with replacement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from genie3_engine.evaluation.gold_standard import Keys
from genie3_engine.evaluation.matches import JudgedLinks
from genie3_engine.evaluation.rank_groups import Floats, RankGroups

_MOST_RESAMPLES, _FEWEST_RESAMPLES = 1_000, 200
_PAIRS_IN_ALL = 2_000_000_000  # judged pairs of all resamples: a few seconds
LEVEL = 0.95
_LEAST_TARGETS = 10
_BLOCK_NUMBERS = 500_000  # what fits the processor's cache is faster
_SEED = 1


@dataclass(frozen=True, slots=True)
class Interval:
    """A bootstrap interval of 95 %.

    Parameters
    ----------
    low, high : float
        Its ends.
    """

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Resamples:
    """Measures of one ranking for resampled targets.

    The draws depend on nothing but the number of targets, so those of two rankings that the same
    gold standard judges are of the same targets, one by one, and their difference is paired.

    Parameters
    ----------
    auroc, aupr, early_precision : (n_resamples,) float64
        As in `genie3_engine.evaluation.accuracy.Accuracy`. NaN where no target drawn has a true
        link.
    """

    auroc: Floats
    aupr: Floats
    early_precision: Floats

    def interval(self, measure: str) -> Interval:
        """Return the interval of a measure, by the name of its field."""
        return _interval(getattr(self, measure))

    def difference(self, other: Resamples, measure: str) -> Interval:
        """Return the interval of a measure's difference, this ranking minus another."""
        return _interval(getattr(self, measure) - getattr(other, measure))

    def share_above(self, other: Resamples, measure: str) -> float:
        """Return the share of resamples in which this ranking has the higher measure.

        Equal ones count as half.
        """
        difference = getattr(self, measure) - getattr(other, measure)
        difference = difference[~np.isnan(difference)]
        return float(np.mean((np.sign(difference) + 1) / 2))


def _interval(values: Floats) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))


def resample_targets(
    judged: JudgedLinks, *, n_resamples: int | None = None, seed: int = _SEED
) -> Resamples | None:
    """Measure a ranking many times, each time for other targets.

    Parameters
    ----------
    judged : JudgedLinks
        The links that a gold standard judges.
    n_resamples : int, optional
        How often as many targets are drawn as the gold standard judges: 1,000 times by default,
        and down to 200 times above 2 million pairs.
    seed : int
        Of the draws.

    Returns
    -------
    Resamples or None
        None where fewer than 10 targets have a true link: too few to measure how much they differ.

    Notes
    -----
    A target that is drawn several times has each of its pairs several times, at the same place of
    the ranking. The measures depend on the links before and inside each group of equal scores
    that holds a true link. These are counts per target times how often each target was drawn: a
    product of a sparse matrix, one entry for each judged link, and a block of resamples.
    """
    gold, n_genes = judged.gold, len(judged.gold.genes)
    pairs = gold.pairs_per_target()
    targets = np.flatnonzero(pairs)
    true_pairs = np.bincount(gold.positives % n_genes, minlength=n_genes)[targets]
    if np.count_nonzero(true_pairs) < _LEAST_TARGETS:
        return None
    places = np.cumsum(pairs > 0) - 1
    ranking = _Ranking.of(judged, places[judged.keys % n_genes], len(targets))
    if n_resamples is None:
        n_affordable = _PAIRS_IN_ALL // gold.n_universe
        n_resamples = min(max(_FEWEST_RESAMPLES, n_affordable), _MOST_RESAMPLES)
    size = max(1, _BLOCK_NUMBERS // (2 * ranking.n_rows + len(targets)))
    parts = [
        ranking.measures(weights, pairs[targets], true_pairs)
        for weights in _weights(len(targets), n_resamples, size, seed)
    ]
    return Resamples(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _weights(n_targets: int, n_resamples: int, size: int, seed: int) -> Iterator[Floats]:
    """Yield how often each target is drawn, for blocks of at most ``size`` resamples."""
    draws = np.random.default_rng(seed)
    for first in range(0, n_resamples, size):
        n = min(size, n_resamples - first)
        block = np.empty((n_targets, n))
        for column in range(n):
            drawn = draws.integers(n_targets, size=n_targets)
            block[:, column] = np.bincount(drawn, minlength=n_targets)
        yield block


@dataclass(frozen=True, slots=True, eq=False)
class _Ranking:
    """Counts of links by target: down to each group with true links, inside it, and true ones."""

    before: csr_array
    inside: csr_array
    true_inside: csr_array

    @classmethod
    def of(cls, judged: JudgedLinks, target: Keys, n_targets: int) -> _Ranking:
        """Count the links of a ranking whose targets are numbered."""
        scores, is_true = judged.scores, judged.is_true
        is_first = np.append(True, scores[1:] != scores[:-1])[: len(scores)]
        group = np.cumsum(is_first) - 1
        starts = np.append(np.flatnonzero(is_first), len(scores))
        chosen = np.unique(group[is_true])
        start, end = starts[chosen], starts[chosen + 1]
        true_links = np.flatnonzero(is_true)
        ends_of_true = np.searchsorted(true_links, np.append(end, len(scores)))
        # Rows alternate: links before a group, links inside it; the last row has what is left.
        cuts = np.append(np.column_stack([start, end]).ravel(), len(scores))
        counts = _counts(target, np.append(0, cuts), n_targets)
        return cls(
            counts[0::2],
            counts[1::2],
            _counts(target[true_links], np.append(0, ends_of_true[:-1]), n_targets),
        )

    @property
    def n_rows(self) -> int:
        return int(self.before.shape[0])

    def measures(
        self, weights: Floats, pairs: Keys, true_pairs: Keys
    ) -> tuple[Floats, Floats, Floats]:
        """Return the measures of each column of weights; the pairs not listed come last."""
        before, inside, true = (
            side @ weights for side in (self.before, self.inside, self.true_inside)
        )
        end = np.cumsum(before[:-1] + inside, axis=0)
        n_true = np.cumsum(true, axis=0)
        n_listed = before.sum(axis=0) + inside.sum(axis=0)
        n_universe, n_positives = pairs @ weights, true_pairs @ weights
        groups = RankGroups(
            np.vstack([end - inside, n_listed]),
            np.vstack([end, n_universe]),
            np.vstack([n_true, n_positives]),
            n_universe,
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            return (
                groups.auroc(),
                _known(groups.aupr_dream5(), n_positives),
                groups.early_precision(),
            )


def _known(values: Floats, n_positives: Floats) -> Floats:
    return np.where(n_positives > 0, values, np.nan)


def _counts(target: Keys, cuts: npt.NDArray[np.int64], n_targets: int) -> csr_array:
    """Return which links lie between two cuts, each by its target, as a sparse matrix."""
    columns = target[: cuts[-1]].astype(np.int32)
    return csr_array((np.ones(len(columns)), columns, cuts), shape=(len(cuts) - 1, n_targets))
