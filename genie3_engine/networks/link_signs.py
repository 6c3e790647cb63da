"""Sign of links: whether expression suggests activation or repression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.data.expression import Expression

_LEAST = 0.2  # a weaker correlation shows no direction, however many the samples
_TWO_SIDED_5_PERCENT = 1.96
_MOST_VALUES = 20_000_000

Correlations = npt.NDArray[np.float64]


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

    Notes
    -----
    Of very many samples, evenly chosen ones are taken: 20 million values in all.
    """
    places = {gene: place for place, gene in enumerate(expression.genes)}
    wanted = sorted({*regulators, *targets} & places.keys())
    rows = {gene: row for row, gene in enumerate(wanted)}
    n_samples = expression.values.shape[1]
    most = max(3, _MOST_VALUES // max(1, len(wanted)))
    chosen = np.unique(np.linspace(0, n_samples - 1, min(n_samples, most)).round().astype(int))
    scores = np.full((len(wanted) + 1, len(chosen)), np.nan, np.float32)
    for gene, row in rows.items():
        scores[row] = _standard_ranks(np.asarray(expression.values[places[gene]])[chosen])
    absent = len(wanted)
    first = np.array([rows.get(gene, absent) for gene in regulators], np.int64)
    second = np.array([rows.get(gene, absent) for gene in targets], np.int64)
    correlation = np.empty(len(first))
    step = max(1, 4_000_000 // max(1, len(chosen)))
    for start in range(0, len(first), step):
        piece = slice(start, start + step)
        correlation[piece] = np.einsum("ij,ij->i", scores[first[piece]], scores[second[piece]])
    return np.clip(correlation, -1, 1)


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
