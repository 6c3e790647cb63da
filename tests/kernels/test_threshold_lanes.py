from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from genie3_engine.kernels._jit import SETTINGS
from genie3_engine.kernels.grid import HALF_WIDTH
from genie3_engine.kernels.split import split_gain
from genie3_engine.kernels.threshold_lanes import NARROW, WIDE
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS
from tests import naive

OPERATIONS = {LANES: WIDE, LANES // 4: NARROW}


def compiled(operations):
    gather, grid_extremes, draw_cuts, sums_below, rows_to_settle, lane_gains = operations

    @njit(**SETTINGS)
    def compiled_gather(
        grid, starts, used, samples, first, n_rows, step, block, weighted, node_weighted
    ):
        gather(grid, starts, used, samples, first, n_rows, step, block, weighted, node_weighted)

    @njit(**SETTINGS)
    def compiled_extremes(block, n_rows, low, high):
        return grid_extremes(block, n_rows, low, high)

    @njit(**SETTINGS)
    def compiled_cuts(state, live, used, low, high, numbers, below, above):
        draw_cuts(state, live, used, low, high, numbers, below, above)

    @njit(**SETTINGS)
    def compiled_sums(block, weighted, n_rows, below, above, left):
        return sums_below(block, weighted, n_rows, below, above, left)

    @njit(**SETTINGS)
    def compiled_rows(block, n_rows, lanes, low, high, below, above, rows):
        return rows_to_settle(block, n_rows, lanes, low, high, below, above, rows)

    @njit(**SETTINGS)
    def compiled_gains(left, live, weight, response, bits, enough, gains):
        return lane_gains(left, live, weight, response, bits, enough, gains)

    return type(operations)(
        compiled_gather,
        compiled_extremes,
        compiled_cuts,
        compiled_sums,
        compiled_rows,
        compiled_gains,
    )


COMPILED = {n_lanes: compiled(operations) for n_lanes, operations in OPERATIONS.items()}
WIDTHS = st.sampled_from(sorted(OPERATIONS))


def shorts(n_lanes):
    return np.zeros(n_lanes, np.int16)


@settings(max_examples=40)
@given(
    n_lanes=WIDTHS,
    seed=st.integers(0, 2**32),
    n_rows=st.integers(1, 70),
    used=st.integers(1, LANES),
)
def test_gather__copies_each_regulator_into_its_lane(n_lanes, seed, n_rows, used):
    rng = np.random.default_rng(seed)
    used = min(used, n_lanes)
    grid = rng.integers(-HALF_WIDTH, HALF_WIDTH + 1, (5, 80)).astype(np.int16)
    samples = rng.permutation(80).astype(np.uint32)
    weighted = rng.integers(-(2**60), 2**60, 80)
    regulators = rng.integers(0, 5, n_lanes)
    first = int(rng.integers(0, 81 - n_rows))
    expected = grid[regulators[:used, None], samples[first : first + n_rows]].T.tolist()
    layouts = (grid, 80, 1), (grid.T, 1, 5)
    for copy in (COMPILED[n_lanes].gather, OPERATIONS[n_lanes].gather):
        for positions, regulator_step, sample_step in layouts:
            block = np.zeros(n_rows * n_lanes, np.int16)
            starts = regulators * regulator_step
            flat = np.ascontiguousarray(positions).ravel()
            copied = np.zeros(n_rows, np.int64)
            rows = samples, first, n_rows, sample_step, block
            copy(flat, starts, used, *rows, weighted, copied)
            assert copied.tolist() == weighted[samples[first : first + n_rows]].tolist()
            assert block.reshape(n_rows, n_lanes)[:, :used].tolist() == expected


@settings(max_examples=40)
@given(
    n_lanes=WIDTHS,
    seed=st.integers(0, 2**32),
    n_rows=st.integers(1, 40),
    width=st.sampled_from([0, 3, 32_700]),
)
def test_grid_extremes__are_those_of_each_column(n_lanes, seed, n_rows, width):
    rows = np.random.default_rng(seed).integers(-width, width + 1, (n_rows, n_lanes))
    block = rows.astype(np.int16).ravel()
    for extremes in (COMPILED[n_lanes].grid_extremes, OPERATIONS[n_lanes].grid_extremes):
        low, high = shorts(n_lanes), shorts(n_lanes)
        differ = extremes(block, n_rows, low, high)
        for lane in range(n_lanes):
            column = rows[:, lane].tolist()
            assert (low[lane], high[lane]) == (min(column), max(column))
            assert (differ >> lane) & 1 == (min(column) < max(column))


@settings(max_examples=60)
@given(
    n_lanes=WIDTHS,
    seed=st.integers(0, 2**64 - 1),
    live=st.one_of(st.integers(0, 2**LANES - 1), st.just(2**LANES - 1)),
    used=st.integers(1, LANES),
    spread=st.booleans(),
)
def test_draw_cuts__enclose_the_threshold_of_each_live_lane(n_lanes, seed, live, used, spread):
    used = min(used, n_lanes)
    live &= 2**used - 1
    rng = np.random.default_rng(seed)
    width = HALF_WIDTH if spread else 3
    low, high = np.sort(rng.integers(-width, width + 1, (2, n_lanes)), axis=0).astype(np.int16)
    answers = []
    for draw in (COMPILED[n_lanes].draw_cuts, OPERATIONS[n_lanes].draw_cuts):
        state, numbers = np.array([seed], np.uint64), np.zeros(n_lanes, np.uint64)
        below, above = shorts(n_lanes), shorts(n_lanes)
        with np.errstate(over="ignore"):
            draw(state, live, used, low, high, numbers, below, above)
        drawn = [lane for lane in range(n_lanes) if (live >> lane) & 1]
        answers.append((state[0], *(a[drawn].tolist() for a in (numbers, below, above))))
    assert answers[0] == answers[1]
    stream = naive.Stream(seed)
    for lane in range(n_lanes):
        if (live >> lane) & 1:
            number = stream.next()
            assert numbers[lane] == number
            exact = int(low[lane]) + (number >> 11) / 2**53 * (int(high[lane]) - int(low[lane]))
            assert exact - 2.1 < below[lane] <= exact - 1.0
            assert exact + 1.0 < above[lane] + 1 <= exact + 2.1
    assert state[0] == stream.state


@settings(max_examples=60)
@given(
    n_lanes=WIDTHS,
    seed=st.integers(0, 2**32),
    n_rows=st.integers(1, 40),
    width=st.sampled_from([2, HALF_WIDTH]),
)
def test_sums_below__add_up_each_lane_and_report_unknown_sides(n_lanes, seed, n_rows, width):
    rng = np.random.default_rng(seed)
    rows = rng.integers(-width, width + 1, (n_rows, n_lanes))
    weighted = rng.integers(-(2**60), 2**60, n_rows) // n_rows
    below = rng.integers(-width - 2, width, n_lanes).astype(np.int16)
    above = below + rng.integers(0, 4, n_lanes).astype(np.int16)
    block = rows.astype(np.int16).ravel()
    for add in (COMPILED[n_lanes].sums_below, OPERATIONS[n_lanes].sums_below):
        left = np.zeros(n_lanes, np.int64)
        unsure = add(block, weighted, n_rows, below, above, left)
        for lane in range(n_lanes):
            column = rows[:, lane].tolist()
            sums = [w for w, p in zip(weighted.tolist(), column, strict=True) if p <= below[lane]]
            assert left[lane] == sum(sums)
            assert (unsure >> lane) & 1 == any(below[lane] < p <= above[lane] for p in column)


@settings(max_examples=60)
@given(
    n_lanes=WIDTHS,
    seed=st.integers(0, 2**32),
    n_rows=st.integers(1, 40),
    lanes=st.integers(0, 2**LANES - 1),
)
def test_rows_to_settle__are_those_with_an_extreme_or_near_the_threshold(
    n_lanes, seed, n_rows, lanes
):
    rng = np.random.default_rng(seed)
    shown = rng.integers(-100, 101, (n_rows, n_lanes))
    low, high = shown.min(axis=0).astype(np.int16), shown.max(axis=0).astype(np.int16)
    below = rng.integers(-101, 101, n_lanes).astype(np.int16)
    above = below + rng.integers(0, 4, n_lanes).astype(np.int16)
    expected = [
        row
        for row in range(n_rows)
        if any(
            shown[row, lane] in (low[lane], high[lane])
            or below[lane] < shown[row, lane] <= above[lane]
            for lane in range(n_lanes)
            if (lanes >> lane) & 1
        )
    ]
    block = shown.astype(np.int16).ravel()
    for find in (COMPILED[n_lanes].rows_to_settle, OPERATIONS[n_lanes].rows_to_settle):
        rows = np.zeros(n_rows, np.uint32)
        n_found = find(block, n_rows, lanes, low, high, below, above, rows)
        assert rows[:n_found].tolist() == expected


@settings(max_examples=60)
@given(
    n_lanes=WIDTHS,
    seed=st.integers(0, 2**32),
    weight=st.sampled_from([2, 5, 300, 131_071]),
    live=st.integers(1, 2**LANES - 1),
    n_values=st.sampled_from([2, 100]),
    ends_at=st.sampled_from(["any", "half", "none"]),
)
def test_lane_gains__have_the_bits_of_the_plain_gain(
    n_lanes, seed, weight, live, n_values, ends_at
):
    live = live & (2**n_lanes - 1) or 1
    rng = np.random.default_rng(seed)
    largest = 2 ** (RESPONSE_BITS - 2) // weight
    values = rng.integers(-largest, largest + 1, n_values)
    weights = rng.integers(1, weight, n_lanes)
    responses = rng.choice(values, n_lanes) * weights
    response = int(rng.choice(values)) * weight
    left = (weights << RESPONSE_BITS) + responses
    expected = [
        split_gain(u, s, weight, response) if (live >> lane) & 1 else -1.0
        for lane, (u, s) in enumerate(zip(weights.tolist(), responses.tolist(), strict=True))
    ]
    enough = {"any": 0.0, "half": max(expected) / 2.0, "none": 1e300}[ends_at]
    for compute in (COMPILED[n_lanes].lane_gains, OPERATIONS[n_lanes].lane_gains):
        lanes = (lane for lane, gain in enumerate(expected) if gain >= enough)
        gains = np.zeros(n_lanes)
        found = compute(left, live, weight, response, RESPONSE_BITS, enough, gains)
        assert found == next(lanes, int(np.argmax(expected)))
        assert gains.tolist() == expected


@pytest.mark.parametrize("lane", [0, 7, 15])
def test_lane_gains__are_equal_in_all_lanes_but_the_first_is_taken(lane):
    left = np.full(LANES, (3 << RESPONSE_BITS) - 5)
    gains = np.zeros(LANES)
    live = (1 << LANES) - (1 << lane)
    assert COMPILED[LANES].lane_gains(left, live, 7, 1, RESPONSE_BITS, 1e300, gains) == lane
