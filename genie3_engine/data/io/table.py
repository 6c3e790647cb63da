"""Tables of numbers with names, as every format's reader returns them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.decisions import Decision
from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.sandbox.array_files import pieces
from genie3_engine.errors import OptionError

FloatMatrix = NDArray[np.float64]
SparseMatrix: TypeAlias = Any  # scipy.sparse.csr_matrix or csc_matrix; scipy has no types
SHOWN_ODD_CELLS = 20


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of the user about a file.

    Parameters
    ----------
    sheet : str or None
        Of a workbook: a name, or a number from 1.
    layer : str or None
        Of a single-cell file: which of its matrices.
    regulators : collection of str
        Names of genes, by which the right kind of identifier is chosen.
    orientation : {'auto', 'genes-in-rows', 'genes-in-columns'}
        Where the genes are.
    header_row : str or int
        The row with the names of the columns: a number from 1, ``none``, or ``auto``.
    name_column : str or int
        The column with the names of the rows: its name, its number from 1, ``none``, or ``auto``.
    set_aside, keep : collection of str
        Names of columns that are not measurements, and of those that are.
    gene_names : str or None
        Of a file with several names for each gene: the column or attribute to take.
    sample_sheet : str
        The file of the sample sheet; or ``auto``, ``none``, ``names`` or ``diagonal``, see
        `find_sheet`.
    sheet_columns : collection of str
        Columns of the sample sheet by their roles, such as ``time=hours``.
    """

    sheet: str | None = None
    layer: str | None = None
    regulators: Collection[str] = ()
    orientation: str = "auto"
    header_row: str | int = "auto"
    name_column: str | int = "auto"
    set_aside: Collection[str] = ()
    keep: Collection[str] = ()
    gene_names: str | None = None
    sample_sheet: str = "auto"
    sheet_columns: Collection[str] = ()


READ_FREELY = ReadOptions()


@dataclass(frozen=True, slots=True)
class Part:
    """Which of a file's parts was read.

    Parameters
    ----------
    kind : str
        ``sheet``, ``layer``, or nothing where files have one part.
    name : str
        The one that was read.
    names : tuple of str
        All that there are.
    """

    kind: str = ""
    name: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell that holds text or infinity where a number is expected; its value is NaN.

    Parameters
    ----------
    row, column : int
        Position among the numbers, from 0.
    text : str
        Its content.
    place : str
        Where it is, for a person who looks at the file.
    is_infinite : bool
        True for infinity, False for text.
    """

    row: int
    column: int
    text: str
    place: str
    is_infinite: bool = False


@dataclass(slots=True)
class Table:
    """Numbers with names, as they are in a file.

    Parameters
    ----------
    blocks : list of (n_rows_i, n_columns) float64
        The numbers, in pieces from top to bottom, so that they can be put into one matrix of
        either orientation without holding two. A missing value is NaN; nothing is infinite.
        Empty when the numbers are in ``sparse``.
    column_names, row_names : list of str or None
        Names without space around them; None where the file has none.
    corner : str
        The cell above the row names.
    delimiter, encoding : str
        How text was read; empty for other formats.
    warnings : list of str
        What the user should know, one sentence each.
    sparse : scipy.sparse matrix or None
        The numbers where most are zero, in CSR or CSC form, without duplicate entries.
    genes_in_rows : bool or None
        Where the genes are, when the format itself defines it.
    orientation_reason : str
        Why they are there, one sentence.
    row_annotations, column_annotations : dict of str to list of str
        Further text about rows and columns, by its name.
    odd_cells : list of TableCell
        The first cells that are neither a finite number nor missing.
    n_odd : int
        How many there are.
    part : Part
        Which sheet or layer this is.
    decisions : list of Decision
        What was taken for what.
    label : str
        What the names of the genes are called, where the file has several kinds.
    """

    blocks: list[FloatMatrix]
    column_names: list[str] | None
    row_names: list[str] | None
    corner: str = ""
    delimiter: str = ""
    encoding: str = ""
    warnings: list[str] = field(default_factory=list)
    sparse: SparseMatrix | None = None
    genes_in_rows: bool | None = None
    orientation_reason: str = ""
    row_annotations: dict[str, list[str]] = field(default_factory=dict)
    column_annotations: dict[str, list[str]] = field(default_factory=dict)
    odd_cells: list[TableCell] = field(default_factory=list)
    n_odd: int = 0
    part: Part = field(default_factory=Part)
    decisions: list[Decision] = field(default_factory=list)
    label: str = ""

    @property
    def n_rows(self) -> int:
        """Return the number of rows of numbers."""
        if self.sparse is not None:
            return int(self.sparse.shape[0])
        return sum(len(block) for block in self.blocks)

    @property
    def n_columns(self) -> int:
        """Return the number of columns of numbers."""
        if self.sparse is not None:
            return int(self.sparse.shape[1])
        return self.blocks[0].shape[1] if self.blocks else len(self.column_names or ())

    def dense_blocks(self) -> Iterator[FloatMatrix]:
        """Yield the numbers from top to bottom, a few dense rows at a time."""
        if self.sparse is None:
            yield from self.blocks
            return
        rows = self.sparse.tocsr()
        step = max(1, 4_000_000 // max(1, self.n_columns))
        for start in range(0, self.n_rows, step):
            yield rows[start : start + step].toarray()


Read: TypeAlias = Callable[[Source, ReadOptions], Table]


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
        Given a `Source`, returns by its first bytes whether it is of this format.
    read : callable or None
        Reads a `Source` of this format into a `Table`, given `ReadOptions`; None when the format is
        not supported.
    remedy : str
        What to do with a file of this format that is not supported.
    part : str
        What its parts are called, ``sheet`` or ``layer``; empty when a file has one part.
    fixed : tuple of str
        Fields of `ReadOptions` that cannot be chosen, because the format defines what they are.
    """

    name: str
    endings: tuple[str, ...]
    sniff: Callable[[Source], bool]
    read: Read | None = None
    remedy: str = "Save the table as CSV or TSV text."
    part: str = ""
    fixed: tuple[str, ...] = ()


def chosen_part(file: str, kind: str, names: list[str], wanted: str | None, *, usual: str) -> Part:
    """Find the part of a file that the user wants.

    Parameters
    ----------
    file : str
        The file's name, for messages.
    kind : str
        ``sheet`` or ``layer``.
    names : list of str
        What there is.
    wanted : str or None
        The user's choice: a name, or a number from 1 where no name is that number.
    usual : str
        The one to take without a choice.

    Returns
    -------
    Part
        The choice.

    Raises
    ------
    OptionError
        When there is no such part.
    """
    if wanted is None:
        return Part(kind, usual, tuple(names))
    folded = {name.casefold(): name for name in reversed(names)}
    found = wanted if wanted in names else folded.get(wanted.casefold())
    if found is None and wanted.isdecimal() and wanted.isascii() and len(wanted) < 6:
        position = int(wanted) - 1
        found = names[position] if 0 <= position < len(names) else None
    if found is None:
        shown = ", ".join(f"'{name}'" for name in names[:20])
        raise OptionError(f"{file} has no {kind} '{wanted}'.", f"Its {kind}s are {shown}.")
    return Part(kind, found, tuple(names))


def cell_place(row: int, row_name: str | None, column: int, column_name: str | None) -> str:
    """Return the place of a cell in words.

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


def without_infinities(table: Table) -> Table:
    """Note the infinite values of a table as odd cells, and make them NaN.

    Parameters
    ----------
    table : Table
        With its names; changed.

    Returns
    -------
    Table
        The same one.
    """
    if table.sparse is not None:
        values = table.sparse.data
        if all(np.isfinite(values[piece].sum(dtype=np.float64)) for piece in pieces(table.sparse)):
            return table
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            entries = table.sparse.tocoo()
            rows, columns, values = (
                entries.row[infinite],
                entries.col[infinite],
                entries.data[infinite],
            )
            _note(table, rows, columns, values)
            table.sparse.data[infinite] = np.nan
        return table
    start = 0
    for i, block in enumerate(table.blocks):
        if not np.isfinite(block.sum()):
            rows, columns = np.nonzero(np.isinf(block))
            if len(rows):
                writable = block if block.flags.writeable else block.copy()
                _note(table, rows + start, columns, block[rows, columns])
                writable[rows, columns] = np.nan
                table.blocks[i] = writable
        start += len(block)
    return table


def _note(
    table: Table, rows: NDArray[np.intp], columns: NDArray[np.intp], values: FloatMatrix
) -> None:
    table.n_odd += len(rows)
    room = SHOWN_ODD_CELLS - len(table.odd_cells)
    for row, column, value in zip(rows[:room], columns[:room], values[:room], strict=True):
        row_name = table.row_names[row] if table.row_names else None
        column_name = table.column_names[column] if table.column_names else None
        place = cell_place(int(row), row_name, int(column), column_name)
        table.odd_cells.append(TableCell(int(row), int(column), str(float(value)), place, True))
