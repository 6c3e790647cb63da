"""Which genes are worth a place among the regulators and targets?"""

from __future__ import annotations

import numpy as np

from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.recipes.fix import FixKind, Value
from genie3_engine.data.recipes.parts import only_genes
from genie3_engine.data.summary_statistics import measure, variances


def most_variable(raw: RawExpression, number: int) -> list[int]:
    """Return the rows of the most variable genes, most variable first.

    Parameters
    ----------
    raw : RawExpression
        The data.
    number : int
        How many; genes of like variance come by name.
    """
    spread = variances(raw.values)
    return sorted(range(raw.n_genes), key=lambda row: (-spread[row], raw.genes[row]))[:number]


def _keep_variable(raw: RawExpression, genes: Value | None) -> RawExpression:
    kept = np.zeros(raw.n_genes, dtype=bool)
    kept[most_variable(raw, int(genes or 1))] = True
    return only_genes(raw, kept, reason="is constant")


def _keep_expressed(raw: RawExpression, percent: Value | None) -> RawExpression:
    measures = measure(raw.values).genes
    above = raw.n_samples - measures.n_zero - measures.n_missing
    kept = above * 100 >= int(percent or 1) * raw.n_samples
    return only_genes(raw, kept, reason=f"is zero in more than {100 - int(percent or 1)} % samples")


def _drop_constants(raw: RawExpression, _: Value | None) -> RawExpression:
    return only_genes(raw, ~measure(raw.values).is_constant, reason="is constant")


def _as_it_is(raw: RawExpression, _: Value | None) -> RawExpression:
    return raw


GENES = (
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
