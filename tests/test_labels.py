from __future__ import annotations

import pytest

from genie3_engine import labels
from genie3_engine.eta import COUNTED
from genie3_engine.model import JobState


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0.0 s"),
        (1.25, "1.2 s"),
        (42.4, "42 s"),
        (80, "1 min 20 s"),
        (3 * 3600 + 61, "3 h 1 min"),
        (2 * 86400 + 3600, "2 d 1 h"),
    ],
)
def test_duration__has_at_most_two_units(seconds, text):
    assert labels.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "just now"), (61, "1 min ago"), (7300, "2 h ago"), (86400, "1 day ago")],
)
def test_age__is_rough(seconds, text):
    assert labels.age(1000.0, 1000.0 + seconds) == text


def test_age__of_an_unknown_moment_is_empty():
    assert labels.age(None, 1.0) == ""


def test_count__agrees_in_number():
    assert labels.count(1, "gene") == "1 gene"
    assert labels.count(4000, "gene") == "4,000 genes"
    assert labels.count(2, "matrix", "matrices") == "2 matrices"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0.0, "$0.00"),
        (0.00001, "below $0.0001"),
        (0.0018, "$0.0018"),
        (0.05, "$0.05"),
        (0.5, "$0.50"),
        (1234.5, "$1,234.50"),
    ],
)
def test_dollars__say_something_when_they_are_few(amount, text):
    assert labels.dollars(amount) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0:00"), (59.6, "1:00"), (3_600, "1:00:00"), (200_000, "2 d 7 h")],
)
def test_clock__grows_with_the_time(seconds, text):
    assert labels.clock(seconds) == text


def test_duration__drops_a_unit_that_is_zero():
    assert (labels.duration(60), labels.duration(86400)) == ("1 min", "1 d")


@pytest.mark.parametrize(
    ("part", "text"),
    [(0, "0 %"), (1, "less than 0.1 %"), (50, "0.5 %"), (4_500, "45 %"), (9_999, "99.9 %")],
)
def test_proportion__is_never_none_or_all_when_it_is_not(part, text):
    assert labels.proportion(part, 10_000) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.012, "1.2 %"), (0.07, "7 %"), (0.5, "50 %")]
)
def test_percent__has_a_digit_more_where_it_is_small(share, text):
    assert labels.percent(share) == text


@pytest.mark.parametrize(
    ("n_bytes", "text"), [(5, "5 bytes"), (1500, "1.5 kB"), (12e6, "12 MB"), (3e15, "3000.0 TB")]
)
def test_size__has_a_suitable_unit(n_bytes, text):
    assert labels.size(n_bytes) == text


def test_per_minute__names_the_unit():
    assert labels.per_minute(4.0, "targets") == "240 targets/min"
    assert labels.per_minute(0.1) == "6.0/min"


def test_moment__of_another_text_is_none():
    assert labels.moment("1970-01-01T00:00:10+00:00") == 10.0
    assert labels.moment("yesterday") is None


def test_states__are_those_of_a_run():
    assert set(labels.STATES) == {state.value for state in JobState}


def test_step__of_another_name_is_the_name():
    assert labels.step("computing") == "Growing forests"
    assert labels.step("something") == "Something"


def test_counted__is_what_a_step_counts():
    assert labels.counted("nulls") == "null forest"
    assert labels.counted("computing") == "target"
    assert set(COUNTED) | set(labels.EVIDENCE_PHASES) <= set(labels.STEPS) & set(labels.PHASES)
