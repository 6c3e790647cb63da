"""Tests of what forests of time series learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.errors import InputError
from genie3_engine.inference.learning_sample import decay_rates, learning_sample
from tests import naive
from tests.time_series_data import expression_of, point, small_series, steady


def series_of(expression):
    """Times and points of each series, as plain arrays."""
    times = np.array(expression.sheet.time)
    return [
        (times[at], expression.values.T[at]) for at in expression.sheet.series_positions().values()
    ]


def test_learning_sample__pairs_successive_points_and_steady_states_with_themselves():
    rows = [point("b", 4), point("a", 10), steady(), point("b", 1), point("a", 2), point("b", 9)]
    sheet = expression_of([[at] for at in range(6)], rows, ["g"]).sheet
    sample = learning_sample(sheet, with_steady_states=True)
    assert sample.now.tolist() == [4, 3, 0, 2]
    assert sample.next.tolist() == [1, 0, 5, 2]
    assert sample.interval.tolist() == [8, 3, 5, 1]
    assert sample.n_successive == 3
    alone = learning_sample(sheet, with_steady_states=False)
    assert alone.now.tolist() == [4, 3, 0]


def test_learning_sample__leaves_a_series_of_one_point_out():
    rows = [point("a", 0), point("a", 1), point("a", 2), point("single", 0), steady()]
    sheet = expression_of([[at] for at in range(5)], rows, ["g"]).sheet
    sample = learning_sample(sheet, with_steady_states=True)
    assert sample.now.tolist() == [0, 1, 4]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([point("a", 0), point("a", 1), steady()], "1 pairs of successive points, and there are 1"),
        ([point("a", 0), *[steady()] * 5], "0 pairs of successive points"),
        ([point("a", 0), point("b", 0), point("c", 0)], "0 pairs of successive points; 3 are"),
    ],
)
def test_learning_sample__refuses_too_few_points(rows, message):
    sheet = expression_of([[at] for at in range(len(rows))], rows, ["g"]).sheet
    with pytest.raises(InputError, match=message):
        learning_sample(sheet, with_steady_states=True)


def test_response__is_the_rate_of_change_and_its_decay_over_unequal_intervals():
    rows = [point("a", 0), point("a", 2), point("a", 3), point("a", 7), steady()]
    expression = expression_of([[1.0], [5.0], [4.0], [8.0], [3.0]], rows, ["g"])
    sample = learning_sample(expression.sheet, with_steady_states=True)
    values = expression.values[0]
    assert sample.response(values, None).tolist() == [5, 4, 8, 3]
    response = sample.response(values, 0.5)
    assert response.tolist() == [2 + 0.5, -1 + 2.5, 1 + 2, 1.5]
    np.testing.assert_allclose(sample.next_value(response, values, 0.5), [5, 4, 8, 3])
    assert sample.next_value(response, values, None) is response


def test_response__of_the_lag_is_that_of_decay_within_an_interval():
    rows = [*[point("a", 5.0 * at) for at in range(6)], steady(), steady()]
    values = np.random.default_rng(0).random((8, 1))
    expression = expression_of(values, rows, ["g"])
    sample = learning_sample(expression.sheet, with_steady_states=True)
    gene = expression.values[0]
    np.testing.assert_allclose(sample.response(gene, None), 5.0 * sample.response(gene, 0.2))


def test_decay_rates__are_those_of_the_definition():
    for seed in range(5):
        expression = small_series(n_genes=12, seed=seed)
        rates = decay_rates(expression)
        np.testing.assert_allclose(rates, naive.decay_rates(series_of(expression)), rtol=1e-12)
        assert (rates > 0).all()


def test_decay_rates__of_a_gene_that_never_changes_are_zero():
    rows = [point("a", 0), point("a", 3), point("b", 0), steady()]
    expression = expression_of([[2, 1], [2, 3], [2, 7], [5, 0]], rows, ["c", "g"])
    # The smallest value of the series is 1, which the floor raises by 1e-6.
    assert decay_rates(expression).tolist() == [0, pytest.approx(np.log(2 / 1e-6) / 3)]
    assert decay_rates(replace(expression, sheet=None)).tolist() == [0, 0]
    no_series = replace(expression, sheet=expression.sheet.take([3, 3, 3, 3]))
    assert decay_rates(no_series).tolist() == [0, 0]
