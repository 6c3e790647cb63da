from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.model import ForestSpec


@pytest.mark.parametrize(
    ("k", "n_regulators", "expected"),
    [("sqrt", 100, 10), ("sqrt", 99, 9), ("sqrt", 1, 1), ("all", 100, 100), (7, 100, 7), (7, 3, 3)],
)
def test_max_features__counts_as_scikit_learn(k, n_regulators, expected):
    assert ForestSpec(k=k).max_features(n_regulators) == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"method": "XX"}, "Method is 'XX'. Give RF, ET"),
        ({"engine": "abacus"}, "Engine is 'abacus'. Give compiled or scikit-learn."),
        ({"k": 0}, "(K) is 0. Give sqrt, all or a whole number from 1."),
        ({"k": "third"}, "(K) is 'third'"),
        ({"n_trees": 0}, "Trees per target is 0. Give a whole number from 1 to 1,000,000."),
        ({"seed": -1}, "Random seed is -1."),
        ({"seed": 2**63}, "Random seed is 9223372036854775808."),
    ],
)
def test_forest_spec__refuses_a_value_that_is_not_allowed(wrong, message):
    with pytest.raises(OptionError) as caught:
        ForestSpec(**wrong)
    assert message in str(caught.value)
