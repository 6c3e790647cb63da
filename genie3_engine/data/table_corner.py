"""The corner of a table as it is in the file, with the role of each column and row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


@dataclass(frozen=True, slots=True)
class FirstCells:
    """The first cells of a table before it is interpreted.

    Parameters
    ----------
    texts : tuple of CornerLine
        The names of the rows and the columns of text.
    names : list of str or None
        Names of the columns of numbers; None where the file has none.
    numbers : (n_rows, n_columns) float64
        The first rows of numbers.
    row_names : tuple of str
        Names of these rows; empty where the file has none.
    """

    texts: tuple[CornerLine, ...]
    names: list[str] | None
    numbers: FloatMatrix
    row_names: tuple[str, ...]

    def interpreted(self, decisions: Collection[Decision], *, genes_in_rows: bool) -> TableCorner:
        """Return the corner of the table with the roles that a reading gave.

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
        names = self.names or [""] * self.numbers.shape[1]
        shown = [i for i, name in enumerate(names) if i < _COLUMNS or (name and name in aside)]
        columns = [_text_line(line, gene_names) for line in self.texts]
        columns += [
            CornerLine(
                names[i],
                Role.SET_ASIDE if names[i] and names[i] in aside else across,
                tuple(f"{x:.6g}" for x in self.numbers[:, i].tolist()),
            )
            for i in shown[:_MOST_COLUMNS]
        ]
        rows = tuple(
            CornerLine(name, Role.SET_ASIDE if name and name in aside else down)
            for name in self.row_names or [""] * len(self.numbers)
        )
        return TableCorner(tuple(columns), rows, self.names is not None)


def first_cells(table: Table) -> FirstCells:
    """Return the first cells of a table before it is interpreted.

    Parameters
    ----------
    table : Table
        What was read.
    """
    texts = [
        CornerLine(name, Role.TEXT, _texts(cells)) for name, cells in table.row_annotations.items()
    ]
    if table.row_names is not None:
        texts.insert(0, CornerLine(table.corner, Role.NAMES, _texts(table.row_names)))
    numbers = _first_rows(table)
    names = table.column_names
    return FirstCells(
        tuple(texts),
        None if names is None else list(names[: numbers.shape[1]]),
        numbers,
        tuple((table.row_names or ())[: len(numbers)]),
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


def _text_line(line: CornerLine, gene_names: str | None) -> CornerLine:
    if gene_names is None:
        return line
    return replace(line, role=Role.NAMES if line.name == gene_names else Role.TEXT)
