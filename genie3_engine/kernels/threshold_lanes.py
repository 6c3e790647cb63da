# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Draw a random split in each lane, and compute its gain.

Lanes and rows are those of `genie3_engine.kernels.rank_sort`, of sixteen or of four lanes. An entry
is the position of a sample's expression on a grid over its regulator's range, see
`genie3_engine.kernels.grid`. A threshold is drawn between the smallest and the largest position in
the node. Positions are rounded, so the side of a sample next to the threshold
is unknown; a lane with such a sample is reported, and must be split exactly.

Notes
-----
A position is rounded by up to 1/2, and the threshold, an average of two positions, is wrong by as
much. The roundings of 32-bit floats add less than 0.02. So a sample that is `CUT_SLACK` or more
away from the threshold is on the side that it seems to be on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels import threshold_vectors
from genie3_engine.kernels._jit import PART_SETTINGS
from genie3_engine.kernels.random import GOLDEN, plain_mixed
from genie3_engine.kernels.vectors import LANES

CUT_SLACK = threshold_vectors.CUT_SLACK


def lane_operations(n_lanes: int) -> threshold_vectors.LaneOperations:
    """Return the operations on a number of lanes, for kernels and for plain Python.

    Each is defined in plain numpy; the compiled form is in
    `genie3_engine.kernels.threshold_vectors`.
    """
    compiled = threshold_vectors.lane_operations(n_lanes)
    copy, find_extremes, draw, add_below, find_rows, compute_gains = compiled
    places = np.arange(n_lanes)

    def as_mask(lanes: NDArray[np.bool_]) -> int:
        return int((lanes.astype(np.int64) << places).sum())

    def as_lanes(mask: int) -> NDArray[np.bool_]:
        return ((mask >> places) & 1).astype(np.bool_)

    def gather(
        grid: NDArray[np.int16],
        starts: NDArray[np.int64],
        used: int,
        samples: NDArray[np.uint32],
        first: int,
        n_rows: int,
        step: int,
        block: NDArray[np.int16],
        weighted: NDArray[np.int64],
        node_weighted: NDArray[np.int64],
    ) -> None:
        """Copy grid positions of a node's samples into rows, and their weight and response.

        A regulator is a lane.

        Parameters
        ----------
        grid : flat int16
            Positions of all samples and regulators.
        starts : (n_lanes,) int64
            Place of the first sample's position for the regulator of each lane.
        used : int
            Lanes to copy, the first ones, one at least; the others mean nothing.
        samples : (>= first + n_rows,) uint32
            The node's are from ``first``.
        first, n_rows : int
            Where the node's samples begin, and how many there are.
        step : int
            Distance of two samples in the grid.
        block : flat rows of int16
            Overwritten.
        weighted, node_weighted : int64
            Packed weight and response of all samples, and, overwritten, of the node's.
        """
        node_weighted[:n_rows] = weighted[samples[first : first + n_rows]]
        places = samples[first : first + n_rows, None].astype(np.int64) * step
        rows = block[: n_rows * n_lanes].reshape(n_rows, n_lanes)
        rows[:, :used] = grid[starts[:used] + places]

    def grid_extremes(
        block: NDArray[np.int16], n_rows: int, low: NDArray[np.int16], high: NDArray[np.int16]
    ) -> int:
        """Find each lane's smallest and largest position.

        Parameters
        ----------
        block : flat rows of int16
            Grid positions of the node's samples.
        n_rows : int
            Samples in the node.
        low, high : (n_lanes,) int16
            Overwritten.

        Returns
        -------
        int
            One bit per lane, the first the lowest: whether its positions differ.
        """
        rows = block[: n_rows * n_lanes].reshape(n_rows, n_lanes)
        low[:n_lanes], high[:n_lanes] = rows.min(axis=0), rows.max(axis=0)
        return as_mask(low[:n_lanes] < high[:n_lanes])

    def draw_cuts(
        state: NDArray[np.uint64],
        live: int,
        used: int,
        low: NDArray[np.int16],
        high: NDArray[np.int16],
        numbers: NDArray[np.uint64],
        below: NDArray[np.int16],
        above: NDArray[np.int16],
    ) -> None:
        """Draw a threshold in each live lane.

        Parameters
        ----------
        state : (1,) uint64
            The random stream; takes one step per live lane.
        live : int
            One bit per lane: whether it draws.
        used : int
            Lanes in use, the first ones; the others are not live.
        low, high : (n_lanes,) int16
            Smallest and largest position.
        numbers : (n_lanes,) uint64
            Overwritten with the numbers drawn; those of other lanes mean nothing.
        below, above : (n_lanes,) int16
            Overwritten. Samples at positions up to ``below`` are below the threshold, those at
            positions over ``above`` are above it.
        """
        steps = np.cumsum(as_lanes(live)).astype(np.uint64)
        counters = state[0] + steps * GOLDEN
        state[0] = counters[-1]
        numbers[:n_lanes] = plain_mixed(counters)
        unit = (numbers[:n_lanes] >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
        lowest, highest = low[:n_lanes].astype(np.int32), high[:n_lanes].astype(np.int32)
        offset = unit * (highest - lowest).astype(np.float32)
        for out, slack in ((below, 2.0 - CUT_SLACK), (above, 2.0 + CUT_SLACK)):
            out[:n_lanes] = (offset + np.float32(slack)).astype(np.int32) + lowest - 2

    def sums_below(
        block: NDArray[np.int16],
        weighted: NDArray[np.int64],
        n_rows: int,
        below: NDArray[np.int16],
        above: NDArray[np.int16],
        left: NDArray[np.int64],
    ) -> int:
        """Add up the samples below each lane's threshold.

        Parameters
        ----------
        block, n_rows
            As in `grid_extremes`.
        weighted : (>= n_rows,) int64
            Packed weight and response of the node's samples.
        below, above : (n_lanes,) int16
            Written by `draw_cuts`.
        left : (n_lanes,) int64
            Overwritten.

        Returns
        -------
        int
            One bit per lane: whether it has a sample of unknown side.
        """
        rows = block[: n_rows * n_lanes].reshape(n_rows, n_lanes)
        below, above = below[:n_lanes], above[:n_lanes]
        left[:n_lanes] = np.where(rows <= below, weighted[:n_rows, None], 0).sum(axis=0)
        return as_mask(((rows > below) & (rows <= above)).any(axis=0))

    def rows_to_settle(
        block: NDArray[np.int16],
        n_rows: int,
        lanes: int,
        low: NDArray[np.int16],
        high: NDArray[np.int16],
        below: NDArray[np.int16],
        above: NDArray[np.int16],
        rows: NDArray[np.uint32],
    ) -> int:
        """List the rows with a lane's smallest or largest position, or one next to its threshold.

        Parameters
        ----------
        block, n_rows
            As in `grid_extremes`.
        lanes : int
            One bit per lane: whether it is looked at.
        low, high : (n_lanes,) int16
            Smallest and largest position of each lane.
        below, above : (n_lanes,) int16
            A position next to the threshold is over ``below`` and up to ``above``.
        rows : (>= n_rows,) uint32
            Overwritten with the rows, ascending; entries after the last mean nothing.

        Returns
        -------
        int
            How many rows there are.
        """
        shown = block[: n_rows * n_lanes].reshape(n_rows, n_lanes)
        is_extreme = (shown == low[:n_lanes]) | (shown == high[:n_lanes])
        is_near = (shown > below[:n_lanes]) & (shown <= above[:n_lanes])
        found = np.flatnonzero(((is_extreme | is_near) & as_lanes(lanes)).any(axis=1))
        rows[: found.size] = found
        return int(found.size)

    def lane_gains(
        left: NDArray[np.int64],
        live: int,
        weight: int,
        response: int,
        response_bits: int,
        enough: float,
        gains: NDArray[np.float64],
    ) -> int:
        """Compute the gain of each live lane's split.

        Parameters
        ----------
        left : (n_lanes,) int64
            Packed weight and response on the left.
        live : int
            One bit per lane.
        weight, response : int
            Of the node.
        response_bits : int
            Bits of the response in a packed number.
        enough : float
            Gain that ends the search, 0 or more.
        gains : (n_lanes,) float64
            Overwritten: as `genie3_engine.kernels.split.split_gain`; -1 in lanes that are not live.

        Returns
        -------
        int
            The first lane with a gain that is enough; without one, that with the largest gain.
        """
        left, gains = left[:n_lanes], gains[:n_lanes]
        weight_left = (left + (1 << (response_bits - 1))) >> response_bits
        response_left = left - (weight_left << response_bits)
        difference = (response_left * weight - response * weight_left).astype(np.float64)
        sides = (weight_left * (weight - weight_left)).astype(np.float64)
        gains[:] = -1.0
        np.divide(difference * difference, sides, out=gains, where=as_lanes(live))
        is_enough = gains >= enough
        return int(is_enough.argmax() if is_enough.any() else gains.argmax())

    @overload(gather, jit_options=PART_SETTINGS)
    def compile_gather(
        grid: Any,
        starts: Any,
        used: Any,
        samples: Any,
        first: Any,
        n_rows: Any,
        step: Any,
        block: Any,
        weighted: Any,
        node_weighted: Any,
    ) -> Callable[..., None]:
        def gather_rows(
            grid: Any,
            starts: Any,
            used: Any,
            samples: Any,
            first: Any,
            n_rows: Any,
            step: Any,
            block: Any,
            weighted: Any,
            node_weighted: Any,
        ) -> None:
            copy(grid, starts, used, samples, first, n_rows, step, block, weighted, node_weighted)

        return gather_rows

    @overload(grid_extremes, jit_options=PART_SETTINGS)
    def compile_grid_extremes(block: Any, n_rows: Any, low: Any, high: Any) -> Callable[..., int]:
        def extremes(block: Any, n_rows: Any, low: Any, high: Any) -> Any:
            return find_extremes(block, n_rows, low, high)

        return extremes

    @overload(draw_cuts, jit_options=PART_SETTINGS)
    def compile_draw_cuts(
        state: Any, live: Any, used: Any, low: Any, high: Any, numbers: Any, below: Any, above: Any
    ) -> Callable[..., None]:
        def cuts(
            state: Any,
            live: Any,
            used: Any,
            low: Any,
            high: Any,
            numbers: Any,
            below: Any,
            above: Any,
        ) -> None:
            draw(state, live, used, low, high, numbers, below, above)

        return cuts

    @overload(sums_below, jit_options=PART_SETTINGS)
    def compile_sums_below(
        block: Any, weighted: Any, n_rows: Any, below: Any, above: Any, left: Any
    ) -> Callable[..., int]:
        def sums(block: Any, weighted: Any, n_rows: Any, below: Any, above: Any, left: Any) -> Any:
            return add_below(block, weighted, n_rows, below, above, left)

        return sums

    @overload(rows_to_settle, jit_options=PART_SETTINGS)
    def compile_rows_to_settle(
        block: Any,
        n_rows: Any,
        lanes: Any,
        low: Any,
        high: Any,
        below: Any,
        above: Any,
        rows: Any,
    ) -> Callable[..., int]:
        def find(
            block: Any,
            n_rows: Any,
            lanes: Any,
            low: Any,
            high: Any,
            below: Any,
            above: Any,
            rows: Any,
        ) -> Any:
            return find_rows(block, n_rows, lanes, low, high, below, above, rows)

        return find

    @overload(lane_gains, jit_options=PART_SETTINGS)
    def compile_lane_gains(
        left: Any,
        live: Any,
        weight: Any,
        response: Any,
        response_bits: Any,
        enough: Any,
        gains: Any,
    ) -> Callable[..., int]:
        def compute(
            left: Any,
            live: Any,
            weight: Any,
            response: Any,
            response_bits: Any,
            enough: Any,
            gains: Any,
        ) -> Any:
            return compute_gains(left, live, weight, response, response_bits, enough, gains)

        return compute

    return threshold_vectors.LaneOperations(
        gather, grid_extremes, draw_cuts, sums_below, rows_to_settle, lane_gains
    )


WIDE, NARROW = lane_operations(LANES), lane_operations(LANES // 4)
