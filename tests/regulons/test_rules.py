from dataclasses import replace

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.regulons.rules import RULES, Rule, parse_rules


@pytest.mark.parametrize("name", RULES.names())
def test_rules__have_a_default_within_their_bounds(name):
    (rule,) = parse_rules(name)
    assert parse_rules(str(rule)) == (rule,)
    assert rule.context


def test_parse_rules__several_and_each_once():
    assert [str(rule) for rule in parse_rules("targets=20, quantile=0.9,targets=20")] == [
        "targets=20",
        "quantile=0.9",
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("", "targets=", "targets=x", "targets=0", "targets=1.5", "targets=nan", "hubs=3"),
        *("quantile=1.5", "importance=-1", "importance=inf", "pyscenic=2", "strongest=1e30"),
    ],
)
def test_parse_rules__wrong_ones_are_refused(text):
    with pytest.raises(OptionError):
        parse_rules(text)


def test_rules__one_of_another_package_is_a_rule_like_any_other():
    kind = replace(RULES["targets"], name="hubs", label="Hubs", default=7)
    with RULES.registered("hubs", kind):
        assert [str(rule) for rule in parse_rules("hubs,hubs=3")] == ["hubs=7", "hubs=3"]


def test_context__is_pyscenic_s():
    assert [Rule(*rule).context for rule in [("quantile", 0.75), ("targets", 50)]] == [
        "weight>75.0%",
        "top50",
    ]
    assert Rule("regulators", 5).context == "top5perTarget"
