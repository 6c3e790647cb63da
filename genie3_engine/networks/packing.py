"""Pack the components of a graph onto a sheet, the largest in the middle.

A component covers the cells of a grid that hold its genes and links, and what they enclose; a small
one covers its bounding rectangle. Components are placed one by one, each on the free cells nearest
to where it should lie: the middle, or its place in an earlier layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LARGEST_RECTANGLE = 40  # cells; larger components are packed by their shape
_FIRST_TRIES = 32


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What a component covers, around its own origin.

    Parameters
    ----------
    points : (n_points, 2) float64
        Points of its genes and along its links.
    wanted : (2,) float64 or None
        Where its origin should lie; None for the middle of the sheet.
    """

    points: Points
    wanted: Points | None = None


def pack(
    shapes: Sequence[Shape], *, aspect: float = 1.0, cell: float = 1.0, gap: float = 1.0
) -> Points:
    """Return where the origin of each shape goes, so that no two shapes overlap.

    Parameters
    ----------
    shapes : sequence of Shape
        In order of placement; the largest first packs most closely.
    aspect : float
        Width by height of the sheet that is filled.
    cell : float
        Width of a cell of the grid, in the unit of the points.
    gap : float
        Distance to keep between two shapes, at least.

    Returns
    -------
    (n_shapes, 2) float64
        Positions of the origins.

    Notes
    -----
    Packing of polyominoes after Freivalds, Dogrusoz and Kikusts (2002), on a sheet of a given
    aspect. Equal rectangles try no place twice, so that thousands of them take little time.
    """
    covered = [_covered(shape.points, cell=cell, gap=gap) for shape in shapes]
    centres = np.array([each.centre for each in covered]).reshape(-1, 2)
    corners = [
        None
        if shape.wanted is None
        else np.rint(shape.wanted / cell + each.centre - each.size / 2).astype(np.int64)
        for shape, each in zip(shapes, covered, strict=True)
    ]
    room = 1.0
    while (placed := _placed(covered, corners, aspect=aspect, room=room)) is None:
        room *= 2
    origins: Points = (placed - centres) * cell
    return origins


@dataclass(frozen=True, slots=True, eq=False)
class _Covered:
    """The cells that a shape covers, from its lower left corner.

    Parameters
    ----------
    cells : (n_cells, 2) int64
        Column and row of each.
    size : (2,) int64
        Columns and rows.
    centre : (2,) float64
        Middle of the shape as seen from its origin, in cells.
    is_rectangle : bool
        Whether all cells are covered.
    """

    cells: Cells
    size: Cells
    centre: Points
    is_rectangle: bool


def _placed(
    covered: Sequence[_Covered], corners: Sequence[Cells | None], *, aspect: float, room: float
) -> Points | None:
    """Return the middle of each shape, in cells; None where the sheet has too little room."""
    sheet = _Sheet(covered, corners, aspect=aspect, room=room)
    middles = np.zeros((len(covered), 2))
    for row, (each, wanted) in enumerate(zip(covered, corners, strict=True)):
        corner = sheet.place(each, wanted)
        if corner is None:
            return None
        middles[row] = corner + each.size / 2
    return middles


def _covered(points: Points, *, cell: float, gap: float) -> _Covered:
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.ceil((high - low + gap) / cell + 1e-9).astype(np.int64)
    centre = (low + high) / 2 / cell
    if size.prod() <= _LARGEST_RECTANGLE:
        mask = np.ones(size, np.bool_)
    else:
        mask = np.zeros(size, np.bool_)
        corner = centre - size / 2
        reach = gap / 2 / cell
        for dx in (-reach, reach):
            for dy in (-reach, reach):
                at = np.floor(points / cell - corner + (dx, dy)).astype(np.int64)
                at = np.clip(at, 0, size - 1)
                mask[at[:, 0], at[:, 1]] = True
        mask = _enclosed(mask)
    return _Covered(np.argwhere(mask), size, centre, bool(mask.all()))


def _enclosed(mask: Mask) -> Mask:
    """Return a mask with all cells between two of its cells, in a row and in a column."""
    return _between(mask, 0) & _between(mask, 1)


def _between(mask: Mask, axis: int) -> Mask:
    ahead = np.logical_or.accumulate(mask, axis=axis)
    behind = np.flip(np.logical_or.accumulate(np.flip(mask, axis), axis=axis), axis)
    both: Mask = ahead & behind
    return both


class _Sheet:
    """A grid of cells, some of them taken, around a middle."""

    def __init__(
        self,
        covered: Sequence[_Covered],
        corners: Sequence[Cells | None],
        *,
        aspect: float,
        room: float,
    ) -> None:
        area = sum(len(each.cells) for each in covered)
        largest = max((int(each.size.max()) for each in covered), default=1)
        known = [np.abs(corner).max() for corner in corners if corner is not None]
        side = room * 0.75 * np.sqrt(max(area, 1)) + largest
        half = np.ceil([side * np.sqrt(aspect), side / np.sqrt(aspect)]).astype(np.int64)
        self._half = np.maximum(half, largest + max(known, default=0))
        self._next: dict[tuple[int, int], int] = {}
        self._taken = np.zeros(2 * self._half + 1, np.bool_)
        columns, rows = (np.arange(-half, half + 1) for half in self._half)
        x, y = (each.ravel() for each in np.meshgrid(columns, rows, indexing="ij"))
        away = np.maximum(np.abs(x) / aspect, np.abs(y))
        order = np.lexsort((y, x, np.hypot(x / aspect, y), away))
        self._nearest = np.column_stack([x, y])[order]

    def place(self, covered: _Covered, wanted: Cells | None) -> Cells | None:
        """Take the free cells nearest to the middle, or to a wanted corner; return their corner."""
        key = (int(covered.size[0]), int(covered.size[1]))
        is_centred = wanted is None
        first = self._next.get(key, 0) if is_centred and covered.is_rectangle else 0
        start = -(covered.size // 2) if wanted is None else wanted
        tries = _FIRST_TRIES
        while first < len(self._nearest):
            corners = start + self._nearest[first : first + tries]
            found = self._first_free(corners, covered)
            if found is not None:
                if is_centred and covered.is_rectangle:
                    self._next[key] = first + found
                corner: Cells = corners[found]
                at = corner + covered.cells + self._half
                self._taken[at[:, 0], at[:, 1]] = True
                return corner
            first += tries
            tries *= 2
        return None

    def _first_free(self, corners: Cells, covered: _Covered) -> int | None:
        """Return the first corner from which all cells are free."""
        inside = (corners >= -self._half).all(axis=1)
        inside &= (corners + covered.size <= self._half + 1).all(axis=1)
        rows = np.flatnonzero(inside)
        step = max(1, len(covered.cells) // _FIRST_TRIES)
        rows = rows[self._is_free(corners[rows], covered.cells[::step])]
        if step == 1:
            return int(rows[0]) if len(rows) else None
        return next((int(row) for row in rows if self._is_free(corners[row], covered.cells)), None)

    def _is_free(self, corners: Cells, cells: Cells) -> Mask:
        at = corners + self._half
        free: Mask = ~self._taken[at[..., :1] + cells[:, 0], at[..., 1:] + cells[:, 1]].any(axis=-1)
        return free
