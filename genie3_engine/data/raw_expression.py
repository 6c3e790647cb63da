"""What does a file say, before anybody decides whether GENIE3 can use it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression

FloatMatrix = NDArray[np.float64]
SparseMatrix: TypeAlias = Any  # scipy.sparse.csr_array or csr_matrix; scipy has no types
SHOWN_ODD_CELLS = 20


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell that holds neither a finite number nor nothing.

    Parameters
    ----------
    gene, sample : int
        Its row and column among the values, from 0.
    text : str
        What it says.
    place : str
        Where it is in the file, for a person; empty when nobody knows any more.
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
    values : (n_genes, n_samples) float64, or scipy.sparse in CSR form
        One row a gene; NaN where a value is missing, is text or is infinite.
    genes : tuple of str
        Names of the rows; a name may occur twice or be empty.
    samples : tuple of str
        Names of the columns, made up when the file has none.
    has_sample_names : bool
        False when they are made up.
    annotations : mapping of str to tuple of str
        What the file says about its samples: a column's name, and a value for each sample.
    odd_cells : tuple of OddCell
        The first cells whose text or infinity became NaN.
    n_odd : int
        How many there are in all.
    """

    values: FloatMatrix | SparseMatrix
    genes: tuple[str, ...]
    samples: tuple[str, ...]
    has_sample_names: bool = True
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    odd_cells: tuple[OddCell, ...] = ()
    n_odd: int = 0

    def __post_init__(self) -> None:
        """Refuse names that do not fit the values."""
        if self.values.shape != (len(self.genes), len(self.samples)):
            raise ValueError(
                f"values of shape {self.values.shape} with {len(self.genes)} genes and "
                f"{len(self.samples)} samples"
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
        return not isinstance(self.values, np.ndarray)

    @property
    def sparse(self) -> SparseMatrix:
        """Return the values, which are sparse."""
        return self.values

    @classmethod
    def of(cls, expression: Expression) -> RawExpression:
        """Return a complete matrix as one that fixes may be applied to."""
        return cls(
            expression.values,
            expression.genes,
            expression.samples,
            expression.has_sample_names,
            dict(expression.annotations),
        )
