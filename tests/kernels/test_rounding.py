from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import rounding
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.rank_sort import MAX_SORTED_ROWS, padded_rows
from genie3_engine.kernels.workspace import RESPONSE_BITS

ROOM = rounding.ROUNDED_ROWS


@kernel
def compiled_samples(weighted, samples, span, total, scale, shift, payload):
    centre = rounding.centre_of(total)
    return rounding.round_samples(weighted, samples, span, centre, scale, shift, payload)


@kernel
def compiled_gather(weighted, samples, span, total, packed):
    return rounding.gather_packed(weighted, samples, span, rounding.centre_of(total), packed)


@kernel
def compiled_packed(packed, n, total, scale, bits):
    return rounding.round_packed(packed, n, rounding.centre_of(total), scale, bits)


class Node:
    """Some of many samples, whose responses lie ``width`` about a mean that may be far from 0."""

    def __init__(self, seed, n, mean, width):
        rng = np.random.default_rng(seed)
        self.n, self.first = n, int(rng.integers(0, 5))
        n_all = 2 * n + 5
        weights = rng.integers(1, 8, n_all)
        responses = mean + rng.integers(-width, width + 1, n_all)
        self.weighted = (weights << RESPONSE_BITS) + weights * responses
        self.samples = rng.permutation(n_all + ROOM).astype(np.uint32) % n_all
        self.span = self.first, self.first + n
        chosen = self.samples[slice(*self.span)]
        self.weights, own = weights[chosen].tolist(), responses[chosen].tolist()
        self.total = sum(self.weights), sum(w * x for w, x in zip(self.weights, own, strict=True))
        exact_mean = Fraction(self.total[1], self.total[0])
        self.deviations = [w * (x - exact_mean) for w, x in zip(self.weights, own, strict=True)]
        self.spread = sum(abs(deviation) for deviation in self.deviations)

    def scale(self, bits):
        room = (1 << (bits - 1)) - 1 - self.total[0]
        return float(room / self.spread) if self.spread > 0 else 1.0

    def assert_rounded(self, rounded, scale):
        for response, weight, exact in zip(rounded, self.weights, self.deviations, strict=True):
            error = abs(response - exact * Fraction(scale))
            assert error <= Fraction(1, 2) + Fraction(weight, 100)
            assert error <= rounding.HALF_UNIT * weight


nodes = given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 130),
    mean=st.sampled_from([0, -7, 2**34, -(2**34)]),
    width=st.sampled_from([1, 1000, 2**33]),
    bits=st.sampled_from([14, 21, 44]),
)


@settings(max_examples=60)
@nodes
@pytest.mark.parametrize("key", [np.uint32, np.uint64])
def test_round_samples__rounds_within_its_bound_and_fills_the_sorted_rows(
    seed, n, mean, width, bits, key
):
    n, bits = min(n, MAX_SORTED_ROWS), min(bits, 28 if key is np.uint32 else 44)
    node = Node(seed, n, mean, width)
    scale = node.scale(bits)
    centre = rounding.centre_of.py_func(node.total)
    found, plain = np.zeros(MAX_SORTED_ROWS, key), np.zeros(MAX_SORTED_ROWS, key)
    case = node.weighted, node.samples, node.span
    residue = compiled_samples(*case, node.total, scale, bits, found)
    assert residue == rounding.round_samples(*case, centre, scale, bits, plain)
    assert found.tolist() == plain.tolist()
    values = [int(value) for value in found[:n]]
    weights = [(value + (1 << (bits - 1))) >> bits for value in values]
    rounded = [value - (w << bits) for value, w in zip(values, weights, strict=True)]
    assert weights == node.weights
    assert sum(rounded) == residue
    node.assert_rounded(rounded, scale)
    assert (found[n : padded_rows(n)] == ~key(0)).all()


@settings(max_examples=60)
@nodes
def test_round_packed__rounds_what_was_gathered(seed, n, mean, width, bits):
    node = Node(seed, n, mean, width)
    centre = rounding.centre_of.py_func(node.total)
    found, plain = np.full(n + ROOM, -1), np.full(n + ROOM, -1)
    spread = compiled_gather(node.weighted, node.samples, node.span, node.total, found)
    assert spread == pytest.approx(float(node.spread), rel=1e-9, abs=1e-6)
    again = rounding.gather_packed(node.weighted, node.samples, node.span, centre, plain)
    assert again == pytest.approx(spread, rel=1e-12, abs=1e-6)
    assert found.tolist() == plain.tolist()
    assert found[:n].tolist() == node.weighted[node.samples[slice(*node.span)]].tolist()
    scale, fields = node.scale(min(bits, 38)), (min(bits, 38), 14)
    residue = compiled_packed(found, n, node.total, scale, fields)
    assert residue == rounding.round_packed(plain, n, centre, scale, fields)
    assert found[:n].tolist() == plain[:n].tolist()
    unit = 1 << max(fields[0] - fields[1], 0)
    absolute = [value & 0x3FFF for value in found[:n].tolist()]
    both = [value >> 14 for value in found[:n].tolist()]
    weights = [(value + (1 << (fields[0] - 1))) >> fields[0] for value in both]
    rounded = [value - (w << fields[0]) for value, w in zip(both, weights, strict=True)]
    assert weights == node.weights
    assert absolute == [-(-abs(response) // unit) for response in rounded]
    assert sum(rounded) == residue
    node.assert_rounded(rounded, scale)


def test_rounding_slack__covers_half_a_unit_and_what_the_rounded_responses_leave():
    assert rounding.rounding_slack.py_func(0, 9) == rounding.HALF_UNIT
    assert rounding.rounding_slack.py_func(-4, 9) == pytest.approx(rounding.HALF_UNIT + 2.0)
