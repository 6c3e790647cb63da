from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.differential.comparison_spec import ComparisonSpec, Group
from genie3_engine.errors import OptionError
from genie3_engine.model import ForestSpec, LayoutSpec


@pytest.fixture
def spec():
    return ComparisonSpec(
        Group("well", "0" * 64, "state", "well"),
        Group("ill", "0" * 64, "state", "ill"),
        regulators=("a", "b"),
        notes=("One gene is left out.",),
    )


def test_spec__is_the_same_from_its_values(spec):
    assert ComparisonSpec.from_dict(spec.to_dict()) == spec


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"second": Group("again", "0" * 64, "state", "well")}, "compared with itself"),
        ({"n_permutations": 9}, "permutations is 9"),
        ({"n_more": -1}, "further permutations is -1"),
        ({"top": 0}, "links is 0"),
        ({"forest": ForestSpec("in-vivo")}, "cannot be compared"),
        ({"forest": ForestSpec("time-series")}, "cannot be compared"),
        ({"forest": ForestSpec("combined")}, "cannot be compared"),
        ({"layout": LayoutSpec(shard_index=0, n_shards=2)}, "as a whole"),
    ],
)
def test_spec__refuses_what_cannot_be_compared(spec, values, message):
    with pytest.raises(OptionError, match=message):
        replace(spec, **values)


def test_result_key__is_of_what_decides_the_result(spec):
    same = replace(spec, name="x", created="now", notes=(), layout=LayoutSpec(n_threads=1))
    assert same.result_key == spec.result_key
    assert replace(spec, top=7).result_key != spec.result_key
