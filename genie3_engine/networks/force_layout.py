"""Lay out one connected component by forces, and move its genes apart.

Genes repel one another, links pull their ends together, and a weak force towards the middle keeps
the branches of trees from spreading. The repulsion of all genes is computed on a grid of masses by
Fourier transforms, so a round takes time in proportion to the genes.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import fft
from scipy.spatial import cKDTree

Points = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

GOLDEN_ANGLE = 2.399963  # turns by it never come back to where they were

_GRIDS = ((150, 32), (1_500, 64))  # most genes, and the width of the grid for them
_FINEST = 128
_GRAVITY = 0.015
_SOFTENING = 0.5  # of squared distances, in cells
_COOLING_FROM = 0.15  # of the square root of the number of genes
_PUSHES = 40
_PUSH = 0.52  # of an overlap, by each of the two discs
_ENLARGED = 1.1
_TINY = 1e-3
_USUAL = 0.98  # of all discs; the largest have their pairs found one by one
_CLOSE = 0.01  # by which discs may overlap, of their distance


def laid_out(
    points: Points, edges: Positions, *, rounds: int, aspect: float = 1.0, step: float | None = None
) -> Points:
    """Move the genes of a connected component until forces between them balance.

    Parameters
    ----------
    points : (n_genes, 2) float64
        Where they begin, no two in the same place.
    edges : (n_links, 2) int32
        The ends of each link.
    rounds : int
        Rounds of movement, each with smaller moves than the one before.
    aspect : float
        Width by height that the component should about have.
    step : float, optional
        The largest move of the first round; grows with the number of genes by default.

    Returns
    -------
    (n_genes, 2) float64
        New places. The same arguments give the same places.

    Notes
    -----
    Forces of ForceAtlas2 (Jacomy and others 2014): genes repel in proportion to their degrees over
    their distance, links pull in proportion to their length. Cooling after Fruchterman and Reingold
    (1991). Repulsion is convolved on a grid of masses (particle mesh; Hockney and Eastwood 1988),
    where what lies in one cell repels less.
    """
    n = len(points)
    size = next((size for most, size in _GRIDS if n <= most), _FINEST)
    warmth = _COOLING_FROM * np.sqrt(n) if step is None else step
    source, target = edges[:, 0], edges[:, 1]
    degree = np.bincount(edges.ravel(), minlength=n)
    mass = degree / degree.mean()
    to_middle = _GRAVITY * np.sqrt(n) * mass[:, None] * np.array([1 / aspect, aspect])
    for turn in range(rounds):
        force = _repulsion(points, mass, size) * mass[:, None]
        between = points[target] - points[source]
        for axis in (0, 1):
            force[:, axis] += np.bincount(source, between[:, axis], n)
            force[:, axis] -= np.bincount(target, between[:, axis], n)
        force -= to_middle * (points - points.mean(axis=0))
        length = np.sqrt((force**2).sum(axis=1))
        most = warmth * (1 - turn / rounds)
        points = points + force * (np.minimum(length, most) / np.maximum(length, 1e-12))[:, None]
    return points


def _repulsion(points: Points, mass: Floats, size: int) -> Points:
    """Return the sum of ``mass / distance`` away from all other genes."""
    low = points.min(axis=0)
    cell = max(float((points.max(axis=0) - low).max()), 1e-9) * (1 + 1e-9) / (size - 1)
    at = (points - low) / cell
    corner = np.minimum(at.astype(np.int64), size - 2)
    right, up = (at - corner).T
    weights = np.stack([(1 - right) * (1 - up), right * (1 - up), (1 - right) * up, right * up])
    first = corner[:, 1] * 2 * size + corner[:, 0]
    cells = np.stack([first, first + 1, first + 2 * size, first + 2 * size + 1])
    masses = np.bincount(cells.ravel(), (weights * mass).ravel(), 4 * size * size)
    spectrum = fft.rfft2(masses.reshape(2 * size, 2 * size))
    found = np.empty_like(points)
    for axis, kernel in enumerate(_kernels(size)):
        field = fft.irfft2(spectrum * kernel, s=(2 * size, 2 * size)).ravel()
        found[:, axis] = (field[cells] * weights).sum(axis=0)
    return found / cell


@cache
def _kernels(size: int) -> tuple[npt.NDArray[np.complex128], npt.NDArray[np.complex128]]:
    """Return the transforms of ``x / distance²`` and ``y / distance²`` on a doubled grid."""
    offset = np.fft.fftfreq(2 * size, 1 / (2 * size))
    y, x = np.meshgrid(offset, offset, indexing="ij")
    squared = x**2 + y**2 + _SOFTENING
    return fft.rfft2(x / squared), fft.rfft2(y / squared)


def apart(points: Points, radii: Floats) -> Points:
    """Move discs until none overlap, each as little as possible.

    Parameters
    ----------
    points : (n_discs, 2) float64
        Where they are.
    radii : (n_discs,) float64
        Their radii.

    Returns
    -------
    (n_discs, 2) float64
        Where they no longer overlap. If moves do not suffice, all move away from the middle.
    """
    turn = GOLDEN_ANGLE * np.arange(len(points))  # tells genes in one place apart
    points = points + _TINY * np.column_stack([np.cos(turn), np.sin(turn)])
    while True:
        for _ in range(_PUSHES):
            first, second, offset, distance, wanted = _overlaps(points, radii)
            if not len(first):
                return points
            share = _PUSH * (wanted - distance) / np.maximum(distance, 1e-12)
            push = offset * share[:, None]
            for axis in (0, 1):
                points[:, axis] -= np.bincount(first, push[:, axis], len(points))
                points[:, axis] += np.bincount(second, push[:, axis], len(points))
        points *= _ENLARGED


def _overlaps(points: Points, radii: Floats) -> tuple[Positions, Positions, Points, Floats, Floats]:
    """Return pairs of discs that overlap: both, from the first to the second, and distances."""
    usual = float(np.quantile(radii, _USUAL)) if len(radii) else 0.0
    large = np.flatnonzero(radii > usual)
    pairs = cKDTree(points).query_pairs(2 * usual, output_type="ndarray")
    around = cKDTree(points).query_ball_point(points[large], radii[large] + radii.max(initial=0.0))
    others = [(gene, other) for gene, near in zip(large, around, strict=True) for other in near]
    pairs = np.concatenate([pairs, np.sort(np.array(others, np.int64).reshape(-1, 2), axis=1)])
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0) if len(large) else pairs
    first, second = pairs[:, 0], pairs[:, 1]
    offset = points[second] - points[first]
    distance = np.sqrt((offset**2).sum(axis=1))
    wanted = radii[first] + radii[second]
    near = distance < wanted * (1 - _CLOSE)
    return first[near], second[near], offset[near], distance[near], wanted[near]
