from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from genie3_engine.kernels import vectors
from genie3_engine.kernels._jit import SETTINGS, kernel
from genie3_engine.kernels.vectors import (
    LANES,
    halve_intrinsic,
    leading_zeros,
    merge_intrinsic,
    sort_intrinsic,
    trailing_zeros,
)


@kernel
def compiled_zeros(value):
    return leading_zeros(np.int64(value)), trailing_zeros(np.uint64(value))


@pytest.mark.parametrize("value", [1, 2, 3, 40, 2**40, 2**62])
def test_zeros__are_the_plain_definition(value):
    trailing = (value & -value).bit_length() - 1
    assert compiled_zeros(value) == (64 - value.bit_length(), trailing)


@pytest.mark.parametrize("n_parts", [1, 2, 4])
@pytest.mark.parametrize("key", [np.uint32, np.uint64])
def test_networks__sort_whole_rows_and_their_parts_alike(monkeypatch, n_parts, key):
    """Processors with narrower registers sort a part of the lanes after the other."""
    monkeypatch.setattr(vectors, "_n_parts", lambda context: n_parts)
    sort_rows, merge_rows, halve_rows = (
        sort_intrinsic(4),
        merge_intrinsic(1, 1, 4),
        halve_intrinsic(4),
    )

    def sort(block, payload, keys, shift):
        for first in (0, 4):
            sort_rows(block, payload, keys, first, shift)
        for row in range(4):
            merge_rows(keys, 0, row)
        for first in (0, 4):
            halve_rows(keys, first)

    rng = np.random.default_rng(n_parts)
    block, payload = rng.integers(0, 9, 8 * LANES).astype(np.uint8), rng.permutation(8).astype(key)
    keys = np.zeros(8 * LANES, key)
    njit(**SETTINGS)(sort)(block, payload, keys, 10)
    rows = (block.reshape(8, LANES).astype(key) << key(10)) | payload[:, None]
    assert (keys.reshape(8, LANES) == np.sort(rows, axis=0)).all()
