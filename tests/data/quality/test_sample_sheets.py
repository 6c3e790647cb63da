"""Tests of the findings on sample sheets."""

from __future__ import annotations

import math

import numpy as np

from genie3_engine.data.quality import diagnose
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sample_sheet import SampleSheet


def diagnosis(series, times, samples=None):
    n = len(series)
    blank = ("",) * n
    sheet = SampleSheet(tuple(series), tuple(times), ((),) * n, blank, blank, blank)
    values = np.random.default_rng(0).normal(size=(4, n))
    names = tuple(samples or (f"s{i}" for i in range(n)))
    return diagnose(RawExpression(values, tuple("ABCD"), names, sheet=sheet))


def codes(found):
    return {finding.code for finding in found.findings}


def test_time_series__are_recognised_and_a_method_offered():
    found = diagnosis("aaab", (0, 1, 2, 0))
    assert "2 time series of 1 to 3 points" in {fact.text for fact in found.facts}
    assert {"time-series", "single-points"} <= codes(found)
    assert "time-series" not in codes(diagnosis(("", ""), (math.nan, math.nan)))


def test_short_series__names_a_series_of_one_sample():
    found = next(
        each for each in diagnosis("aab", (0, 1, 0)).findings if each.code == "single-points"
    )
    assert "1 of 2 time series has one sample only, such as 'b'" in found.sentence
    assert "single-points" not in codes(diagnosis("aabb", (0, 1, 0, 1)))


def test_sample_names__may_repeat_in_series():
    assert "sample-names" not in codes(diagnosis("aabb", (0, 1, 0, 1), samples="0101"))
