"""Which samples are there, and are they samples at all?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genie3_engine.data.duplicate_samples import copied_samples
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.recipes.fix import FixKind, Value
from genie3_engine.data.recipes.parts import only_samples
from genie3_engine.data.summary_statistics import measure
from genie3_engine.errors import InputError, OptionError

NO_LABEL = frozenset({"", "na", "nan", "none", "unknown", "unassigned"})


def _transpose(raw: RawExpression, _: Value | None) -> RawExpression:
    if not raw.has_sample_names:
        raise InputError(
            "The samples have no names, so they cannot become genes.",
            "Leave the fix transpose out, or add the genes' names to the file.",
        )
    values = raw.values.T
    values = np.ascontiguousarray(values) if isinstance(values, np.ndarray) else values.tocsr()
    odd = tuple(replace(cell, gene=cell.sample, sample=cell.gene) for cell in raw.odd_cells)
    return RawExpression(values, raw.samples, raw.genes, True, {}, odd, raw.n_odd)


def _drop_empty(raw: RawExpression, _: Value | None) -> RawExpression:
    measures = measure(raw.values).samples
    empty = measures.n_zero + measures.n_missing == raw.n_genes
    return only_samples(raw, ~empty, reason="is empty")


def _drop_copies(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = np.ones(raw.n_samples, dtype=bool)
    for group in copied_samples(raw):
        kept[list(group[1:])] = False
    return only_samples(raw, kept, reason="is a copy")


def _pseudo_bulk(raw: RawExpression, column: Value | None) -> RawExpression:
    """Put the sum of counts, or the mean of other values, in the place of each group's samples."""
    labels = labels_of(raw, str(column))
    groups = sorted({label for label in labels if label.lower() not in NO_LABEL})
    if len(groups) < 2:
        raise InputError(
            f"The column {str(column)!r} puts all samples into {len(groups)} group.",
            "Choose a column with a group for each sample that you want, such as the donor and "
            "the cell type: pseudo-bulk=donor,cell_type.",
        )
    measures = measure(raw.values)
    if measures.n_missing:
        raise InputError(
            f"{measures.n_missing:,} values are missing, so samples cannot be added up.",
            "Apply the fix fill-missing or drop-missing-genes first.",
        )
    found = np.array(labels)
    columns = raw.sparse.tocsc() if raw.is_sparse else raw.values
    values = np.empty((raw.n_genes, len(groups)))
    for place, label in enumerate(groups):
        members = np.flatnonzero(found == label)
        sums = np.asarray(columns[:, members].sum(axis=1), dtype=np.float64).ravel()
        values[:, place] = sums if measures.are_counts else sums / len(members)
    values.flags.writeable = False
    return RawExpression(values, raw.genes, tuple(groups))


def labels_of(raw: RawExpression, columns: str) -> list[str]:
    """Return each sample's label by one annotation column, or by several joined by commas.

    Parameters
    ----------
    raw : RawExpression
        The data.
    columns : str
        A column's name, or names with commas between.

    Raises
    ------
    OptionError
        When the data have no such column.
    """
    known = raw.annotations
    names = [columns] if columns in known else [name.strip() for name in columns.split(",")]
    for name in names:
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise OptionError(
                f"The samples have no annotation column {name!r}.", f"There are: {there}."
            )
    rows = zip(*(known[name] for name in names), strict=True)
    return [
        "" if any(entry.lower() in NO_LABEL for entry in row) else " ".join(row) for row in rows
    ]


SAMPLES = (
    FixKind(
        "transpose",
        "Swap genes and samples",
        "take the samples for genes and the genes for samples",
        "rows and columns were swapped",
        _transpose,
    ),
    FixKind(
        "drop-empty-samples",
        "Drop empty samples",
        "drop the samples in which nothing was measured above zero",
        "samples without any value above zero were removed",
        _drop_empty,
    ),
    FixKind(
        "drop-copied-samples",
        "Drop the copies",
        "drop samples that equal another one in every gene",
        "exact copies of samples were removed",
        _drop_copies,
    ),
    FixKind(
        "pseudo-bulk",
        "Add up into pseudo-bulk",
        "add up the counts (average other values) of the samples with one label in the annotation "
        "column {value}, or in several columns with commas between",
        "cells were combined into pseudo-bulk samples by {value}",
        _pseudo_bulk,
        parameter="column",
    ),
)
