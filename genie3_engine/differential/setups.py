"""Set up a comparison: of the data of two finished runs, or of two groups of one data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine import runs
from genie3_engine.differential.comparison_spec import (
    N_MORE,
    N_PERMUTATIONS,
    N_TREES,
    ComparisonSpec,
    Group,
    default_top,
    require_comparable,
)
from genie3_engine.differential.pooled_samples import column_labels, group_values
from genie3_engine.errors import InputError, OptionError, RunError
from genie3_engine.labels import count
from genie3_engine.launchers.registry import LOCAL
from genie3_engine.model import ForestSpec, JobState, LayoutSpec
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.model import RunSpec

_MAY_DIFFER = ("seed", "n_trees")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user may choose, whatever is compared.

    Parameters
    ----------
    forest : ForestSpec or None
        Method and settings; None takes those of the runs, or the default, with at most 250 trees
        a forest.
    n_permutations, n_more, blocks, layout, name, launcher, launcher_options
        As in `ComparisonSpec`.
    top : int or None
        Strongest links of each network; None takes 5 a target, at most 100,000.
    labels : tuple of two str, optional
        What the groups are called; the names of the runs, or the values, by default.
    """

    forest: ForestSpec | None = None
    n_permutations: int = N_PERMUTATIONS
    n_more: int = N_MORE
    top: int | None = None
    blocks: str = ""
    layout: LayoutSpec = field(default_factory=LayoutSpec)
    name: str = ""
    labels: tuple[str, str] | None = None
    launcher: str = LOCAL
    launcher_options: dict[str, Any] = field(default_factory=dict)


def of_runs(
    first: Path, second: Path, choices: Choices | None = None, *, home: Path | None = None
) -> ComparisonSpec:
    """Return the comparison of the data of two finished runs.

    Parameters
    ----------
    first, second : Path
        Their folders.
    choices : Choices, optional
        What the user chose.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    ComparisonSpec
        Of the genes, regulators and targets that both runs have.

    Raises
    ------
    RunError
        When a run is not done.
    InputError
        When no gene, regulator or target is common, or a data set is not stored.
    OptionError
        When both have the same data, their methods or settings differ and none are chosen, or the
        method cannot be compared.
    """
    choices = choices or Choices()
    specs = [_finished(path) for path in (first, second)]
    names = choices.labels or _different(
        [
            runs.labels(path).name or spec.name or path.name
            for path, spec in zip((first, second), specs, strict=True)
        ]
    )
    for name, spec in zip(names, specs, strict=True):
        if not spec.has_data:
            raise OptionError(
                f"The run {name!r} combines lists of several data sets.",
                "Compare runs that infer from one data set, or leave out --test.",
            )
    if specs[0].dataset == specs[1].dataset:
        raise OptionError(
            f"The runs {names[0]!r} and {names[1]!r} have the same data.",
            "Give runs of two data sets, or the data with a column that has two groups; without "
            "--test any two runs can be compared.",
        )
    forest, notes = _common_forest(specs, names, choices.forest)
    genes = [runs.open_dataset(spec.dataset, home=home).genes for spec in specs]
    n_common = len(set(genes[0]) & set(genes[1]))
    if not n_common:
        raise _nothing_common("gene")
    regulators = _common("regulator", [spec.regulators for spec in specs], genes, notes)
    targets = _common("target", [spec.targets for spec in specs], genes, notes)
    n_targets = n_common if targets is None else len(targets)
    return ComparisonSpec(
        first=Group(names[0], specs[0].dataset),
        second=Group(names[1], specs[1].dataset),
        regulators=regulators,
        targets=targets,
        forest=forest,
        source=_source([spec.source for spec in specs]),
        notes=tuple(notes),
        **_numbers(choices, n_targets),
    )


def of_column(
    dataset: str,
    column: str,
    values: Sequence[str] = (),
    choices: Choices | None = None,
    *,
    regulators: Sequence[str] | None = None,
    targets: Sequence[str] | None = None,
    home: Path | None = None,
) -> ComparisonSpec:
    """Return the comparison of two groups of one data set.

    Parameters
    ----------
    dataset : str
        Its fingerprint.
    column : str
        An annotation of its samples, or a column of its sample sheet: series, block or
        perturbation.
    values : sequence of str
        The values of the two groups; may be empty where the column has two values.
    choices : Choices, optional
        What the user chose.
    regulators, targets : sequence of str, optional
        Genes; every gene by default.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When the data set is not stored, or has no such column or value.
    OptionError
        When there are not two values, they are the same, or the method cannot be compared.
    """
    choices = choices or Choices()
    info = runs.dataset_info(dataset, home=home)
    labels = column_labels(column, runs.sample_annotations(dataset, home=home))
    known = sorted({label for label in labels if label})
    if not values and len(known) == 2:
        values = known
    if len(values) != 2:
        raise OptionError(
            f"A comparison takes two groups; {len(values)} are given.",
            f"Choose two: {group_values(column, labels)}.",
        )
    for value in values:
        if value not in known:
            raise InputError(
                f"The column {column!r} has no value {value!r}.",
                f"{group_values(column, labels)}.",
            )
    n_blank = sum(not label for label in labels)
    left_out = f"{count(n_blank, 'sample')} without an entry in the column {column!r} left out."
    names = choices.labels or (values[0], values[1])
    n_genes = info.n_genes
    chosen = [
        None if names_ is None or len(set(names_)) == n_genes else tuple(sorted(set(names_)))
        for names_ in (regulators, targets)
    ]
    return ComparisonSpec(
        first=Group(names[0], dataset, column, values[0]),
        second=Group(names[1], dataset, column, values[1]),
        regulators=chosen[0],
        targets=chosen[1],
        forest=choices.forest or ForestSpec(n_trees=N_TREES),
        source=info.name,
        notes=(left_out,) if n_blank else (),
        **_numbers(choices, n_genes if chosen[1] is None else len(chosen[1])),
    )


def _numbers(choices: Choices, n_targets: int) -> dict[str, Any]:
    """Return what does not depend on the groups."""
    return {
        "n_permutations": choices.n_permutations,
        "n_more": choices.n_more,
        "top": default_top(n_targets) if choices.top is None else choices.top,
        "blocks": choices.blocks,
        "layout": choices.layout,
        "name": choices.name,
        "launcher": choices.launcher,
        "launcher_options": choices.launcher_options,
    }


def _finished(path: Path) -> RunSpec:
    run = RunFolder.open(path)
    if not run.has_result or run.read_status().state is not JobState.DONE:
        raise RunError(f"The run in {path} is not done.", "Wait for it, or resume it.")
    return run.spec


def _common_forest(
    specs: Sequence[RunSpec], names: Sequence[str], chosen: ForestSpec | None
) -> tuple[ForestSpec, list[str]]:
    """Return the forests of the comparison, and what is changed for it in words."""
    if chosen is not None:
        return chosen, []
    first, second = (spec.forest for spec in specs)
    for forest in (first, second):
        require_comparable(forest)
    different = [
        f"{each.label} ({each.format(getattr(first, name))}, {each.format(getattr(second, name))})"
        for name, each in first.settings().items()
        if name not in _MAY_DIFFER and getattr(first, name) != getattr(second, name, None)
    ]
    if different:
        raise OptionError(
            f"The runs {names[0]!r} and {names[1]!r} differ in {', '.join(different)}.",
            "State the method and its settings for both, or compare runs of the same settings.",
        )
    if first.grows_with_trees and first.n_trees > N_TREES:
        note = f"Forests of {N_TREES:,} trees are compared; the run has {first.n_trees:,}."
        return replace(first, n_trees=N_TREES), [note]
    return first, []


def _common(
    what: str,
    names: Sequence[tuple[str, ...] | None],
    genes: Sequence[Sequence[str]],
    notes: list[str],
) -> tuple[str, ...] | None:
    """Return the names that both runs have, None for every common gene; note those left out."""
    if all(chosen is None for chosen in names):
        return None
    sets = [set(of if chosen is None else chosen) for chosen, of in zip(names, genes, strict=True)]
    common, n_union = sets[0] & sets[1], len(sets[0] | sets[1])
    if not common:
        raise _nothing_common(what)
    if len(common) < n_union:
        notes.append(
            f"{count(n_union - len(common), what)} of one of the runs only left out; "
            f"{len(common):,} are compared."
        )
    return None if common == set(genes[0]) & set(genes[1]) else tuple(sorted(common))


def _nothing_common(what: str) -> InputError:
    return InputError(
        f"The two runs have no common {what}.", "Compare runs of the same genes and names."
    )


def _different(names: Sequence[str]) -> tuple[str, str]:
    """Return two names, numbered where they are the same."""
    first, second = names
    return (first, second) if first != second else (f"{first} (1)", f"{second} (2)")


def _source(sources: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(source for source in sources if source))
