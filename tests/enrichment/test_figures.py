"""The dot plot as a figure: groups as columns, or one group along its ratios."""

import pytest

from genie3_engine.enrichment.dot_plot import dot_plot
from genie3_engine.enrichment.figures import enrichment_figure
from genie3_engine.enrichment.over_representation import over_representation
from tests.enrichment.sets import sets_of

GENES = tuple(f"g{i}" for i in range(200))
SETS = {"<b>bold</b>": GENES[:20], "other": GENES[50:70]}
GROUPS = {"<i>one</i>": GENES[:25], "two": GENES[45:75]}


def plot_of(groups):
    return dot_plot(over_representation(groups, sets_of(SETS, GENES)))


@pytest.mark.parametrize("dark", [False, True])
def test_figure__of_groups_has_a_dot_for_each_enriched_set(dark):
    figure = enrichment_figure(plot_of(GROUPS), dark=dark)
    assert sum(len(trace.x) for trace in figure.data) == 2
    assert figure.layout.xaxis.ticktext == ("&lt;i&gt;one&lt;/i&gt;", "two")
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;bold&lt;/b&gt;", "other")
    assert all("<b>" not in text for trace in figure.data for text in trace.text)


def test_figure__of_one_group_is_along_the_ratios():
    plot = plot_of({"one": GENES[:25]})
    figure = enrichment_figure(plot)
    assert figure.data[0].x.tolist() == plot.ratio.tolist()
    assert "expected" in figure.layout.xaxis.title.text
