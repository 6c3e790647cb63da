"""Groups of targets whose values have the same shape, and so the same importances by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.confidence.costs import most_groups
from genie3_engine.data.logarithm import log1p
from genie3_engine.inference.genie3 import unit_variance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression

    Floats = NDArray[np.float64]

NO_GROUP = -1  # of a gene that is not a target, or whose values are all equal
FEW_TARGETS = 200
_RADIUS = 0.05  # of a group that need not be divided
_LIGHT_TAILS = 4.0  # a fourth moment of 4 is an excess kurtosis of 1
_NORMAL = (3.0, 0.0)  # fourth and third moment
_SKEWNESS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class TargetGroups:
    """Groups of targets by the shape of their values.

    Parameters
    ----------
    group : (n_genes,) int32
        Number of each gene's group, by position in the canonical gene list; `NO_GROUP` for a gene
        that is not a target, and for a target whose values are all equal.
    members : tuple of int32 arrays
        Positions of the targets of each group, lightest tails first.
    """

    group: NDArray[np.int32]
    members: tuple[NDArray[np.int32], ...]


def target_groups(expression: Expression, targets: NDArray[np.int32]) -> TargetGroups:
    """Divide the targets of a network into groups by the shape of their values.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    targets : (n_targets,) int32
        Positions of all targets of the network, in any order.

    Returns
    -------
    TargetGroups
        At most 16 groups, up to 32 of more than 10,240 targets. One group when there are fewer than
        200 and none has an excess kurtosis above 1.

    Notes
    -----
    The importances that chance gives depend on the sorted standardised values of the target, and
    of these mostly on the kurtosis and the size of the skewness: the permutation moments of a
    squared linear statistic depend on no other feature up to the fourth order. Groups are made
    around targets that are far from each other (Gonzalez 1985, Theoretical Computer Science
    38:293): each new one around the target that is farthest from its group's centre. So a few
    targets of an unusual shape have a group of their own. All sums are rounded once.
    """
    shapes, positions = _shapes(expression, np.sort(targets))
    group = np.full(expression.n_genes, NO_GROUP, np.int32)
    if not positions.size:
        return TargetGroups(group, ())
    number = _divided(*_coordinates(shapes), n_most=_most_groups(shapes))
    group[positions] = number
    by_kurtosis = np.argsort(shapes[:, 0], kind="stable")
    members = [by_kurtosis[number[by_kurtosis] == each] for each in range(int(number.max()) + 1)]
    return TargetGroups(group, tuple(positions[each] for each in members))


def _shapes(expression: Expression, targets: NDArray[np.int32]) -> tuple[Floats, NDArray[np.int32]]:
    """Return the fourth moment and the size of the third one of the targets that vary."""
    shapes, positions = [], []
    for target in targets.tolist():
        standardised = unit_variance(expression.values[target])
        if standardised is None:
            continue
        squares = standardised * standardised
        fourth = math.fsum((squares * squares).tolist()) / squares.size
        third = math.fsum((squares * standardised).tolist()) / squares.size
        shapes.append((fourth, abs(third)))
        positions.append(target)
    return np.array(shapes).reshape(-1, 2), np.array(positions, np.int32)


def _most_groups(shapes: Floats) -> int:
    if len(shapes) < FEW_TARGETS and bool((shapes[:, 0] <= _LIGHT_TAILS).all()):
        return 1
    return most_groups(len(shapes))


def _coordinates(shapes: Floats) -> tuple[Floats, Floats]:
    """Return coordinates of shapes in which equal steps change the null by about as much.

    Notes
    -----
    They are the logarithm of the fourth moment m4, and ``|m3| / sqrt(m4)``, which is below 1.
    """
    fourth = np.maximum(shapes[:, 0], 1.0)  # rounding may leave less
    return log1p(fourth - 1.0), shapes[:, 1] / np.sqrt(fourth)


def _divided(tails: Floats, skewness: Floats, *, n_most: int) -> NDArray[np.int32]:
    """Return the group of each shape: that of the nearest centre, of equally near the first."""
    number = np.zeros(tails.size, np.int32)
    tails_of_normal, skewness_of_normal = _coordinates(np.array([_NORMAL]))
    centre = int(
        np.argmin(
            _squared_distance(tails, skewness, float(tails_of_normal[0]), skewness_of_normal[0])
        )
    )
    distance = _squared_distance(tails, skewness, tails[centre], skewness[centre])
    for each in range(1, n_most):
        centre = int(np.argmax(distance))
        if distance[centre] <= _RADIUS * _RADIUS:
            break
        from_new = _squared_distance(tails, skewness, tails[centre], skewness[centre])
        is_nearer = from_new < distance
        number[is_nearer] = each
        distance[is_nearer] = from_new[is_nearer]
    return number


def _squared_distance(tails: Floats, skewness: Floats, tail: float, skew: float) -> Floats:
    distance: Floats = (tails - tail) * (tails - tail)
    distance += _SKEWNESS_WEIGHT * ((skewness - skew) * (skewness - skew))
    return distance
