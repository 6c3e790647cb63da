"""Tests of making a sample sheet of columns of texts."""

from __future__ import annotations

import pytest

from genie3_engine.data.perturbations import GeneNames
from genie3_engine.data.sheet_columns import SheetColumn, SheetRole, SheetRoles
from genie3_engine.data.sheet_entries import describe_sheet, draft_sheet, split_by_time
from genie3_engine.errors import InputError

GENES = GeneNames(["TP53", "MYC", "SOX2"])


def draft(kind="", **entries):
    columns = {SheetRole(role): SheetColumn(role, tuple(texts)) for role, texts in entries.items()}
    n_samples = len(next(iter(entries.values())))
    samples = [f"s{i + 1}" for i in range(n_samples)]
    return draft_sheet(SheetRoles(columns, kind), samples, GENES)


def test_draft_sheet__has_an_entry_for_each_sample():
    found = draft(
        series=["a", "a", "b", "b", ""],
        time=["0", "1", "0", "1", ""],
        perturbed=["", "", "", "", "TP53 KO"],
        block=["x", "x", "y", "y", "NA"],
    )
    assert found.sheet.series == ("a", "a", "b", "b", "")
    assert found.sheet.time[:4] == (0.0, 1.0, 0.0, 1.0)
    assert found.sheet.perturbed == ((), (), (), (), ("TP53",))
    assert found.sheet.perturbation == ("", "", "", "", "KO")
    assert found.sheet.block == ("x", "x", "y", "y", "")
    assert not found.guesses


def test_draft_sheet__without_a_column_of_series_has_one():
    assert draft(time="012").sheet.series == ("series",) * 3


def test_draft_sheet__begins_a_series_where_time_goes_back():
    found = draft(time="012012")
    assert found.sheet.series == ("series 1",) * 3 + ("series 2",) * 3
    assert found.evidence
    assert not found.guesses
    assert draft(time="01201").guesses == [
        "The time goes back to its start where each of 2 series begins."
    ]


def test_draft_sheet__series_without_names_are_those_of_perturbed_genes():
    found = draft(time="012012", perturbed=["wt"] * 3 + ["TP53 KO"] * 3)
    assert found.sheet.series == ("unperturbed",) * 3 + ("TP53 KO",) * 3


def test_draft_sheet__numbers_replicates_as_a_guess():
    found = draft(series="aaaa", time="0011")
    assert found.sheet.replicate == ("1", "2", "1", "2")
    assert "replicates" in found.guesses[0]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"series": "aaa", "time": "001"}, "Samples 's1' and 's2' are both of the series 'a'"),
        ({"series": "aa", "time": "00", "replicate": "11"}, "'s1' and 's2'"),
        ({"series": ["a", ""], "time": "01"}, "Sample 's2' has the time 1 and no series"),
        ({"time": ["0", "soon"]}, "'soon'"),
        ({"perturbed": ["TP53 KO + MYC KD"]}, "KD and KO"),
        ({"perturbed": ["TP53 KO"], "perturbation": ["KD"]}, "'TP53 KO'"),
        ({"perturbed": [""], "perturbation": ["KD"]}, "kind of perturbation KD has no gene"),
        ({"perturbation": ["", "KO"]}, "KO has no gene, of sample 's2'"),
        ({"perturbed": ["TP53"], "perturbation": ["hot"]}, "'hot' is not a kind of perturbation"),
    ],
)
def test_draft_sheet__refuses_contradictions_by_name(entries, words):
    with pytest.raises(InputError, match=words) as caught:
        draft(**entries)
    assert caught.value.remedy


def test_draft_sheet__assumes_knock_outs_as_a_guess():
    found = draft(perturbed=["", "TP53"])
    assert found.sheet.perturbation == ("", "KO")
    assert found.is_kind_assumed
    assert "'TP53'" in found.guesses[0]
    assert not draft(perturbed=["", "TP53"], kind="KD").guesses
    assert draft(perturbed=["", "TP53"], kind="KD").sheet.perturbation == ("", "KD")


def test_draft_sheet__names_perturbed_genes_that_are_not_in_the_data():
    found = draft(perturbed=["TP53 KO", "SOX22 KO"])
    assert found.sheet.perturbed == (("TP53",), ("SOX22",))
    assert "'SOX22' (near: 'SOX2')" in found.notes[0]


def test_draft_sheet__a_sample_of_a_series_without_time_is_a_steady_state():
    found = draft(series="aaa", time=["0", "1", ""])
    assert found.sheet.series == ("a", "a", "")
    assert "1 sample without a time" in found.notes[0]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"series": "aaabb", "time": "01201"}, "2 time series of 2 to 3 points"),
        ({"time": ["0", "1", ""]}, "1 time series of 2 points and 1 steady state"),
        ({"perturbed": ["TP53 KO", "TP53 KO"]}, "knock-outs of 1 gene in 2 samples"),
        ({"perturbed": ["TP53 + MYC KO"] * 2}, "knock-outs of 2 genes in 2 samples"),
        ({"block": "ab"}, "2 blocks"),
        ({"block": ["", ""]}, "nothing"),
    ],
)
def test_describe_sheet__counts_what_there_is(entries, words):
    assert describe_sheet(draft(**entries).sheet) == words


def test_split_by_time__keeps_samples_of_other_names_apart():
    found = split_by_time([0, 0, 1, 0, float("nan")], ["a", "b", "a", "a", ""])
    assert found == ["a 1", "b 1", "a 1", "a 2", ""]
