"""Stability of links: the share of halves of the samples in which a link is among the strongest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.confidence.costs import MOST_PICKED, N_HALVES
from genie3_engine.model import ImportanceScale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.confidence.replicates import ReplicateLinks
    from genie3_engine.store.links import RankedLinks

LINKS_PER_TARGET = 5
POSSIBLE_PER_LINK = 5  # of more than a fifth of the possible links, chance makes many stable


def picked_per_target(
    links: RankedLinks, targets: NDArray[np.int32], *, n_genes: int, n_possible: int
) -> NDArray[np.int32]:
    """Return how many links of each target count as its strongest in a half.

    Parameters
    ----------
    links : RankedLinks
        The run's ranked links; only the strongest are read.
    targets : (n_targets,) int32
        Positions of the run's targets.
    n_genes : int
        Genes of the data set.
    n_possible : int
        Links that the network could have.

    Returns
    -------
    (n_genes,) int32
        By position in the canonical gene list: the target's links among the five times n_targets
        strongest of the run, or the strongest fifth of ``n_possible`` where that is fewer; at least
        1 and at most `MOST_PICKED`; 0 for other genes.
    """
    found = np.zeros(n_genes, np.int64)
    n_strongest = min(LINKS_PER_TARGET * targets.size, n_possible // POSSIBLE_PER_LINK)
    for batch in links.batches(0, n_strongest, scale=ImportanceScale.RANK):
        found += np.bincount(batch["target"].indices.to_numpy(), minlength=n_genes)
    picked = np.zeros(n_genes, np.int32)
    picked[targets] = np.clip(found[targets], 1, MOST_PICKED)
    return picked


class Stability:
    """In how many halves each link is among the strongest of its target.

    Parameters
    ----------
    halves : iterable of ReplicateLinks
        The links of all targets in all halves, in any order; see `half_plan`.
    targets : (n_targets,) int32
        Positions of the run's targets, as `half_plan` has them.
    picked : (n_genes,) int32
        Links that count of each target; see `picked_per_target`.

    Notes
    -----
    Held are the links that count in some half: 16 bytes each, at most 120 a target.
    """

    def __init__(
        self,
        halves: Iterable[ReplicateLinks],
        targets: NDArray[np.int32],
        picked: NDArray[np.int32],
    ) -> None:
        self._n_genes = picked.size
        keys = [np.zeros(0, np.int64)]
        for links in halves:
            target = targets[links.numbers % targets.size]
            counts = _place_within(links.numbers) < picked[target]
            keys.append(self._keys(links.regulators[counts], target[counts]))
        self._pairs, self._n_halves = np.unique(np.concatenate(keys), return_counts=True)

    def of(self, regulators: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the stability of some links.

        Parameters
        ----------
        regulators, targets : (n_links,) int32
            Positions of their genes.

        Returns
        -------
        (n_links,) float32
            Share of the halves in which the link is among its target's strongest, from 0 to 1.
        """
        found = np.zeros(len(targets), np.float32)
        if not self._pairs.size:
            return found
        keys = self._keys(regulators, targets)
        order = np.argsort(keys)  # a search for ascending numbers is several times faster
        keys = keys[order]
        places = np.searchsorted(self._pairs, keys)
        places[places == self._pairs.size] = 0
        is_there = self._pairs[places] == keys
        found[order[is_there]] = self._n_halves[places[is_there]] / N_HALVES
        return found

    def _keys(self, regulators: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int64]:
        keys: NDArray[np.int64] = targets.astype(np.int64) * self._n_genes + regulators
        return keys


def _place_within(numbers: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the place of each entry, from 0, in its run of equal numbers."""
    places = np.arange(numbers.size)
    is_first = np.ones(numbers.size, bool)
    is_first[1:] = numbers[1:] != numbers[:-1]
    starts = places[is_first]
    within: NDArray[np.int64] = places - np.repeat(starts, np.diff(np.append(starts, numbers.size)))
    return within
