"""Rivals of links: stronger regulators of the same target, correlated with the regulator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.kernels.rank_correlation import MOST_SAMPLES, doubled_ranks, find_rivals
from genie3_engine.model import ImportanceScale
from genie3_engine.store.evidence import NO_RIVAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.store.links import RankedLinks

N_STRONGEST = 10
_MOST_VALUES = 20_000_000


def strongest_regulators(links: RankedLinks, *, n_genes: int) -> NDArray[np.int32]:
    """Return the ten strongest regulators of each gene.

    Parameters
    ----------
    links : RankedLinks
        The ranked links, which are read once, one row group after the other.
    n_genes : int
        Genes of the data set.

    Returns
    -------
    (n_genes, 10) int32
        By position of the target in the canonical gene list: positions of its regulators, the
        strongest first; -1 where there are fewer.
    """
    strongest = np.full((n_genes, N_STRONGEST), NO_RIVAL, np.int32)
    n_found = np.zeros(n_genes, np.int64)
    for batch in links.batches(scale=ImportanceScale.RANK):
        regulators, targets = (batch[name].indices.to_numpy() for name in ("regulator", "target"))
        wanted = np.flatnonzero(n_found[targets] < N_STRONGEST)
        wanted = wanted[np.argsort(targets[wanted], kind="stable")]
        target, first, counts = np.unique(targets[wanted], return_index=True, return_counts=True)
        place = np.arange(wanted.size) + np.repeat(n_found[target] - first, counts)
        is_kept = place < N_STRONGEST
        kept = wanted[is_kept]
        strongest[targets[kept], place[is_kept]] = regulators[kept]
        n_found[target] += counts
    return strongest


class Rivals:
    """Finds the rivals of links.

    Parameters
    ----------
    expression : Expression
        The data that the links were inferred from, in canonical order.
    regulators : (n_regulators,) int32
        Positions of the run's regulators.
    strongest : (n_genes, 10) int32
        Of each target; see `strongest_regulators`.

    Notes
    -----
    The rival of a link is the one of its target's ten strongest regulators, stronger than the link,
    whose Spearman's correlation with the link's regulator is the largest in size; of equal ones
    the stronger. Ranks are whole numbers, so that it is the same on every machine. Of very many
    samples, evenly chosen ones are taken: 20 million values in all, and `MOST_SAMPLES` at most.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        strongest: NDArray[np.int32],
    ) -> None:
        most = min(MOST_SAMPLES, max(3, _MOST_VALUES // max(1, regulators.size)))
        n_samples = expression.n_samples
        n_chosen = min(n_samples, most)
        chosen = np.arange(n_chosen) * n_samples // n_chosen
        self._ranks = np.empty((regulators.size, n_chosen), np.int16)
        for row, regulator in enumerate(regulators.tolist()):
            self._ranks[row] = doubled_ranks(np.asarray(expression.values[regulator])[chosen])
        self._lengths = np.array([_length(ranks) for ranks in self._ranks])
        self._regulators = regulators
        self._rows = np.full(expression.n_genes, NO_RIVAL, np.int32)
        self._rows[regulators] = np.arange(regulators.size, dtype=np.int32)
        self._strongest = np.where(strongest < 0, NO_RIVAL, self._rows[strongest])

    def of(
        self, regulators: NDArray[np.int32], targets: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the rivals of some links.

        Parameters
        ----------
        regulators, targets : (n_links,) int32
            Positions of their genes.

        Returns
        -------
        rival : (n_links,) int32
            Position of the rival; -1 for a target's strongest link, which has none, and where no
            correlation is known, since values do not vary.
        correlation : (n_links,) float32
            Spearman's, of regulator and rival, with its sign; NaN where there is no rival.
        """
        rows = np.empty(len(targets), np.int32)
        correlation = np.empty(len(targets), np.float32)
        find_rivals(
            self._ranks,
            self._lengths,
            self._rows[regulators],
            np.array(targets),  # Arrow's cannot be written, another type to compile for
            self._strongest,
            rows,
            correlation,
        )
        rival = np.where(rows < 0, np.int32(NO_RIVAL), self._regulators[rows])
        return rival, correlation


def _length(ranks: NDArray[np.int16]) -> float:
    """Return the root of the sum of squares, which is rounded once."""
    return math.sqrt(int(np.sum(ranks.astype(np.int64) ** 2)))
