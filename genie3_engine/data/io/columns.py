"""Turn a table of typed columns into numbers with names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genie3_engine.data.io.numeric_names import decide_row_names, evidence_of_names, names_of
from genie3_engine.data.io.table import READ_FREELY, FloatMatrix, ReadOptions, Table
from genie3_engine.errors import InputError, OptionError

_BLOCK_VALUES = 1 << 20
_ROWS_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of texts or of numbers.

    Parameters
    ----------
    name : str
        From the file.
    texts : list of str or None
        Where it is one of texts.
    numbers : (n,) float64 or None
        Where it is one of numbers.
    is_whole : bool
        True when the file declares whole numbers, none of them missing.
    """

    name: str
    texts: list[str] | None = None
    numbers: FloatMatrix | None = None
    is_whole: bool = False

    def as_names(self) -> list[str]:
        """Return the cells as names."""
        if self.texts is not None:
            return self.texts
        numbers = self.numbers if self.numbers is not None else np.empty(0)
        return names_of(numbers)


def table_of_columns(
    name: str, columns: list[Column], index: list[str], options: ReadOptions = READ_FREELY
) -> Table:
    """Put columns side by side; those of texts become row names and annotations.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    columns : list of Column
        All of one length.
    index : list of str
        The column that the file declares as row names, or nothing.
    options : ReadOptions
        The user's word on the names of the rows.

    Returns
    -------
    Table
        Row names from the index, else the first texts that differ, else from a first column of
        numbers where these are names (Entrez identifiers).

    Raises
    ------
    InputError
        When there are no numbers.
    OptionError
        When there is no column of the wanted name or number.
    """
    names_at = _names_at(columns, index, options)
    numeric = [c for i, c in enumerate(columns) if c.numbers is not None and i != names_at]
    n_rows = len(columns[0].as_names()) if columns else 0
    if not numeric or not n_rows:
        raise InputError(
            f"{name} has no {'rows' if numeric else 'columns of numbers'}.",
            "Give a table of expression: a column of names and columns of numbers.",
        )
    step = max(1, _BLOCK_VALUES // len(numeric))
    blocks: list[FloatMatrix] = []
    for start in range(0, n_rows, step):
        parts = [c.numbers[start : start + step] for c in numeric if c.numbers is not None]
        blocks.append(np.column_stack(parts))
    annotations = {
        column.name: column.texts
        for i, column in enumerate(columns)
        if column.texts is not None and i != names_at
    }
    corner = "" if names_at is None else columns[names_at].name
    table = Table(
        blocks,
        [column.name.strip() for column in numeric],
        None if names_at is None else columns[names_at].as_names(),
        "" if corner.startswith("__index") else corner,
        row_annotations=annotations,
    )
    decide_row_names(table, options, is_told=options.name_column != "auto")
    return table


def _names_at(columns: list[Column], index: list[str], options: ReadOptions) -> int | None:
    wanted = str(options.name_column)
    if wanted == "none":
        return None
    if wanted != "auto":
        names = [column.name for column in columns]
        if wanted not in names and not (wanted.isdecimal() and 1 <= int(wanted) <= len(names)):
            shown = ", ".join(f"'{name}'" for name in names[:20])
            raise OptionError(f"There is no column '{wanted}'.", f"Its columns are {shown}.")
        return names.index(wanted) if wanted in names else int(wanted) - 1
    for i, column in enumerate(columns):
        if column.name in index:
            return i
    texts = [i for i, column in enumerate(columns) if column.texts is not None]
    if texts and _begins_with_numeric_names(columns, options):
        return 0
    for i in texts:
        found = columns[i].texts or []
        if len(set(found)) == len(found):
            return i
    if texts and texts[0] == 0:
        return 0
    return None


def _begins_with_numeric_names(columns: list[Column], options: ReadOptions) -> bool:
    """Return whether the first column has numbers that are names, other than a count of rows."""
    numeric = [column for column in columns if column.numbers is not None]
    if len(numeric) < 2 or columns[0].numbers is None:
        return False
    values = columns[0].numbers[:_ROWS_LOOKED_AT]
    counts_rows = bool((np.diff(values) == 1).all())
    body = np.column_stack(
        [c.numbers[:_ROWS_LOOKED_AT] for c in numeric[1:201] if c.numbers is not None]
    )
    if counts_rows or len(np.unique(values)) < len(values):
        return False
    return evidence_of_names(
        values,
        body,
        corner=columns[0].name,
        others=[column.name for column in numeric[1:]],
        regulators=options.regulators,
    ).are_names
