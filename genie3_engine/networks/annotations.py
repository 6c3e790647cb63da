"""What does a table that somebody uploads say of the genes?"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from genie3_engine.errors import InputError

_DELIMITERS = "\t,;"


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """One value a gene: a word or a number.

    Parameters
    ----------
    name : str
        What the values are.
    of : mapping of str to str
        From gene to value; genes without a value are absent.
    """

    name: str
    of: Mapping[str, str]

    @property
    def numbers(self) -> dict[str, float] | None:
        """The values as numbers; None when there are words among them."""
        try:
            found = {gene: float(value) for gene, value in self.of.items()}
        except ValueError:
            return None
        return found if all(map(math.isfinite, found.values())) else None


def read_annotations(content: bytes, genes: Collection[str]) -> tuple[Annotation, ...]:
    """Read a table of genes: names in one column, what is known of them in the others.

    Parameters
    ----------
    content : bytes
        Text with tabs, commas or semicolons; the first line names the columns.
    genes : collection of str
        The genes of the network.

    Returns
    -------
    tuple of Annotation
        One a column, for genes of the network.

    Raises
    ------
    InputError
        When the file is no such table, or knows no gene of the network.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "The annotation is not text in UTF-8.", "Save the table as CSV in UTF-8."
        ) from error
    rows = [row for row in _rows(text) if any(cell.strip() for cell in row)]
    if len(rows) < 2 or len(rows[0]) < 2:
        raise InputError(
            "The annotation is no table with a header and two columns.",
            "Give a column of gene names and one of values, with a first line of names.",
        )
    known = set(genes)
    header = rows[0]
    hits = [sum(_cell(row, i) in known for row in rows[1:]) for i in range(len(header))]
    keys = max(range(len(header)), key=hits.__getitem__)
    if hits[keys] == 0:
        raise InputError(
            f"No name in the annotation is a gene of this network (first: {_cell(rows[1], 0)!r}).",
            "Use the names of the expression file.",
        )
    return tuple(
        Annotation(
            name.strip() or f"column {i + 1}",
            {
                _cell(row, keys): _cell(row, i)
                for row in rows[1:]
                if _cell(row, keys) in known and _cell(row, i)
            },
        )
        for i, name in enumerate(header)
        if i != keys
    )


def _rows(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"The annotation cannot be read: {error}.", "Save it as CSV.") from error


def _cell(row: list[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""
