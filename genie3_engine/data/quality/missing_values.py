"""Missing values: report them; fill them or drop genes and samples that have them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from genie3_engine.data.io.text.cell_values import number
from genie3_engine.data.quality.context import QualityContext, names_at, some
from genie3_engine.data.quality.findings import Finding, Severity
from genie3_engine.data.quality.recipe import FixKind, Value
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sparse_genes import replaced_genes
from genie3_engine.data.summary_statistics import measure
from genie3_engine.labels import count, proportion

_MOST_FILLED = 0.3
_WHY = (
    "Trees compare numbers: GENIE3 needs a value for every gene in every sample, and nothing is "
    "filled in unless you choose it."
)


def empty(context: QualityContext) -> Iterator[Finding]:
    """Report genes and samples without any value."""
    if context.is_complete:
        return
    measures, raw = context.measures, context.raw
    for what, axis, names, whole, fix in (
        ("gene", measures.genes, raw.genes, raw.n_samples, "drop-missing-genes"),
        ("sample", measures.samples, raw.samples, raw.n_genes, "drop-missing-samples"),
    ):
        lost = names_at(names, axis.n_missing == whole) if whole else []
        if lost and len(lost) < len(names):
            verb = "has" if len(lost) == 1 else "have"
            yield Finding(
                f"empty-{what}s",
                Severity.PROBLEM,
                f"{count(len(lost), what)} {verb} no value at all: {some(lost)}.",
                _WHY,
                (fix,),
            )


def missing(context: QualityContext) -> Iterator[Finding]:
    """Report values that are missing or not numbers, and where."""
    if context.is_complete:
        return
    measures, raw = context.measures, context.raw
    n_missing = measures.n_missing
    if n_missing == 0:
        return
    genes, samples = measures.genes.n_missing, measures.samples.n_missing
    n_genes, n_samples = int((genes > 0).sum()), int((samples > 0).sum())
    lost_genes = int((genes == raw.n_samples).sum())
    lost_samples = int((samples == raw.n_genes).sum())
    n_of_lost = lost_genes * raw.n_samples + lost_samples * raw.n_genes - lost_genes * lost_samples
    if n_missing == n_of_lost and lost_genes < raw.n_genes:
        return  # `empty` reports them
    n_text = min(raw.n_odd, n_missing)
    share = proportion(n_missing, raw.n_genes * raw.n_samples)
    first = int(np.flatnonzero(genes)[0])
    place = _place(raw, first, _first_gap(context, first))
    sentence = f"1 value is missing: {place}."
    if n_missing > 1:
        sentence = (
            f"{count(n_missing, 'value')} ({share}) are missing, in {count(n_genes, 'gene')} and "
            f"{count(n_samples, 'sample')}, first {place}."
        )
    yield Finding(
        "missing-values", Severity.PROBLEM, sentence, _WHY, _remedies(context, n_genes, n_samples)
    )
    if n_text:
        yield _text(context, n_text)


def odd_cell(context: QualityContext) -> Iterator[Finding]:
    """Report the first cell with text or infinity, where the data must be complete."""
    if not context.raw.odd_cells or context.is_complete or context.measures.n_missing == 0:
        return
    cell = context.raw.odd_cells[0]
    place = cell.place or _place(context.raw, cell.gene, cell.sample)
    is_infinite = math.isinf(number(cell.text) or 0.0)
    yield Finding(
        "not-numbers",
        Severity.PROBLEM,
        f"{place} holds the {'infinite value' if is_infinite else 'text'} '{cell.text}' where a "
        "number is expected.",
        "Correct the cell. If its row or column holds descriptions, remove it; infinity is often "
        "the logarithm of zero.",
    )


def infinite(context: QualityContext) -> Iterator[Finding]:
    """Report values that a fix has made infinite."""
    if context.is_complete:
        return
    levels = context.measures.genes
    if np.isinf(levels.low).any() or np.isinf(levels.high).any():
        yield Finding(
            "infinite-values",
            Severity.PROBLEM,
            "A value became infinite: some are too large to be scaled or added up.",
            "Look for cells that are not expression, or leave a fix out.",
        )


def _place(raw: RawExpression, gene: int, sample: int) -> str:
    return f"gene '{raw.genes[gene]}' in sample '{raw.samples[sample]}'"


def _first_gap(context: QualityContext, gene: int) -> int:
    return int(np.flatnonzero(np.isnan(context.raw.values[gene]))[0])


def _text(context: QualityContext, n_text: int) -> Finding:
    raw = context.raw
    places = "; ".join(
        f"'{cell.text}' for gene '{raw.genes[cell.gene]}' in sample '{raw.samples[cell.sample]}'"
        for cell in raw.odd_cells[:3]
    )
    more = f", and {n_text - 3:,} more" if n_text > 3 else ""
    verb = "holds" if n_text == 1 else "hold"
    return Finding(
        "not-numbers",
        Severity.WARNING,
        f"{count(n_text, 'cell')} {verb} no finite number: {places}{more}.",
        "They are taken for missing values. Text in one row or column may be a description that "
        "does not belong among the values.",
    )


def _remedies(context: QualityContext, n_genes: int, n_samples: int) -> tuple[str, ...]:
    """Return the fixes, the one that costs least first: what is dropped, or made up."""
    raw, genes = context.raw, context.measures.genes.n_missing
    made_up = context.measures.n_missing / (raw.n_genes * raw.n_samples)
    riddled = genes.max() > _MOST_FILLED * raw.n_samples
    costs = {
        "fill-missing": made_up / 2 + (0.1 if riddled else 0.0),
        "drop-missing-genes": n_genes / raw.n_genes,
        "drop-missing-samples": n_samples / raw.n_samples,
    }
    return tuple(fix for fix in sorted(costs, key=costs.__getitem__) if costs[fix] < 1)


def _fill(raw: RawExpression, _value: Value | None) -> RawExpression:
    """Fill a gene's gaps with its median; a gene without any value stays without."""
    has_gaps = measure(raw.values).genes.n_missing > 0
    if not has_gaps.any():
        return replace(raw, odd_cells=(), n_odd=0)
    filled = {}
    for gene in np.flatnonzero(has_gaps).tolist():
        row = raw.values[gene]
        missing = np.isnan(row)
        if not missing.all():
            filled[gene] = np.where(missing, np.median(row[~missing]), row)
    return replace(raw, values=replaced_genes(raw.values, filled), odd_cells=(), n_odd=0)


def _drop_genes(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = measure(raw.values).genes.n_missing == 0
    return raw.keep_genes(kept, reason="lacks a value")


def _drop_samples(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = measure(raw.values).samples.n_missing == 0
    return raw.keep_samples(kept, reason="lacks a value")


FIXES = (
    FixKind(
        "fill-missing",
        "Fill with the median",
        "fill each gene's missing values with its median over the other samples",
        "missing values were replaced by the gene's median over the other samples",
        _fill,
    ),
    FixKind(
        "drop-missing-genes",
        "Drop those genes",
        "drop the genes that lack a value",
        "genes with missing values were removed",
        _drop_genes,
    ),
    FixKind(
        "drop-missing-samples",
        "Drop those samples",
        "drop the samples that lack a value",
        "samples with missing values were removed",
        _drop_samples,
    ),
)
