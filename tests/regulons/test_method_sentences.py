from dataclasses import replace

import pytest

from genie3_engine.regulons.method_sentences import regulon_sentences
from genie3_engine.regulons.rules import PYSCENIC_RULES, RULES, Rule, parse_rules
from genie3_engine.regulons.selection import SIGNS, RegulonOptions


@pytest.mark.parametrize("name", RULES.names())
@pytest.mark.parametrize("signs", SIGNS)
def test_regulon_sentences__name_what_was_chosen(name, signs):
    (rule,) = parse_rules(name)
    text = regulon_sentences(RegulonOptions((rule,), signs, 7))
    assert f"{rule.value:,g}" in text
    assert "fewer than 7 genes" in text
    assert ("0.03" in text) == (signs != "none")
    assert ("repressing" in text) == (signs == "both")
    assert "[2]" not in text


def test_regulon_sentences__pyscenic_s_rules_and_activity():
    text = regulon_sentences(RegulonOptions(PYSCENIC_RULES), top_share=0.05, seed=3)
    assert "the six rules of pySCENIC [1]" in text
    assert "highest 5 %" in text
    assert "seed 3" in text
    assert "[2] Aibar" in text


def test_regulon_sentences__rule_of_another_package():
    kind = replace(RULES["targets"], name="hubs", label="Hubs only", default=7)
    with RULES.registered("hubs", kind):
        assert "hubs only (hubs=7)" in regulon_sentences(RegulonOptions((Rule("hubs", 7),)))
