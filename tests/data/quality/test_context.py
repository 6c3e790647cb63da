"""Tests of the words that checks share."""

from __future__ import annotations

import numpy as np

from genie3_engine.data.quality.context import QualityContext, names_at, some
from tests.data.raws import raw_of


def test_some__shows_the_first_names():
    assert some(["a", "b"]) == "'a', 'b'"
    assert some(list("abcde")) == "'a', 'b', 'c' and 2 more"


def test_names_at__returns_what_is_true():
    assert names_at(("a", "b", "c"), np.array([True, False, True])) == ["a", "c"]


def test_context__knows_the_share_of_zeros():
    assert QualityContext(raw_of([[0, 1], [0, 0]])).zero_share == 0.75
