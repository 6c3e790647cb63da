"""Signs of links by Pearson's correlation, as pySCENIC takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from genie3_engine.data.expression import Expression
from genie3_engine.kernels.correlation import correlate_pairs, measure_rows

Positions = npt.NDArray[np.int32]


class Correlation:
    """Pearson's correlation of genes over all samples of a data set.

    Parameters
    ----------
    expression : Expression
        The data; its values are read where they are and not copied.
    genes : sequence of str
        Names that pairs are positions of; a gene that is not in the data has no correlation.
    """

    def __init__(self, expression: Expression, genes: Sequence[str]) -> None:
        values = np.asarray(expression.values, np.float64)
        self._values = np.ascontiguousarray(values).view()
        self._values.flags.writeable = False
        places = {gene: place for place, gene in enumerate(expression.genes)}
        self._rows = np.array([places.get(gene, -1) for gene in genes], np.int32)
        self._means, self._lengths = np.empty(len(values)), np.empty(len(values))
        measure_rows(self._values, self._means, self._lengths)

    def of_pairs(self, first: Positions, second: Positions) -> npt.NDArray[np.float64]:
        """Return the correlation of each pair; NaN where a gene is constant or not in the data."""
        a, b = self._rows[first], self._rows[second]
        is_there = (a >= 0) & (b >= 0)
        found = np.full(len(first), np.nan)
        out = np.empty(int(is_there.sum()))
        correlate_pairs(self._values, self._means, self._lengths, a[is_there], b[is_there], out)
        found[is_there] = out
        return found
