"""Read the file of a sample sheet, and find the row of each sample."""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from genie3_engine.data.io.text.cell_values import number
from genie3_engine.data.list_columns import rows_of_lines
from genie3_engine.data.name_lists import sheets_of_file
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.data.sheet_columns import (
    NO_COLUMN,
    SheetColumn,
    SheetRole,
    column_named,
    is_header,
    strength,
)
from genie3_engine.errors import InputError
from genie3_engine.labels import count

_SHOWN = 3
_MOST_COMPARED = 5_000


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The rows of a sample sheet that belong to the samples of the data.

    Parameters
    ----------
    columns : tuple of SheetColumn
        Entries in the order of the samples; empty for a sample without a row.
    sample_column : SheetColumn or None
        The column with the names of the samples; None where rows are in their order.
    evidence : str
        How rows and samples were matched, one sentence.
    is_guess : bool
        Whether that is a guess.
    notes : tuple of str
        What does not match, one sentence each.
    """

    columns: tuple[SheetColumn, ...]
    sample_column: SheetColumn | None
    evidence: str
    is_guess: bool = False
    notes: tuple[str, ...] = ()


def read_sheet_columns(path: Path | str) -> list[SheetColumn]:
    """Read the columns of a sample sheet.

    Parameters
    ----------
    path : Path or str
        A text table with a header, plain or gzip, or an Excel workbook, whose longest sheet is
        read.

    Returns
    -------
    list of SheetColumn
        By their headers.

    Raises
    ------
    InputError
        When the file cannot be read, or has no table with a header.
    """
    sheets, _ = sheets_of_file(path)
    lines = next(iter(sheets.values()))
    rows, delimiter = rows_of_lines(path, lines)
    name = Path(path).name
    if len(rows) < 2:
        raise InputError(
            f"{name} is not a sample sheet: it has no table with a header and rows.",
            "Give a table with a row for each sample and columns such as sample, series and time.",
        )
    _refuse_long_rows(lines, delimiter, name)
    header, *body = rows
    columns: list[SheetColumn] = []
    for place, entries in enumerate(zip(*body, strict=True)):
        label = header[place] or str(place + 1)
        if any(label == column.label for column in columns):
            label = f"{label} ({place + 1})"
        columns.append(SheetColumn(label, entries))
    if not any(is_header(column.label) for column in columns) and any(
        number(cell) is not None for cell in header if cell
    ):
        raise InputError(
            f"{name} is not a sample sheet: its first row, such as '{header[0]}', has no words for "
            "headers.",
            "Begin it with a row of headers such as sample, series and time.",
        )
    return columns


def _refuse_long_rows(lines: Sequence[str], delimiter: str, name: str) -> None:
    """Refuse rows with more cells than the header, whose last cells belong to no column."""
    if delimiter.isspace() and delimiter != "\t":
        return
    n_cells = [len(line.rstrip(f"{delimiter} ").split(delimiter)) for line in lines]
    places = [place for place, line in enumerate(lines) if '"' not in line]
    header = next((n for n in n_cells if n > 1), 0)  # titles above a table have one cell
    usual = Counter(n_cells[1:]).most_common(1)[0][0]  # R's header is one cell short
    long = [place for place in places if n_cells[place] > max(header, usual)]
    if long and '"' not in lines[0]:
        raise InputError(
            f"Row {long[0] + 1:,} of {name} has {n_cells[long[0]]} cells, and its header has "
            f"{header}: '{lines[long[0]].strip()[:60]}'.",
            "Put a cell that contains the delimiter in quotation marks, or name all columns.",
        )


def sheet_text(samples: Sequence[str], sheet: SampleSheet | None) -> str:
    """Write a sample sheet as a table that `read_sheet_columns` reads.

    Parameters
    ----------
    samples : sequence of str
        Names of the samples.
    sheet : SampleSheet or None
        What is known of them; None for nothing.

    Returns
    -------
    str
        Cells with tabs between them.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(list(SheetRole))
    for place, sample in enumerate(samples):
        row = ("", math.nan, (), "", "", "") if sheet is None else sheet.row(place)
        series, time, genes, perturbation, replicate, block = row
        shown = "" if math.isnan(time) else f"{time!r}"
        writer.writerow([sample, series, shown, " + ".join(genes), perturbation, replicate, block])
    return text.getvalue()


def match_rows(
    columns: Sequence[SheetColumn],
    samples: Sequence[str],
    *,
    has_sample_names: bool,
    chosen: Mapping[str, str] | None = None,
    name: str = "The sample sheet",
) -> SheetTable:
    """Put the rows of a sample sheet into the order of the samples.

    Parameters
    ----------
    columns : sequence of SheetColumn
        The sheet.
    samples : sequence of str
        Names of the samples of the data; a name that occurs several times is matched with the
        rows of that name in their order.
    has_sample_names : bool
        False when the names are made up, so that rows are in the order of the samples.
    chosen : mapping of str to str, optional
        The user's word on columns, as in `find_roles`.
    name : str
        What to call the sheet in messages.

    Returns
    -------
    SheetTable
        With one entry per sample in each column.

    Raises
    ------
    InputError
        When no row is of a sample, a sample has two rows that differ, or rows without names are
        more or fewer than the samples.
    OptionError
        When the user names a column that does not exist.
    """
    column, spelling = _sample_column(columns, samples, (chosen or {}).get(SheetRole.SAMPLE, ""))
    if column is None:
        return _in_order(columns, samples, has_sample_names=has_sample_names, name=name)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, entry in enumerate(column.entries):
        if entry.strip():
            rows_of[spelling(entry)].append(row)
    places: dict[str, list[int]] = defaultdict(list)
    for place, sample in enumerate(samples):
        places[spelling(sample)].append(place)
    row_at: dict[int, int] = {}
    for key, at in places.items():
        rows = rows_of.get(key, [])
        if len(rows) > len(at):
            rows = _without_copies(columns, rows, len(at), sample=samples[at[0]], name=name)
        if len(at) > 1 and len(rows) not in (0, len(at)):
            raise InputError(
                f"{count(len(at), 'sample')} of the data are called '{samples[at[0]]}', and {name} "
                f"has {count(len(rows), 'row')} of that name.",
                "Give one row for each of them, in their order.",
            )
        row_at |= dict(zip(at, rows, strict=False))
    taken = tuple(
        replace(
            each,
            entries=tuple(
                each.entries[row_at[i]] if i in row_at else "" for i in range(len(samples))
            ),
        )
        for each in columns
    )
    strangers = [column.entries[rows[0]] for key, rows in rows_of.items() if key not in places]
    rowless = [sample for place, sample in enumerate(samples) if place not in row_at]
    return SheetTable(
        taken,
        next(each for each in taken if each.label == column.label),
        f"Rows belong to samples by the names in column '{column.label}'.",
        notes=tuple(_mismatches(strangers, rowless, samples, name)),
    )


Spelling = Callable[[str], str]


def _sample_column(
    columns: Sequence[SheetColumn], samples: Sequence[str], chosen: str
) -> tuple[SheetColumn | None, Spelling]:
    """Return the column with the names of samples, and how names are compared."""
    if chosen.casefold() == NO_COLUMN:
        return None, _exact
    candidates = [column_named(columns, chosen)] if chosen else list(columns)
    for spelling in (_exact, _folded, _as_in_r):
        known = {spelling(sample) for sample in samples}
        if spelling is not _exact and len(known) < len(set(samples)):
            continue
        hits = [len({spelling(entry) for entry in each.entries} & known) for each in candidates]
        best = max(hits)
        if best:
            most = [each for each, n in zip(candidates, hits, strict=True) if n == best]
            return min(most, key=lambda each: strength(each.label, SheetRole.SAMPLE) or 9), spelling
    named = [each for each in candidates if chosen or strength(each.label, SheetRole.SAMPLE) == 1]
    return (named[0] if named else None), _exact


def _exact(name: str) -> str:
    return name.strip()


def _folded(name: str) -> str:
    """Return a name without regard to case, and a number without regard to how it is written."""
    value = number(name)
    return name.strip().casefold() if value is None else repr(value)


def _as_in_r(name: str) -> str:
    """Return a name as R makes it valid: points for other signs, X before a digit."""
    return re.sub(r"[^A-Za-z0-9]", ".", name.strip()).removeprefix("X").casefold()


def _without_copies(
    columns: Sequence[SheetColumn], rows: list[int], n_wanted: int, *, sample: str, name: str
) -> list[int]:
    """Return the first rows of a sample where all its rows are alike."""
    kinds = {tuple(each.entries[row].strip() for each in columns) for row in rows}
    if len(kinds) > 1 or n_wanted > 1:
        have = f"{count(len(rows), 'row')} for {count(n_wanted, 'sample')}"
        raise InputError(
            f"{name} has {have} of the name '{sample}', on rows "
            f"{', '.join(str(row + 2) for row in rows[:_SHOWN])}.",
            "Keep the row that is right, and delete the others.",
        )
    return rows[:1]


def _in_order(
    columns: Sequence[SheetColumn], samples: Sequence[str], *, has_sample_names: bool, name: str
) -> SheetTable:
    """Take the rows in the order of the samples."""
    n_rows = len(columns[0].entries)
    if n_rows != len(samples):
        raise InputError(
            f"{name} has {count(n_rows, 'row')} and no names of samples, and the data have "
            f"{count(len(samples), 'sample')}.",
            "Give a column 'sample' with the names of the samples"
            + (f", such as '{samples[0]}'." if has_sample_names else ", or one row for each."),
        )
    evidence = "It has no names of samples: its rows are taken in the order of the samples."
    return SheetTable(tuple(columns), None, evidence, is_guess=has_sample_names)


def _mismatches(
    strangers: list[str], rowless: list[str], samples: Sequence[str], name: str
) -> list[str]:
    """Return sentences on rows without a sample and samples without a row."""
    if len(rowless) == len(samples):
        rows, known = (
            ", ".join(f"'{each.strip()}'" for each in names[:_SHOWN])
            for names in (strangers, samples)
        )
        raise InputError(
            f"No row of {name} is of a sample of the data: it has {rows}, and the data have "
            f"{known}.",
            "Give names of samples as they are in the expression file.",
        )
    notes = []
    if strangers:
        verb = "is" if len(strangers) == 1 else "are"
        notes.append(
            f"{count(len(strangers), 'row')} of {name} {verb} of no sample of the data and "
            f"{'is' if len(strangers) == 1 else 'are'} not used: "
            f"{_with_near(strangers, rowless)}."
        )
    if rowless:
        verb = "has" if len(rowless) == 1 else "have"
        shown = ", ".join(f"'{each}'" for each in rowless[:_SHOWN])
        more = f" and {len(rowless) - _SHOWN:,} more" if len(rowless) > _SHOWN else ""
        notes.append(
            f"{count(len(rowless), 'sample')} {verb} no row in {name}: {shown}{more}. Nothing is "
            "known of them, as of steady states."
        )
    return notes


def _with_near(strangers: list[str], rowless: list[str]) -> str:
    """Return the first names, with the sample without a row that each may mean."""
    parts = []
    for each in strangers[:_SHOWN]:
        near = difflib.get_close_matches(each.strip(), rowless[:_MOST_COMPARED], n=1, cutoff=0.75)
        parts.append(f"'{each.strip()}'" + (f" (near: '{near[0]}')" if near else ""))
    more = len(strangers) - _SHOWN
    return ", ".join(parts) + (f" and {more:,} more" if more > 0 else "")
