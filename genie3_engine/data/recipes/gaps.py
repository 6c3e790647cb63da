"""What is done about values that are missing?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.recipes.fix import FixKind, Value
from genie3_engine.data.recipes.parts import only_genes, only_samples
from genie3_engine.data.summary_statistics import dense_blocks, measure


def _fill(raw: RawExpression, _value: Value | None) -> RawExpression:
    """Fill a gene's gaps with its median; a gene without any value stays without."""
    has_gaps = measure(raw.values).genes.n_missing > 0
    if not has_gaps.any():
        return replace(raw, odd_cells=(), n_odd=0)
    values = raw.values.copy() if isinstance(raw.values, np.ndarray) else raw.values.tolil()
    for gene in np.flatnonzero(has_gaps):
        row = next(block for _, block in dense_blocks(raw.values[[gene]]))[0]
        missing = np.isnan(row)
        if not missing.all():
            values[int(gene)] = np.where(missing, np.median(row[~missing]), row)
    if isinstance(values, np.ndarray):
        values.flags.writeable = False
    else:
        values = values.tocsr()
    return replace(raw, values=values, odd_cells=(), n_odd=0)


def _drop_genes(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = measure(raw.values).genes.n_missing == 0
    return only_genes(raw, kept, reason="lacks a value")


def _drop_samples(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = measure(raw.values).samples.n_missing == 0
    return only_samples(raw, kept, reason="lacks a value")


GAPS = (
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
