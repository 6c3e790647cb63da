from __future__ import annotations

from genie3_engine import differential
from genie3_engine.commands import compare_parser
from genie3_engine.differential import tables


def test_choices__are_the_engine_s(call):
    assert compare_parser.FORMATS == tables.FORMATS
    assert compare_parser.N_TREES == differential.N_TREES
    text = " ".join(call("compare", "--help")[1].split())
    for number in (differential.N_PERMUTATIONS, differential.N_MORE, differential.N_TREES):
        assert f"default: {number}" in text
