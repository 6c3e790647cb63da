from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import order_scan
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.order_scan import SCANNED


@kernel
def compiled_scan(order, starts, payload, out, n_rows, weight, mean, shift):
    order_scan.scan_orders(order, starts, payload, out, 2, n_rows, weight, mean, shift)


@pytest.mark.parametrize(
    ("whole", "real", "shift"), [(np.int32, np.float32, 20), (np.int64, np.float64, 44)]
)
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), n=st.integers(2, 300))
def test_scan_orders__finds_the_largest_gain_of_each_order(whole, real, shift, seed, n):
    rng = np.random.default_rng(seed)
    orders = np.array([rng.permutation(n) for _ in range(SCANNED + 3)]).astype(np.uint16)
    chosen = rng.integers(0, SCANNED + 3, SCANNED)
    response = rng.integers(-(2**shift) // (4 * n), 2**shift // (4 * n), n)
    is_inside = rng.random(n) < 0.7
    is_inside[:2] = True
    payload = np.append((response + 2**shift) * is_inside, 0).astype(whole)
    weight, mean = int(is_inside.sum()), float(response[is_inside].mean())
    out, plain = np.zeros(SCANNED + 2, real), np.zeros(SCANNED + 2, real)
    settings = (n, weight, mean, shift)
    compiled_scan(orders.reshape(-1), chosen * n, payload, out, *settings)
    order_scan.scan_orders(orders.reshape(-1), chosen * n, payload, plain, 2, *settings)
    assert (out == plain).all()
    for lane, order in enumerate(orders[chosen]):
        inside = [at for at in order if is_inside[at]]
        gains = [
            float(response[inside[:u]].sum() - u * mean) ** 2 / (u * (weight - u))
            for u in range(1, weight)
        ]
        assert out[2 + lane] == pytest.approx(max(gains), rel=1e-4, abs=1.0)
