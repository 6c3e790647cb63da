from __future__ import annotations

import pytest

from ui import text_format


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
    assert text_format.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "just now"), (61, "1 min ago"), (7300, "2 h ago"), (86400, "1 day ago")],
)
def test_age__is_rough(seconds, text):
    assert text_format.age(1000.0, 1000.0 + seconds) == text


def test_age__of_an_unknown_moment_is_empty():
    assert text_format.age(None, 1.0) == ""


def test_count__agrees_in_number():
    assert text_format.count(1, "gene") == "1 gene"
    assert text_format.count(4000, "gene") == "4,000 genes"
    assert text_format.count(2, "matrix", "matrices") == "2 matrices"


def test_plain__escapes_what_markdown_would_read():
    assert text_format.plain("**x**") == r"\*\*x\*\*"
    assert text_format.plain("$x$ :smile: <b>") == r"\$x\$ \:smile\: \<b\>"


def test_plain__cuts_before_it_escapes():
    assert text_format.plain("*" * 300, at_most=4) == r"\*\*\*…"


def test_shorten__puts_text_on_one_line():
    assert text_format.shorten("a\n b\t c") == "a b c"
    assert len(text_format.shorten("x" * 300)) == 80


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
    assert text_format.dollars(amount) == text
