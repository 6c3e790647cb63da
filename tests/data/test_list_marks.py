"""Tests of columns that mark which rows of a list are regulators."""

from __future__ import annotations

import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.list_marks import marks_of

NAMES = ["TP53", "MYC", "JUN", "FOS", "STAT3"]
FAMILIES = ["p53", "bHLH", "bZIP", "bZIP", "STAT"]


def rows(answers, header=None):
    titles = [] if header is None else [["name", "family", header]]
    return titles + [list(row) for row in zip(NAMES, FAMILIES, answers, strict=True)]


@pytest.mark.parametrize(
    "answers",
    [["Yes", "No"], ["1", "0"], ["TRUE", "FALSE"], ["y", "n"], ["ja", "nein"], ["TF", "not a TF"]],
)
@pytest.mark.parametrize("order", [(0, 1, 0, 0, 1), (1, 1, 0, 0, 0), (1, 0, 0, 0, 0)])
def test_marks_of__a_table_without_a_header_is_a_guess(answers, order):
    found = marks_of(rows([answers[i] for i in order]), has_header=False)
    assert found.are_left_out
    assert found.certainty is Certainty.GUESS
    assert found.unmarked == {i for i, answer in enumerate(order) if answer}
    assert found.decision("a.csv", "1, all rows").alternatives[0].options == {
        "regulators_column": "1, all rows"
    }


@pytest.mark.parametrize(
    ("header", "is_left_out", "certainty"),
    [
        ("Is TF?", True, Certainty.CLEAR),
        ("TF", True, Certainty.CLEAR),
        ("isRegulator", True, Certainty.CLEAR),
        ("curated_tf", True, Certainty.CLEAR),
        ("transcription factor", True, Certainty.CLEAR),
        ("known", True, Certainty.GUESS),
        ("nuclear", False, Certainty.GUESS),
    ],
)
def test_marks_of__goes_by_the_header(header, is_left_out, certainty):
    found = marks_of(rows(["yes", "no", "yes", "yes", "no"], header), has_header=True)
    assert (found.are_left_out, found.certainty) == (is_left_out, certainty)
    assert found.unmarked == {1, 4}


@pytest.mark.parametrize("header", ["curated", "is_stimulation", "n_references"])
def test_marks_of__a_column_of_something_else_is_none(header):
    assert marks_of(rows(["1", "0", "1", "1", "0"], header), has_header=True) is None


def test_marks_of__links_with_labels_are_no_list():
    links = [["TP53", gene, label] for gene, label in zip(NAMES, "01101", strict=True)]
    links += [["MYC", gene, label] for gene, label in zip(NAMES, "10010", strict=True)]
    assert marks_of(links, has_header=False) is None


def test_marks_of__all_yes_leaves_nothing_out():
    assert marks_of(rows(["yes"] * 5), has_header=False) is None


@pytest.mark.parametrize(
    ("kinds", "unmarked"),
    [
        (["TF", "co-factor", "TF", "TF cofactor", "co-factor"] * 2, {1, 3, 4, 6, 8, 9}),
        (["Putative transcription factor", "kinase"] * 3, {1, 3, 5}),
        (["TF", "TR", "TF", ""], {1, 3}),
        (["DNA-binding TF", "TF", "non-TF", "TF", "TF", "TF"], {2}),
    ],
)
@pytest.mark.parametrize("header", ["Category", None])
def test_marks_of__names_the_categories_of_a_list(kinds, unmarked, header):
    titles = [] if header is None else [["name", header]]
    table = [*titles, *([f"G{i}", kind] for i, kind in enumerate(kinds))]
    found = marks_of(table, has_header=header is not None)
    assert (found.are_left_out, found.certainty) == (False, Certainty.GUESS)
    assert found.unmarked == unmarked
    decision = found.decision("a.csv", "name, marked rows")
    assert f"'{kinds[0]}' ({kinds.count(kinds[0])})" in decision.taken
    assert "--regulators-column 'name, marked rows'" in decision.advice


@pytest.mark.parametrize(
    "kinds",
    [
        ["TF_bZIP", "TF_Otx"] * 3,
        ["TF"] * 6,
        ["bHLH", "zf-C2H2"] * 3,
        ["TF", "a", "b", "c", "d", "e"],
        ["TF1", "TF2", "TF1", "TF2"],
    ],
)
def test_marks_of__families_and_names_are_no_categories(kinds):
    table = [["name", "kind"], *([f"G{i}", kind] for i, kind in enumerate(kinds))]
    assert marks_of(table, has_header=True) is None
