"""Pack discs closely around the first of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Centres = npt.NDArray[np.float64]

_TOLERANCE = 1e-6  # by which touching discs may overlap, relative to their distance


@dataclass(slots=True, eq=False)
class _Disc:
    """A disc, and its neighbours on the front while it is part of it."""

    radius: float
    x: float = 0.0
    y: float = 0.0
    before: _Disc = field(init=False, repr=False)
    after: _Disc = field(init=False, repr=False)

    def overlaps(self, other: _Disc) -> bool:
        distance = math.hypot(self.x - other.x, self.y - other.y)
        return distance < (self.radius + other.radius) * (1 - _TOLERANCE)

    def touch(self, left: _Disc, right: _Disc) -> None:
        """Move to where this disc touches two others, on the outer side of the front."""
        to_left, to_right = left.radius + self.radius, right.radius + self.radius
        dx, dy = right.x - left.x, right.y - left.y
        apart = math.hypot(dx, dy)
        along = (apart**2 + to_left**2 - to_right**2) / (2 * apart)
        across = math.sqrt(max(0.0, to_left**2 - along**2))
        self.x = left.x + (along * dx + across * dy) / apart
        self.y = left.y + (along * dy - across * dx) / apart


def pack_discs(radii: Sequence[float] | npt.NDArray[np.float64]) -> Centres:
    """Place discs so that none overlap, close around the first one.

    Parameters
    ----------
    radii : (n_discs,) sequence of float
        Each disc's radius, positive; packed most closely in falling order.

    Returns
    -------
    (n_discs, 2) float64
        Each disc's centre; the first is at the origin.

    Notes
    -----
    The front chain of Wang, Wang, Dai and Wang (2006), as in d3's ``packSiblings``: the outermost
    discs form a ring, and each new disc touches the two neighbours of the ring that are nearest to
    the centre. Time grows with the number of discs times the length of the ring, about n^1.5.

    Examples
    --------
    >>> pack_discs([2.0, 1.0]).tolist()
    [[0.0, 0.0], [3.0, 0.0]]
    """
    discs = [_Disc(float(radius)) for radius in radii]
    if len(discs) > 1:
        discs[1].x = discs[0].radius + discs[1].radius
        _join(discs[0], discs[1])
        _join(discs[1], discs[0])
    for last, disc in pairwise(discs[1:]):
        _add(disc, _innermost(last))
    return np.array([(disc.x, disc.y) for disc in discs], dtype=np.float64).reshape(-1, 2)


def _add(disc: _Disc, left: _Disc) -> None:
    """Place a disc outside the front, near ``left``, and make it part of the front."""
    right = left.after
    while True:
        disc.touch(left, right)
        obstacle, is_after = _first_overlap(disc, left, right)
        if obstacle is None:
            break
        if is_after:
            right = obstacle
        else:
            left = obstacle
        _join(left, right)  # what lies between can no longer be reached from outside
    _join(left, disc)
    _join(disc, right)


def _first_overlap(disc: _Disc, left: _Disc, right: _Disc) -> tuple[_Disc | None, bool]:
    """Return the disc of the front that overlaps, the nearest along it, and on which side."""
    after, before = right.after, left.before
    to_after, to_before = right.radius, left.radius
    while True:
        if to_after <= to_before:
            if after.overlaps(disc):
                return after, True
            to_after += after.radius
            after = after.after
        else:
            if before.overlaps(disc):
                return before, False
            to_before += before.radius
            before = before.before
        if after is before.after:
            return None, False


def _innermost(start: _Disc) -> _Disc:
    """Return the disc of the front that touches its successor nearest to the centre."""
    best, least = start, _distance_from_centre(start)
    disc = start.after
    while disc is not start:
        distance = _distance_from_centre(disc)
        if distance < least:
            best, least = disc, distance
        disc = disc.after
    return best


def _distance_from_centre(disc: _Disc) -> float:
    """Return how far from the origin a disc of the front touches its successor."""
    after = disc.after
    both = disc.radius + after.radius
    return math.hypot(
        (disc.x * after.radius + after.x * disc.radius) / both,
        (disc.y * after.radius + after.y * disc.radius) / both,
    )


def _join(before: _Disc, after: _Disc) -> None:
    before.after = after
    after.before = before
