"""Precision of links by their stability, where a gold standard is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from genie3_engine.evaluation.gold_standard import GoldStandard, is_among, pair_keys

EDGES = (0.2, 0.5, 0.8, 0.95)
_Z = 1.959964  # 97.5 % of the normal distribution are below


@dataclass(frozen=True, slots=True)
class PrecisionBin:
    """Links of a range of stability that a gold standard judges.

    Parameters
    ----------
    least, below : float
        The range: from ``least`` to less than ``below``; the last one reaches to 1, included.
    n_links, n_true : int
        Links that are judged, and those of them that are true.
    """

    least: float
    below: float
    n_links: int
    n_true: int

    @property
    def precision(self) -> float:
        """Share of true links; NaN without links."""
        return self.n_true / self.n_links if self.n_links else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the precision; from 0 to 1 without links."""
        return wilson_interval(self.n_true, self.n_links)


def expected_precision(
    links: Iterable[pa.RecordBatch], gold: GoldStandard, *, edges: Sequence[float] = EDGES
) -> tuple[PrecisionBin, ...]:
    """Return the precision of links by their stability.

    Parameters
    ----------
    links : iterable of pyarrow.RecordBatch
        Each with the columns ``regulator`` and ``target`` (dictionaries of names) and
        ``stability``.
    gold : GoldStandard
        The truth; links that it does not judge are left out.
    edges : sequence of float
        Where one bin ends and the next one begins, ascending.

    Returns
    -------
    tuple of PrecisionBin
        One more than edges, from the least stable links to the most stable.
    """
    # Stability is stored in 32 bits: 19 of 20 halves are less than 0.95 in 64.
    bounds = np.array(edges, np.float32)
    genes = pa.array(gold.genes)
    n_links, n_true = (np.zeros(len(edges) + 1, np.int64) for _ in range(2))
    for batch in links:
        keys = pair_keys(batch["regulator"], batch["target"], genes=genes)
        stability = batch["stability"].to_numpy(zero_copy_only=False)
        known = np.flatnonzero(keys >= 0)
        known = known[gold.judges(keys[known])]
        bins = np.searchsorted(bounds, stability[known], side="right")
        is_true = is_among(keys[known], gold.positives)
        n_links += np.bincount(bins, minlength=len(n_links))
        n_true += np.bincount(bins[is_true], minlength=len(n_true))
    ends = (0.0, *edges, 1.0)
    return tuple(
        PrecisionBin(least, below, links, true)
        for least, below, links, true in zip(
            ends[:-1], ends[1:], n_links.tolist(), n_true.tolist(), strict=True
        )
    )


def wilson_interval(n_true: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Parameters
    ----------
    n_true, n : int
        Successes, and trials.

    Returns
    -------
    low, high : float
        Wilson's score interval, within 0 and 1.

    Examples
    --------
    >>> low, high = wilson_interval(18, 41)
    >>> round(low, 3), round(high, 3)
    (0.299, 0.59)
    """
    if n == 0:
        return 0.0, 1.0
    share, square = n_true / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half_width = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half_width), min(1.0, middle + half_width)
