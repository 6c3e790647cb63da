"""Read series-matrix files of NCBI's GEO."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from genie3_engine.data.io.input_file import Source, is_binary, undecodable
from genie3_engine.data.io.table import Format, ReadOptions, Table
from genie3_engine.data.io.text.dialect import Dialect
from genie3_engine.data.io.text.reader import read_lines, unsplittable
from genie3_engine.data.io.text.rows import Lines
from genie3_engine.errors import InputError

_BEGIN, _END = "!series_matrix_table_begin", "!series_matrix_table_end"
_ANNOTATIONS = (
    "!sample_title",
    "!sample_source_name",
    "!sample_characteristics",
    "!sample_description",
)
_COLUMNS_AT_MOST = 60


def read_series_matrix(source: Source, options: ReadOptions) -> Table:
    """Read the table between its two marks, and the lines above it about the samples.

    Parameters
    ----------
    source : Source
        The open file.
    options : ReadOptions
        The user's word on the names.

    Returns
    -------
    Table
        Genes (or probes) in rows. A characteristic such as ``tissue: liver`` becomes the
        annotation ``tissue``.

    Raises
    ------
    InputError
        When there is no table, as in series whose data are in supplementary files, or it is cut
        off.
    """
    name = source.path.name
    lines = Lines()
    try:
        with source.text() as text:
            body = _Body(lines.of(text))
            about = list(body.above())
            table = read_lines(
                name, body.rows(), encoding=source.encoding, delimiters="\t", options=options
            )
    except UnicodeError as error:
        raise undecodable(source, error, after_line=lines.number) from error
    except csv.Error as error:
        raise unsplittable(name, lines.number, error) from error
    except InputError as error:
        if body.has_begun and body.n_rows > 1:
            raise
        raise InputError(
            f"{name} has no table of values.",
            "GEO keeps the data of this series in supplementary files: give one of those.",
        ) from error
    if not body.has_ended:
        raise InputError(
            f"{name} ends before the line {_END}.", "The file is cut off: download it again."
        )
    for key, labels in about:
        if len(labels) == table.n_columns and len(table.column_annotations) < _COLUMNS_AT_MOST:
            table.column_annotations.setdefault(key, labels)
    table.genes_in_rows = True
    table.orientation_reason = "A series matrix of GEO has its genes or probes in the rows."
    return table


SERIES_MATRIX = Format(
    "GEO series matrix",
    (),
    lambda source: (
        source.head.lstrip(b'\xef\xbb\xbf\r\n"')[:20].lower().startswith((b"!series_", b"!sample_"))
        and not is_binary(source.head)
    ),
    read_series_matrix,
)


class _Body:
    """The file's parts one after the other, and how far it was read."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self.has_begun = False
        self.has_ended = False
        self.n_rows = 0

    def above(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the lines about the samples, up to the table's beginning."""
        dialect = Dialect("\t")
        for _, line in self._lines:
            lowered = line[:40].lower()
            if lowered.startswith(_BEGIN):
                self.has_begun = True
                return
            if lowered.startswith(_ANNOTATIONS):
                key, *labels = (cell.strip() for cell in dialect.cells(line))
                yield _labelled(key.lower().removeprefix("!sample_").removesuffix("_ch1"), labels)

    def rows(self) -> Iterator[tuple[int, str]]:
        """Yield the table's lines."""
        for number, line in self._lines:
            if line[:40].lower().startswith(_END):
                self.has_ended = True
                return
            self.n_rows += 1
            yield number, line


def _labelled(key: str, labels: list[str]) -> tuple[str, list[str]]:
    """Take what all labels begin with, such as ``tissue: ``, for their name."""
    starts = {label.partition(": ")[0] for label in labels if label}
    if len(starts) == 1 and all(": " in label for label in labels if label):
        start = starts.pop()
        return start, [label.removeprefix(f"{start}: ") for label in labels]
    return key, labels
