"""Build the specification of a run from a user's choices and a data set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from genie3_engine.confidence.requirements import require_confidence
from genie3_engine.data.quality import parse_recipe, targets_of
from genie3_engine.data.regulators import match_names
from genie3_engine.data.sparse_genes import require_dense
from genie3_engine.errors import OptionError
from genie3_engine.model import (
    KEEP,
    METHODS,
    ConfidenceSpec,
    ForestSpec,
    LayoutSpec,
    RunSpec,
    default_keep,
)

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression


class Choices(TypedDict, total=False):
    """The choices of a caller; each as in `build_run_spec`."""

    regulators: Collection[str] | None
    targets: Collection[str] | int | None
    forest: ForestSpec | None
    keep: str | int
    layout: LayoutSpec | None
    confidence: ConfidenceSpec | None
    regulators_from: str


def build_run_spec(
    expression: Expression,
    *,
    dataset: str = "",
    regulators: Collection[str] | None = None,
    targets: Collection[str] | int | None = None,
    forest: ForestSpec | None = None,
    keep: str | int = "auto",
    layout: LayoutSpec | None = None,
    launcher: str = "local",
    name: str = "",
    source: str = "",
    recipe: Sequence[str] = (),
    confidence: ConfidenceSpec | None = None,
    regulators_from: str = "",
) -> RunSpec:
    """Return the specification of a run.

    Parameters
    ----------
    expression : Expression
        The data, genes in the file's order.
    dataset : str
        Its fingerprint, where it is known already.
    regulators : collection of str, optional
        Candidate regulators; every gene by default.
    targets : collection of str or int, optional
        Targets; a number takes that many genes from the first, every gene by default.
    forest : ForestSpec, optional
        The forests.
    keep : 'auto', 'all' or int
        Strongest links kept for each target; ``auto`` as `default_keep`.
    layout : LayoutSpec, optional
        How the work is laid out.
    launcher : str
        Name of the launcher.
    name, source : str
        The user's name for the run, and the name of the file of the data.
    recipe : sequence of str
        Fixes that made the data of what was read; one of them may restrict the targets, where
        none are given.
    confidence : ConfidenceSpec, optional
        The evidence that is computed for the links; none by default.
    regulators_from : str
        Where the candidate regulators come from, in words.

    Returns
    -------
    RunSpec
        Names sorted, None for every gene.

    Raises
    ------
    InputError
        When a regulator or target is not a gene of the data (the message names similar genes), or
        when the method or the evidence needs more samples, or more to be known of them.
    OptionError
        When there are no regulators or targets, or fewer genes than targets requested, or the
        method has no such evidence.
    """
    if isinstance(targets, int):
        targets = _first_genes(expression.genes, targets)
    elif targets is None and recipe:
        targets = targets_of(expression, parse_recipe(recipe))
    sorted_regulators = _sorted_names(regulators, expression.genes, what="regulator")
    sorted_targets = _sorted_names(targets, expression.genes, what="target")
    KEEP.check(keep)
    forest = forest or ForestSpec()
    forest.require_samples(expression.n_samples, expression.provides)
    if METHODS[forest.method].holds_matrix and expression.is_sparse:
        require_dense(expression.values.shape)
    if confidence is not None:
        require_confidence(confidence, forest or ForestSpec(), n_samples=expression.n_samples)
    n_regulators, n_targets = (
        expression.n_genes if names is None else len(names)
        for names in (sorted_regulators, sorted_targets)
    )
    kept = keep if isinstance(keep, int) else None
    if keep == "auto":
        kept = default_keep(n_targets, n_regulators)
    return RunSpec(
        dataset=dataset or expression.fingerprint,
        regulators=sorted_regulators,
        targets=sorted_targets,
        forest=forest or ForestSpec(),
        keep=kept,
        layout=layout or LayoutSpec(),
        launcher=launcher,
        name=name,
        source=source,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        recipe=tuple(recipe),
        confidence=confidence,
        regulators_from="" if sorted_regulators is None else regulators_from,
    )


def _first_genes(genes: Sequence[str], number: int) -> tuple[str, ...]:
    if not 1 <= number <= len(genes):
        raise OptionError(
            f"The number of targets is {number:,}; the data have {len(genes):,} genes.",
            f"Give a number from 1 to {len(genes):,}.",
        )
    return tuple(genes[:number])


def _sorted_names(
    wanted: Collection[str] | None, genes: Sequence[str], *, what: str
) -> tuple[str, ...] | None:
    """Return names in canonical order; None when they are every gene."""
    if wanted is None:
        return None
    if not wanted:
        raise OptionError(f"There is no {what}.", f"Give at least one {what}.")
    found = match_names(wanted, genes, what=what).require_all().found
    return None if len(found) == len(genes) else tuple(sorted(found))
