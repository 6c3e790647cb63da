"""Read the names of a matrix's rows and columns from the files next to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from genie3_engine.data.gene_identifiers import classify_names
from genie3_engine.data.io.text.rows import read_rows
from genie3_engine.errors import InputError

_GENES = ("features", "genes", "gene_names", "rows", "rownames")
_CELLS = ("barcodes", "cells", "cell_names", "samples", "cols", "colnames")
_SURE = 0.6
_ENDINGS = (".tsv", ".txt", ".csv")
_REMEDY = (
    "Keep the three files of 10x together (matrix.mtx, features.tsv or genes.tsv, barcodes.tsv, "
    "plain or .gz), and give or upload all of them."
)


@dataclass(frozen=True, slots=True)
class Labels:
    """Names along one axis.

    Parameters
    ----------
    kinds : dict of str to list of str
        ``symbol`` and ``identifier``, where a file has both.
    types : list of str
        What sort of feature each is; empty where it is not known.
    """

    kinds: dict[str, list[str]] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Companions:
    """The names of both axes of a matrix.

    Parameters
    ----------
    rows, columns : Labels
        Their names; those of the cells may be missing.
    genes_in_rows : bool
        Whether the genes are the rows.
    fits_both : bool
        Whether the matrix is square, so that both lengths fit both axes.
    warnings : tuple of str
        What the user should know, one sentence each.
    """

    rows: Labels
    columns: Labels
    genes_in_rows: bool
    fits_both: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def swapped(self) -> Companions:
        """Return the same names on the other axes."""
        return replace(
            self, rows=self.columns, columns=self.rows, genes_in_rows=not self.genes_in_rows
        )


def companion_labels(path: Path, n_rows: int, n_columns: int) -> Companions:
    """Find and read the names of a matrix.

    Parameters
    ----------
    path : Path
        Of the matrix.
    n_rows, n_columns : int
        Its shape.

    Returns
    -------
    Companions
        With the genes in the rows, as 10x writes it, unless only the columns fit. Where the file
        of the genes has names of cells and the other one has not, they are taken for swapped.

    Raises
    ------
    InputError
        When there are no names for the genes, or not as many as the matrix has.
    """
    genes_at = _found(path, _GENES)
    if genes_at is None:
        raise InputError(f"{path.name} has no names: there is no features.tsv next to it.", _REMEDY)
    cells_at = _found(path, _CELLS)
    genes, cells = _read(genes_at), _read(cells_at) if cells_at is not None else []
    warnings = []
    if cells_at is not None and _are_swapped(genes, cells):
        warnings.append(
            f"{genes_at.name} has names of cells, such as '{genes[-1][0]}', and {cells_at.name} "
            f"has not: the genes are read from {cells_at.name}, as if the two had been swapped."
        )
        genes_at, cells_at, genes, cells = cells_at, genes_at, cells, genes
    for in_rows, n_genes, n_cells in ((True, n_rows, n_columns), (False, n_columns, n_rows)):
        fits = [_without_header(lines, n) for lines, n in ((genes, n_genes), (cells, n_cells))]
        if fits[0] is not None and (fits[1] is not None or not cells):
            of_genes, of_cells = _of_genes(fits[0]), _of_cells(fits[1] or [])
            axes = (of_genes, of_cells) if in_rows else (of_cells, of_genes)
            is_square = n_rows == n_columns and bool(cells)
            return Companions(*axes, in_rows, is_square, tuple(warnings))
    raise InputError(
        f"{path.name} has {n_rows:,} rows and {n_columns:,} columns, {genes_at.name} names "
        f"{len(genes):,} genes and "
        f"{cells_at.name if cells_at else 'no file'} {len(cells):,} cells.",
        _REMEDY,
    )


def _are_swapped(genes: list[list[str]], cells: list[list[str]]) -> bool:
    """Return whether the cells' file looks like one of genes, more than that of the genes does."""
    return _likeness_to_genes(cells) - _likeness_to_genes(genes) >= _SURE


def _likeness_to_genes(lines: list[list[str]]) -> float:
    """Return from -1, surely cells, to 1; a second column, as 10x writes for genes, adds 0.3."""
    width = min((len(line) for line in lines), default=0)
    scores = [classify_names([line[i] for line in lines]).score for i in range(min(width, 2))]
    return max(scores, default=0.0) + 0.3 * (width > 1)


def _prefixes(path: Path) -> Iterator[str]:
    name = re.sub(r"(\.gz)?$", "", path.name)
    stem = name.removesuffix(".mtx")
    yield re.sub(r"matrix$", "", stem)
    yield from (f"{stem}_", f"{stem}.", "")


def _found(path: Path, words: tuple[str, ...]) -> Path | None:
    for prefix in _prefixes(path):
        for word in words:
            for ending in _ENDINGS:
                for packed in ("", ".gz"):
                    candidate = path.with_name(f"{prefix}{word}{ending}{packed}")
                    if candidate.is_file():
                        return candidate
    return None


def _read(path: Path) -> list[list[str]]:
    """Return the cells of each line that is not blank."""
    delimiter = "," if ".csv" in path.name else "\t"
    return _without_row_numbers(read_rows(path, delimiter=delimiter, keep_comments=True))


def _without_row_numbers(lines: list[list[str]]) -> list[list[str]]:
    """Return the lines without a first column that numbers them, as pandas and R write it."""
    if min((len(line) for line in lines[1:]), default=0) < 2:
        return lines
    for body in (lines, lines[1:]):
        numbers = [line[0] for line in body]
        if any(numbers == [str(i + start) for i in range(len(numbers))] for start in (0, 1)):
            return [line[1:] if len(line) > 1 else line for line in lines]
    return lines


def _without_header(lines: list[list[str]], wanted: int) -> list[list[str]] | None:
    if len(lines) == wanted:
        return lines
    return lines[1:] if len(lines) == wanted + 1 and wanted else None


def _of_genes(lines: list[list[str]]) -> Labels:
    """Read identifier, symbol and type, or names alone."""
    width = min((len(line) for line in lines), default=1)
    if width < 2:
        return Labels({"name": [line[0] for line in lines]})
    kinds = {"symbol": [line[1] for line in lines], "identifier": [line[0] for line in lines]}
    return Labels(kinds, [line[2] for line in lines] if width > 2 else [])


def _of_cells(lines: list[list[str]]) -> Labels:
    return Labels({"name": [line[0] for line in lines]}) if lines else Labels()
