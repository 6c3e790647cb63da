"""What a comparison tests and what its columns mean, in words for pages and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.model import METHODS

if TYPE_CHECKING:
    from genie3_engine.differential.comparison_folder import Comparison
    from genie3_engine.differential.comparison_spec import ComparisonSpec

NULL = (
    "The samples of the two conditions come from one network, up to each gene's level and spread."
)
EXPLANATIONS: dict[str, str] = {
    "What is tested": (
        f"The null hypothesis: {NULL[0].lower()}{NULL[1:-1]}. Each gene is centred and scaled "
        "inside its group, so that a shift of its mean or variance does not count. Then the labels "
        "of the samples are permuted, inside blocks where there are any (genes are centred inside "
        "large ones as well), and both networks are inferred again."
    ),
    "z, p and q": (
        "z is the change of the importance over its spread under permuted labels; positive is "
        "stronger in the second condition. p is how often permuted labels change a link of similar "
        "strength as much. q is the false discovery rate over all links compared (Benjamini and "
        "Hochberg)."
    ),
    "What q does not show": (
        "It does not show that a link is direct, that the change is large, or that the condition "
        "causes it: whatever else differs between the groups, such as batch or the mix of cells, "
        "counts as well. The regulators of a target compete: when one changes, the importance of "
        "the others changes too. In simulations 58 to 90 % of the links at q ≤ 0.1 had changed; "
        "most of the others were on targets that had changed."
    ),
    "Gained, lost, reversed, kept": (
        "Gained and lost links are among the strongest of one network only. Reversed links are "
        "strong in both, with clear correlations of opposite sign; kept links are the rest. These "
        "words describe the two networks; q judges whether a change is more than chance."
    ),
    "Correlation": (
        "Fisher's z is the change of Spearman's correlation. It finds changed associations, direct "
        "or not; z of the importance finds changed direct links that correlation cannot. With "
        "fewer than 60 samples in a group the correlation ranked changed links better."
    ),
    "Rewiring": (
        "The R² of a target's forest on samples of its own group that its trees have not seen, "
        "less its R² on the samples of the other group, tested by the same permutations. A target "
        "is rewired when its regulation does not carry over. Where R² is low in both groups, "
        "little is known of the target."
    ),
}


def setting_rows(spec: ComparisonSpec) -> list[tuple[str, str]]:
    """Return the settings of a comparison as labels and values for people.

    Parameters
    ----------
    spec : ComparisonSpec
        What is compared.
    """
    rows = []
    for title, group in (("First group", spec.first), ("Second group", spec.second)):
        where = f"{group.column} = {group.value}" if group.column else "all samples"
        rows.append((title, f"{group.label} ({where}; data set {group.dataset[:12]})"))
    rows.append(("Blocks", spec.blocks or "none"))
    rows += [
        (each.label, each.format(getattr(spec.forest, name)))
        for name, each in spec.forest.settings().items()
    ]
    rows += [
        ("Candidate regulators", _how_many(spec.regulators)),
        ("Targets", _how_many(spec.targets)),
        ("Permutations", f"{spec.n_permutations:,}"),
        ("Further permutations of promising targets", f"{spec.n_more:,}"),
        ("Strongest links of each network", f"{spec.top:,}"),
    ]
    return rows


def method_sentences(comparison: Comparison) -> str:
    """Return a paragraph about a comparison for a paper's methods section.

    Parameters
    ----------
    comparison : Comparison
        A comparison that is done.
    """
    spec, about = comparison.spec, comparison.about
    sizes = comparison.n_samples
    groups = " and ".join(
        f"{label} ({size:,} samples)" for label, size in zip(spec.labels, sizes, strict=True)
    )
    forest = spec.forest
    trees = f", {forest.n_trees:,} trees per target" if forest.grows_with_trees else ""
    blocks = ""
    if spec.blocks:
        blocks = f" inside blocks ({spec.blocks}; genes were also centred inside large blocks)"
    more = (
        f", and {spec.n_more:,} further times for targets with a promising link"
        if spec.n_more
        else ""
    )
    return (
        f"Gene regulatory networks of {groups} were inferred with GENIE3 "
        f"({METHODS[forest.method].label}{trees}) and compared. The "
        "null hypothesis was that the samples of both conditions come from one network, up to each "
        "gene's level and spread: each gene was centred and scaled inside its group, the labels of "
        f"the samples were permuted{blocks} {spec.n_permutations:,} times{more}, and both networks "
        "were inferred again. The change of a link is the difference of its importances over its "
        "moderated standard deviation under permutation (z); p-values pool the permuted z of links "
        "of similar strength, and q-values are Benjamini and Hochberg's over the "
        f"{about['n_links']:,} links among the strongest {spec.top:,} of either network. A "
        "target's rewiring is the out-of-bag R² of its forest less its R² on the samples of the "
        "other condition."
    )


def _how_many(names: tuple[str, ...] | None) -> str:
    return "every common gene" if names is None else f"{len(names):,} chosen"
