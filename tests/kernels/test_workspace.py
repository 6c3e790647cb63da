from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels.workspace import new_workspace


def workspace(n_levels=10, codes_type=np.uint8):
    codes = np.zeros((6, 20), codes_type)
    return codes, new_workspace(
        codes,
        np.zeros(20, np.int64),
        candidates=np.array([0, 2, 5], np.int32),
        n_levels=n_levels,
    )


def test_new_workspace__shares_the_ranks_and_holds_the_candidates():
    codes, work = workspace()
    assert np.shares_memory(work.codes, codes)
    assert work.n_candidates == 3
    assert work.pool[:3].tolist() == [0, 2, 5]
    assert len(work.nodes) == 5 * 20


@pytest.mark.parametrize(("n_levels", "kind"), [(65_536, np.uint32), (65_537, np.uint64)])
def test_new_workspace__has_wide_keys_for_many_ranks(n_levels, kind):
    assert workspace(n_levels, np.uint32)[1].keys.dtype == kind


@pytest.mark.parametrize(("n", "is_sorted"), [(30, True), (3000, False)])
def test_new_workspace__takes_few_samples_by_response(n, is_sorted):
    response = np.random.default_rng(0).integers(-9, 9, n)
    work = new_workspace(
        np.zeros((1, n), np.uint8), response, candidates=np.zeros(1, np.int32), n_levels=2
    )
    expected = np.argsort(response, kind="stable") if is_sorted else np.arange(n)
    assert work.order.tolist() == expected.tolist()


@pytest.mark.parametrize("codes_type", [np.uint8, np.uint16])
def test_new_workspace__begins_rows_of_lanes_with_a_cache_line(codes_type):
    for _ in range(10):  # by chance, one of four arrays begins with one
        work = workspace(codes_type=codes_type)[1]
        rows = work.block, work.keys, work.payload, work.slots, work.bin_lefts, work.bin_bounds
        assert [array.ctypes.data % 64 for array in rows] == [0] * len(rows)
