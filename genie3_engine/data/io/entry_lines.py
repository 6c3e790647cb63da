"""Read the lines of lists of genes and tables of links, from text or from a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from genie3_engine.data.io import with_article
from genie3_engine.data.io.arrow import FEATHER, PARQUET
from genie3_engine.data.io.excel import EXCEL, sheet_lines
from genie3_engine.data.io.input_file import Source, is_binary
from genie3_engine.data.io.text.rows import text_lines
from genie3_engine.data.io.unsupported import HTML, JSON, POINTER, UNSUPPORTED, XML
from genie3_engine.errors import InputError

_REMEDY = "Give text, such as TSV or CSV, or an Excel workbook."


def entry_lines(
    source: Source,
    *,
    encoding: str | None = None,
    may_be_json: bool = False,
    keep_comments: bool = False,
    sheet: str | None = None,
) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments, with their numbers from 1.

    Parameters
    ----------
    source : Source
        The open file: text, or a workbook, whose cells are given with tabs between them.
    encoding : str, optional
        Another encoding than that of the source.
    may_be_json : bool
        Whether JSON is read as text.
    keep_comments : bool
        Whether lines of a text that start with ``#`` are kept.
    sheet : str, optional
        The name or number of a workbook's sheet; by default the longest.

    Yields
    ------
    tuple of int and str
        The number of the line, and the line.

    Raises
    ------
    InputError
        When the file is not text; the message names its format, such as HTML or Git LFS.
    """
    if EXCEL.sniff(source):
        yield from enumerate(next(iter(sheet_lines(source, sheet).values())), start=1)
        return
    refuse_other_formats(source, may_be_json=may_be_json)
    yield from text_lines(source, encoding=encoding, keep_comments=keep_comments)


def refuse_other_formats(source: Source, *, may_be_json: bool = False) -> None:
    """Refuse a file that is not a list or table in text, by the format that it has instead.

    Parameters
    ----------
    source : Source
        The open file.
    may_be_json : bool
        Whether JSON is read as text.

    Raises
    ------
    InputError
        When the file is in another format; the message names it, such as HTML or Git LFS.
    """
    # PAR1, RDX and A, with which some binary files begin, are genes as well.
    of_text = (HTML, XML, POINTER) if may_be_json else (HTML, XML, POINTER, JSON)
    for form in (PARQUET, FEATHER, *UNSUPPORTED) if is_binary(source.head) else of_text:
        if form.sniff(source):
            raise InputError(
                f"{source.path.name} is not a text file but {with_article(form.name)}.",
                _REMEDY if form.read else form.remedy,
            )
