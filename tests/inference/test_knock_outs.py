"""Tests of the knock-out factor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genie3_engine.inference.knock_outs import KnockOuts
from tests import naive
from tests.time_series_data import expression_of, point, steady

GENES = ("a", "b", "c", "d")


def knocked(rows, seed=0):
    values = np.random.default_rng(seed).random((len(rows), len(GENES)))
    return expression_of(values, rows, GENES)


def test_factors__are_distances_of_means_in_deviations_of_the_steady_states():
    rows = [
        point("x", 0), point("x", 1), steady(), steady("b", how="KO"), steady("b", how="KD"),
        steady("d", "b", how="KO"), steady("c", how="OE"), steady("not a gene", how="KO"),
    ]  # fmt: skip
    expression = knocked(rows)
    found = KnockOuts(expression)
    assert [expression.genes[at] for at in found.genes] == ["b", "d"]
    plain = {gene: expression.values[at, 2:] for at, gene in enumerate(GENES)}
    names = [(), ("b",), ("b",), ("b", "d"), (), ()]
    for target, gene in enumerate(GENES):
        expected = [naive.knock_out_factor(by, gene, plain, names) for by in "bd"]
        np.testing.assert_allclose(found.factors(target), expected, rtol=1e-12)


def test_factors__take_all_samples_where_no_steady_state_is_a_knock_out():
    series = [
        ("x", float(t), ("a",) if t % 2 else (), "KO" if t % 2 else "", "", "") for t in range(6)
    ]
    expression = knocked([*series, steady()])
    plain = {gene: expression.values[at] for at, gene in enumerate(GENES)}
    names = [("a",) if t % 2 else () for t in range(7)]
    names[6] = ()
    expected = naive.knock_out_factor("a", "c", plain, names)
    np.testing.assert_allclose(KnockOuts(expression).factors(2), [expected])


def test_factors__that_cannot_be_known_are_nan():
    expression = knocked([steady("a", how="KO"), steady("a", how="KO"), point("x", 0)])
    assert np.isnan(KnockOuts(expression).factors(1)).all()
    values = expression.values.copy()
    values[1] = 3.0
    rows = [steady("a", how="KO"), steady(), steady()]
    constant = replace(knocked(rows), values=values)
    assert np.isnan(KnockOuts(constant).factors(1)).all()
    assert np.isfinite(KnockOuts(constant).factors(2)).all()


def test_factors__of_data_without_knock_outs_are_none():
    for expression in (
        replace(knocked([steady()] * 3), sheet=None),
        knocked([steady("a", how="OE")]),
    ):
        found = KnockOuts(expression)
        assert found.genes.size == 0
        assert found.factors(0).size == 0
