"""What do a user's choices mean for a data set: which regulators, targets and links?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypedDict

from genie3_engine.data.recipes import parse_recipe, targets_of
from genie3_engine.data.regulators import match_names
from genie3_engine.errors import OptionError
from genie3_engine.model import ForestSpec, LayoutSpec, RunSpec, default_keep

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression


class Choices(TypedDict, total=False):
    """What a caller may choose; each as in `prepare_spec`."""

    regulators: Collection[str] | None
    targets: Collection[str] | int | None
    forest: ForestSpec | None
    keep: Literal["default", "all"] | int
    layout: LayoutSpec | None


def prepare_spec(
    expression: Expression,
    *,
    dataset: str = "",
    regulators: Collection[str] | None = None,
    targets: Collection[str] | int | None = None,
    forest: ForestSpec | None = None,
    keep: Literal["default", "all"] | int = "default",
    layout: LayoutSpec | None = None,
    launcher: str = "local",
    name: str = "",
    source: str = "",
    recipe: Sequence[str] = (),
) -> RunSpec:
    """Turn a user's choices into what a run computes.

    Parameters
    ----------
    expression : Expression
        The data, genes in the file's order.
    dataset : str
        Its fingerprint, when that is known already.
    regulators : collection of str, optional
        Candidate regulators; every gene by default.
    targets : collection of str or int, optional
        Targets; a number takes that many genes from the first, every gene by default.
    forest : ForestSpec, optional
        The forests.
    keep : 'default', 'all' or int
        Strongest links kept for each target; see `default_keep`.
    layout : LayoutSpec, optional
        How the work is laid out.
    launcher : str
        Where the run happens.
    name, source : str
        What the user calls the run, and where the data came from.
    recipe : sequence of str
        Fixes that made the data of what was read; one of them may restrict the targets, where
        none are given.

    Returns
    -------
    RunSpec
        Names sorted, None for every gene.

    Raises
    ------
    InputError
        When a regulator or target is no gene of the data; the nearest names are told.
    OptionError
        When there are no regulators or targets, or fewer genes than targets asked for.
    """
    if isinstance(targets, int):
        targets = _first_genes(expression.genes, targets)
    elif targets is None and recipe:
        targets = targets_of(expression, parse_recipe(recipe))
    sorted_regulators = _sorted_names(regulators, expression.genes, what="regulator")
    sorted_targets = _sorted_names(targets, expression.genes, what="target")
    kept: int | None
    if keep == "default":
        n_regulators, n_targets = (
            expression.n_genes if names is None else len(names)
            for names in (sorted_regulators, sorted_targets)
        )
        kept = default_keep(n_targets, n_regulators)
    elif keep == "all":
        kept = None
    elif keep < 1:
        raise OptionError(f"The number of links kept is {keep}.", "Give all or a number from 1.")
    else:
        kept = keep
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
        raise OptionError(f"There is no {what}.", f"Give one {what} at least.")
    found = match_names(wanted, genes, what=what).require_all().found
    return None if len(found) == len(genes) else tuple(sorted(found))
