"""Tests of the words for what was found about columns and rows."""

from __future__ import annotations

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.line_verdicts import UNLIKE, Axis, Verdict, decisions_of

COLUMNS = Axis("column", [f"c{i}" for i in range(40)], {}, has_genes=False)
CLEAR, GUESS = Certainty.CLEAR, Certainty.GUESS


def decided(*verdicts, axis=COLUMNS):
    return list(decisions_of(axis, list(verdicts)))


def test_decisions_of__puts_lines_of_one_kind_into_one_sentence():
    found = decided(
        Verdict(0, "lengths", True, CLEAR, "it is named like lengths"),
        Verdict(3, "lengths", True, CLEAR, "it is named like lengths"),
        Verdict(4, UNLIKE, False, GUESS, "it has whole numbers among fractions"),
    )
    assert [each.sentence for each in found] == [
        "Columns 'c0', 'c3' are set aside (lengths). They are named like lengths.",
        "Column 'c4' is kept. It has whole numbers among fractions.",
    ]
    assert [each.subject for each in found] == ["set-aside", "unlike-lines"]
    assert found[0].alternatives[0].options == {"keep": ("c0", "c3")}


def test_decisions_of__offers_each_of_a_few_lines_alone():
    (found,) = decided(*(Verdict(i, UNLIKE, False, GUESS, "it is odd") for i in range(2)))
    offered = [other.options["set_aside"] for other in found.alternatives]
    assert offered == [("c0", "c1"), ("c0",), ("c1",)]


def test_decisions_of__offers_the_other_kind_instead():
    aside = [Verdict(i, "counts", True, GUESS, "both", ("c1", "c3")) for i in (0, 2)]
    (found,) = decided(*aside)
    assert found.alternatives[0].options == {"keep": ("c0", "c2"), "set_aside": ("c1", "c3")}


def test_decisions_of__has_no_alternative_to_the_user_s_word():
    (found,) = decided(Verdict(7, "told", True, Certainty.TOLD, "you chose this"))
    assert (found.alternatives, found.options) == ((), {"set_aside": ("c7",)})
