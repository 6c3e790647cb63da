from __future__ import annotations

import plotly.graph_objects as go
import pytest

from genie3_engine.figure_style import DARK, LIGHT, ground, styled


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_ground__text_can_be_read(colours):
    for text in (colours.text, colours.muted):
        low, high = sorted([luminance(text), luminance(colours.paper)])
        assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.2, AA


@pytest.mark.parametrize("dark", [False, True])
def test_styled__changes_the_figure_in_place(dark):
    figure = go.Figure()
    assert styled(figure, dark=dark, height=123) is figure
    assert figure.layout.height == 123
    assert figure.layout.template.layout.paper_bgcolor == ground(dark=dark).paper
