from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.networks import marks


def test_radii__grow_by_area():
    small, half, large = marks.radii(np.array([0.0, 0.25, 1.0]))
    assert half - small == pytest.approx((large - small) / 2)


def test_mark_scale__grows_with_the_picture_between_two_limits():
    assert marks.mark_scale(0.0) == marks.SMALLEST
    assert marks.mark_scale(1.0) == marks.GROWTH
    assert marks.mark_scale(100.0) == 1.0


def test_shortened__is_one_line_that_is_not_too_long():
    assert marks.shortened(" a\n b ") == "a b"
    assert len(marks.shortened("g" * 300)) == marks.LABEL_LENGTH


def test_text_width__is_larger_for_wide_and_unknown_letters():
    assert marks.text_width("ill") < marks.text_width("WWW")
    assert marks.text_width("🧬") == 1.0


def test_fitted__stretches_within_limits():
    assert marks.fitted((10, 10), (100, 120)) == (10, 12)
    assert marks.fitted((10, 10), (100, 900)) == (10, 10 * marks.MOST_STRETCH)
    assert marks.fitted((0, 0), (100, 100)) == (1, 1)
    assert marks.fitted((0, 10), (100, 50)) == (5 * marks.MOST_STRETCH, 5)
