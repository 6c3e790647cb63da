"""What is odd about an expression matrix, why does it matter, and what can be done?

Each module holds one family of checks. To add a check, write a function that takes a `Case` and
yields `Finding`, and name it in `CHECKS`; a function that yields `Fact` goes into `FACTS`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genie3_engine.data.doctor import (
    alike,
    cells,
    cost,
    gaps,
    levels,
    naming,
    overlap,
    scale,
    shape,
)
from genie3_engine.data.doctor.case import Case, Check, Describe
from genie3_engine.data.doctor.findings import Diagnosis, Fact, Finding, Severity
from genie3_engine.data.doctor.report import written
from genie3_engine.data.expression import ReadReport
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.recipes.fix import Fix

__all__ = ["CHECKS", "FACTS", "Diagnosis", "Fact", "Finding", "Severity", "examine", "written"]

FACTS: tuple[Describe, ...] = (
    shape.describe,
    naming.describe,
    scale.describe,
    overlap.describe,
    cost.describe,
)
CHECKS: tuple[Check, ...] = (
    shape.too_small,
    shape.orientation,
    gaps.empty,
    gaps.missing,
    naming.duplicates,
    naming.nameless,
    naming.spreadsheet,
    naming.records,
    overlap.overlap,
    cost.too_large,
    scale.not_logs,
    scale.libraries,
    levels.flat_samples,
    levels.constant_genes,
    levels.rare_genes,
    alike.copies,
    alike.near_copies,
    alike.batches,
    shape.few_samples,
    cells.single_cells,
    overlap.constant_regulators,
    naming.versions,
    naming.mixed,
    scale.centred,
    scale.negatives,
    shape.sample_names,
    levels.many_genes,
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
