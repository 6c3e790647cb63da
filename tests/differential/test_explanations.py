from __future__ import annotations

import pytest

from genie3_engine.differential import Comparison
from genie3_engine.differential.explanations import EXPLANATIONS, method_sentences, setting_rows
from tests.pages.comparison import put_comparison


@pytest.fixture
def comparison(home):
    return Comparison.open(home / "comparisons" / put_comparison(home))


def test_explanations__state_the_null_and_what_q_does_not_show():
    assert "samples of the two conditions come from one network" in EXPLANATIONS["What is tested"]
    assert "does not show that a link is direct" in EXPLANATIONS["What q does not show"]


def test_setting_rows__name_groups_method_and_permutations(comparison):
    rows = dict(setting_rows(comparison.spec))
    assert rows["First group"].startswith("well (state = well;")
    assert rows["Blocks"] == "none"
    assert rows["Trees per target"] == "10"
    assert rows["Candidate regulators"] == "4 chosen"
    assert rows["Targets"] == "every common gene"
    assert rows["Permutations"] == "50"


def test_method_sentences__have_the_numbers_of_the_comparison(comparison):
    text = method_sentences(comparison)
    assert "well (24 samples) and ill (24 samples)" in text
    assert "50 times, and 200 further times" in text
    assert "the 36 links among the strongest" in text
