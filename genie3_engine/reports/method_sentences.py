"""Describe each method in sentences of the methods paragraph."""

from __future__ import annotations

from genie3_engine.model import METHODS, ForestSpec


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


def _candidates(k: str | int) -> str:
    if k == "all":
        return "all of them tried"
    if k == "sqrt":
        return "the square root of their number drawn"
    return f"{k:,} of them drawn"
