"""Single cells: report what GENIE3 assumes of them; add them up into pseudo-bulk samples."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.quality.context import QualityContext
from genie3_engine.data.quality.findings import BEELINE, SCENIC, SINGLE_CELL_LACK, Finding, Severity
from genie3_engine.data.quality.recipe import FixKind, Value
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sparse_genes import FloatMatrix, SparseGenes
from genie3_engine.data.summary_statistics import measure
from genie3_engine.errors import InputError, OptionError
from genie3_engine.labels import count, proportion

_FEWEST_GROUPS = 10
_CELLS_A_GROUP = 5
_COLUMNS_PAIRED = 8


def single_cells(context: QualityContext) -> Iterator[Finding]:
    """Report what GENIE3 assumes, and offer pseudo-bulk by a column of the file."""
    if not context.looks_single_cell or "pseudo-bulk" in context.recipe:
        return
    columns = pseudo_bulk_columns(context)
    tail = ""
    if columns:
        shown = "' and '".join(columns[0].split(","))
        tail = f" The file labels its cells by '{shown}', which pseudo-bulk could follow."
    yield Finding(
        "single-cells",
        Severity.NOTE,
        f"{proportion(context.measures.n_zero, context.measures.n_values)} of the values are zero, "
        f"as in single cells.{tail}",
        "GENIE3 takes every cell for an independent sample in a steady state and every zero for a "
        "measurement; it models neither dropout nor time. It is used on single cells nevertheless "
        f"({SCENIC}) and was among the methods recommended there ({BEELINE}), though another "
        f"comparison found network methods wanting on single cells ({SINGLE_CELL_LACK}). Cells "
        "added up by donor and type are closer to what it was made for.",
        tuple(f"pseudo-bulk={column}" for column in columns[:2]),
    )


def pseudo_bulk_columns(context: QualityContext) -> list[str]:
    """Return annotation columns, or pairs of them, that give enough groups of enough cells.

    One column is better than two, and more groups are better than fewer.
    """
    sizes = {
        name: len(set(entries))
        for name, entries in context.raw.annotations.items()
        if not set(name) & set(",=")
    }
    most = context.raw.n_samples / _CELLS_A_GROUP
    one = [name for name, size in sizes.items() if _FEWEST_GROUPS <= size <= most]
    if one:
        return sorted(one, key=lambda name: (-sizes[name], name))
    few = [name for name, size in sizes.items() if 2 <= size < _FEWEST_GROUPS][:_COLUMNS_PAIRED]
    pairs = {
        f"{first},{second}": len(
            set(zip(context.raw.annotations[first], context.raw.annotations[second], strict=True))
        )
        for first, second in combinations(few, 2)
    }
    enough = [pair for pair, size in pairs.items() if _FEWEST_GROUPS <= size <= most]
    return sorted(enough, key=lambda pair: (-pairs[pair], pair))


NO_LABEL = frozenset({"", "na", "nan", "none", "unknown", "unassigned"})


def _pseudo_bulk(raw: RawExpression, column: Value | None) -> RawExpression:
    """Put the sum of counts, or the mean of other values, in the place of each group's samples."""
    labels = labels_of(raw, str(column))
    groups = sorted({label for label in labels if label.lower() not in NO_LABEL})
    if len(groups) < 2:
        raise InputError(
            f"The column {str(column)!r} puts all samples into {count(len(groups), 'group')}.",
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
    positions = [np.flatnonzero(found == label) for label in groups]
    values = _sums(raw, positions)
    if not measures.are_counts:
        values /= [len(members) for members in positions]
    values.flags.writeable = False
    sheet = None if raw.sheet is None else raw.sheet.merge([each.tolist() for each in positions])
    return RawExpression(values, raw.genes, tuple(groups), sheet=sheet, gene_table=raw.gene_table)


def _sums(raw: RawExpression, groups: list[NDArray[np.intp]]) -> FloatMatrix:
    """Return the sum of each group's samples, in their order, for each gene."""
    values = np.zeros((raw.n_genes, len(groups)))
    if not isinstance(raw.values, SparseGenes):
        for group, members in enumerate(groups):
            values[:, group] = raw.values[:, members].sum(axis=1)
        return values
    group_of = np.full(raw.n_samples, len(groups))  # no group comes last
    for group, members in enumerate(groups):
        group_of[members] = group
    for genes, block in raw.values.blocks():
        shape = (block.shape[0], len(groups) + 1)
        cells = np.repeat(np.arange(shape[0]), np.diff(block.indptr)) * shape[1]
        cells += group_of[block.indices]
        sums = np.bincount(cells, weights=block.data, minlength=shape[0] * shape[1])
        values[genes] = sums.reshape(shape)[:, :-1]
    return values


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


PSEUDO_BULK = FixKind(
    "pseudo-bulk",
    "Add up into pseudo-bulk",
    "add up the counts (average other values) of the samples with one label in the annotation "
    "column {value}, or in several columns with commas between",
    "cells were combined into pseudo-bulk samples by {value}",
    _pseudo_bulk,
    parameter="column",
)
