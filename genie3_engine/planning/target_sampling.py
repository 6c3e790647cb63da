"""Sample representative targets for a pilot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.data.sparse_genes import SparseGenes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression

_VALUES_AT_ONCE = 1 << 22


def _lowest_share(values: NDArray[np.float64], n_samples: int) -> float:
    """Return the share of samples that have a gene's lowest value; those not given have zero."""
    n_zero = n_samples - np.count_nonzero(values)
    lowest = min(float(values.min(initial=np.inf)), 0.0 if n_zero else np.inf)
    return (n_zero if lowest == 0.0 else np.count_nonzero(values == lowest)) / n_samples


def drawn_order(
    expression: Expression, targets: NDArray[np.int32], *, seed: int
) -> NDArray[np.int32]:
    """Return the targets in a random order in which every beginning is spread over easy and hard.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    targets : (n_targets,) int32
        Positions of the targets.
    seed : int
        Names the draw.

    Returns
    -------
    (n_targets,) int32
        The same positions.

    Notes
    -----
    A target's forest costs the less the more of its samples share its lowest value, as the zeros
    of counts do: such nodes need no search. Targets are sorted by that share, ties at random, and
    visited in van der Corput's order from a random start. Beginnings of that order are evenly
    spread, which makes the mean of a few targets steadier than that of independent draws.
    """
    rng = np.random.default_rng(seed)
    easiness = np.empty(targets.size)
    at_once = max(1, _VALUES_AT_ONCE // expression.n_samples)
    for start in range(0, targets.size, at_once):
        some = targets[start : start + at_once]
        if isinstance(expression.values, SparseGenes):
            easiness[start : start + some.size] = [
                _lowest_share(expression.values.entries(gene)[1], expression.n_samples)
                for gene in some.tolist()
            ]
        else:
            values = np.asarray(expression.values[some])
            lowest = values.min(axis=1, keepdims=True)
            easiness[start : start + some.size] = (values == lowest).mean(axis=1)
    by_easiness = targets[np.lexsort((rng.random(targets.size), easiness))]
    n_bits = max(1, int(targets.size - 1).bit_length())
    steps = np.arange(1 << n_bits)
    places = np.zeros_like(steps)
    for bit in range(n_bits):
        places |= ((steps >> bit) & 1) << (n_bits - 1 - bit)
    turned = (places + rng.integers(1 << n_bits)) % (1 << n_bits)
    order: NDArray[np.int32] = by_easiness[turned[turned < targets.size]]
    return order
