"""Describe each method in sentences of the methods paragraph."""

from __future__ import annotations

from genie3_engine.model import AGGREGATIONS, METHODS, ForestSpec


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


def _candidates(k: str | int) -> str:
    if k == "all":
        return "all of them tried"
    if k == "sqrt":
        return "the square root of their number drawn"
    return f"{k:,} of them drawn"
