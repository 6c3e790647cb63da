"""Describe each method in sentences of the methods paragraph."""

from __future__ import annotations

from genie3_engine.model import AGGREGATIONS, METHODS, ForestSpec

_GENERATIONS = {
    "G1": "as published in 2017 to 2019 (generation G1, scikit-learn up to 0.19)",
    "G2": "as computed with scikit-learn 0.20 to 1.2 (generation G2)",
    "G3": "as computed with scikit-learn 1.3 and later (generation G3)",
}


def forest_sentences(forest: ForestSpec, regulators: str, targets: str) -> list[str]:
    """Return how the forests of GENIE3 were grown.

    Parameters
    ----------
    forest : ForestSpec
        Method and settings.
    regulators, targets : str
        Such as ``all other genes`` and ``each gene``.
    """
    trees = f"{forest.n_trees:,} {'tree' if forest.n_trees == 1 else 'trees'}"
    return [
        f"For {targets}, scaled to unit variance, a {METHODS[forest.method].phrase} of "
        f"{trees} [2] was grown on the "
        f"expression of {regulators}, with {_candidates(forest.k)} at each node "
        f"(seed {forest.seed}).",
        "The importance of a link is the total decrease in the target's variance at the nodes that "
        "split on the regulator, averaged over trees and given as a share of the target's "
        "variance; links were ranked by it over all targets.",
    ]


def precision_sentences(forest: ForestSpec, regulators: str, targets: str) -> list[str]:
    """Return how the precision matrix was made and its links scored.

    Parameters
    ----------
    forest : ForestSpec
        Method and settings.
    regulators, targets : str
        Such as ``all other genes`` and ``each gene``.
    """
    weight = f"{forest.shrinkage:g}"
    return [
        "The expression of each gene was scaled to unit variance, and the correlation matrix of "
        f"all genes was shrunken towards the identity (weight {weight}) and inverted.",
        f"For {targets}, each of {regulators} was scored by the size of the entry of this matrix, "
        "divided by the mean of the regulator and the mean of the target (row-column weighting "
        "[1]); links were ranked by it over all targets.",
    ]


def member_sentences(forest: ForestSpec, regulators: str, targets: str) -> list[str]:
    """Return how the networks of a method's members were made and combined.

    Parameters
    ----------
    forest : ForestSpec
        Method and settings.
    regulators, targets : str
        Such as ``all other genes`` and ``each gene``.
    """
    record = METHODS[forest.method]
    names = []
    for name in record.members:
        numbers = [record.papers.index(paper) + 1 for paper in METHODS[name].papers]
        names.append(METHODS[name].phrase + "".join(f" [{number}]" for number in numbers))
    return [
        f"For {targets}, {regulators} were scored by {' and by '.join(names)}, each with its "
        "default settings.",
        *combination_sentences(forest, regulators, targets),
    ]


def combination_sentences(forest: ForestSpec, regulators: str, targets: str) -> list[str]:
    """Return how lists of links were combined.

    Parameters
    ----------
    forest : ForestSpec
        Method and settings.
    regulators, targets : str
        Not used: the lists have them.
    """
    del regulators, targets
    aggregation = AGGREGATIONS[forest.how]
    absent = (
        "the share of a link that a list lacks is 0"
        if aggregation.takes_shares
        else "links of equal importance have their mean rank, and so have the links that a list "
        "lacks"
    )
    return [f"Links were ranked by {aggregation.phrase} over the lists; {absent}."]


def boosting_sentences(forest: ForestSpec, regulators: str, targets: str) -> list[str]:
    """Return how the trees of GRNBoost2 were boosted.

    Parameters
    ----------
    forest, regulators, targets
        As in `forest_sentences`.
    """
    trees = f"{forest.n_trees:,} trees were grown"
    if forest.stop == "window":
        trees = (
            "trees were grown until the mean improvement of the squared error of samples out of "
            f"bag over 25 trees was negative (at most {forest.n_trees:,})"
        )
    importance = "its share of the gain of all trees, times their number"
    if forest.generation == "G1":
        importance = "its share of the gain of each tree, summed over the trees"
    return [
        f"The algorithm is that {_GENERATIONS[forest.generation]}.",
        f"For {targets}, regression trees of depth 3 were boosted [2] on the expression of "
        f"{regulators}, with a learning rate of 0.01, 90 % of the samples drawn for each tree and "
        f"a tenth of the regulators at each node; {trees} (seed {forest.seed}).",
        f"The importance of a link is {importance}; links were ranked by it over all targets.",
    ]


def time_series_sentences(forest: ForestSpec, regulators: str, targets: str) -> list[str]:
    """Return what the forests of time series learned.

    Parameters
    ----------
    forest, regulators, targets
        As in `forest_sentences`.
    """
    decay = "at a rate estimated from the data [1]"
    if isinstance(forest.dynamics, (int, float)):
        decay = f"at the rate {forest.dynamics:g} in the inverse of the unit of time"
    change = f"its rate of change between the two points, on top of its decay {decay}"
    following = "its value at the second of the two points"
    learned = {"lag": following, "auto": f"{following}, or {change}"}.get(
        str(forest.dynamics), change
    )
    sentences = [
        f"For {targets}, a Random Forest of {forest.n_trees:,} "
        f"{'tree' if forest.n_trees == 1 else 'trees'} was grown on pairs of successive points of "
        f"the time series: from the expression of {regulators} and of the target itself at the "
        f"first point, it learned {learned}, with {_candidates(forest.k)} at each node "
        f"(seed {forest.seed})."
    ]
    if forest.dynamics == "auto":
        sentences.append(
            "Of these two, the one was taken whose forests predicted the second points better out "
            "of bag, by the mean correlation over genes (after [2])."
        )
    if forest.steady_states == "add":
        sentences.append("Samples of no series were added as steady states, which do not change.")
    sentences.append(
        "The importance of a link is the total decrease in the variance of what is learned at the "
        "nodes that split on the regulator [3], averaged over trees and given as a share of that "
        "variance; the target's own importance was dropped."
    )
    if forest.knock_outs == "multiply":
        sentences.append(
            "It was multiplied by the distance, in standard deviations of the target, between the "
            "target's mean where the regulator is knocked out or down and its mean elsewhere (1 "
            "for regulators that never are)."
        )
    return [*sentences, "Links were ranked by it over all targets."]


def _candidates(k: str | int) -> str:
    if k == "all":
        return "all of them tried"
    if k == "sqrt":
        return "the square root of their number drawn"
    return f"{k:,} of them drawn"
