"""Check an expression matrix, and fix it by named steps that can be repeated.

Each module holds one subject: its checks, and the fixes that they offer. A check is a function
that takes a `QualityContext` and yields `Finding`; it is listed in `CHECKS`, which is the order of
the report. A function that yields `Fact` is listed in `FACTS`. A fix is a `FixKind`, listed in
`FIXES` in the order in which fixes are best applied. A recipe is a sequence of fixes: the same
file and the same recipe give the same matrix, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.data.quality import (
    cost,
    gene_names,
    genes,
    missing_values,
    regulators,
    sample_sheets,
    samples,
    scale,
    shape,
    single_cell,
)
from genie3_engine.data.quality.context import Check, Describe, QualityContext
from genie3_engine.data.quality.findings import Diagnosis, Fact, Finding, Severity
from genie3_engine.data.quality.recipe import Effect, Fix, FixKind, parse
from genie3_engine.data.raw_expression import RawExpression, ReadReport
from genie3_engine.data.sparse_genes import GeneRows, SparseGenes
from genie3_engine.errors import InputError

__all__ = [
    "CHECKS",
    "FACTS",
    "FIXES",
    "Diagnosis",
    "Effect",
    "Fact",
    "Finding",
    "Fix",
    "FixKind",
    "RecipeResult",
    "Severity",
    "apply",
    "describe_recipe",
    "diagnose",
    "finalise",
    "parse_fix",
    "parse_recipe",
    "targets_of",
]

FACTS: tuple[Describe, ...] = (
    shape.describe,
    sample_sheets.describe,
    gene_names.describe,
    scale.describe,
    regulators.describe,
    cost.describe,
)
CHECKS: tuple[Check, ...] = (
    shape.too_small,
    shape.orientation,
    shape.decisions,
    missing_values.empty,
    missing_values.missing,
    gene_names.duplicates,
    gene_names.nameless,
    gene_names.spreadsheet,
    gene_names.records,
    regulators.overlap,
    regulators.every_gene,
    cost.too_large,
    scale.not_logs,
    scale.libraries,
    samples.flat_samples,
    genes.constant_genes,
    genes.rare_genes,
    samples.copies,
    samples.near_copies,
    samples.batches,
    shape.few_samples,
    single_cell.single_cells,
    regulators.constant_regulators,
    gene_names.versions,
    gene_names.mixed,
    scale.centred,
    scale.negatives,
    samples.sample_names,
    sample_sheets.short_series,
    sample_sheets.time_series,
    genes.many_genes,
    shape.other_warnings,
)
# The checks whose problems keep GENIE3 from running; the first problem is the error.
_REQUIRED: tuple[Check, ...] = (
    cost.too_large,
    shape.too_small,
    gene_names.nameless,
    gene_names.duplicates,
    missing_values.odd_cell,
    missing_values.empty,
    missing_values.missing,
    missing_values.infinite,
)
FIXES: dict[str, FixKind] = {
    kind.name: kind
    for kind in (
        shape.TRANSPOSE,
        *samples.FIXES,
        single_cell.PSEUDO_BULK,
        *missing_values.FIXES,
        *gene_names.FIXES,
        *scale.FIXES,
        *genes.FIXES,
    )
}
_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class RecipeResult:
    """The data after a recipe.

    Parameters
    ----------
    raw : RawExpression
        The data.
    effects : tuple of Effect
        What each step did.
    """

    raw: RawExpression
    effects: tuple[Effect, ...]


def diagnose(
    raw: RawExpression,
    report: ReadReport | None = None,
    *,
    regulators: Sequence[str] | None = None,
    recipe: Sequence[Fix] = (),
) -> Diagnosis:
    """Run all checks.

    Parameters
    ----------
    raw : RawExpression
        The data, complete or not, after the fixes so far.
    report : ReadReport, optional
        How they were read.
    regulators : sequence of str, optional
        The listed candidate regulators; every gene by default.
    recipe : sequence of Fix
        Fixes that were applied to ``raw`` already.

    Returns
    -------
    Diagnosis
        Facts, and findings with the worst first. The same data give the same diagnosis.
    """
    context = QualityContext(raw, report, regulators, tuple(fix.name for fix in recipe))
    with np.errstate(all="ignore"):  # values near the largest float are odd, not errors
        facts = tuple(fact for describe in FACTS for fact in describe(context))
        findings = [finding for check in CHECKS for finding in check(context)]
    findings.sort(key=lambda finding: _ORDER[finding.severity])
    return Diagnosis(facts, tuple(findings))


def parse_fix(text: str) -> Fix:
    """Read a fix such as ``keep-variable=2000``.

    Raises
    ------
    OptionError
        When there is no such fix, or its parameter is missing, superfluous or not a number.
    """
    return parse(text, FIXES.values())


def parse_recipe(texts: Iterable[str]) -> tuple[Fix, ...]:
    """Read the fixes of a recipe, in their order; see `parse_fix`."""
    return tuple(parse_fix(text) for text in texts)


def describe_recipe(
    recipe: Sequence[str], effects: Sequence[Mapping[str, Any]] | None
) -> list[str]:
    """Return what a recipe did in words, with numbers where its effects are known.

    Parameters
    ----------
    recipe : sequence of str
        The fixes, as a run stores them.
    effects : sequence of mapping or None
        The effects that a data set stores (`Effect.to_dict`); used when this recipe made it.
    """
    if effects and [effect.get("fix") for effect in effects] == list(recipe):
        return [str(effect["text"]) for effect in effects]
    return [Effect(fix).sentence for fix in parse_recipe(recipe)]


def apply(raw: RawExpression, recipe: Sequence[Fix]) -> RecipeResult:
    """Apply fixes one after the other, whether or not the result is complete; see `finalise`.

    Parameters
    ----------
    raw : RawExpression
        Data as read, or a stored data set (`RawExpression.of`).
    recipe : sequence of Fix
        In the order in which they are applied.

    Raises
    ------
    InputError, OptionError
        When a fix cannot be applied; the message names it.
    """
    effects = []
    for fix in recipe:
        before = raw.n_genes, raw.n_samples
        with np.errstate(all="ignore"):  # `finalise` refuses values that became infinite
            raw = fix.kind.apply(raw, fix.value)
        effects.append(Effect(fix, before, (raw.n_genes, raw.n_samples)))
    return RecipeResult(raw, tuple(effects))


def finalise(raw: RawExpression, *, name: str = "The table") -> Expression:
    """Return a matrix with a value everywhere and a different name for each gene.

    It is dense, unless it is large and most of its values are zero.

    Parameters
    ----------
    raw : RawExpression
        The data after a recipe.
    name : str
        The file's name, for messages.

    Raises
    ------
    InputError
        With the first problem, and the fixes that help.
    """
    context = QualityContext(raw)
    with np.errstate(all="ignore"):  # sums of values near the largest float are not used
        findings = (finding for check in _REQUIRED for finding in check(context))
        problem = next((each for each in findings if each.severity is Severity.PROBLEM), None)
    if problem is not None:
        raise _error(name, problem)
    return Expression(
        _final_values(raw),
        raw.genes,
        raw.samples,
        raw.has_sample_names,
        annotations=dict(raw.annotations),
        sheet=raw.sheet,
        gene_table=raw.gene_table.of_genes(raw.genes),
    )


def _final_values(raw: RawExpression) -> GeneRows:
    """Return the dense matrix, unless it is large and most of it zeros."""
    if isinstance(raw.values, SparseGenes) and raw.values.is_large:
        return raw.values
    values = np.ascontiguousarray(raw.values, dtype=np.float64)
    if values.flags.owndata:
        values.flags.writeable = False
    return values


def targets_of(expression: Expression, recipe: Sequence[Fix]) -> tuple[str, ...] | None:
    """Return the targets that a recipe restricts a run to; None when it does not.

    Parameters
    ----------
    expression : Expression
        The data after the recipe.
    recipe : sequence of Fix
        The recipe; its last ``restrict-targets`` counts.
    """
    numbers = [fix.value for fix in recipe if fix.name == "restrict-targets"]
    if not numbers or int(numbers[-1] or 0) >= expression.n_genes:
        return None
    rows = genes.most_variable(RawExpression.of(expression), int(numbers[-1] or 0))
    return tuple(sorted(expression.genes[row] for row in rows))


def _error(name: str, finding: Finding) -> InputError:
    *others, last = [f"--fix {fix}" for fix in finding.fixes] or [""]
    remedy = f"Use {', '.join(others)}{' or ' if others else ''}{last}." if last else finding.why
    if finding.code in {"too-small", "nameless-genes", "duplicate-genes"}:
        remedy += " If genes and samples are swapped, set the orientation."
    code = "too-large" if finding.code == "too-large" else "input"
    return InputError(f"{name}: {finding.sentence}", remedy, code=code)
