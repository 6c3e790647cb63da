from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.bin_samples import list_samples
from genie3_engine.kernels.ranks import BINS


@kernel
def compiled_list(bins, samples, is_chosen, places, settings):
    start, n_rows, step, shift = settings
    return list_samples(bins, start, samples, is_chosen, places, n_rows, step, shift)


@pytest.mark.parametrize("n_rows", [0, 1, 40])
@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("shift", [0, 2])
def test_list_samples__is_the_plain_definition(n_rows, step, shift):
    rng = np.random.default_rng(n_rows)
    bins, start = rng.integers(0, BINS, 7 + 40 * step).astype(np.uint8), 7
    samples = rng.permutation(40).astype(np.uint32)
    for n_chosen in (0, 9, BINS >> shift):
        is_chosen = np.zeros(BINS, np.bool_)
        is_chosen[rng.permutation(BINS >> shift)[:n_chosen]] = True
        found, expected = np.zeros((2, 40), np.uint32)
        n = list_samples(bins, start, samples, is_chosen, expected, n_rows, step, shift)
        assert compiled_list(bins, samples, is_chosen, found, (start, n_rows, step, shift)) == n
        assert found[:n].tolist() == expected[:n].tolist()
        places = [
            place
            for place in range(n_rows)
            if is_chosen[bins[start + int(samples[place]) * step] >> shift]
        ]
        assert expected[:n].tolist() == places
