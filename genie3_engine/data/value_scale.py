"""Detect the scale of the values: counts, logarithms, z-scores and others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.summary_statistics import Measures, dense_blocks

_GENES_LOOKED_AT = 400
_LARGEST_LOG = 30.0
_LARGEST_SMALL, _LARGEST_OF_FEW = 50.0, 5.0


class ScaleKind(StrEnum):
    """Scales that expression comes on."""

    COUNTS = "counts"
    SMALL_NUMBERS = "small whole numbers"
    PER_MILLION = "values per million, not logarithms"
    LINEAR = "a linear scale, not logarithms"
    LOGS = "logarithms"
    SHARES = "values between 0 and 1"
    Z_SCORES = "z-scores of each gene"
    CENTRED = "values centred on each gene's mean"
    NOTHING = "no values"


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of the values.

    Parameters
    ----------
    kind : ScaleKind
        Which.
    low, high : float
        The smallest and the largest value.
    """

    kind: ScaleKind
    low: float
    high: float

    @property
    def wants_logs(self) -> bool:
        """True when logarithms should be taken before samples are compared."""
        return self.kind in {ScaleKind.COUNTS, ScaleKind.PER_MILLION, ScaleKind.LINEAR}


def detect_scale(raw: RawExpression, measures: Measures) -> Scale:
    """Recognise the scale.

    Parameters
    ----------
    raw : RawExpression
        The data.
    measures : Measures
        Their measures.

    Notes
    -----
    Values from 0 of which nine in ten are whole numbers are counts once one exceeds 50, or reaches
    5 where most are zero. Genes of mean 0 are centred, and with variance 1 they are z-scores. Other
    values up to 30, the logarithm to base 2 of a thousand million, are taken for logarithms;
    samples that add up to a million are counts per million or TPM.
    """
    if measures.n_values == 0:
        return Scale(ScaleKind.NOTHING, 0.0, 0.0)
    low, high = float(measures.genes.low.min()), float(measures.genes.high.max())
    return Scale(_kind(raw, measures, low, high), low, high)


def _kind(raw: RawExpression, measures: Measures, low: float, high: float) -> ScaleKind:
    if measures.are_counts:
        sparse = measures.n_zero > 0.5 * measures.n_values and high >= _LARGEST_OF_FEW
        return ScaleKind.COUNTS if high > _LARGEST_SMALL or sparse else ScaleKind.SMALL_NUMBERS
    if low < 0:
        centred = _centred(raw, measures)
        if centred is not None:
            return centred
    if low >= 0 and high <= 1:
        return ScaleKind.SHARES
    if high <= _LARGEST_LOG:
        return ScaleKind.LOGS
    totals = measures.samples.total
    if low >= 0 and len(totals) > 1 and bool((np.abs(totals / 1e6 - 1) < 0.05).all()):
        return ScaleKind.PER_MILLION
    return ScaleKind.LINEAR


def _centred(raw: RawExpression, measures: Measures) -> ScaleKind | None:
    usable = np.flatnonzero((measures.genes.n_missing == 0) & ~measures.is_constant)
    if len(usable) == 0 or raw.n_samples < 3:
        return None
    rows = usable[:: max(1, len(usable) // _GENES_LOOKED_AT)]
    values = np.concatenate([block for _, block in dense_blocks(raw.values[rows])])
    mean, deviation = values.mean(axis=1), values.std(axis=1, ddof=1)
    if np.mean(np.abs(mean) < 0.02 * deviation + 1e-9) < 0.9:
        return None
    unit = np.mean(np.abs(deviation - 1) < 0.1)
    return ScaleKind.Z_SCORES if unit >= 0.9 else ScaleKind.CENTRED
