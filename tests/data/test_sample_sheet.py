"""Tests of the sample sheet."""

from __future__ import annotations

import json
import math

import pytest

from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.errors import InputError
from genie3_engine.model import KNOCK_OUTS, NEEDS, SERIES
from tests.data.raws import sheet_of


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"series": "ab", "time": (0,)}, "series 2, time 1"),
        ({"series": ("a", ""), "time": (0, 3)}, "Sample 2 has the time 3 and no time series"),
        ({"series": "ab", "time": (0, math.nan)}, "Sample 2 of the series 'b' has no time"),
        ({"series": "ab", "time": (0, math.inf)}, "no finite one"),
        ({"series": "aa", "time": (5, 5)}, "Samples 1 and 2 are both of the series 'a' at the ti"),
        ({"series": "aa", "time": (5, 5), "replicate": "xx"}, "of replicate 'x' of the series"),
        ({"perturbed": [("G",)], "perturbation": ["ko"]}, "has the perturbation 'ko'"),
        ({"perturbed": [()], "perturbation": ["KO"]}, "the perturbation KO of no gene"),
        ({"perturbed": [("G",)]}, "the perturbed gene 'G', and how is not given"),
    ],
)
def test_sample_sheet__refuses_entries_that_contradict_each_other(columns, message):
    with pytest.raises(InputError, match=message) as refused:
        sheet_of(**columns)
    assert refused.value.remedy


def test_sample_sheet__sorts_the_genes_and_makes_times_floats():
    sheet = sheet_of(series="a", time=(1,), perturbed=[["b", "a", "b"]], perturbation=["OE"])
    assert sheet.perturbed == (("a", "b"),)
    assert isinstance(sheet.time[0], float)


def test_to_dict__is_plain_json_that_makes_the_same_sheet():
    sheet = sheet_of(
        series=("a", ""), time=(0.1, math.nan), perturbed=[(), ("b", "a")],
        perturbation=("", "KO"), replicate=("1", ""), block=("", "x"),
    )  # fmt: skip
    told = json.loads(json.dumps(sheet.to_dict(), allow_nan=False))
    assert told["time"] == [0.1, None]
    again = SampleSheet.from_dict(told)
    assert again == sheet
    assert hash(again) == hash(sheet)
    assert sheet != sheet_of(block=("", "x"))


def test_take__reorders_every_column():
    sheet = sheet_of(series=("a", "", "b"), time=(0, math.nan, 1), block="xyz", replicate="123")
    assert sheet.take([2, 0]) == sheet_of(series="ba", time=(1, 0), block="zx", replicate="31")
    assert sheet.take([]).n_samples == 0


def test_merge__keeps_what_a_group_has_in_common():
    sheet = sheet_of(series="aab", time=(0, 0, 0), replicate="121", block="xxy")
    merged = sheet.merge([(0, 1), (1, 2)])
    assert merged == sheet_of(series=("a", ""), time=(0, math.nan), block=("x", ""))
    with pytest.raises(InputError, match="both of the series 'a'"):
        sheet_of(series="aaaa", time=(0, 0, 0, 0), replicate="1234").merge([(0, 1), (2, 3)])


def test_rename__changes_perturbed_genes_alone():
    sheet = sheet_of(perturbed=[("a.1", "b")], perturbation=["KO"])
    assert sheet.rename({"a.1": "a"}).perturbed == (("a", "b"),)


def test_series_positions__are_sorted_by_time_and_replicates_are_series_of_their_own():
    sheet = sheet_of(
        series=("b", "a", "a", "", "a"),
        time=(0, 3, 1.5, math.nan, 3),
        replicate=("", *"11", "", "2"),
    )
    assert sheet.series_positions() == {"a / 1": [2, 1], "a / 2": [4], "b": [0]}


def test_provides__are_series_of_two_samples_and_knock_outs():
    assert set(NEEDS) == {SERIES, KNOCK_OUTS}
    single = sheet_of(series="ab", time=(0, 0), perturbed=[(), ("G",)], perturbation=("", "OE"))
    assert single.provides == frozenset()
    both = sheet_of(series="aa", time=(0, 1), perturbed=[(), ("G",)], perturbation=("", "KD"))
    assert both.provides == {SERIES, KNOCK_OUTS}
    assert not both.is_empty
