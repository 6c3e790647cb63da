from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.kernels import bits
from genie3_engine.kernels._jit import kernel


@kernel
def compiled_bits(value):
    return bits.bit_length(np.int64(value)), bits.count_trailing_zeros(np.uint64(value))


@given(st.integers(1, 2**62))
def test_bits__are_counted_as_python_counts_them(value):
    plain = (bits.bit_length(value), bits.count_trailing_zeros(np.uint64(value)))
    assert compiled_bits(value) == plain
