"""Tests of reading times with and without units."""

from __future__ import annotations

import math

import pytest

from genie3_engine.data.time_points import TimePoint, read_times, time_point, unit_of_header
from genie3_engine.errors import InputError


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0", 0.0, ""),
        ("1e3", 1000.0, ""),
        ("2h", 2.0, "h"),
        ("30 min", 30.0, "min"),
        ("24hpi", 24.0, "h"),
        ("-1 d", -1.0, "d"),
        ("T12", 12.0, ""),
        ("day 3", 3.0, "d"),
        ("Day_7", 7.0, "d"),
        ("time point 4", 4.0, ""),
        ("h24", 24.0, "h"),
        ("1.5 weeks", 1.5, "week"),
    ],
)
def test_time_point__reads_numbers_with_units(text, value, unit):
    assert time_point(text) == TimePoint(value, unit)


@pytest.mark.parametrize("text", ["", "late", "2 h 30", "inf", "1 parsec", "day 3 h", "NA"])
def test_time_point__is_none_for_other_texts(text):
    assert time_point(text) is None


def test_read_times__keeps_numbers_of_one_unit():
    times = read_times(["0", "0.5", "24", "NA", ""], header="time (h)")
    assert times.values[:3] == (0.0, 0.5, 24.0)
    assert all(map(math.isnan, times.values[3:]))
    assert (times.unit, times.note) == ("h", "")


def test_read_times__converts_to_the_smallest_unit_and_states_it():
    times = read_times(["0", "30 min", "2 h", "1 d"])
    assert times.values == (0.0, 30.0, 120.0, 1440.0)
    assert times.unit == "min"
    assert "'30 min' and '2 h'" in times.note


def test_read_times__takes_the_unit_of_the_header_for_plain_numbers():
    assert read_times(["1", "30 min"], header="hours").values == (60.0, 30.0)


def test_read_times__reads_decimal_points_of_any_number_of_digits():
    assert read_times(["0", "0.125", "1.250"]).values == (0.0, 0.125, 1.25)
    assert read_times(["1.000", "2.000", "NA"]).values[:2] == (1.0, 2.0)


def test_read_times__reads_decimal_commas():
    assert read_times(["0", "0,5", "1,25"]).values == (0.0, 0.5, 1.25)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (["0", "late"], "'late' in column 'time'"),
        (["1", "2 h"], "Time '1' of the sample sheet has no unit, and '2 h' has one"),
        (["1 month", "2 d"], "'1 month' and '2 d'"),
        (["1,000", "2"], "'1,000' in column 'time' of the sample sheet can be read in two ways"),
        (["1.5", "2,5"], "'2,5'"),
        (["0", "500", "1.440"], "'1.440' in column 'time' of the sample sheet can be read in two"),
        (["01.02", "02.02"], "'01.02' in column 'time' of the sample sheet can be read in two"),
    ],
)
def test_read_times__refuses_what_is_not_clear(entries, words):
    with pytest.raises(InputError, match=words) as caught:
        read_times(entries)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("header", "unit"),
    [("Time", ""), ("time_h", "h"), ("hours post infection", "h"), ("Time (min)", "min")],
)
def test_unit_of_header__finds_words_of_time(header, unit):
    assert unit_of_header(header) == unit
