"""Genes that carry little information: report them; drop them or keep the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from genie3_engine.data.quality.context import QualityContext, names_at, some
from genie3_engine.data.quality.findings import Finding, Severity
from genie3_engine.data.quality.recipe import FixKind, Value
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.summary_statistics import measure, variances
from genie3_engine.labels import count, proportion

_KEPT_VARIABLE = 5_000
_RARE_PERCENT = 10


def constant_genes(context: QualityContext) -> Iterator[Finding]:
    """Report genes that are the same in every sample."""
    measures, raw = context.measures, context.raw
    constant = measures.is_constant
    n_constant = int(constant.sum())
    if n_constant == 0 or raw.n_samples < 2:
        return
    n_zero = int((constant & (measures.genes.high == 0)).sum())
    if n_constant == raw.n_genes:
        yield Finding(
            "constant-genes",
            Severity.PROBLEM,
            "Every gene has the same value in every sample.",
            "Where nothing varies, nothing explains anything.",
        )
        return
    verb = "is" if n_constant == 1 else "are"
    zero = f", {n_zero:,} of them zero throughout" if n_zero else ""
    if n_zero == n_constant:
        zero = ", zero throughout"
    share = proportion(n_constant, raw.n_genes)
    yield Finding(
        "constant-genes",
        Severity.WARNING if n_constant >= 0.1 * raw.n_genes else Severity.NOTE,
        f"{count(n_constant, 'gene')} ({share}) {verb} constant{zero}: "
        f"{some(names_at(raw.genes, constant))}.",
        "They get no links and give none, yet as candidates they take the place of genes that "
        "could explain something.",
        ("drop-constants",),
    )


def rare_genes(context: QualityContext) -> Iterator[Finding]:
    """Report how many genes are zero nearly everywhere."""
    measures, raw = context.measures.genes, context.raw
    if raw.n_samples < 2 * _RARE_PERCENT or context.scale.low < 0:
        return
    above = raw.n_samples - measures.n_zero - measures.n_missing
    rare = (above * 100 < _RARE_PERCENT * raw.n_samples) & ~context.measures.is_constant
    if rare.sum() < max(10, 0.05 * raw.n_genes):
        return
    yield Finding(
        "rare-genes",
        Severity.NOTE,
        f"{count(int(rare.sum()), 'gene')} ({proportion(int(rare.sum()), raw.n_genes)}) are above "
        f"zero in fewer than {_RARE_PERCENT} % of the samples.",
        "A gene that is on in a handful of samples is explained by whatever else is on in them.",
        () if (rare | context.measures.is_constant).all() else (f"keep-expressed={_RARE_PERCENT}",),
    )


def many_genes(context: QualityContext) -> Iterator[Finding]:
    """Suggest fewer genes where there are very many and no list of regulators."""
    raw = context.raw
    if raw.n_genes < 2 * _KEPT_VARIABLE or context.wanted is not None or raw.n_samples < 2:
        return
    yield Finding(
        "many-genes",
        Severity.NOTE,
        f"All {raw.n_genes:,} genes would be regulators of all others: "
        f"{raw.n_genes * (raw.n_genes - 1) / 1e6:,.0f} million possible links.",
        "A list of transcription factors makes ranks better and the run faster; so does leaving "
        "out genes that hardly vary.",
        (f"keep-variable={_KEPT_VARIABLE}", f"restrict-targets={_KEPT_VARIABLE}"),
    )


def most_variable(raw: RawExpression, number: int) -> list[int]:
    """Return the rows of the most variable genes, most variable first.

    Parameters
    ----------
    raw : RawExpression
        The data.
    number : int
        How many; genes of equal variance are in the order of their names.
    """
    spread = variances(raw.values)
    return sorted(range(raw.n_genes), key=lambda row: (-spread[row], raw.genes[row]))[:number]


def _keep_variable(raw: RawExpression, genes: Value | None) -> RawExpression:
    kept = np.zeros(raw.n_genes, dtype=bool)
    kept[most_variable(raw, int(genes or 1))] = True
    return raw.keep_genes(kept, reason="is constant")


def _keep_expressed(raw: RawExpression, percent: Value | None) -> RawExpression:
    measures = measure(raw.values).genes
    above = raw.n_samples - measures.n_zero - measures.n_missing
    kept = above * 100 >= int(percent or 1) * raw.n_samples
    most = 100 - int(percent or 1)
    return raw.keep_genes(kept, reason=f"is zero in more than {most} % of the samples")


def _drop_constants(raw: RawExpression, _: Value | None) -> RawExpression:
    return raw.keep_genes(~measure(raw.values).is_constant, reason="is constant")


def _as_it_is(raw: RawExpression, _: Value | None) -> RawExpression:
    return raw


FIXES = (
    FixKind(
        "drop-constants",
        "Drop constant genes",
        "drop the genes that have the same value in every sample",
        "genes of constant expression were removed",
        _drop_constants,
    ),
    FixKind(
        "keep-expressed",
        "Keep expressed genes",
        "keep the genes that are not zero in at least {value} % of the samples",
        "genes that were not zero in at least {value} % of the samples were kept",
        _keep_expressed,
        parameter="percent",
        is_number=True,
        at_most=100,
    ),
    FixKind(
        "keep-variable",
        "Keep the most variable",
        "keep the {value} genes of the largest variance",
        "the {value} genes of the largest variance were kept",
        _keep_variable,
        parameter="genes",
        is_number=True,
    ),
    FixKind(
        "restrict-targets",
        "Restrict the targets",
        "keep every gene as a regulator, but make only the {value} most variable genes targets",
        "the {value} genes of the largest variance were taken as targets",
        _as_it_is,
        parameter="targets",
        is_number=True,
    ),
)
