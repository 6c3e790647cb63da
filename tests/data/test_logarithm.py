from __future__ import annotations

import hashlib
from decimal import Decimal, localcontext

import numpy as np
import pytest

from genie3_engine.data.logarithm import log1p

# The bits of `grid` by glibc 2.36 on a processor without fused multiplication and addition.
BITS = "271c4e86e646c3f7d5f0c7a459831416f944bc17e054400d75014d671ae042d9"


def grid() -> np.ndarray:
    """Values of every size, and those around which the algorithm branches; no libm is used."""
    rng = np.random.default_rng(4)
    significands = 1.0 + rng.integers(0, 2**52, 20_000) * 2.0**-52
    powers = np.ldexp(1.0, np.arange(-1070, 1023))
    branches = np.array([2.0**-54, 2.0**-29, 0.41421318054199219, 1.0, 2.0**53])
    near_powers = np.ldexp(1.0, rng.integers(1, 50, 2_000)) - 1.0
    return np.concatenate(
        [
            np.arange(5_000.0),
            np.ldexp(significands, rng.integers(-40, 60, 20_000)),
            np.ldexp(significands[:5_000], -2),
            powers,
            *(np.nextafter(branches, way) for way in (0.0, np.inf)),
            branches,
            near_powers * (1.0 + rng.integers(-40, 40, 2_000) * 2.0**-26),
        ]
    )


def exact(x: float) -> tuple[Decimal, float]:
    """Return log(1 + x) to fifty digits, and the same rounded to a float."""
    with localcontext() as context:
        context.prec = 400 if x < 1e-15 else 60
        found = (Decimal(1) + Decimal(x)).ln()
        return found, float(found)


def test_log1p__has_the_same_bits_everywhere():
    assert hashlib.sha256(log1p(grid()).astype("<f8").tobytes()).hexdigest() == BITS


def test_log1p__is_within_one_unit_in_the_last_place():
    values = np.sort(grid())
    values = values[(values > 1e-20) & (values < 1e25)][::37]
    for value, found in zip(values.tolist(), log1p(values).tolist(), strict=True):
        expected, rounded = exact(value)
        with localcontext() as context:
            context.prec = 60
            assert abs(Decimal(found) - expected) <= Decimal(np.spacing(rounded)), value


def test_log1p__never_falls_where_values_rise_by_more_than_its_error():
    values = np.linspace(0.0, 20.0, 100_001)
    assert (np.diff(log1p(values)) > 0).all()


@pytest.mark.parametrize("value", [0.0, -0.0, np.nan, np.inf, 5e-324, 2.0**-60])
def test_log1p__leaves_what_it_does_not_change(value):
    found = log1p(np.array([value]))
    assert found.tobytes() == np.array([value]).tobytes()


def test_log1p__keeps_the_shape_and_the_argument():
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    found = log1p(values.transpose(2, 0, 1))
    np.testing.assert_array_equal(found, log1p(values).transpose(2, 0, 1))
    assert found.dtype == np.float64
    assert values.tolist() == np.arange(24).reshape(2, 3, 4).tolist()
    assert log1p(np.empty((3, 0))).shape == (3, 0)


def test_log1p__of_many_values_is_that_of_each():
    values = np.arange(30_000.0) / 7
    assert log1p(values)[20_001] == log1p(values[20_001:20_002])[0]
