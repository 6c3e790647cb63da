"""What is odd about an expression matrix, why does it matter, and what can be done?

Each module holds one family of checks. To add a check, write a function that takes a `Case` and
yields `Finding`, and name it in `CHECKS`; a function that yields `Fact` goes into `FACTS`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genie3_engine.data.expression import ReadReport
from genie3_engine.data.quality import (
    cost,
    gene_names,
    genes,
    missing_values,
    regulators,
    samples,
    scale,
    shape,
    single_cell,
)
from genie3_engine.data.quality.context import Case, Check, Describe
from genie3_engine.data.quality.findings import Diagnosis, Fact, Finding, Severity
from genie3_engine.data.quality.report import written
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.recipes.fix import Fix

__all__ = ["CHECKS", "FACTS", "Diagnosis", "Fact", "Finding", "Severity", "examine", "written"]

FACTS: tuple[Describe, ...] = (
    shape.describe,
    gene_names.describe,
    scale.describe,
    regulators.describe,
    cost.describe,
)
CHECKS: tuple[Check, ...] = (
    shape.too_small,
    shape.orientation,
    missing_values.empty,
    missing_values.missing,
    gene_names.duplicates,
    gene_names.nameless,
    gene_names.spreadsheet,
    gene_names.records,
    regulators.overlap,
    cost.too_large,
    scale.not_logs,
    scale.libraries,
    genes.flat_samples,
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
    shape.sample_names,
    genes.many_genes,
    shape.other_warnings,
)
_ORDER = {severity: place for place, severity in enumerate(Severity)}


def examine(
    raw: RawExpression,
    report: ReadReport | None = None,
    *,
    regulators: Sequence[str] | None = None,
    recipe: Sequence[Fix] = (),
) -> Diagnosis:
    """Examine what was read, after the fixes so far.

    Parameters
    ----------
    raw : RawExpression
        The data, complete or not.
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
    case = Case(raw, report, regulators, tuple(fix.name for fix in recipe))
    with np.errstate(all="ignore"):  # values near the largest float are odd, not errors
        facts = tuple(fact for describe in FACTS for fact in describe(case))
        findings = [finding for check in CHECKS for finding in check(case)]
    findings.sort(key=lambda finding: _ORDER[finding.severity])
    return Diagnosis(facts, tuple(findings))
