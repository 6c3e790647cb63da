"""Detect how a text table is written: delimiter, quotation marks, header and row names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from genie3_engine.data.io.text.cell_values import (
    decimal_sign,
    is_grouped,
    is_missing,
    is_number,
    is_value,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DELIMITERS = ("\t", ";", ",", "|", " ")
DELIMITER_NAMES = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", " ": "space"}

_GENE_WORDS = _words(
    "gene genes symbol symbols probe probes probeset probesets entrez ensembl ensg orf orfs locus "
    "feature features transcript transcripts hgnc mgi accession geneid genename"
)
_SAMPLE_WORDS = _words(
    "cell cells sample samples barcode barcodes condition conditions experiment experiments strain "
    "strains time times hour hours patient patients replicate replicates array arrays donor donors "
    "individual individuals subject subjects cellid sampleid"
)
_OTHER_WORDS = _words(
    "id ids name names index row rows rowname rownames tag tags unnamed 0 set stable official of "
    "ref number no key identifier identifiers label labels"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of one line are told apart, and read as numbers.

    Parameters
    ----------
    delimiter : str
        One character; a space stands for any run of spaces and tabs.
    quote : str
        The quotation mark around cells.
    decimal : '.' or ','
        The decimal sign.
    n_cells : int
        Cells of a row of the body, its name included, an always empty last one not.
    ends_with_delimiter : bool
        True when each row of the body ends with a delimiter, which makes no cell.
    """

    delimiter: str
    quote: str = '"'
    decimal: str = "."
    n_cells: int = 0
    ends_with_delimiter: bool = False

    def cells(self, line: str) -> list[str]:
        """Split one line (without its line end) at its delimiters, quotes removed."""
        if self.delimiter == " ":
            line = line.replace("\t", " ").strip()
            if self.quote not in line:
                return line.split()
        elif self.quote not in line:
            return line.split(self.delimiter)
        skip = self.delimiter == " "
        rows = csv.reader(
            [line], delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=skip
        )
        return next(rows)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cells of a text table are names.

    Parameters
    ----------
    has_header, has_row_names : bool
        Whether the first line, and the first cell of each other line, are names.
    column_names : list of str or None
        From the header, without the corner cell.
    corner : str
        The header's cell above the row names; empty when there is none.
    name_column : int
        Which cell of a row is its name.
    text_columns : tuple of int
        Which other cells are text and no numbers, ascending.
    text_names : tuple of str
        What the header calls them.
    """

    has_header: bool
    has_row_names: bool
    column_names: list[str] | None
    corner: str = ""
    name_column: int = 0
    text_columns: tuple[int, ...] = ()
    text_names: tuple[str, ...] = ()

    @property
    def aside(self) -> tuple[int, ...]:
        """Return which cells of a row are not numbers, ascending."""
        names = (self.name_column,) if self.has_row_names else ()
        return tuple(sorted((*names, *self.text_columns)))


def detect_dialect(lines: list[str], delimiters: Sequence[str] = DELIMITERS) -> Dialect | None:
    """Find how a table is written from its first lines.

    Parameters
    ----------
    lines : list of str
        The first lines, without line ends, none blank.
    delimiters : sequence of str
        Those that are possible.

    Returns
    -------
    Dialect or None
        None when no delimiter makes more than one column.
    """
    quote = _quote_of(lines[0])
    best: tuple[float, Dialect] | None = None
    for delimiter in delimiters:
        dialect = _with_cells(Dialect(delimiter, quote), lines)
        if dialect.n_cells < 2:
            continue
        score = _fitness(dialect, lines)
        if best is None or score > best[0] + 1e-9:
            best = (score, dialect)
    return None if best is None else best[1]


def detect_layout(dialect: Dialect, lines: list[str]) -> Layout:
    """Find which cells are names from a table's first lines.

    Parameters
    ----------
    dialect : Dialect
        How the lines are written.
    lines : list of str
        The first lines, without line ends, none blank.

    Returns
    -------
    Layout
        What was found. A header one cell short is R's: it has no corner cell.
    """
    first = dialect.cells(lines[0])
    body = [dialect.cells(line) for line in lines[1:21]]
    names_quoted = _only_first_cell_quoted(dialect, lines[1:21])
    if first and not first[-1].strip() and len(first) == dialect.n_cells + 1:
        first = first[:-1]
    if len(first) == dialect.n_cells - 1:
        return Layout(True, True, [name.strip() for name in first])
    corner = first[0].strip()
    has_row_names = bool(body) and (names_quoted or _first_cells_are_names(dialect, corner, body))
    if not body:
        has_row_names = not is_value(first[0], decimal=dialect.decimal)
    if _first_line_is_header(dialect, lines, first, body, int(has_row_names)):
        names = [name.strip() for name in first]
        if has_row_names:
            return Layout(True, True, names[1:], names[0])
        return Layout(True, False, names)
    return Layout(False, has_row_names, None)


def _quote_of(line: str) -> str:
    """Return a single quote when it stands around cells and no double quote does."""
    around = re.findall(r"(?:^|[\t;,| ])'[^']*'(?=$|[\t;,| ])", line)
    return "'" if '"' not in line and len(around) > 1 else '"'


def _with_cells(dialect: Dialect, lines: list[str]) -> Dialect:
    """Return the dialect with the number of cells that most lines of the body have."""
    body = lines[1:] or lines
    rows = [dialect.cells(line) for line in body[:20]]
    n_cells = Counter(len(row) for row in rows).most_common(1)[0][0]
    usual = [row for row in rows if len(row) == n_cells]
    header = dialect.cells(lines[0])
    ends = n_cells > 2 and all(not row[-1].strip() for row in usual) and len(rows) > 0
    ends = ends and (len(header) < n_cells or not header[-1].strip())
    numbers = [cell for row in usual[:10] for cell in row[1:500]]
    return Dialect(
        dialect.delimiter,
        dialect.quote,
        decimal_sign(numbers),
        n_cells - 1 if ends else n_cells,
        ends_with_delimiter=ends,
    )


def _fitness(dialect: Dialect, lines: list[str]) -> float:
    """Return how well a delimiter explains the lines, from 0 to 2: numeric and even."""
    rows = [dialect.cells(line) for line in (lines[1:] or lines)[:20]]
    wanted = dialect.n_cells + dialect.ends_with_delimiter
    even = sum(len(row) == wanted for row in rows) / len(rows)
    cells = [cell for row in rows[:10] for cell in row[1:500]]
    fitting = (is_value(cell, decimal=dialect.decimal) or is_grouped(cell) for cell in cells)
    numeric = sum(fitting) / max(len(cells), 1)
    return numeric + even


def _only_first_cell_quoted(dialect: Dialect, lines: list[str]) -> bool:
    """Return whether each row quotes its first cell and no other, as R does with row names."""
    mark = dialect.quote
    return bool(lines) and all(
        line.lstrip().startswith(mark) and line.count(mark) == 2 for line in lines
    )


def _first_cells_are_names(dialect: Dialect, corner: str, body: list[list[str]]) -> bool:
    firsts = [row[0].strip() for row in body if row]
    if not all(is_value(cell, decimal=dialect.decimal) for cell in firsts):
        return True
    whole = [int(cell) for cell in firsts if re.fullmatch(r"\d{1,15}", cell, re.ASCII)]
    if len(whole) < len(firsts):
        return _is_corner_word(corner) and len(set(firsts)) == len(firsts)
    if not corner or _is_corner_word(corner):
        return True
    counts_up = whole[0] in (0, 1) and whole == list(range(whole[0], whole[0] + len(whole)))
    return counts_up and len(whole) >= 3 and not is_value(corner, decimal=dialect.decimal)


def corner_kind(corner: str) -> str:
    """Return what the rows are by the cell above the row names.

    Parameters
    ----------
    corner : str
        Its text.

    Returns
    -------
    str
        ``genes``, ``samples``, ``names`` when it only states that there are names (``id``), or
        nothing when it is something else.
    """
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", corner)
    lowered = {word.lower() for word in words}
    if not lowered or not lowered <= _GENE_WORDS | _SAMPLE_WORDS | _OTHER_WORDS:
        return ""
    if lowered & _GENE_WORDS and not lowered & _SAMPLE_WORDS:
        return "genes"
    if lowered & _SAMPLE_WORDS and not lowered & _GENE_WORDS:
        return "samples"
    return "names" if lowered != {"0"} else ""


def _is_corner_word(corner: str) -> bool:
    return bool(corner_kind(corner)) or corner.startswith("#")


def _first_line_is_header(
    dialect: Dialect, lines: list[str], first: list[str], body: list[list[str]], n_names: int
) -> bool:
    """Return whether the first line has names, also where the names are numbers."""
    corner, names = first[0].strip(), first[n_names:]
    texts = [name for name in names if not is_value(name, decimal=dialect.decimal)]
    if texts:
        # Among fractions a few texts are damaged numbers; among whole numbers they are names.
        fractions = any("." in name and is_number(name) for name in names)
        return len(texts) * 2 > len(names) or not fractions
    if n_names and (not corner or _is_corner_word(corner)):
        return True
    marks = [line.count(dialect.quote) for line in lines[:21]]
    if len(marks) > 1 and marks[0] > max(marks[1:]):
        return True
    return _are_numeric_names(names, body, skip=n_names)


def _are_numeric_names(names: list[str], body: list[list[str]], *, skip: int) -> bool:
    """Return whether whole numbers are names: all different, above numbers that are not whole."""
    stripped = [name.strip() for name in names]
    if not all(re.fullmatch(r"\d{1,15}", name, re.ASCII) for name in stripped):
        return False
    if len(set(stripped)) < len(stripped) or len(stripped) < 2:
        return False
    numbers = [int(name) for name in stripped]
    counts_up = numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 1
    cells = [cell for row in body for cell in row[skip:500] if not is_missing(cell)]
    body_is_whole = all(re.fullmatch(r"\s*\d+\s*", cell, re.ASCII) for cell in cells)
    return counts_up or not body_is_whole
