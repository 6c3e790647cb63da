from __future__ import annotations

import pytest

from genie3_engine.errors import InputError, OptionError
from genie3_engine.model import (
    COMPILED,
    ENGINES,
    KNOCK_OUTS,
    METHODS,
    SCIKIT_LEARN,
    SERIES,
    TIME_SERIES,
    ForestSize,
    ForestSpec,
)


def test_method__takes_its_own_settings():
    spec = ForestSpec(TIME_SERIES, dynamics=0.02, n_trees=7)
    assert spec.to_dict() == {
        "method": TIME_SERIES,
        "k": "sqrt",
        "n_trees": 7,
        "seed": 0,
        "engine": COMPILED,
        "dynamics": 0.02,
        "steady_states": "add",
        "knock_outs": "ignore",
    }
    assert ForestSpec(**spec.to_dict()) == spec
    assert spec.grows_with_trees
    assert ForestSpec(dynamics="lag", steady_states="leave-out") == ForestSpec()
    assert "dynamics" not in ForestSpec().to_dict()


def test_method__refuses_other_settings_and_engines():
    with pytest.raises(OptionError, match="not computed by scikit-learn"):
        ForestSpec(TIME_SERIES, engine=SCIKIT_LEARN)
    for value in ("ode", -1, True):
        with pytest.raises(OptionError, match="Dynamics is"):
            ForestSpec(TIME_SERIES, dynamics=value)


def test_require_samples__needs_series_and_knock_outs_where_they_multiply():
    with pytest.raises(InputError, match="The time-series method needs a time series"):
        ForestSpec(TIME_SERIES).require_samples(50, {KNOCK_OUTS})
    ForestSpec(TIME_SERIES).require_samples(50, {SERIES})
    multiply = ForestSpec(TIME_SERIES, knock_outs="multiply")
    with pytest.raises(InputError, match="The knock-out factor needs") as refused:
        multiply.require_samples(50, {SERIES})
    assert "--knock-outs ignore" in refused.value.remedy
    multiply.require_samples(50, {SERIES, KNOCK_OUTS})
    ForestSpec().require_samples(50, ())


def test_memory_bytes__are_those_of_forests_that_take_all_genes_for_inputs():
    sizes = [
        ForestSize(
            n_genes=5_000,
            n_regulators=n_regulators,
            n_samples=200,
            n_trees=1,
            n_workers=2,
            has_random_splits=False,
        )
        for n_regulators in (300, 5_000)
    ]
    own = 8 * 5_000 * (1 + 2 * 2)  # decay rates; two rows of importances for each of two threads
    expected = ENGINES[COMPILED].memory_bytes(sizes[1]) + own
    assert [METHODS[TIME_SERIES].memory_bytes(size) for size in sizes] == [expected, expected]
