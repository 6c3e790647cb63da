from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.kernels import small_order
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.vectors import LANES

NUMBERS = st.integers(-3, 3) | st.integers(-(2**62), 2**62)


@kernel
def count_smaller(numbers, n, counts):
    small_order.count_smaller(numbers, n, counts)


@given(st.lists(NUMBERS, max_size=LANES), NUMBERS)
def test_count_smaller__is_the_place_of_each_number_in_order(numbers, rest):
    row = np.array(numbers + [rest] * (LANES - len(numbers)), np.int64)
    expected = [sorted(numbers).index(number) for number in numbers]
    for count in (count_smaller, small_order.count_smaller):
        counts = np.zeros(LANES, np.int64)
        count(row, len(numbers), counts)
        assert counts[: len(numbers)].tolist() == expected
