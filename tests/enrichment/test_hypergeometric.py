"""Tails equal exact sums and scipy's test, also where floating-point numbers end."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from genie3_engine.enrichment.hypergeometric import log_adjusted, log_tail
from tests import naive


def log_of(value: Fraction) -> float:
    return math.log(value.numerator) - math.log(value.denominator)


@st.composite
def draws(draw):
    universe = draw(st.integers(1, 400))
    drawn = draw(st.integers(1, universe))
    marked = draw(st.integers(1, universe))
    least = max(0, drawn + marked - universe)
    return draw(st.integers(least, min(drawn, marked))), drawn, marked, universe


@given(draws())
def test_log_tail__is_the_exact_sum(draw):
    hits, drawn, marked, universe = draw
    found = log_tail(np.array([hits]), np.array([drawn]), np.array([marked]), universe)
    assert found[0] == pytest.approx(log_of(naive.over_representation(*draw)), rel=1e-9, abs=1e-11)


def test_log_tail__is_that_of_scipys_exact_test():
    rng = np.random.default_rng(3)
    drawn, marked = rng.integers(1, 60, 200), rng.integers(1, 300, 200)
    hits = np.array([rng.integers(0, min(pair) + 1) for pair in zip(drawn, marked, strict=True)])
    tables = np.stack(
        [[hits, drawn - hits], [marked - hits, 1000 - drawn - marked + hits]]
    ).transpose(2, 0, 1)
    wanted = [stats.fisher_exact(table, alternative="greater").pvalue for table in tables]
    assert np.exp(log_tail(hits, drawn, marked, 1000)) == pytest.approx(wanted, rel=1e-9)


def test_log_tail__below_the_least_number_has_its_digits():
    found = log_tail(np.array([900]), np.array([900]), np.array([900]), 20_000)
    exact = log_of(naive.over_representation(900, 900, 900, 20_000))
    assert exact < math.log(5e-324)
    assert found[0] == pytest.approx(exact, rel=1e-12)


@given(st.lists(st.floats(1e-300, 1.0), min_size=1, max_size=30), st.integers(0, 40))
def test_log_adjusted__is_benjamini_and_hochbergs(p_values, n_ones):
    found = np.exp(log_adjusted(np.log(p_values), len(p_values) + n_ones))
    wanted = naive.adjusted_p_values([*p_values, *[1.0] * n_ones])
    assert found == pytest.approx(wanted[: len(p_values)], rel=1e-9)
