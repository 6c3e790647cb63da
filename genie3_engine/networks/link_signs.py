"""Sign of links: whether expression suggests activation or repression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from genie3_engine.data.expression import Expression

_LEAST = 0.2  # a weaker correlation shows no direction, however many the samples
_TWO_SIDED_5_PERCENT = 1.96
_MOST_VALUES = 20_000_000

Correlations = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


class RankCorrelation:
    """Spearman's correlation of the genes of a data set; each gene is ranked once, when needed.

    Parameters
    ----------
    expression : Expression
        The data that a network was inferred from.
    genes : sequence of str, optional
        The genes of all pairs; all genes of the data by default.

    Notes
    -----
    Of very many samples, evenly chosen ones are taken: 20 million values of the genes in all.
    """

    def __init__(self, expression: Expression, genes: Sequence[str] | None = None) -> None:
        places = {gene: place for place, gene in enumerate(expression.genes)}
        wanted = expression.genes if genes is None else sorted({*genes} & places.keys())
        n_samples = expression.values.shape[1]
        most = max(3, _MOST_VALUES // max(1, len(wanted)))
        self._values = expression.values
        self._places = [places[gene] for gene in wanted]
        self._rows = {gene: row for row, gene in enumerate(wanted)}
        self._chosen = np.unique(
            np.linspace(0, n_samples - 1, min(n_samples, most)).round().astype(int)
        )
        self._ranks = np.full((len(wanted) + 1, len(self._chosen)), np.nan, np.float32)
        self._is_ranked = np.zeros(len(wanted) + 1, np.bool_)
        self._is_ranked[-1] = True  # the row of genes that the data do not have

    def of_names(self, regulators: Sequence[str], targets: Sequence[str]) -> Correlations:
        """Return the correlation of each pair of genes; NaN for one constant or not in the data."""
        return self._of_rows(*(self._rows_of(names) for names in (regulators, targets)))

    def of_batch(self, batch: pa.RecordBatch) -> Correlations:
        """Return the correlation of regulator and target, a batch's first two columns."""
        named = (coded(batch.column(place)) for place in range(2))
        return self._of_rows(*(self._rows_of(names)[codes] for names, codes in named))

    def _rows_of(self, names: Sequence[str]) -> Rows:
        return np.array([self._rows.get(name, len(self._rows)) for name in names], np.int64)

    def _of_rows(self, first: Rows, second: Rows) -> Correlations:
        used = np.unique(np.concatenate([first, second]))
        for row in used[~self._is_ranked[used]]:
            values = np.asarray(self._values[self._places[row]])[self._chosen]
            self._ranks[row] = _standard_ranks(values)
            self._is_ranked[row] = True
        correlation = np.empty(len(first))
        step = max(1, 4_000_000 // max(1, len(self._chosen)))
        for start in range(0, len(first), step):
            piece = slice(start, start + step)
            correlation[piece] = np.einsum(
                "ij,ij->i", self._ranks[first[piece]], self._ranks[second[piece]]
            )
        return np.clip(correlation, -1, 1)


def spearman(
    expression: Expression, regulators: Sequence[str], targets: Sequence[str]
) -> Correlations:
    """Return Spearman's rank correlation of each pair of genes over the samples.

    Parameters
    ----------
    expression : Expression
        The data that the network was inferred from.
    regulators, targets : sequences of str
        The two genes of each pair.

    Returns
    -------
    (n_pairs,) float64
        NaN where a gene is constant or not in the data.
    """
    return RankCorrelation(expression, [*regulators, *targets]).of_names(regulators, targets)


def coded(names: pa.Array) -> tuple[list[str], Rows]:
    """Return the different names, and which one each entry is."""
    if not isinstance(names, pa.DictionaryArray):
        names = names.cast(pa.string()).dictionary_encode()
    codes = names.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return names.dictionary.to_pylist(), codes


def _standard_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return ranks of mean 0 and length 1; NaN when all values are the same."""
    ranks = np.array(pd.Series(values).rank(), np.float64)  # ties have the mean of their ranks
    ranks -= ranks.mean()
    length = np.linalg.norm(ranks)
    standard: npt.NDArray[np.float64] = ranks / length if length > 0 else ranks * np.nan
    return standard


def signs(correlation: Correlations, *, n_samples: int) -> npt.NDArray[np.int8]:
    """Return 1 where a link seems to activate, -1 where to repress, 0 where that is unclear.

    Parameters
    ----------
    correlation : (n_links,) float64
        Spearman's, of regulator and target.
    n_samples : int
        Samples that it was computed from.

    Notes
    -----
    Unclear are correlations below 0.2, and those that chance gives in one of twenty pairs of
    unrelated genes (normal approximation). A correlation does not prove a direct effect.
    """
    least = max(_LEAST, _TWO_SIDED_5_PERCENT / np.sqrt(max(n_samples - 1, 1)))
    is_clear = np.abs(correlation) >= least  # False for NaN
    clear_signs: npt.NDArray[np.int8] = np.where(is_clear, np.sign(correlation), 0).astype(np.int8)
    return clear_signs
