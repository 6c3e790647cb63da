"""Describe the evidence of links in sentences of the methods paragraph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genie3_engine.store.evidence import STABILITY, Evidence, Q


def confidence_sentences(evidence: Evidence | None) -> list[str]:
    """Return how the evidence of links was computed and what it does not show.

    Parameters
    ----------
    evidence : Evidence or None
        That of the run; None gives no sentence.
    """
    if evidence is None:
        return []
    sentences = []
    if Q in evidence.columns:
        sentences += _p_values(evidence.about)
    if STABILITY in evidence.columns:
        sentences += _stability(evidence.about)
    return sentences


def _p_values(about: Mapping[str, Any]) -> list[str]:
    n_forests = about["n_groups"] * about["n_nulls"]
    pi0 = ""
    if about["pi0"] is not None:
        pi0 = f"; estimated share of pairs without dependence {about['pi0']:.2f}, not used"
    return [
        f"For a p-value of each link, the targets were divided into {about['n_groups']:,} "
        "groups by the distribution of their values, and for each group the method was applied to "
        f"{about['n_nulls']:,} permuted targets ({n_forests:,} in all); importances, over the mean "
        "importance of the regulator for permuted targets, were compared with those of the group "
        "of the target.",
        f"The p-values were adjusted for {about['n_tests']:,} pairs of genes "
        f"(Benjamini-Hochberg{pi0}).",
        "A small q shows that the target depends on the regulator or on something that the "
        "regulator moves with, not that the link is direct.",
    ]


def _stability(about: Mapping[str, Any]) -> list[str]:
    return [
        f"The stability of a link is the share of {about['n_halves']:,} random halves of the "
        "samples (complementary pairs) in which it is among the strongest of its target."
    ]
