"""What does every format's reader return, before anyone asks which axis the genes are on?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.source import Source

FloatMatrix = NDArray[np.float64]


@dataclass(slots=True)
class Table:
    """Numbers with names, as they stand in a file.

    Parameters
    ----------
    blocks : list of (n_rows_i, n_columns) float64
        The numbers, in pieces from top to bottom, so that they can be put into one matrix of
        either orientation without holding two. A missing value is NaN; nothing is infinite.
    column_names, row_names : list of str or None
        Names without space around them; None where the file has none.
    corner : str
        What stands above the row names.
    delimiter, encoding : str
        How text was read; empty for other formats.
    warnings : list of str
        What was put up with, one sentence each.
    """

    blocks: list[FloatMatrix]
    column_names: list[str] | None
    row_names: list[str] | None
    corner: str = ""
    delimiter: str = ""
    encoding: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        """Return the number of rows of numbers."""
        return sum(len(block) for block in self.blocks)

    @property
    def n_columns(self) -> int:
        """Return the number of columns of numbers."""
        return self.blocks[0].shape[1] if self.blocks else len(self.column_names or ())


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    Parameters
    ----------
    name : str
        What it is called in a sentence, such as ``Excel workbook``.
    endings : tuple of str
        Endings of file names, in lower case, without ``.gz``.
    sniff : callable
        Given a `Source`, tells from its first bytes whether it is of this format.
    read : callable or None
        Reads a `Source` of this format into a `Table`; None when nobody has written it yet.
    """

    name: str
    endings: tuple[str, ...]
    sniff: Callable[[Source], bool]
    read: Callable[[Source], Table] | None = None


def cell_place(row: int, row_name: str | None, column: int, column_name: str | None) -> str:
    """Say where a cell is, for a person who looks at the file.

    Parameters
    ----------
    row, column : int
        Position among the numbers, from 0.
    row_name, column_name : str or None
        Names, where there are any.

    Returns
    -------
    str
        Such as ``row 12 ('TP53'), column 3 ('S3')``, counted from 1.
    """
    of_row = f" ('{row_name}')" if row_name else ""
    of_column = f" ('{column_name}')" if column_name else ""
    return f"row {row + 1:,}{of_row}, column {column + 1:,}{of_column}"
