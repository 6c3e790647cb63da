"""Put expression on grids of 16 bits, on which random thresholds are compared sixteen at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels.threshold_columns import ROWS

OUTERMOST = 128  # samples at each end of a regulator's order; a multiple of the lanes
MAX_UNLISTED = 512  # samples of data whose orders' ends are not listed: columns are short
HALF_WIDTH = 32_700  # leaves room for the neighbours of a threshold in 16 bits
_REGULATORS_AT_ONCE = 256  # bounds the memory
_MAX_NEAR_SAMPLES = 512  # a regulator's row of so many takes 16 cache lines
_MAX_ROW = 16_384  # regulators: of a longer row, two nodes share hardly any cache line


class Grid(NamedTuple):
    """Expression of the regulators, exactly and on a grid over the range of each.

    Parameters
    ----------
    levels : (n_regulators, n_levels) float32
        Expression at each rank, ascending.
    positions : (n_regulators, n_samples) int16
        Expression from `-HALF_WIDTH` at a regulator's smallest value to `HALF_WIDTH` at its
        largest, rounded; followed by memory for `ROWS` numbers that may be read.
    sample_positions : (n_samples, n_regulators) int16 or (1, 1)
        The same, a row for each sample, where this pays: those of a small node's samples lie side
        by side, and the node's parent has read them just before.
    is_coarse : (n_regulators,) bool
        Whether two ranks of a regulator share a position.
    outermost : (n_regulators, 2, OUTERMOST) or (1, 2, OUTERMOST) uint32
        Samples of the lowest ranks, ascending, and of the highest, descending; zeros for up to
        `MAX_UNLISTED` samples.
    """

    levels: NDArray[np.float32]
    positions: NDArray[np.int16]
    sample_positions: NDArray[np.int16]
    is_coarse: NDArray[np.bool_]
    outermost: NDArray[np.uint32]


_NOTHING = np.zeros((1, 1), np.int16)
NO_GRID = Grid(
    _NOTHING.astype(np.float32),
    _NOTHING,
    _NOTHING,
    np.zeros(1, np.bool_),
    np.zeros((1, 2, OUTERMOST), np.uint32),
)


def expression_grid(levels: NDArray[np.float32], codes: NDArray[Any]) -> Grid:
    """Return the grids of regulators.

    Parameters
    ----------
    levels : (n_regulators, n_levels) float32
        Expression at each rank, ascending; entries after a regulator's last rank are not used.
    codes : (n_regulators, n_samples) unsigned integer
        Dense ranks.

    Notes
    -----
    A range beyond that of 32-bit floats has no grid: all its positions are equal.
    """
    room = np.zeros(codes.size + ROWS, np.int16)  # columns are read beyond their end
    positions = room[: codes.size].reshape(codes.shape)
    is_coarse = np.zeros(len(codes), np.bool_)
    for start in range(0, len(codes), _REGULATORS_AT_ONCE):
        part = slice(start, start + _REGULATORS_AT_ONCE)
        values, ranks = levels[part].astype(np.float64), codes[part].astype(np.intp)
        last = ranks.max(axis=1, keepdims=True)
        lowest, highest = values[:, :1], np.take_along_axis(values, last, axis=1)
        with np.errstate(all="ignore"):
            step = (highest - lowest) / (2.0 * HALF_WIDTH)
            steps = np.where(np.isfinite(step) & (step > 0.0), (values - lowest) / step, 0.0)
            places = (np.rint(steps) - HALF_WIDTH).astype(np.int16)
        is_used = np.arange(1, values.shape[1]) <= last
        is_coarse[part] = ((places[:, 1:] == places[:, :-1]) & is_used).any(axis=1)
        positions[part] = np.take_along_axis(places, ranks, axis=1)
    has_sample_rows = len(codes) <= _MAX_ROW and codes.shape[1] > _MAX_NEAR_SAMPLES
    sample_positions = np.ascontiguousarray(positions.T) if has_sample_rows else _NOTHING
    is_listed = codes.shape[1] > MAX_UNLISTED
    outermost = _outermost(codes) if is_listed else NO_GRID.outermost
    return Grid(levels, positions, sample_positions, is_coarse, outermost)


def _outermost(codes: NDArray[Any]) -> NDArray[np.uint32]:
    """Return the samples at both ends of each regulator's order."""
    n_regulators, n_samples = codes.shape
    listed = np.empty((n_regulators, 2, OUTERMOST), np.uint32)
    for ranks, (lowest, highest) in zip(codes, listed, strict=True):
        order = np.argpartition(ranks, (OUTERMOST - 1, n_samples - OUTERMOST))
        for into, ends, sign in ((lowest, order[:OUTERMOST], 1), (highest, order[-OUTERMOST:], -1)):
            into[:] = ends[np.argsort(sign * ranks[ends].astype(np.int64))]
    return listed
