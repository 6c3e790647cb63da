"""Read text tables (CSV, TSV, semicolons, spaces)."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.io.header_words import corner_kind
from genie3_engine.data.io.input_file import Source, is_binary, undecodable
from genie3_engine.data.io.numeric_names import decide_row_names
from genie3_engine.data.io.table import READ_FREELY, Format, ReadOptions, Table
from genie3_engine.data.io.text.annotation_columns import text_rows, with_text_columns
from genie3_engine.data.io.text.cell_values import is_grouped, is_number
from genie3_engine.data.io.text.dialect import (
    DELIMITER_NAMES,
    DELIMITERS,
    Dialect,
    Layout,
    detect_dialect,
    detect_layout,
)
from genie3_engine.data.io.text.row_parser import BodyReader
from genie3_engine.data.io.text.rows import EXCEL_SEPARATOR, WESTERN, Lines
from genie3_engine.errors import InputError, OptionError

_SAMPLE_LINES = 60
_SAMPLE_CHARACTERS = 8_000_000
# What it is, signs of which such lines have one, what else they have, and the whole cell.
_SIGNED_NUMBERS = tuple(
    (what, signs, re.compile(mark), re.compile(cell))
    for what, signs, mark, cell in (
        ("percentages", "%", "", r"[+-]?\d+(?:\.\d+)? ?%"),
        (
            "amounts of money",
            "$\u20ac\u00a3",
            "",
            r"[$\u20ac\u00a3] ?-?\d[\d.]*|-?\d[\d.]* ?[$\u20ac\u00a3]",
        ),
        ("typographic minus signs", "\u2212\u2013", "", r"[\u2212\u2013]\d+(?:\.\d+)?"),
        (
            "spaces between thousands",
            "\u00a0\u202f\u2009\u2019'",
            "\\d[\u00a0\u202f\u2009\u2019']\\d{3}",
            "[+-]?[1-9]\\d{0,2}(?:[\u00a0\u202f\u2009\u2019']\\d{3})+(?:\\.\\d+)?",
        ),
    )
)
_SHARE_OF_SIGNS = 0.3
_HEADER_ROWS = 4
_POINT_AT_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")
_FEWEST_GROUPED, _THOUSAND = 50, 1_000
_ANY_DELIMITER = re.compile(r"[\t;,|]")
_UNEVEN_QUOTES = "Check its quotation marks."


def read_delimited(source: Source, options: ReadOptions) -> Table:
    """Read a text table whose delimiter, quotes, header and row names are detected.

    Each line is split into its name and the rest; the rests of many lines are parsed together as
    one long column of numbers, so that a wide table costs what a tall one does. Where that fails,
    the block is read cell by cell, to find missing values and cells that are not numbers.

    Parameters
    ----------
    source : Source
        An open text file.
    options : ReadOptions
        The user's word on the header and the names.

    Returns
    -------
    Table
        The numbers, missing and odd ones as NaN, and the names.

    Raises
    ------
    InputError
        When it is not text, has one column or no row of numbers, or when a row has more or fewer
        cells than the others.
    """
    lines = Lines()
    try:
        return _decoded(source, lines, source.encoding, options)
    except UnicodeError as error:
        fault = undecodable(source, error, after_line=lines.number)
        if source.encoding != "utf-8":
            raise fault from error
    try:
        table = _decoded(source, Lines(), WESTERN, options)
    except UnicodeError as error:
        raise fault from error
    table.warnings.append(
        "The text is not UTF-8 and was read as Windows-1252: check names with accents or signs."
    )
    return table


DELIMITED = Format(
    "text table",
    (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".asc", ".ssv", ".psv", ""),
    lambda source: not is_binary(source.head),
    read_delimited,
)


def _decoded(source: Source, lines: Lines, encoding: str, options: ReadOptions) -> Table:
    try:
        with source.text(encoding) as text:
            return read_lines(source.path.name, lines.of(text), encoding=encoding, options=options)
    except csv.Error as error:
        raise unsplittable(source.path.name, lines.number, error) from error


def unsplittable(name: str, line_number: int, error: csv.Error) -> InputError:
    """Return the error for a line that is not a row of cells."""
    return InputError(
        f"{name} has a line that cannot be split into cells, near line {line_number:,}: {error}.",
        _UNEVEN_QUOTES,
    )


def read_lines(
    name: str,
    lines: Iterator[tuple[int, str]],
    *,
    encoding: str,
    delimiters: Sequence[str] = DELIMITERS,
    options: ReadOptions = READ_FREELY,
) -> Table:
    """Read a table from its lines.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    lines : iterator of (int, str)
        Numbers of lines, and lines without their ends, none blank.
    encoding : str
        Of the text, for the report.
    delimiters : sequence of str
        Those that are possible.
    options : ReadOptions
        The user's word on the header and the names.

    Returns
    -------
    Table
        As `read_delimited`.

    Raises
    ------
    InputError
        As `read_delimited`.
    """
    header_row = _header_row(options)
    sample = _first_lines(line for line in lines if line[0] >= header_row)
    if not sample:
        raise InputError(
            f"{name} has only blank lines.", "Give a file with a row of names and rows of numbers."
        )
    separator = EXCEL_SEPARATOR.fullmatch(sample[0][1])
    if separator and len(sample) > 1:
        sample, delimiters = sample[1:], separator[1]
    n_comments = 0
    if not header_row:
        sample, n_comments = _without_comments(sample)
    texts = [line for _, line in sample]
    _refuse_signs(name, texts)
    dialect = detect_dialect(texts, delimiters)
    n_titles = 0 if header_row or dialect is None else _count_titles(dialect, texts)
    if n_titles:
        sample, texts = sample[n_titles:], texts[n_titles:]
        dialect = detect_dialect(texts, delimiters)
    if dialect is None:
        raise InputError(
            f"{name} has one column only.",
            "Separate the cells by tabs, commas, semicolons or spaces, one row a line.",
        )
    _refuse_grouped(name, dialect, texts)
    if not header_row:
        sample = _with_names_first(dialect, sample)
        texts = [line for _, line in sample]
    layout = detect_layout(dialect, texts, options)
    if layout.has_header:
        _check_header(name, dialect, layout, len(dialect.cells(texts[0])))
        sample = sample[1:]
    about_columns = text_rows(layout, dialect, [line for _, line in sample])
    first_row = sample[0][0] if sample else 0
    sample = sample[len(about_columns) :]
    layout, about_columns = _with_second_header(layout, about_columns)
    layout, sample = _with_name_of_index(layout, dialect, sample)
    layout = with_text_columns(layout, dialect, [line for _, line in sample], options)
    table = read_body(
        name, dialect, layout, chain(sample, lines), encoding=encoding, keep=options.keep
    )
    _annotate_columns(table, layout, about_columns)
    table.decisions.extend(layout.decisions)
    table.decisions.extend(_other_headers(about_columns, layout, first_row))
    decide_row_names(table, options, is_told=options.name_column != "auto")
    _doubt_texts(table)
    if n_titles:
        table.warnings.append(f"{n_titles} rows above the header were skipped.")
    if n_comments:
        table.warnings.insert(0, f"{n_comments} comment lines at the top were skipped.")
    if about_columns:
        rows = ", ".join(f"'{row}'" for row, _ in about_columns[:5])
        table.warnings.append(f"Below the header, rows of text describe the columns: {rows}.")
    return table


def read_body(
    name: str,
    dialect: Dialect,
    layout: Layout,
    lines: Iterator[tuple[int, str]],
    *,
    encoding: str,
    keep: Collection[str] = (),
) -> Table:
    """Read the rows of numbers once it is known how they are written.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    dialect : Dialect
        How lines are written.
    layout : Layout
        Which cells are names.
    lines : iterator of (int, str)
        Numbers of lines, and lines without their ends, without the header.
    encoding : str
        Of the text, for the report.
    keep : collection of str
        Names of rows that are never set aside as text.

    Returns
    -------
    Table
        As `read_delimited`.

    Raises
    ------
    InputError
        When there is no row, or rows differ in their number of cells.
    """
    reader = BodyReader(name, dialect, layout, keep=keep)
    for line_number, line in lines:
        reader.add(line_number, line)
    reader.flush()
    if not reader.blocks:
        raise InputError(
            f"{name} has no rows of numbers below its header.", "Give the file with its numbers."
        )
    late = _late_texts(reader)
    warnings = []
    if dialect.decimal == ",":
        warnings.append("Numbers are written with a decimal comma.")
    table = Table(
        reader.blocks,
        layout.column_names,
        reader.names if layout.has_row_names else None,
        layout.corner,
        DELIMITER_NAMES[dialect.delimiter],
        encoding,
        warnings,
        row_annotations=dict(zip(layout.text_names, reader.texts, strict=True)),
        odd_cells=reader.odd_cells,
        n_odd=reader.n_odd,
    )
    for row, cells in reader.text_rows:
        table.column_annotations.setdefault(row or "description", cells)
    if reader.text_rows:
        table.decisions.append(_rows_of_text(tuple(row for row, _ in reader.text_rows)))
    if late:
        _set_aside_texts(table, late, sum(reader.n_texts[i] for i in late))
    return table


def _late_texts(reader: BodyReader) -> list[int]:
    """Return the columns that began with numbers, but have text in most of their cells."""
    n_rows = sum(map(len, reader.blocks))
    return [i for i, n_texts in sorted(reader.n_texts.items()) if 2 * n_texts > max(n_rows, 3)]


def _set_aside_texts(table: Table, late: list[int], n_texts: int) -> None:
    """Drop columns of text from the numbers, and record it."""
    names = table.column_names
    shown = tuple(names[i] if names else f"column {i + 1}" for i in late)
    if len(late) == table.n_columns:
        return
    kept = [i for i in range(table.n_columns) if i not in set(late)]
    table.blocks = [np.ascontiguousarray(block[:, kept]) for block in table.blocks]
    table.column_names = [names[i] for i in kept] if names else None
    for row, cells in table.column_annotations.items():
        table.column_annotations[row] = [cells[i] for i in kept]
    place = {old: new for new, old in enumerate(kept)}
    table.odd_cells = [
        replace(cell, column=place[cell.column]) for cell in table.odd_cells if cell.column in place
    ]
    table.n_odd -= n_texts
    table.decisions.append(
        Decision(
            "set-aside",
            f"{_subject(shown)} set aside.",
            "Most of the cells are text, though the first are numbers.",
            names=shown,
        )
    )
    table.warnings.append(f"{_subject(shown)} set aside: most of the cells are text.")


def _rows_of_text(names: tuple[str, ...]) -> Decision:
    return Decision(
        "set-aside",
        f"{_subject(names, 'Row')} set aside.",
        "All of the cells are text.",
        alternatives=(Alternative("Keep", {"keep": names}),),
        names=names,
    )


def _subject(names: tuple[str, ...], kind: str = "Column") -> str:
    """Return columns or rows as the subject of a sentence, with its verb."""
    quoted = ", ".join(f"'{name}'" for name in names[:5])
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return f"{kind} {quoted} is" if len(names) == 1 else f"{kind}s {quoted}{more} are"


def _header_row(options: ReadOptions) -> int:
    """Return the number of the header's line; 0 without an option.

    Raises
    ------
    OptionError
        When it is neither a number from 1 nor a known word.
    """
    wanted = str(options.header_row)
    if wanted in ("auto", "none"):
        return 0
    if not (wanted.isdecimal() and int(wanted) > 0):
        raise OptionError(f"The header row is {wanted!r}.", "Give a number from 1, auto or none.")
    return int(wanted)


def _doubt_texts(table: Table) -> None:
    """Doubt columns that begin with text, so that they are not read, but have mostly numbers."""
    for name, cells in table.row_annotations.items():
        looked_at = cells[:: max(1, len(cells) // 5_000)]
        n_numbers = sum(is_number(cell) for cell in looked_at)
        if len(looked_at) > n_numbers > len(looked_at) / 2:  # all are, of rows that are numbered
            table.decisions.append(
                Decision(
                    "set-aside",
                    f"Column '{name}' is set aside.",
                    "It begins with text, but most of its cells are numbers.",
                    Certainty.GUESS,
                    (Alternative(f"Keep '{name}'", {"keep": (name,)}),),
                    (name,),
                )
            )


def _annotate_columns(
    table: Table, layout: Layout, about_columns: list[tuple[str, list[str]]]
) -> None:
    aside = {i - 1 for i in layout.text_columns}
    for name, cells in about_columns:
        kept = [cell for i, cell in enumerate(cells) if i not in aside]
        table.column_annotations[name or "description"] = kept[: table.n_columns]


def _first_lines(lines: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    first: list[tuple[int, str]] = []
    characters = 0
    for line in lines:
        first.append(line)
        characters += len(line[1])
        if len(first) >= _SAMPLE_LINES or (len(first) > 2 and characters > _SAMPLE_CHARACTERS):
            break
    return first


def _without_comments(sample: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], int]:
    """Drop lines that start with ``#``, except a header that does."""
    n_comments = 0
    while n_comments < len(sample) and sample[n_comments][1].startswith("#"):
        n_comments += 1
    if n_comments == 0 or n_comments == len(sample):
        return sample, 0
    dialect = detect_dialect([line for _, line in sample[n_comments:]])
    if dialect is not None:
        last = len(dialect.cells(sample[n_comments - 1][1]))
        n_cells = dialect.n_cells + dialect.ends_with_delimiter  # or the last column is empty
        if last in (n_cells, dialect.n_cells, dialect.n_cells - 1) and last > 1:
            n_comments -= 1
    return sample[n_comments:], n_comments


def _other_headers(
    about_columns: list[tuple[str, list[str]]], layout: Layout, first_row: int
) -> Iterator[Decision]:
    """Doubt the header where a row of text below it has a name for each column, too."""
    for i, (corner, names) in enumerate(about_columns):
        if not _are_names(names) or len(names) < 3 or layout.column_names == names:
            continue
        yield Decision(
            "header",
            f"The first line has the names of the columns, and '{corner}' describes them.",
            f"The texts of '{corner}' all differ, as names do.",
            Certainty.GUESS,
            (Alternative(f"'{corner}' has the names", {"header_row": first_row + i}),),
        )
        return


def _with_second_header(
    layout: Layout, about_columns: list[tuple[str, list[str]]]
) -> tuple[Layout, list[tuple[str, list[str]]]]:
    """Take names from the second row of text where the first has groups, over several columns."""
    groups = layout.column_names or []
    if not about_columns or len(set(groups)) == len(groups):
        return layout, about_columns
    named = next((i for i, (_, cells) in enumerate(about_columns) if _are_names(cells)), None)
    if named is None or len(about_columns[named][1]) != len(groups):
        return layout, about_columns
    corner, names = about_columns[named]
    others = [row for i, row in enumerate(about_columns) if i != named]
    filled: list[str] = []
    for group in groups:
        filled.append(group or (filled[-1] if filled else ""))
    layout = replace(layout, column_names=names, corner=corner or layout.corner)
    return layout, [("group", filled), *others]


def _with_names_first(dialect: Dialect, sample: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Move a row of names above rows of numbers that repeat, such as times, to the beginning."""
    for place, (_, line) in enumerate(sample[:_HEADER_ROWS]):
        cells = [cell.strip() for cell in dialect.cells(line)[1:]]
        if len(cells) > 2 and _are_names(cells) and not any(map(is_number, cells)):
            return [sample[place], *sample[:place], *sample[place + 1 :]]
        if len(set(cells)) == len(cells) or not all(map(is_number, cells)):
            break
    return sample


def _with_name_of_index(
    layout: Layout, dialect: Dialect, sample: list[tuple[int, str]]
) -> tuple[Layout, list[tuple[int, str]]]:
    """Take the name of the rows from a line of its own, as pandas writes it below two headers."""
    if not (sample and layout.has_header and layout.has_row_names):
        return layout, sample
    name, *cells = (cell.strip() for cell in dialect.cells(sample[0][1]))
    if any(cells) or not corner_kind(name):
        return layout, sample
    return replace(layout, corner=name), sample[1:]


def _are_names(cells: Sequence[str]) -> bool:
    return all(cells) and len(set(cells)) == len(cells)


def _count_titles(dialect: Dialect, lines: list[str]) -> int:
    """Return how many lines above the header have a cell or two only, at their beginning."""
    wanted = dialect.n_cells
    for n_titles, line in enumerate(lines[:-2]):
        cells = list(map(str.strip, dialect.cells(line)))
        n_filled = len(cells) - cells.count("")
        few = wanted > 2 and (n_filled < 2 or 4 * n_filled < wanted)
        if not few or not all(cells[:n_filled]):
            return n_titles
    return 0


def _refuse_signs(name: str, lines: list[str]) -> None:
    """Refuse a table whose numbers have signs that programs do not read, such as per cent."""
    for what, signs, mark, pattern in _SIGNED_NUMBERS:
        signed = [line for line in lines[1:] if any(sign in line for sign in signs)]
        marked = [line for line in signed if mark.search(line)]
        cells = [cell.strip(' "') for line in marked for cell in _ANY_DELIMITER.split(line)[1:]]
        found = [cell for cell in cells if pattern.fullmatch(cell)]
        if found and len(found) >= _SHARE_OF_SIGNS * sum(map(is_number, cells)):
            raise InputError(
                f"{name} has {what} such as '{found[0]}' where numbers are expected.",
                "Export it again as plain numbers, without the sign.",
            )


def _refuse_grouped(name: str, dialect: Dialect, lines: list[str]) -> None:
    """Refuse numbers that can be read in two ways, one a thousand times the other."""
    if dialect.decimal == ",":
        return
    _refuse_points(name, dialect, lines)
    doubtful = dialect.quote if dialect.delimiter == "," else ","
    for line in lines[1:]:
        if doubtful not in line:
            continue
        grouped = next(
            (cell for cell in dialect.cells(line)[1:500] if is_grouped(cell)), ""
        ).strip()
        if grouped:
            raise InputError(
                f"{name} has numbers such as '{grouped}', whose comma may part thousands or be a "
                "decimal sign.",
                "Export it again without separators of thousands.",
            )


def _check_header(name: str, dialect: Dialect, layout: Layout, n_found: int) -> None:
    expected = dialect.n_cells - layout.has_row_names
    found = len(layout.column_names or ())
    if found != expected:
        raise InputError(
            f"The header of {name} has {n_found:,} cells where the rows below have "
            f"{dialect.n_cells:,}.",
            "Give every column one name, and the row names an optional one.",
        )


def _refuse_points(name: str, dialect: Dialect, lines: list[str]) -> None:
    """Refuse 2.000 and 500 in one column: written with three decimals, it would be 500.000."""
    if not any("." in line for line in lines[1:]):
        return
    pointed_in: dict[int, list[str]] = {}
    small_in: set[int] = set()
    for line in lines[1:]:
        for column, cell in enumerate(map(str.strip, dialect.cells(line)[1:500])):
            if "." not in cell:
                if cell.isdecimal() and 0 < int(cell) < _THOUSAND:
                    small_in.add(column)
            elif _POINT_AT_THOUSANDS.fullmatch(cell):
                pointed_in.setdefault(column, []).append(cell)
            elif is_number(cell):
                return
    pointed = [cell for cells in pointed_in.values() for cell in cells]
    if small_in & pointed_in.keys() and len(pointed) >= _FEWEST_GROUPED:
        raise InputError(
            f"{name} has numbers such as '{pointed[0]}', whose point may part thousands or be a "
            "decimal sign.",
            "Export it again without separators of thousands.",
        )
