from __future__ import annotations

import argparse

import pytest

from genie3_engine.benchmark import PRESETS as KNOWN
from genie3_engine.commands.experiment_parser import PRESETS, numbers
from genie3_engine.commands.parser import build_parser
from genie3_engine.errors import OptionError


def parsed(*options):
    return build_parser().parse_args(["experiment", *options])


def test_presets__are_those_of_the_benchmark():
    assert set(PRESETS) == {preset.key for preset in KNOWN}


def test_parser__takes_lists_of_a_grid():
    args = parsed("--engines", "compiled,scikit-learn", "--threads", "1,2", "--trees", "5")
    assert (args.engines, args.threads, args.n_trees) == (("compiled", "scikit-learn"), (1, 2), 5)


@pytest.mark.parametrize("text", ["a", "1,,2", "0", "1,-1"])
def test_numbers__refuses_what_is_not_a_list_of_counts(text):
    with pytest.raises(argparse.ArgumentTypeError):
        numbers(text)


def test_parser__names_an_engine_that_does_not_exist():
    with pytest.raises(OptionError, match="abacus"):
        parsed("--engines", "abacus")
