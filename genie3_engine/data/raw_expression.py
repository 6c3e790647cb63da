"""Expression as a file has it, complete or not, and the report on how it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.decisions import Decision
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.data.sparse_genes import GeneRows, SparseGenes, taken_genes, taken_samples
from genie3_engine.data.table_corner import TableCorner
from genie3_engine.errors import InputError

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell with text or infinity where a number is expected.

    Parameters
    ----------
    gene, sample : int
        Its row and column among the values, from 0.
    text : str
        Its content.
    place : str
        Its place in the file, in words; empty when it is not known.
    """

    gene: int
    sample: int
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class RawExpression:
    """Expression as a file has it: values may be missing, names may repeat.

    Parameters
    ----------
    values : (n_genes, n_samples) float64, or SparseGenes
        One row a gene; NaN where a value is missing, is text or is infinite.
    genes : tuple of str
        Names of the rows; a name may occur twice or be empty.
    samples : tuple of str
        Names of the columns, made up when the file has none.
    has_sample_names : bool
        False when they are made up.
    annotations : mapping of str to tuple of str
        What else the file has about its samples: a column's name, and a value for each sample.
    odd_cells : tuple of OddCell
        The first cells whose text or infinity became NaN.
    n_odd : int
        How many there are in all.
    sheet : SampleSheet or None
        Series, perturbations, replicates and blocks of the samples.
    gene_table : GeneTable
        What else the file has about its genes, by their names there.
    """

    values: GeneRows
    genes: tuple[str, ...]
    samples: tuple[str, ...]
    has_sample_names: bool = True
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    odd_cells: tuple[OddCell, ...] = ()
    n_odd: int = 0
    sheet: SampleSheet | None = None
    gene_table: GeneTable = field(default=NO_GENE_TABLE, compare=False)

    def __post_init__(self) -> None:
        """Refuse names and a sheet that do not fit the values."""
        if self.values.shape != (len(self.genes), len(self.samples)):
            raise ValueError(
                f"values of shape {self.values.shape} with {len(self.genes)} genes and "
                f"{len(self.samples)} samples"
            )
        if self.sheet is not None and self.sheet.n_samples != self.n_samples:
            raise ValueError(
                f"a sheet of {self.sheet.n_samples} samples for {self.n_samples} samples"
            )

    @property
    def n_genes(self) -> int:
        """Return the number of genes."""
        return len(self.genes)

    @property
    def n_samples(self) -> int:
        """Return the number of samples."""
        return len(self.samples)

    @property
    def is_sparse(self) -> bool:
        """True while only the values that are not zero are held."""
        return isinstance(self.values, SparseGenes)

    @classmethod
    def of(cls, expression: Expression) -> RawExpression:
        """Return a complete matrix as one that fixes may be applied to."""
        return cls(
            expression.values,
            expression.genes,
            expression.samples,
            expression.has_sample_names,
            dict(expression.annotations),
            sheet=expression.sheet,
            gene_table=expression.gene_table,
        )

    def keep_genes(self, kept: NDArray[np.bool_], *, reason: str) -> RawExpression:
        """Return the data with some genes only.

        Parameters
        ----------
        kept : (n_genes,) bool
            Which.
        reason : str
            Why the others are dropped, for the error when none is left, such as ``is constant``.

        Raises
        ------
        InputError
            When no gene is left.
        """
        rows = _kept("gene", kept, reason)
        if len(rows) == self.n_genes:
            return self
        places = {int(old): new for new, old in enumerate(rows)}
        odd = [replace(c, gene=places[c.gene]) for c in self.odd_cells if c.gene in places]
        return replace(
            self,
            values=taken_genes(self.values, rows),
            genes=tuple(self.genes[row] for row in rows),
            **self._odd_left(odd),
        )

    def keep_samples(self, kept: NDArray[np.bool_], *, reason: str) -> RawExpression:
        """Return the data with some samples only; see `keep_genes`."""
        columns = _kept("sample", kept, reason)
        if len(columns) == self.n_samples:
            return self
        places = {int(old): new for new, old in enumerate(columns)}
        odd = [replace(c, sample=places[c.sample]) for c in self.odd_cells if c.sample in places]
        return replace(
            self,
            values=taken_samples(self.values, columns),
            samples=tuple(self.samples[column] for column in columns),
            annotations={
                name: tuple(entries[column] for column in columns)
                for name, entries in self.annotations.items()
            },
            sheet=None if self.sheet is None else self.sheet.take(columns),
            **self._odd_left(odd),
        )

    def _odd_left(self, odd: list[OddCell]) -> dict[str, Any]:
        """Return the odd cells that are left; their number is a guess when not all are known."""
        known = len(self.odd_cells)
        return {"odd_cells": tuple(odd), "n_odd": round(self.n_odd * len(odd) / max(1, known))}


def _kept(what: str, kept: NDArray[np.bool_], reason: str) -> NDArray[np.intp]:
    if len(kept) and not kept.any():
        raise InputError(f"Every {what} {reason}, so none is left.", "Leave that fix out.")
    return np.flatnonzero(kept)


@dataclass(frozen=True, slots=True)
class ReadReport:
    """How a file was read.

    Parameters
    ----------
    format : str
        A name such as ``text table``, with ``, gzip`` when compressed.
    delimiter : str
        ``tab``, ``comma``, ``semicolon``, ``bar`` or ``space``.
    has_header, has_row_names : bool
        Which axes have names.
    orientation : str
        ``genes-in-rows`` or ``genes-in-columns``.
    orientation_reason : str
        Why, in one sentence.
    n_genes, n_samples : int
        Shape.
    encoding : str
        Of the text.
    warnings : tuple of str
        What the user should know, one sentence each.
    sheet, layer : str
        Which part of the file was read, where a file of this format has several.
    sheets, layers : tuple of str
        All parts that there are.
    decisions : tuple of Decision
        What was taken for what, and why.
    corner : TableCorner or None
        The first rows and columns as they are in the file, with their roles.
    """

    format: str
    delimiter: str
    has_header: bool
    has_row_names: bool
    orientation: str
    orientation_reason: str
    n_genes: int
    n_samples: int
    encoding: str
    warnings: tuple[str, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    layer: str = ""
    layers: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    corner: TableCorner | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "decisions": [each.to_dict() for each in self.decisions]}
