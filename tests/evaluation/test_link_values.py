from __future__ import annotations

import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.evaluation.link_roles import Pair
from genie3_engine.evaluation.link_values import Order, find_label, find_score
from tests.evaluation.test_link_roles import TARGETS, TFS, file_of

PAIR = (("TF", TFS), ("gene", TARGETS))
FALLING = [str(1 - i / 20) for i in range(12)]
RISING = FALLING[::-1]


def score_of(*columns, told=None):
    file = file_of(*PAIR, *columns, option="links_columns", told=told)
    return find_score(file, Pair(*file.columns[:2]))


@pytest.mark.parametrize(
    ("columns", "name", "order"),
    [
        ([("importance", RISING)], "importance", Order.LARGEST),
        ([("p", RISING), ("weight", FALLING)], "weight", Order.SIGNED),
        ([("x", FALLING), ("padj", RISING)], "x", Order.SIGNED),
        ([("padj", RISING)], "padj", Order.SMALLEST),
        ([("rank", [str(i) for i in range(1, 13)])], "rank", Order.SMALLEST),
        ([("logp", [f"-{cell}" for cell in FALLING])], "logp", Order.SMALLEST),
        ([("PMID", ["123456"] * 12), ("mass", FALLING)], "mass", Order.SIGNED),
        ([("size", RISING), ("mass", FALLING)], "mass", Order.SIGNED),
    ],
)
def test_find_score__prefers_known_names(columns, name, order):
    found = score_of(*columns)
    assert (found.column.name, found.order) == (name, order)


def test_find_score__an_order_of_rows_that_speaks_against_it_is_a_guess():
    found = score_of(("mass", RISING))
    assert found.decision.certainty is Certainty.GUESS
    assert "--links-columns rank=mass" in found.decision.advice
    assert score_of(("mass", FALLING)).decision.certainty is Certainty.CLEAR


def test_find_score__obeys_the_user():
    assert score_of(("mass", RISING), told={"rank": "mass"}).order is Order.SMALLEST
    assert score_of(("mass", RISING), told={"score": "none"}).column is None


def label_of(*columns, told=None):
    file = file_of(*PAIR, *columns, told=told)
    return find_label(file, Pair(*file.columns[:2]))


@pytest.mark.parametrize(
    ("column", "is_label", "certainty"),
    [
        (("label", ["1", "0"] * 6), True, Certainty.CLEAR),
        (("known", ["True", "False"] * 6), True, Certainty.CLEAR),
        (("x", ["0", "0", "0", "1"] * 3), True, Certainty.GUESS),
        (("x", ["0", "1", "1", "1"] * 3), False, Certainty.GUESS),
        (("x", ["1"] * 12), False, Certainty.CLEAR),
        (("x", ["2", "1", "0.5", "0"] * 3), False, Certainty.CLEAR),
        (("x", ["+", "-"] * 6), False, Certainty.CLEAR),
        (("label", ["1", "-1"] * 6), False, Certainty.GUESS),
        (("n_references", ["1", "0"] * 6), False, Certainty.CLEAR),
    ],
)
def test_find_label__goes_by_header_and_values(column, is_label, certainty):
    found = label_of(column)
    assert (found.column is not None, found.decision.certainty) == (is_label, certainty)


def test_find_label__names_what_is_none():
    decision = label_of(("", [str(i) for i in range(12)])).decision
    assert decision.taken.endswith("Not a label: column 3.")


def test_find_label__obeys_the_user():
    column = ("n_references", ["1", "0"] * 6)
    assert label_of(column, told={"label": "n_references"}).false == {"0"}
    assert label_of(("label", ["1", "0"] * 6), told={"label": "none"}).column is None
