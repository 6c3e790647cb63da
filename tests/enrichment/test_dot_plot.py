"""A dot plot has the strongest sets of each group; its SVG shows names as they are."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from genie3_engine.enrichment.dot_plot import (
    CLASS_LABELS,
    MOST_GROUPS,
    MOST_SETS,
    dot_plot,
    dot_plot_svg,
)
from genie3_engine.enrichment.options import EnrichmentOptions
from genie3_engine.enrichment.over_representation import over_representation
from tests.enrichment.sets import sets_of

GENES = tuple(f"g{i}" for i in range(400))
HOSTILE = "<script>alert(1)</script>\x01"


@pytest.fixture(scope="module")
def found():
    groups = {f"group {i}": GENES[20 * i : 20 * i + 20] for i in range(20)}
    sets = {}
    for i in range(20):
        genes = groups[f"group {i}"]
        sets |= {f"GO:{i}{j:03d}": genes[4 * j : 4 * j + 5 - i % 2] for j in range(4)}
    sets[HOSTILE] = GENES[:18]
    described = {"GO:0000": "a <b>term</b>"}
    options = EnrichmentOptions(min_size=3)
    return over_representation(groups, sets_of(sets, GENES, descriptions=described), options)


def test_plot__is_of_the_strongest_sets_of_each_group(found):
    plot = dot_plot(found)
    assert plot.groups == tuple(f"group {i}" for i in range(MOST_GROUPS))
    assert len(plot.sets) <= MOST_SETS
    assert plot.sets[0] == HOSTILE
    assert {plot.column[dot] for dot in range(len(plot))} == set(range(MOST_GROUPS))
    assert plot.n_groups_left_out == 8
    assert "8 groups; the table has them" in plot.left_out
    assert plot.areas.max() == pytest.approx(260)


def test_plot__classes_follow_q(found):
    plot = dot_plot(found)
    named = [CLASS_LABELS[each] for each in plot.classes]
    for label, log10_q in zip(named, plot.log10_q, strict=True):
        assert (label == "q > 0.01") == (log10_q > -2)
        assert (label == "q ≤ 10⁻¹⁶") == (log10_q <= -16)


def test_svg__has_a_dot_each_and_no_markup_of_names(found):
    plot = dot_plot(found)
    svg = dot_plot_svg(plot)
    root = ElementTree.fromstring(svg)
    tags = {element.tag for element in root.iter()}
    assert tags <= {"svg", "title", "text", "path", "circle"}
    n_classes = len(set(plot.classes.tolist()))
    assert len(root.findall("circle")) == len(plot) + n_classes
    assert HOSTILE.replace("\x01", "\ufffd") in [text.text for text in root.iter("text")]
    assert "style=" not in svg


def test_plot__of_nothing_is_empty():
    none = dot_plot(over_representation({}, sets_of({"a": GENES[:5]}, GENES)))
    assert len(none) == 0
    assert none.left_out == ""
    assert not re.search("<circle", dot_plot_svg(none))
    assert np.isfinite(none.areas).all()
