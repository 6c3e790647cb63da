"""Read Matrix Market files (.mtx), with the names of rows and columns from companion files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.io.companion_files import Companions, companion_labels
from genie3_engine.data.io.input_file import Source, is_binary
from genie3_engine.data.io.size_limits import check_declared
from genie3_engine.data.io.table import (
    FloatMatrix,
    Format,
    ReadOptions,
    SparseMatrix,
    Table,
    without_infinities,
)
from genie3_engine.data.io.tenx import TENX_REASON, only_expression
from genie3_engine.data.levels import levels_of
from genie3_engine.data.sparse_genes import MAX_DENSE_BYTES
from genie3_engine.errors import InputError

_BANNER = b"%%matrixmarket"
_FIELDS = ("real", "double", "integer", "pattern")
_SYMMETRIES = ("general", "symmetric")
_BLOCK_BYTES = 8 << 20
_ENTRY_BYTES = 16
_CLEAR_CONTRAST = 2.0  # log2
_AGAIN = "Copy or export the file again."


@dataclass(frozen=True, slots=True)
class _Banner:
    """The contents of the first lines."""

    is_sparse: bool
    has_values: bool
    is_symmetric: bool
    n_rows: int
    n_columns: int
    n_entries: int


def read_matrix_market(source: Source, options: ReadOptions) -> Table:
    """Read triples (row, column, value), or a dense matrix, and the names from companion files.

    Parameters
    ----------
    source : Source
        The open file. Its folder has ``features.tsv`` or ``genes.tsv`` and ``barcodes.tsv``, plain
        or gzip, with the same prefix or none.
    options : ReadOptions
        The user's word on the orientation, which a square matrix does not show.

    Returns
    -------
    Table
        As in the file; which axis the genes are on follows from the lengths of the names' files.

    Raises
    ------
    InputError
        When the file is damaged or cut off, or there are no names that fit it.
    """
    name = source.path.name
    source.stream.seek(0)
    banner = _banner(name, source)
    names = companion_labels(source.path, banner.n_rows, banner.n_columns)
    numbers = _sparse(name, source, banner) if banner.is_sparse else _dense(name, source, banner)
    if not names.fits_both:
        return _named(numbers, names)
    names, decision = _placed(numbers, names, options)
    table = _named(numbers, names)
    table.decisions.append(decision)
    return table


MATRIX_MARKET = Format(
    "Matrix Market file",
    (".mtx",),
    lambda source: (
        source.head[: len(_BANNER)].lower() == _BANNER and not is_binary(source.head[:4096])
    ),
    read_matrix_market,
    fixed=("header_row", "name_column"),
)


def _placed(
    numbers: SparseMatrix, names: Companions, options: ReadOptions
) -> tuple[Companions, Decision]:
    """Decide which axis of a square matrix has the genes' names."""
    contrast = levels_of((), numbers).contrast
    in_rows = contrast > -_CLEAR_CONTRAST
    evidence = (
        f"The matrix is square, and its {'columns' if contrast < 0 else 'rows'} differ more in "
        "their level, as genes do."
    )
    certainty = Certainty.CLEAR if abs(contrast) >= _CLEAR_CONTRAST and in_rows else Certainty.GUESS
    if options.orientation != "auto":
        in_rows = options.orientation == "genes-in-rows"
        evidence, certainty = "As requested.", Certainty.TOLD
    where, there = ("rows", "columns") if in_rows else ("columns", "rows")
    decision = Decision(
        "square-matrix",
        f"The names of the genes belong to the {where}.",
        evidence,
        certainty,
        (Alternative(f"Genes in the {there}", {"orientation": f"genes-in-{there}"}),)
        if certainty is Certainty.GUESS
        else (),
    )
    return (names if in_rows == names.genes_in_rows else names.swapped), decision


def _named(numbers: SparseMatrix, names: Companions) -> Table:
    rows, columns, genes_in_rows = names.rows, names.columns, names.genes_in_rows
    about_genes, about_cells = (rows, columns) if genes_in_rows else (columns, rows)
    if not genes_in_rows:
        numbers = numbers.T
    numbers, labels, warnings = only_expression(numbers, about_genes.kinds, about_genes.types)
    (label, genes), *others = labels.items()
    cells = next(iter(about_cells.kinds.values()), None)
    reason = TENX_REASON
    if not genes_in_rows:
        numbers = numbers.T
        reason = "The names of the genes belong to the columns."
    return without_infinities(
        Table(
            [],
            cells if genes_in_rows else genes,
            genes if genes_in_rows else cells,
            warnings=[*names.warnings, *warnings],
            label=label,
            row_annotations=dict(others) if genes_in_rows else {},
            column_annotations={} if genes_in_rows else dict(others),
            sparse=numbers,
            genes_in_rows=genes_in_rows,
            orientation_reason=reason,
        )
    )


def _banner(name: str, source: Source) -> _Banner:
    words = source.stream.readline(1000).decode("latin-1").lower().split()
    known = len(words) >= 5 and words[1] == "matrix" and words[2] in ("coordinate", "array")
    if not known or words[3] not in _FIELDS or words[4] not in _SYMMETRIES:
        raise InputError(
            f"{name} begins with '{' '.join(words[1:5])}', a kind of Matrix Market file that holds "
            "no expression.",
            "Export a general matrix of real or whole numbers.",
        )
    line = b"%"
    while line.startswith(b"%") or (line and line.isspace()):
        line = source.stream.readline(1 << 16)
    sizes = [int(word) for word in line.split() if word.isdigit() and len(word) < 16]
    is_sparse = words[2] == "coordinate"
    if len(sizes) != 2 + is_sparse or len(line.split()) != len(sizes) or max(sizes[:2]) >= 2**31:
        raise InputError(f"{name} does not state how many rows and columns it has.", _AGAIN)
    n_rows, n_columns = sizes[:2]
    n_entries = sizes[2] if is_sparse else n_rows * n_columns
    check_declared(name, "the matrix", n_entries * _ENTRY_BYTES, stored=MAX_DENSE_BYTES)
    symmetric = words[4] == "symmetric"
    if (symmetric and (n_rows != n_columns or not is_sparse)) or n_rows * n_columns < n_entries:
        raise InputError(f"{name} contradicts itself about its size.", _AGAIN)
    return _Banner(is_sparse, words[3] != "pattern", symmetric, n_rows, n_columns, n_entries)


def _blocks(source: Source) -> Iterator[bytes]:
    while block := source.stream.read(_BLOCK_BYTES):
        rest = source.stream.readline(1 << 16)
        yield block + rest


def _sparse(name: str, source: Source, banner: _Banner) -> SparseMatrix:
    from scipy import sparse

    rows: list[NDArray[np.int32]] = []
    columns: list[NDArray[np.int32]] = []
    values: list[FloatMatrix] = []
    n_read = 0
    for block in _blocks(source):
        numbers = _parsed(name, block, 2 + banner.has_values, n_read)
        n_read += len(numbers[0])
        if n_read > banner.n_entries:
            break
        for axis, limit in ((0, banner.n_rows), (1, banner.n_columns)):
            if len(numbers[axis]) and not 1 <= numbers[axis].min() <= numbers[axis].max() <= limit:
                raise InputError(f"{name} has an entry outside of its {limit:,} lines.", _AGAIN)
        rows.append((numbers[0] - 1).astype(np.int32))
        columns.append((numbers[1] - 1).astype(np.int32))
        values.append(numbers[2] if banner.has_values else np.ones(len(numbers[0])))
    if n_read != banner.n_entries:
        raise InputError(
            f"{name} declares {banner.n_entries:,} entries, and has "
            f"{'more' if n_read > banner.n_entries else f'{n_read:,}'}.",
            f"The file is cut off or damaged. {_AGAIN}",
        )
    shape = (banner.n_rows, banner.n_columns)
    if not rows:
        return sparse.csr_matrix(shape)
    at = (np.concatenate(rows), np.concatenate(columns))
    found = sparse.csr_matrix((np.concatenate(values), at), shape=shape)
    if banner.is_symmetric:
        found = found + sparse.triu(found.T, k=1) + sparse.tril(found.T, k=-1)
    return found.tocsr()


def _parsed(name: str, block: bytes, n_words: int, n_before: int) -> list[FloatMatrix]:
    """Read lines of so many numbers: fast where they are one space apart, else one by one."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    types = {"0": pa.int64(), "1": pa.int64(), "2": pa.float64()}
    names = ["0", "1", "2"][:n_words]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False),
            parse_options=arrow_csv.ParseOptions(delimiter=" ", quote_char=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types={key: types[key] for key in names}, null_values=[]
            ),
        )
    except pa.ArrowInvalid:
        return _parsed_slowly(name, block, n_words, n_before)
    return [table.column(key).combine_chunks().to_numpy() for key in names]


def _parsed_slowly(name: str, block: bytes, n_words: int, n_before: int) -> list[FloatMatrix]:
    rows = [words for line in block.splitlines() if (words := line.split())]
    for i, words in enumerate(rows):
        is_entry = len(words) == n_words and all(word.isdigit() for word in words[:2])
        is_entry = is_entry and b"_" not in words[-1]  # Python reads 1_000 as a number
        try:
            is_entry = is_entry and bool(np.isfinite([float(word) for word in words]).all())
        except ValueError:
            is_entry = False
        if not is_entry:
            shown = b" ".join(words)[:40].decode("latin-1")
            raise InputError(
                f"{name}: entry {n_before + i + 1:,} is '{shown}', which is not {n_words} numbers.",
                f"The file is cut off or damaged. {_AGAIN}",
            )
    numbers = np.array([[float(word) for word in words] for words in rows]).reshape(-1, n_words)
    return [numbers[:, 0].astype(np.int64), numbers[:, 1].astype(np.int64), *numbers.T[2:]]


def _dense(name: str, source: Source, banner: _Banner) -> SparseMatrix:
    """Read one number per line, column by column."""
    from scipy import sparse

    try:
        lines = chain.from_iterable(block.split() for block in _blocks(source))
        values = np.fromiter((float(word) for word in lines), np.float64)
    except ValueError as error:
        raise InputError(f"{name} has a line that is not a number: {error}.", _AGAIN) from error
    if len(values) != banner.n_entries:
        raise InputError(
            f"{name} declares {banner.n_entries:,} numbers, and has {len(values):,}.",
            f"The file is cut off or damaged. {_AGAIN}",
        )
    return sparse.csr_matrix(values.reshape(banner.n_columns, banner.n_rows).T)
