"""Choose the links that are compared, and name what happened to each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GAINED, LOST, REVERSED, KEPT = "gained", "lost", "reversed", "kept"
_LEAST = 0.2  # a weaker correlation shows no direction, as in the signs of links
_TWO_SIDED_5_PERCENT = 1.96
CLASSES = (GAINED, LOST, REVERSED, KEPT)


class Network(NamedTuple):
    """The links of one group, in any order.

    Parameters
    ----------
    regulators, targets : (n_links,) int32
        Positions of the genes.
    importance : (n_links,) float32
        Importance, above 0.
    """

    regulators: NDArray[np.int32]
    targets: NDArray[np.int32]
    importance: NDArray[np.float32]


class Candidates(NamedTuple):
    """The links that are among the strongest of one of two networks, by regulator and target.

    Parameters
    ----------
    regulators, targets : (n_links,) int32
        Positions of the genes.
    importance : (2, n_links) float32
        Importance in both networks; 0 where the link is not in a network at all.
    is_in : (2, n_links) bool
        Whether the link is among the strongest of each network.
    least : pair of float
        The smallest importance among the strongest of each network.
    """

    regulators: NDArray[np.int32]
    targets: NDArray[np.int32]
    importance: NDArray[np.float32]
    is_in: NDArray[np.bool_]
    least: tuple[float, float]


def strongest_of_both(first: Network, second: Network, *, top: int) -> Candidates:
    """Return the links among the strongest of either network.

    Parameters
    ----------
    first, second : Network
        All links of both networks.
    top : int
        How many links of each network are taken; of links of equal importance the first ones by
        regulator and target.

    Returns
    -------
    Candidates
        Sorted by regulator, then by target.
    """
    n_genes = 1 + max(
        (int(each.max()) for each in (*first[:2], *second[:2]) if each.size), default=0
    )
    keys = [
        network.regulators.astype(np.int64) * n_genes + network.targets
        for network in (first, second)
    ]
    chosen = [
        np.lexsort((key, -network.importance))[:top]
        for key, network in zip(keys, (first, second), strict=True)
    ]
    union = np.union1d(*(key[best] for key, best in zip(keys, chosen, strict=True)))
    importance = np.zeros((2, union.size), np.float32)
    is_in = np.zeros((2, union.size), bool)
    least = [0.0, 0.0]
    for group, (key, network, best) in enumerate(zip(keys, (first, second), chosen, strict=True)):
        place = np.minimum(np.searchsorted(union, key), max(0, union.size - 1))
        known = np.flatnonzero(union[place] == key)
        importance[group, place[known]] = network.importance[known]
        is_in[group, place[best]] = True
        least[group] = float(network.importance[best].min()) if best.size else math.inf
    regulators, targets = np.divmod(union, n_genes)
    return Candidates(
        regulators.astype(np.int32),
        targets.astype(np.int32),
        importance,
        is_in,
        (least[0], least[1]),
    )


def link_classes(
    is_in: NDArray[np.bool_], correlations: Floats, *, n_samples: tuple[int, int]
) -> list[str]:
    """Return what happened to each link.

    Parameters
    ----------
    is_in : (2, n_links) bool
        Whether the link is among the strongest of each network.
    correlations : (2, n_links) float64
        Spearman's correlation of regulator and target in both groups.
    n_samples : pair of int
        Samples of both groups.

    Returns
    -------
    list of str
        *gained*: among the strongest of the second network only; *lost*: of the first only;
        *reversed*: of both, with clear correlations of opposite sign; *kept*: of both otherwise.
        A correlation is clear from 0.2 when chance gives a larger one in at most one of twenty
        pairs of unrelated genes. q shows whether a change is more than chance.
    """
    clear = [
        np.where(np.abs(each) >= max(_LEAST, _TWO_SIDED_5_PERCENT / math.sqrt(n - 1)), each, 0.0)
        for each, n in zip(correlations, n_samples, strict=True)
    ]
    is_reversed = clear[0] * clear[1] < 0.0
    is_kept = is_in[0] & is_in[1]
    found = np.select([is_kept & is_reversed, is_kept, is_in[1]], [REVERSED, KEPT, GAINED], LOST)
    return [str(each) for each in found]


class RegulatorSums(NamedTuple):
    """What changed among the links of each regulator, the one that changed most first.

    Parameters
    ----------
    regulators : (n_regulators,) int32
        Positions of the regulators with a link.
    counts : (n_regulators, 4) int64
        Links of each class, in the order of `CLASSES`.
    sum_abs_z : (n_regulators,) float64
        Sum of the sizes of z.
    """

    regulators: NDArray[np.int32]
    counts: NDArray[np.int64]
    sum_abs_z: Floats


def regulator_sums(regulators: NDArray[np.int32], classes: list[str], z: Floats) -> RegulatorSums:
    """Add up the changes of each regulator's links.

    Parameters
    ----------
    regulators : (n_links,) int32
        The regulator of each link.
    classes : list of str
        `link_classes`'.
    z : (n_links,) float64
        As in `Changes`.

    Returns
    -------
    RegulatorSums
        Sorted by the sum, largest first, then by the regulator.
    """
    kinds = {name: place for place, name in enumerate(CLASSES)}
    found, rows = np.unique(regulators, return_inverse=True)
    counts = np.zeros((found.size, len(CLASSES)), np.int64)
    np.add.at(counts, (rows, np.array([kinds[name] for name in classes], np.intp)), 1)
    sums = np.zeros(found.size)
    np.add.at(sums, rows, np.abs(z))  # one after the other: the same bits on every processor
    order = np.lexsort((found, -sums))
    return RegulatorSums(found[order], counts[order], sums[order])


def ranks_of(score: Floats) -> NDArray[np.int32]:
    """Rank links by the size of their change.

    Parameters
    ----------
    score : (n_links,) float64
        z, or Fisher's z.

    Returns
    -------
    (n_links,) int32
        1 for the largest size; equal ones in their order, NaN last.
    """
    ranks = np.empty(score.size, np.int32)
    ranks[np.argsort(-np.abs(score), kind="stable")] = np.arange(1, score.size + 1)
    return ranks
