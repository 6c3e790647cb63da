"""Describe regulons and their activity in sentences for a paper's methods."""

from __future__ import annotations

from genie3_engine.regulons.rules import PYSCENIC_RULES, Rule
from genie3_engine.regulons.selection import LEAST_CORRELATION, RegulonOptions

_SENTENCES = {
    "targets": "the {n:,.0f} strongest targets of each regulator",
    "regulators": "the links of the {n:,.0f} strongest regulators of each target",
    "quantile": "the links above the quantile {n:g} of all importances",
    "strongest": "the {n:,.0f} strongest links of the network",
    "importance": "the links of an importance of {n:g} or more",
    "q": "the links with q of {n:g} or less (Benjamini-Hochberg)",
    "stability": "the links with a stability of {n:g} or more",
}
_SCENIC = (
    "Van de Sande B, et al. A scalable SCENIC workflow for single-cell gene regulatory network "
    "analysis. Nature Protocols 15, 2247-2276 (2020)."
)
_AUCELL = (
    "Aibar S, et al. SCENIC: single-cell regulatory network inference and clustering. "
    "Nature Methods 14, 1083-1086 (2017)."
)


def regulon_sentences(
    options: RegulonOptions, *, top_share: float | None = None, seed: int = 0
) -> str:
    """Return how regulons were made, and their activity computed, with references.

    Parameters
    ----------
    options : RegulonOptions
        How the regulons were made.
    top_share : float, optional
        Share of a sample's genes that the recovery curve runs over; without it, activity is not
        described.
    seed : int
        What orders genes of the same expression.
    """
    if options.rules == PYSCENIC_RULES:
        chosen = "the six rules of pySCENIC [1]"
    else:
        chosen = " and, separately, ".join(map(_sentence, options.rules)) + ", as in pySCENIC [1]"
    least = f"{LEAST_CORRELATION:g}"
    signs = {
        "activating": f" Only links with a Pearson correlation above {least} were used.",
        "both": f" Links with a Pearson correlation above {least} and below -{least} made "
        "activating and repressing regulons.",
        "none": "",
    }[options.signs]
    text = (
        f"Regulons were made by {chosen}.{signs} The regulator was added to its targets, and "
        f"regulons of fewer than {options.min_genes:,} genes were dropped."
    )
    references = [f"[1] {_SCENIC}"]
    if top_share is not None:
        text += (
            " The activity of a regulon in a sample is the area under the recovery curve of its "
            f"genes along the highest {100 * top_share:g} % of the sample's genes (AUCell [2], "
            f"without weights; order of equal expression by seed {seed})."
        )
        references.append(f"[2] {_AUCELL}")
    return "\n".join([text, "", *references])


def _sentence(rule: Rule) -> str:
    """Return what a rule chooses; a rule of another package is named by its label."""
    if rule.name not in _SENTENCES:
        return f"{rule.kind.label.lower()} ({rule})"
    return _SENTENCES[rule.name].format(n=rule.value)
