from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.model import COMPILED, ENGINES, SCIKIT_LEARN, ForestSize
from genie3_engine.model.engines import engine_choices
from genie3_engine.registry import load


def size(**more):
    plain = {"n_genes": 100, "n_regulators": 100, "n_samples": 50, "n_trees": 10, "n_workers": 1}
    return ForestSize(**{**plain, "has_random_splits": False, **more})


@pytest.mark.parametrize("name", [COMPILED, SCIKIT_LEARN])
def test_engines__have_a_builder_that_exists(name):
    assert callable(load(ENGINES[name].builder))


def test_engines__of_an_unknown_name_list_the_choices():
    with pytest.raises(OptionError, match="Choose one of compiled, scikit-learn"):
        ENGINES["abacus"]


def test_engine_choices__are_the_names_and_labels():
    assert [(each.value, each.label) for each in engine_choices()] == [
        ("compiled", "Compiled"),
        ("scikit-learn", "scikit-learn"),
    ]


@pytest.mark.parametrize(("name", "worker"), [(COMPILED, "thread"), (SCIKIT_LEARN, "job")])
def test_worker__is_a_thread_or_a_job(name, worker):
    assert ENGINES[name].worker == worker


@pytest.mark.parametrize("name", [COMPILED, SCIKIT_LEARN])
def test_memory_bytes__grow_with_workers_and_samples(name):
    memory_bytes = ENGINES[name].memory_bytes
    assert memory_bytes(size(n_workers=2)) > memory_bytes(size())
    assert memory_bytes(size(n_samples=100)) > memory_bytes(size())


def test_memory_bytes__of_the_compiled_engine_by_hand():
    thread = 50_000 + 44 * 100 + 200 * 50
    assert ENGINES[COMPILED].memory_bytes(size()) == 2 * 100 * 50 + thread
    assert ENGINES[COMPILED].memory_bytes(size(has_random_splits=True)) == 9 * 100 * 50 + thread
    wide = 3 * 100 * 300 + 50_000 + 44 * 100 + 200 * 300
    assert ENGINES[COMPILED].memory_bytes(size(n_samples=300)) == wide
    by_sample_too = 2 * 3 * 100 * 60_000 + 50_000 + 44 * 100 + 200 * 60_000
    assert ENGINES[COMPILED].memory_bytes(size(n_samples=60_000)) == by_sample_too
    thread = 50_000 + 44 * 10_000 + 200 * 20_000 + 0.5 * 10_000 * 8192 + 4 * 65_536
    by_level_too = (2 * 2 + 1.5) * 10_000 * 20_000 + thread
    atlas = size(n_samples=20_000, n_regulators=10_000)
    assert ENGINES[COMPILED].memory_bytes(atlas) == by_level_too
    too_many = (2 + 1.5) * 10_000 * 40_000 + thread + 200 * 20_000
    atlas = size(n_samples=40_000, n_regulators=10_000)
    assert ENGINES[COMPILED].memory_bytes(atlas) == too_many
