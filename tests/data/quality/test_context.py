"""Tests of the words that checks share."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.quality.context import QualityContext, count, names_at, percent, some
from tests.data.raws import raw_of


@pytest.mark.parametrize(
    ("part", "text"),
    [(0, "0 %"), (1, "less than 0.1 %"), (50, "0.5 %"), (4_500, "45 %"), (9_999, "99.9 %")],
)
def test_percent__is_never_none_or_all_when_it_is_not(part, text):
    assert percent(part, 10_000) == text


def test_some__shows_the_first_names():
    assert some(["a", "b"]) == "'a', 'b'"
    assert some(list("abcde")) == "'a', 'b', 'c' and 2 more"


def test_count__has_a_plural():
    assert (count(1, "gene"), count(4000, "gene")) == ("1 gene", "4,000 genes")


def test_names_at__returns_what_is_true():
    assert names_at(("a", "b", "c"), np.array([True, False, True])) == ["a", "c"]


def test_context__knows_the_share_of_zeros():
    assert QualityContext(raw_of([[0, 1], [0, 0]])).zero_share == 0.75
