"""Find columns and rows of text in a text table, such as descriptions and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from genie3_engine.data.io.table import READ_FREELY, ReadOptions
from genie3_engine.data.io.text.cell_values import is_number, is_value
from genie3_engine.data.io.text.dialect import Dialect, Layout
from genie3_engine.errors import OptionError


def with_text_columns(
    layout: Layout, dialect: Dialect, lines: list[str], options: ReadOptions = READ_FREELY
) -> Layout:
    """Find the columns of text, and take one for the names where there are none.

    Parameters
    ----------
    layout : Layout
        What is known so far.
    dialect : Dialect
        How the lines are written.
    lines : list of str
        The first lines of the body, without those of `text_rows`.
    options : ReadOptions
        The user's word, which is obeyed.

    Returns
    -------
    Layout
        The same when every column but the names' has numbers.

    Raises
    ------
    OptionError
        When there is no column of the wanted name or number.

    Notes
    -----
    A column is text when its cells are, four of five at least, and it has two at least. Where rows
    have no names, or are only numbered, or their names repeat, the first column whose texts differ
    gives the names.
    """
    rows = _full_rows(dialect, lines[:2])
    wanted = _wanted_column(layout, dialect, options)
    if len(rows) < 2:
        return layout
    first = int(layout.has_row_names and wanted in (None, 0))
    doubtful: list[int] = []
    if not all(_are_plain(row[first:]) for row in rows):
        cells = zip(*rows, strict=False)
        doubtful = [i for i, both in enumerate(cells) if i >= first and not _are_plain(both)]
    if not doubtful and wanted is None:
        return layout
    rows += _full_rows(dialect, lines[2:])
    names = _header_cells(layout, dialect)
    kept = {i for i in doubtful if names[i] in options.keep}
    found = [
        i for i in doubtful if i not in kept and _is_text([row[i] for row in rows], dialect.decimal)
    ]
    if (not found and wanted is None) or len(found) >= dialect.n_cells - first:
        return layout
    if wanted is None:
        own = first == 1 and not _is_counter([row[0] for row in rows])
        n_own = len({row[0].strip() for row in rows})
        own = own and n_own * 2 > len(rows)
        unique = (i for i in found if len({row[i].strip() for row in rows}) == len(rows))
        usual = 0 if first else -1
        name_column = 0 if own else next(unique, usual)
        if options.name_column == "none":
            name_column = -1
    else:
        name_column = wanted
    aside = {*found, *((0,) if first else ())} - {name_column}
    text_columns = tuple(sorted(aside))
    taken = {name_column, *text_columns}
    return replace(
        layout,
        has_row_names=name_column >= 0,
        name_column=max(name_column, 0),
        text_columns=text_columns,
        text_names=tuple(names[i] or f"column {i + 1}" for i in text_columns),
        corner=names[name_column] if name_column >= 0 else "",
        column_names=[name for i, name in enumerate(names) if i not in taken]
        if layout.column_names is not None
        else None,
    )


def _wanted_column(layout: Layout, dialect: Dialect, options: ReadOptions) -> int | None:
    """Return the column of names by the option of the user; None without one."""
    wanted = str(options.name_column)
    if wanted in ("auto", "none"):
        return None
    names = _header_cells(layout, dialect)
    folded = [name.casefold() for name in names]
    if wanted in names:
        return names.index(wanted)
    if wanted.casefold() in folded:
        return folded.index(wanted.casefold())
    if wanted.isdecimal() and 1 <= int(wanted) <= dialect.n_cells:
        return int(wanted) - 1
    shown = ", ".join(f"'{name}'" for name in names[:20] if name)
    raise OptionError(
        f"There is no column '{wanted}'.",
        f"Its columns are {shown}." if shown else "Give a number from 1.",
    )


def text_rows(layout: Layout, dialect: Dialect, lines: list[str]) -> list[tuple[str, list[str]]]:
    """Find the rows of text right below the header, such as the samples' conditions.

    Parameters
    ----------
    layout : Layout
        What is known so far.
    dialect : Dialect
        How the lines are written.
    lines : list of str
        The first lines of the body.

    Returns
    -------
    list of (str, list of str)
        Of each such row its name and its cells; fewer than there are lines.
    """
    found: list[tuple[str, list[str]]] = []
    if not (layout.has_header and layout.has_row_names):
        return found
    for line in lines[:-1]:
        name, *cells = dialect.cells(line)
        cells = cells[: dialect.n_cells - 1]
        if len(cells) < max(dialect.n_cells - 1, 2):
            break
        if any(is_number(cell, decimal=dialect.decimal) for cell in cells):
            break
        texts = sum(not is_value(cell, decimal=dialect.decimal) for cell in cells)
        if texts * 2 <= len(cells):
            break
        found.append((name.strip(), [cell.strip() for cell in cells]))
    return found if len(found) < len(lines) else []


def _full_rows(dialect: Dialect, lines: list[str]) -> list[list[str]]:
    rows = [dialect.cells(line) for line in lines]
    return [row[: dialect.n_cells] for row in rows if len(row) >= dialect.n_cells]


def _are_plain(cells: Iterable[str]) -> bool:
    """Return whether cells are surely numbers, fast."""
    try:
        for _ in map(float, cells):
            pass
    except ValueError:
        return False
    return True


def _is_text(cells: list[str], decimal: str) -> bool:
    texts = sum(not is_value(cell, decimal=decimal) for cell in cells)
    numbers = sum(is_number(cell, decimal=decimal) for cell in cells)
    return texts >= 2 and texts >= 4 * numbers


def _is_counter(cells: list[str]) -> bool:
    """Return whether rows are numbered from 0 or 1."""
    if not all(re.fullmatch(r"\d{1,9}", cell.strip(), re.ASCII) for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _header_cells(layout: Layout, dialect: Dialect) -> list[str]:
    """Return a name for each cell of a row, empty where there is none."""
    if layout.column_names is None:
        return [""] * dialect.n_cells
    names = [layout.corner, *layout.column_names] if layout.has_row_names else layout.column_names
    return [*names, *[""] * (dialect.n_cells - len(names))]
