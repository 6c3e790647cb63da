"""Turn a table of typed columns into numbers with names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genie3_engine.data.io.table import FloatMatrix, Table
from genie3_engine.data.io.text.dialect import corner_kind
from genie3_engine.errors import InputError

_BLOCK_VALUES = 1 << 20


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
        return [str(int(n)) if n.is_integer() else str(n) for n in numbers.tolist()]


def table_of_columns(name: str, columns: list[Column], index: list[str]) -> Table:
    """Put columns side by side; those of texts become row names and annotations.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    columns : list of Column
        All of one length.
    index : list of str
        The column that the file declares as row names, or nothing.

    Returns
    -------
    Table
        Row names from the index, else the first texts that differ, else from a first column of
        whole numbers in a column whose name marks them as names (Entrez identifiers).

    Raises
    ------
    InputError
        When there are no numbers.
    """
    names_at = _names_at(columns, index)
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
    return Table(
        blocks,
        [column.name.strip() for column in numeric],
        None if names_at is None else columns[names_at].as_names(),
        "" if corner.startswith("__index") else corner,
        row_annotations=annotations,
    )


def _names_at(columns: list[Column], index: list[str]) -> int | None:
    for i, column in enumerate(columns):
        if column.name in index:
            return i
    texts = [i for i, column in enumerate(columns) if column.texts is not None]
    for i in texts:
        found = columns[i].texts or []
        if len(set(found)) == len(found):
            return i
    if texts and texts[0] == 0:
        return 0
    if not texts and columns and columns[0].is_whole and corner_kind(columns[0].name):
        names = columns[0].as_names()
        return 0 if len(set(names)) == len(names) else None
    return None
