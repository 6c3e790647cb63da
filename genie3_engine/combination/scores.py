"""Score links by their ranks or shares in several lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_MOST_STEPS = 200


def rank_product(ranks: Floats) -> Floats:
    """Return one over the geometric mean of each link's ranks.

    Parameters
    ----------
    ranks : (n_lists, n_links) float64
        Ranks from 1; their product stays below 1e308.
    """
    product = ranks[0].copy()
    for others in ranks[1:]:
        product *= others
    return 1.0 / _root(product, len(ranks))


def borda(ranks: Floats) -> Floats:
    """Return one over the mean of each link's ranks.

    Parameters
    ----------
    ranks : (n_lists, n_links) float64
        Ranks from 1.
    """
    return len(ranks) / _sum(ranks)


def mean_share(shares: Floats) -> Floats:
    """Return the mean of each link's shares.

    Parameters
    ----------
    shares : (n_lists, n_links) float64
        Shares of the target's importance.
    """
    return _sum(shares) / len(shares)


def _sum(values: Floats) -> Floats:
    total: Floats = values[0].copy()
    for others in values[1:]:
        total += others
    return total


def _root(values: Floats, degree: int) -> Floats:
    """Return the ``degree``-th roots of values from 1, with the same bits on every machine.

    Newton's method from above, of additions, products and quotients, which are rounded alike
    everywhere; a power is not.
    """
    if degree == 1:
        return values
    root: Floats
    if degree == 2:
        root = np.sqrt(values)
        return root
    _, exponent = np.frexp(values)
    root = np.ldexp(np.ones_like(values), -(-exponent // degree))
    for _ in range(_MOST_STEPS):
        power = root.copy()
        for _ in range(degree - 2):
            power *= root
        following = ((degree - 1) * root + values / power) / degree
        is_lower = following < root
        if not is_lower.any():
            break
        root = np.where(is_lower, following, root)
    return root
