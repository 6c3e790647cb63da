from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.vectors import leading_zeros, trailing_zeros


@kernel
def compiled_zeros(value):
    return leading_zeros(np.int64(value)), trailing_zeros(np.uint64(value))


@pytest.mark.parametrize("value", [1, 2, 3, 40, 2**40, 2**62])
def test_zeros__are_the_plain_definition(value):
    trailing = (value & -value).bit_length() - 1
    assert compiled_zeros(value) == (64 - value.bit_length(), trailing)
