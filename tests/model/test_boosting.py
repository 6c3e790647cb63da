from __future__ import annotations

import pytest

from genie3_engine.errors import InputError, OptionError
from genie3_engine.model import EXTRA_TREES, GRNBOOST2, METHODS, ForestSpec, RunSpec
from genie3_engine.planning.memory import engine_bytes
from genie3_engine.planning.workloads import workload_of


def test_method__takes_its_own_settings_with_its_own_number_of_trees():
    spec = ForestSpec(method=GRNBOOST2, k=7, seed=3)
    assert spec.to_dict() == {
        "method": GRNBOOST2,
        "n_trees": 5000,
        "seed": 3,
        "engine": "compiled",
        "generation": "G1",
        "stop": "window",
    }
    assert spec == ForestSpec(**spec.to_dict())
    assert ForestSpec(method=EXTRA_TREES, stop="none", generation="G3") == ForestSpec(EXTRA_TREES)


def test_method__grows_in_proportion_to_its_trees_only_without_a_stop():
    assert not ForestSpec(method=GRNBOOST2).grows_with_trees
    assert ForestSpec(method=GRNBOOST2, stop="none").grows_with_trees


def test_method__is_computed_by_the_compiled_engine_from_20_samples():
    with pytest.raises(OptionError, match="GRNBoost2 is not computed by scikit-learn"):
        ForestSpec(method=GRNBOOST2, engine="scikit-learn")
    METHODS[GRNBOOST2].require_samples(20)
    with pytest.raises(InputError, match="19 samples; GRNBoost2 needs 20"):
        METHODS[GRNBOOST2].require_samples(19)


def test_memory__is_that_of_sorted_samples_and_threads():
    spec = RunSpec("0" * 64, forest=ForestSpec(method=GRNBOOST2))
    one, two = (engine_bytes(workload_of(spec, 500, 400, n_cores=n)) for n in (1, 2))
    assert one == 6 * 500 * 400 + 45 * 400 + 20 * 500
    assert two - one == 45 * 400 + 20 * 500
