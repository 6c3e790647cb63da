"""Judge the change of each link against its changes under permuted labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from genie3_engine.inference.genie3 import unit_variance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

N_STRATA = 10
PROMISING = 0.01
FEWEST_FOR_DEVIATION = 3  # permutations: each is judged by the deviation of the others
_FEWEST_OF_BLOCK = 10  # samples of a group; pairs would lose what they have in common
_LEAST_DEVIATION = 0.1  # quantile of the standard deviations that is added to each


def standardise_within(
    values: NDArray[np.floating],
    is_second: NDArray[np.bool_],
    *,
    blocks: NDArray[np.integer] | None = None,
) -> Floats:
    """Centre each gene and scale it to variance 1 inside both groups of samples.

    Parameters
    ----------
    values : (n_genes, n_samples) float
        Expression.
    is_second : (n_samples,) bool
        Whether a sample belongs to the second group.
    blocks : (n_samples,) integer or None
        The block of each sample. Genes are centred inside blocks with ten samples of the group or
        more, so that a shift between batches is not a difference between groups that have unequal
        shares of them; the group's other samples are centred together.

    Returns
    -------
    (n_genes, n_samples) float64
        Mean 0 and variance 1 (divisor n) in each group; 0 in a group in which the gene is
        constant. The same bits on every processor, whichever group is the second.
    """
    standardised = np.zeros(values.shape)
    for samples in (np.flatnonzero(~is_second), np.flatnonzero(is_second)):
        parts = [] if blocks is None else _parts(np.asarray(blocks)[samples])
        for gene, row in enumerate(values):
            response = unit_variance(row[samples])
            if response is not None and parts:
                response = unit_variance(_centred_within(response, parts))
            if response is not None:
                standardised[gene, samples] = response
    return standardised


def _parts(blocks: NDArray[np.integer]) -> list[NDArray[np.intp]]:
    """Return the positions of the samples of each large block, and of all others together."""
    numbers, counts = np.unique(blocks, return_counts=True)
    large = numbers[counts >= _FEWEST_OF_BLOCK]
    parts = [np.flatnonzero(blocks == number) for number in large]
    others = np.flatnonzero(~np.isin(blocks, large))
    return [*parts, others] if parts and others.size else parts


def _centred_within(values: Floats, parts: list[NDArray[np.intp]]) -> Floats:
    """Return the values less the mean of their part, rounded once; 0 in a constant part."""
    centred = np.zeros(values.size)
    for part in parts:
        inside = values[part]
        if inside.min() < inside.max():
            centred[part] = inside - math.fsum(inside.tolist()) / part.size
    return centred


class Changes(NamedTuple):
    """How much the importance of each link changes.

    Parameters
    ----------
    difference : (n_links,) float64
        Importance in the second group less that in the first.
    z : (n_links,) float64
        The difference, less its mean under permuted labels, over its moderated standard deviation.
    p : (n_links,) float64
        Two-sided p-value.
    q : (n_links,) float64
        Benjamini and Hochberg's adjusted p-value over all links.
    """

    difference: Floats
    z: Floats
    p: Floats
    q: Floats


def changes(
    observed: NDArray[np.floating],
    permuted: NDArray[np.floating],
    *,
    least: tuple[float, float] = (0.0, 0.0),
    more: NDArray[np.floating] | None = None,
    promising: NDArray[np.intp] | None = None,
) -> Changes:
    """Judge the change of importance of each link.

    Parameters
    ----------
    observed : (2, n_links) float
        Importance of the links in the networks of both groups.
    permuted : (n_permutations, 2, n_links) float
        The same for permuted labels, three permutations at least.
    least : pair of float
        The smallest importance of the links that were chosen in each network.
    more : (n_more, 2, n_promising) float or None
        Importance in further permutations, for some links only.
    promising : (n_promising,) intp or None
        Positions of those links.

    Returns
    -------
    Changes
        Exchanging the groups changes the signs of ``difference`` and ``z``, and nothing else.

    Raises
    ------
    ValueError
        With fewer than three permutations.

    Notes
    -----
    ``z = (d - m) / (s + s0)`` with the difference ``d``, the mean ``m`` and the standard deviation
    ``s`` of the link's differences under permuted labels, and the 10 % quantile ``s0`` of all
    ``s``. The z of a permutation is that of the other permutations' ``m`` and ``s``; with its own
    difference among them, it could not become large. Sizes of z are pooled within ten strata of the
    links' mean importance under permuted labels, and p is the share of those at least as large.

    The strongest links of either network include some that chance made strong in one group, whose
    differences are large for that alone. So a permutation counts for a link only where the link
    would have been chosen for its importance then, and all links of a stratum have the same weight,
    however often they would.
    """
    first = _differences(permuted)
    if len(first) < FEWEST_FOR_DEVIATION:
        raise ValueError(f"{len(first)} permutations; {FEWEST_FOR_DEVIATION} are the fewest")
    difference = _differences(observed[None])[0]
    mean, deviation = first.mean(axis=0), first.std(axis=0, ddof=1)
    null = _PooledNull(_strata(permuted), least_deviation(deviation))
    is_refined = np.zeros(difference.size, bool)
    if more is not None and promising is not None and promising.size and len(more):
        is_refined[promising] = True
        every = np.concatenate([permuted[:, :, promising], more])
        refined = _differences(every)
        mean[promising], deviation[promising] = refined.mean(axis=0), refined.std(axis=0, ddof=1)
        null.add(refined, _is_chosen(every, least), promising)
    others = np.flatnonzero(~is_refined)
    null.add(first[:, others], _is_chosen(permuted[:, :, others], least), others)
    z = (difference - mean) / (deviation + null.added)
    p = null.p_values(np.abs(z))
    return Changes(difference, z, p, adjusted(p))


def _differences(importance: NDArray[np.floating]) -> Floats:
    """Return importance in the second group less that in the first."""
    values = importance.astype(np.float64)
    return values[:, 1] - values[:, 0]


def _strata(permuted: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the stratum of each link: ten of about equal size, by the mean importance."""
    strength = np.zeros(permuted.shape[2])
    for labelling in permuted:
        strength += labelling[0].astype(np.float64) + labelling[1]
    place = np.empty(strength.size, np.intp)
    place[np.argsort(strength, kind="stable")] = np.arange(strength.size)
    return place * N_STRATA // max(1, strength.size)


def least_deviation(deviation: Floats) -> float:
    """Return the constant added to each standard deviation, above 0: their 10 % quantile.

    Parameters
    ----------
    deviation : (n,) float64
        Standard deviations; those of 0 do not count.
    """
    known = deviation[deviation > 0.0]
    return float(np.quantile(known, _LEAST_DEVIATION)) if known.size else 1.0


def _null_z(differences: Floats, added: float) -> Floats:
    """Return z of each permutation, judged by the mean and the deviation of all others."""
    n = len(differences)
    centred = differences - differences.mean(axis=0)
    squares = (centred * centred).sum(axis=0)
    others = np.maximum(squares - centred * centred * (n / (n - 1)), 0.0) / (n - 2)
    z: Floats = centred * (n / (n - 1)) / (np.sqrt(others) + added)
    return z


def _is_chosen(importance: NDArray[np.floating], least: tuple[float, float]) -> NDArray[np.bool_]:
    """Return whether each link would be among those compared."""
    chosen: NDArray[np.bool_] = (importance[:, 0] >= least[0]) | (importance[:, 1] >= least[1])
    return chosen


class _PooledNull:
    """Sizes of z under permuted labels, of all links of a stratum together.

    Parameters
    ----------
    strata : (n_links,) intp
        The stratum of each link.
    added : float
        What is added to each standard deviation.
    """

    def __init__(self, strata: NDArray[np.intp], added: float) -> None:
        self.added = added
        self._strata = strata
        self._sizes: list[list[Floats]] = [[] for _ in range(N_STRATA)]
        self._weights: list[list[Floats]] = [[] for _ in range(N_STRATA)]

    def add(
        self, differences: Floats, is_chosen: NDArray[np.bool_], links: NDArray[np.intp]
    ) -> None:
        """Take all permutations of some links, where these would be compared.

        Parameters
        ----------
        differences : (n_permutations, n) float64
            Differences of importance.
        is_chosen : (n_permutations, n) bool
            Whether each counts; those of a link that do share a weight of 1.
        links : (n,) intp
            Positions of the links.
        """
        for stratum in range(N_STRATA):
            inside = self._strata[links] == stratum
            taken = is_chosen[:, inside]
            weights = taken / np.maximum(taken.sum(axis=0), 1)
            self._sizes[stratum].append(np.abs(_null_z(differences[:, inside], self.added)[taken]))
            self._weights[stratum].append(weights[taken])

    def p_values(self, sizes: Floats) -> Floats:
        """Return the share of larger sizes in the stratum, counting the observed one too."""
        p = np.ones(sizes.size)
        for stratum, (found, weights) in enumerate(zip(self._sizes, self._weights, strict=True)):
            pooled, weight = np.concatenate(found), np.concatenate(weights)
            if not pooled.size:
                continue
            order = np.argsort(pooled, kind="stable")
            total = np.cumsum(np.append(0.0, weight[order][::-1]))  # of the largest ones
            one = total[-1] / pooled.size
            inside = np.flatnonzero(self._strata == stratum)
            n_larger = pooled.size - np.searchsorted(pooled[order], sizes[inside], side="left")
            p[inside] = (one + total[n_larger]) / (one + total[-1])
        return p


def promising_links(p: Floats) -> NDArray[np.intp]:
    """Return the positions of links with p below .01, which deserve further permutations."""
    return np.flatnonzero(p < PROMISING)


def adjusted(p: Floats) -> Floats:
    """Return Benjamini and Hochberg's adjusted p-values (false discovery rates).

    Parameters
    ----------
    p : (n,) float64
        p-values; NaN for what was not tested, which stays NaN and does not count.

    Examples
    --------
    >>> adjusted(np.array([0.01, 0.04, 0.03, 0.5])).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    q = np.full(p.size, np.nan)
    order = np.argsort(p, kind="stable")[: p.size - np.count_nonzero(np.isnan(p))]
    scaled = p[order] * (order.size / np.arange(1, order.size + 1))
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return q
