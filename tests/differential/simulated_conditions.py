"""Expression in two conditions, simulated from networks that differ in known links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.differential.classes import Candidates, Network, strongest_of_both
from genie3_engine.differential.correlation import fisher_z, spearman
from genie3_engine.differential.label_forests import LabelDesign, LabelForests, LabelScores
from genie3_engine.differential.rewiring import Rewiring, rewiring
from genie3_engine.differential.statistics import Changes, changes, promising_links

N_REGULATORS, N_TARGETS = 30, 100


@dataclass(frozen=True)
class Conditions:
    """Samples of both conditions, and the truth: 1 a link gained, -1 lost, 0 unchanged."""

    expression: Expression
    is_second: np.ndarray
    truth: np.ndarray  # (n_regulators, n_targets)

    @property
    def regulators(self):
        return np.arange(len(self.truth), dtype=np.int32)

    @property
    def targets(self):
        n_regulators, n_targets = self.truth.shape
        return np.arange(n_regulators, n_regulators + n_targets, dtype=np.int32)


def simulate(
    n_samples,
    *,
    share_rewired=0.0,
    seed=0,
    n_regulators=N_REGULATORS,
    n_targets=N_TARGETS,
    n_factors=4,
    most_regulators=2,
):
    """Simulate a linear network of correlated regulators; ``n_samples`` are those of both groups.

    A rewired target loses one of its regulators, or has another in its place. Every
    gene has a level and a spread of its own in each condition.
    """
    random = np.random.default_rng(seed)
    is_second = np.arange(sum(n_samples)) >= n_samples[0]
    factors = random.normal(size=(n_factors, is_second.size))
    loadings = random.normal(size=(n_regulators, n_factors)) / np.sqrt(n_factors)
    inputs = 0.7 * loadings @ factors + 0.7 * random.normal(size=(n_regulators, is_second.size))
    weights = np.zeros((2, n_regulators, n_targets))
    truth = np.zeros((n_regulators, n_targets), int)
    n_rewired = round(share_rewired * n_targets)
    for target in range(n_targets):
        n_true = random.integers(1, most_regulators + 1)
        chosen = random.permutation(n_regulators)[: n_true + 1]
        size = random.uniform(0.7, 1.3, n_true) * random.choice([-1, 1], n_true)
        weights[:, chosen[:n_true], target] = size
        if target < n_rewired:
            weights[1, chosen[0], target] = 0.0
            truth[chosen[0], target] = -1
            if target % 2 == 0 or n_true == 1:
                weights[1, chosen[n_true], target] = size[0]
                truth[chosen[n_true], target] = 1
    signal = np.where(is_second, weights[1].T @ inputs, weights[0].T @ inputs)
    values = np.concatenate([inputs, signal + 0.5 * random.normal(size=signal.shape)])
    level = random.normal(0, 2, (2, len(values), 1))
    spread = random.uniform(0.5, 2, (2, len(values), 1))
    values = np.where(is_second, values * spread[1] + level[1], values * spread[0] + level[0])
    genes = tuple(f"g{gene:03d}" for gene in range(len(values)))
    samples = tuple(f"s{sample:03d}" for sample in range(is_second.size))
    return Conditions(Expression(values, genes, samples), is_second, truth)


@dataclass(frozen=True)
class Compared:
    """What a comparison finds."""

    candidates: Candidates
    changes: Changes
    fisher_z: np.ndarray
    rewiring: Rewiring
    truth: np.ndarray  # of each candidate link
    n_changed: int  # links that really change, candidates or not
    is_rewired: np.ndarray  # of each target

    @property
    def of_rewired(self):
        """Whether the target of each candidate link is rewired."""
        return self.is_rewired[self.candidates.targets - self.candidates.targets.min()]

    def average_precision(self, score):
        """Area under precision and recall of the changed links, ranked by the size of a score."""
        is_true = (self.truth != 0)[np.argsort(-np.abs(score), kind="stable")]
        precision = np.cumsum(is_true) / np.arange(1, is_true.size + 1)
        return float(precision[is_true].sum() / self.n_changed)


def compare(
    conditions,
    forest,
    *,
    n_permutations=50,
    n_more=0,
    top=None,
    blocks=None,
    is_centred=True,
):
    """Compare both conditions as a comparison does, in one thread and without files."""
    targets = conditions.targets
    design = LabelDesign(conditions.is_second, targets, 1 + n_permutations + n_more, blocks)
    observed = _engine(conditions, forest, design, None, is_centred)
    every = LabelScores(
        design,
        np.tile(conditions.regulators, targets.size),
        np.repeat(targets, conditions.regulators.size),
        labellings=range(1),
    )
    _gather(every, observed, conditions.regulators, design.numbers(range(1)))
    networks = [_network(row, conditions) for row in every.importance[0]]
    candidates = strongest_of_both(*networks, top=top or 5 * targets.size)
    links = candidates.regulators, candidates.targets
    forests = _engine(conditions, forest, design, links, is_centred)
    first = range(1, n_permutations + 1)
    scores = LabelScores(design, *links, labellings=first)
    _gather(scores, forests, conditions.regulators, design.numbers(first))
    found = changes(candidates.importance, scores.importance, least=candidates.least)
    if n_more:
        promising = promising_links(found.p)
        places = np.unique(candidates.targets[promising]) - targets[0]
        second = range(n_permutations + 1, n_permutations + n_more + 1)
        more = LabelScores(design, *(each[promising] for each in links), labellings=second)
        _gather(more, forests, conditions.regulators, design.numbers(second, places))
        found = changes(
            candidates.importance,
            scores.importance,
            least=candidates.least,
            more=more.importance,
            promising=promising,
        )
    groups = ~conditions.is_second, conditions.is_second
    correlations = [spearman(conditions.expression.values[:, group], *links) for group in groups]
    n_samples = int(groups[0].sum()), int(groups[1].sum())
    return Compared(
        candidates=candidates,
        changes=found,
        fisher_z=fisher_z(*correlations, n_samples=n_samples),
        rewiring=rewiring(every.r2[0], scores.r2),
        truth=conditions.truth[candidates.regulators, candidates.targets - targets[0]],
        n_changed=int(np.count_nonzero(conditions.truth)),
        is_rewired=conditions.truth.any(axis=0),
    )


def _engine(conditions, forest, design, candidates, is_centred):
    forests = LabelForests(
        conditions.expression, conditions.regulators, forest, design=design, candidates=candidates
    )
    if not is_centred:
        forests._values = conditions.expression.values
    return forests


def _gather(scores, forests, regulators, numbers):
    for number in numbers.tolist():
        found = forests.importance(number)
        scores.add(number, regulators, found.importance.astype(np.float32))
        scores.add_fit(number, found.oob_r2, found.carried_r2)


def _network(importance, conditions):
    """Links from importances in the order of targets, then regulators."""
    known = np.flatnonzero(importance > 0)
    return Network(
        (known % conditions.regulators.size).astype(np.int32),
        conditions.targets[known // conditions.regulators.size],
        importance[known],
    )
