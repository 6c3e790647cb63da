"""Lines and rows of text: line breaks in quotation marks, and small tables read as cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from genie3_engine.data.io.input_file import Source, is_binary, open_source, undecodable
from genie3_engine.errors import InputError

DELIMITERS = "\t;,"
WESTERN = "cp1252"  # what Excel writes as CSV in western Europe and America
EXCEL_SEPARATOR = re.compile(r'"?sep=([,;|\t ])"?\s*', re.IGNORECASE)  # its first line
_OPEN = re.compile(r'(?:^|[\t;,| ])"(?:[^"]|"")*$')
_JOINED_AT_MOST = 20
_CHARACTERS_AT_MOST = 100_000


def read_rows(
    file: Path | str | bytes, *, name: str = "", delimiter: str = "", keep_comments: bool = False
) -> list[list[str]]:
    """Read the rows of a text file that are not empty.

    Parameters
    ----------
    file : Path, str or bytes
        A path, or the content; plain or gzip, UTF-8 or UTF-16.
    name : str
        What to call it in messages; the file's name by default.
    delimiter : str
        Between the cells; detected by default, see `delimiter_of`.
    keep_comments : bool
        Whether lines that start with ``#`` are rows too.

    Returns
    -------
    list of list of str
        Cells without quotation marks and without space around them.

    Raises
    ------
    InputError
        When the file cannot be read, is empty, or is not text.
    """
    with open_source(file, name=name, content="one entry per line") as source:
        lines = [line for _, line in text_lines(source, keep_comments=keep_comments)]
        mark = delimiter or next(filter(None, map(delimiter_of, lines)), "\t")
        rows = [split_cells(source, line, mark) for line in lines]
    return [row for row in rows if any(row)]


def text_lines(
    source: Source, *, keep_comments: bool = False, encoding: str | None = None
) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments, with their numbers from 1.

    Parameters
    ----------
    source : Source
        The open file.
    keep_comments : bool
        Whether lines that start with ``#`` are kept.
    encoding : str, optional
        Another encoding than that of the source.

    Raises
    ------
    InputError
        When the file is not text.
    """
    if is_binary(source.head):
        raise InputError(
            f"{source.path.name} is not a text file.", "Give a text file, one entry per line."
        )
    lines = Lines()
    try:
        with source.text(encoding) as text:
            for number, line in lines.of(text):
                if keep_comments or not line.startswith("#"):
                    yield number, line.strip("\r\ufeff")
    except UnicodeError as error:
        raise undecodable(source, error, after_line=lines.number) from error


def delimiter_of(line: str, delimiters: str = DELIMITERS) -> str:
    """Return the first delimiter that a line contains; empty when it has one cell."""
    return next((mark for mark in delimiters if mark in line), "")


def split_cells(source: Source, line: str, delimiter: str) -> list[str]:
    """Split a line at a delimiter, and remove quotation marks and space around cells.

    Parameters
    ----------
    source : Source
        The file, for messages.
    line : str
        The line.
    delimiter : str
        One character.

    Raises
    ------
    InputError
        When it cannot be split.
    """
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        row = next(csv.reader([line.strip()], delimiter=delimiter, skipinitialspace=True))
    except csv.Error as error:
        raise InputError(
            f"{source.path.name} has a line that cannot be split into cells: {error}.",
            "Check its quotation marks, or export it again.",
        ) from error
    return [cell.strip() for cell in row]


class Lines:
    """The lines of a text that are not blank, without their line ends.

    Attributes
    ----------
    number : int
        Of the last line taken from the text, from 1.
    """

    def __init__(self) -> None:
        self.number = 0

    def of(self, text: TextIO | Iterator[str]) -> Iterator[tuple[int, str]]:
        """Yield line number (from 1) and line.

        A line that ends within quotation marks, opened where a cell begins, is joined by spaces
        with the lines below up to the one that closes them; when none of the next few does, it is
        a stray mark, and the lines stay as they are.
        """
        numbered = enumerate(text, start=1)
        for self.number, ended in numbered:
            line = ended.rstrip("\n")
            if '"' not in line:
                if line and not line.isspace():
                    yield self.number, line
                continue
            waiting = [(self.number, line)]
            while waiting:
                number, line = waiting.pop(0)
                if '"' in line and _is_open(line):
                    line = _joined(line, waiting, self._following(numbered))
                if line and not line.isspace():
                    yield number, line

    def _following(self, numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        for self.number, line in numbered:
            yield self.number, line.rstrip("\n")


def _is_open(line: str) -> bool:
    return line.count('"') % 2 == 1 and _OPEN.search(line) is not None


def _joined(line: str, waiting: list[tuple[int, str]], lines: Iterator[tuple[int, str]]) -> str:
    """Return the line with those that belong to it, which are taken from the waiting ones."""
    whole = line
    for n_joined in range(1, _JOINED_AT_MOST + 1):
        if len(waiting) < n_joined:
            following = next(lines, None)
            if following is None:
                return line
            waiting.append(following)
        more = waiting[n_joined - 1][1]
        whole = f"{whole} {more}"
        if more.count('"') % 2 == 1:
            del waiting[:n_joined]
            return whole
        if len(whole) - len(line) > _CHARACTERS_AT_MOST:
            return line
    return line
