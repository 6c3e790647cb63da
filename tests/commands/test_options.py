from __future__ import annotations

import argparse

import pytest

from genie3_engine.commands.options import (
    add_settings,
    forest_of,
    given_settings,
    layout_of,
    shard_of,
    unused_options,
)
from genie3_engine.commands.parser import build_parser
from genie3_engine.errors import OptionError
from genie3_engine.model import EXTRA_TREES, SCIKIT_LEARN, ForestSpec, LayoutSpec
from genie3_engine.model.settings import Choice, Setting


def parsed(*options):
    return build_parser().parse_args(["infer", "data.tsv", "--out", "run", *options])


def test_forest_of__defaults_are_genie3_s():
    assert forest_of(parsed()) == ForestSpec()


def test_forest_of__takes_every_option():
    options = [
        "--method",
        "et",
        "--k",
        "7",
        "--trees",
        "12",
        "--seed",
        "5",
        "--engine",
        "scikit-learn",
    ]
    assert forest_of(parsed(*options)) == ForestSpec(
        method=EXTRA_TREES, k=7, n_trees=12, seed=5, engine=SCIKIT_LEARN
    )


def test_layout_of__compiled_engine_has_threads():
    layout = layout_of(parsed("--threads", "3", "--processes", "2", "--n-jobs", "4"), n_cores=8)
    assert layout == LayoutSpec(n_threads=3, n_processes=2, n_jobs=1)
    assert layout_of(parsed(), n_cores=8) == LayoutSpec(n_threads=None)


@pytest.mark.parametrize(
    ("options", "n_jobs"),
    [("", 8), ("--n-jobs 3", 3), ("--threads 2", 2), ("--processes 2", 4), ("--processes 16", 1)],
)
def test_layout_of__scikit_learn_shares_the_cores(options, n_jobs):
    args = parsed("--engine", "scikit-learn", *options.split())
    assert layout_of(args, n_cores=8).n_jobs == n_jobs


@pytest.mark.parametrize(
    ("options", "idle"),
    [
        ("--n-jobs 2", ["--n-jobs"]),
        ("--threads 2", []),
        ("--engine scikit-learn --threads 2", []),
        ("--engine scikit-learn --n-jobs 2", []),
        ("--engine scikit-learn --threads 2 --n-jobs 3", ["--threads"]),
        ("--method in-vivo", []),
        ("--method in-vivo --engine scikit-learn --trees 5", ["--trees", "--engine"]),
    ],
)
def test_unused_options__names_what_does_nothing(options, idle):
    assert [text.split()[0] for text in unused_options(parsed(*options.split()))] == idle


@pytest.mark.parametrize("option", ["--threads", "--processes", "--n-jobs", "--k", "--keep"])
def test_parser__names_the_option_that_is_wrong(option):
    with pytest.raises(OptionError, match=f"{option} is 0"):
        parsed(option, "0")


@pytest.mark.parametrize(("words", "keep"), [("", "auto"), ("--keep all", "all"), ("--keep 5", 5)])
def test_parser__takes_the_links_kept(words, keep):
    assert parsed(*words.split()).keep == keep


@pytest.mark.parametrize("texts", [("0/3", "1/3", "2/3"), ("1/3", "2/3", "3/3")])
def test_shard_of__either_way_of_counting_names_all(texts):
    assert sorted(shard_of(text) for text in texts) == [(0, 3), (1, 3), (2, 3)]


@pytest.mark.parametrize("text", ["4/3", "1", "a/b", "1/0", "0/0", "-1/3", "1/3/2"])
def test_shard_of__refuses_what_is_none(text):
    with pytest.raises(OptionError, match="--shard"):
        shard_of(text)


MODES = Setting(
    name="mode",
    label="Mode",
    help="How it runs.",
    default="a",
    kind="choice",
    choices=(Choice("a", "A"), Choice("b", "B")),
)
SIZE = Setting(name="size", label="Size", help="Up to 50 %.", default=3, kind="integer", minimum=1)
TAGS = Setting(name="tags", label="Tags", help="IAM names.", kind="mapping", flag="--tag")
SUBNETS = Setting(name="subnets", label="Subnets", help="IDs.", kind="list", flag="--subnet")
SPOT = Setting(name="spot", label="Spot", help="Cheaper.", default=False, kind="boolean")
SETTINGS = (MODES, SIZE, TAGS, SUBNETS, SPOT)


def settings_parser(**more):
    parser = argparse.ArgumentParser()
    add_settings(parser, SETTINGS, **more)
    return parser


def test_add_settings__gives_defaults_or_none():
    assert settings_parser().parse_args([]).size == 3
    assert settings_parser(has_defaults=False).parse_args([]).size is None


def test_add_settings__shows_help_default_and_choices():
    text = " ".join(settings_parser().format_help().split())
    assert "--mode a|b how it runs (default: a)" in text
    assert "up to 50 % (default: 3)" in text
    assert "IAM names; may be given several times" in text


def test_add_settings__names_the_flag_of_a_wrong_value():
    with pytest.raises(OptionError, match=r"--size is 0\. Give a whole number from 1\."):
        settings_parser().parse_args(["--size", "0"])


def test_given_settings__returns_what_was_given_only():
    parser = settings_parser(has_defaults=False)
    words = ["--tag", "a=b", "--tag", "c=d=e", "--subnet", "x", "--subnet", "y", "--no-spot"]
    assert given_settings(parser.parse_args(words), SETTINGS) == {
        "tags": {"a": "b", "c": "d=e"},
        "subnets": ("x", "y"),
        "spot": False,
    }
