from __future__ import annotations

import pytest

from genie3_engine.benchmark import summary_text


def test_noise__without_times_is_the_least_difference():
    assert summary_text.noise([]) == summary_text.WORTH_SAYING


@pytest.mark.parametrize(
    ("ratio", "text"), [(3.04, "3.0 times as fast as"), (1.25, "25 % faster than")]
)
def test_faster__gives_large_ratios_as_factors_and_small_ones_in_percent(ratio, text):
    assert summary_text.faster(ratio) == text


def test_seconds__are_exact_where_they_are_few():
    assert (summary_text.seconds(1.234), summary_text.seconds(1234.5)) == ("1.23 s", "1,234.5 s")


def test_misfit__is_silent_when_a_law_fits():
    assert summary_text.misfit(0.01) == ""
    assert "12 %" in summary_text.misfit(0.12)
