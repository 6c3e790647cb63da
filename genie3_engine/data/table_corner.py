"""The corner of a table as it is in the file, with the role of each column and row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Any

import numpy as np

from genie3_engine.data.decisions import Decision
from genie3_engine.data.io.table import FloatMatrix, Table

_ROWS, _COLUMNS, _MOST_COLUMNS = 6, 8, 24
_LONGEST_CELL = 40


class Role(StrEnum):
    """What a column or row is taken for."""

    NAMES = "names"
    GENE = "gene"
    SAMPLE = "sample"
    TEXT = "text"
    SET_ASIDE = "set aside"


@dataclass(frozen=True, slots=True)
class CornerLine:
    """A column or a row.

    Parameters
    ----------
    name : str
        From the file; empty where it has none.
    role : Role
        What it is taken for.
    cells : tuple of str
        Its first cells; empty for rows, whose cells are in the columns.
    """

    name: str
    role: Role
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableCorner:
    """The first rows and columns of a table.

    Parameters
    ----------
    columns : tuple of CornerLine
        The names of the rows, texts, and the first columns of numbers; further ones that are set
        aside.
    rows : tuple of CornerLine
        The first rows of numbers.
    has_header : bool
        Whether the columns have names in the file.
    """

    columns: tuple[CornerLine, ...]
    rows: tuple[CornerLine, ...]
    has_header: bool

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> TableCorner:
        """Return the corner that `dataclasses.asdict` described."""
        columns, rows = (
            tuple(
                CornerLine(line["name"], Role(line["role"]), tuple(line["cells"]))
                for line in facts[key]
            )
            for key in ("columns", "rows")
        )
        return cls(columns, rows, facts["has_header"])

    def interpreted(self, decisions: Collection[Decision], *, genes_in_rows: bool) -> TableCorner:
        """Return the same with the roles that a reading gave.

        Parameters
        ----------
        decisions : collection of Decision
            Those of the reading.
        genes_in_rows : bool
            Which axis the genes are on.
        """
        aside = {name for each in decisions if each.subject == "set-aside" for name in each.names}
        labels = [
            each.names[0] for each in decisions if each.subject == "gene-names" and each.names
        ]
        gene_names = labels[-1] if labels and genes_in_rows else None
        across, down = (Role.SAMPLE, Role.GENE) if genes_in_rows else (Role.GENE, Role.SAMPLE)
        columns = [_with_role(line, across, aside, gene_names) for line in self.columns]
        first = [
            line
            for i, line in enumerate(columns)
            if i < _MOST_COLUMNS and (i < _first_shown(columns) or line.role is Role.SET_ASIDE)
        ]
        rows = tuple(
            replace(row, role=Role.SET_ASIDE if row.name and row.name in aside else down)
            for row in self.rows
        )
        return TableCorner(tuple(first), rows, self.has_header)


def corner_of(table: Table) -> TableCorner:
    """Return the corner of a table before it is interpreted.

    Parameters
    ----------
    table : Table
        What was read.
    """
    return TableCorner(
        tuple(islice(_columns(table), _MOST_COLUMNS)),
        tuple(
            CornerLine(table.row_names[i] if table.row_names else "", Role.GENE)
            for i in range(min(_ROWS, table.n_rows))
        ),
        table.column_names is not None,
    )


def _columns(table: Table) -> Iterator[CornerLine]:
    if table.row_names is not None:
        yield CornerLine(table.corner, Role.NAMES, _texts(table.row_names))
    for name, texts in table.row_annotations.items():
        yield CornerLine(name, Role.TEXT, _texts(texts))
    names = table.column_names
    for i, numbers in enumerate(_first_rows(table)[:, :_MOST_COLUMNS].T):
        yield CornerLine(
            names[i] if names else "", Role.SAMPLE, tuple(f"{x:.6g}" for x in numbers.tolist())
        )


def _first_rows(table: Table) -> FloatMatrix:
    """Return the first rows of numbers; of a sparse table its first columns only."""
    if table.sparse is not None:
        first: FloatMatrix = table.sparse[:_ROWS, :_COLUMNS].toarray()
        return first
    blocks, n_rows = [np.empty((0, table.n_columns))], 0
    for block in table.blocks:
        if n_rows >= _ROWS:
            break
        blocks.append(block[: _ROWS - n_rows])
        n_rows += len(blocks[-1])
    return np.concatenate(blocks)


def _texts(texts: Collection[str]) -> tuple[str, ...]:
    return tuple(text[:_LONGEST_CELL] for text in islice(texts, _ROWS))


def _with_role(
    line: CornerLine, across: Role, aside: Collection[str], gene_names: str | None
) -> CornerLine:
    if gene_names is not None and line.role in (Role.NAMES, Role.TEXT):
        return replace(line, role=Role.NAMES if line.name == gene_names else Role.TEXT)
    if line.role in (Role.NAMES, Role.TEXT):
        return line
    return replace(line, role=Role.SET_ASIDE if line.name and line.name in aside else across)


def _first_shown(columns: Collection[CornerLine]) -> int:
    """Return how many columns are shown whatever their role: names, texts and a few numbers."""
    return sum(line.role in (Role.NAMES, Role.TEXT) for line in columns) + _COLUMNS
