from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.figure_style import ACTIVATION, COLOURS, REPRESSION, UNCLEAR
from genie3_engine.networks.annotations import Annotation
from genie3_engine.networks.colours import by_annotation, by_group, by_number, by_role, by_sign
from genie3_engine.networks.figures import (
    fit_figure,
    link_figure,
    overlap_figure,
    threshold_figure,
)
from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.summary import NetworkSummary
from genie3_engine.networks.thresholds import Threshold


@pytest.fixture
def shown():
    links = [("A", "B", 0.9), ("A", "C", 0.5), ("B", "C", 0.2)]
    return layout_graph(pd.DataFrame(links, columns=["regulator", "target", "importance"]))


@pytest.mark.parametrize(
    ("threshold", "names"),
    [
        ("300", ["Genes", "Regulators"]),
        ("score:0.1", ["Links", "Genes", "Regulators"]),
        ("target:2", ["Links"]),
        ("q:0.05", ["Links", "Genes", "Regulators"]),
        ("stability:0.8", ["Links", "Genes", "Regulators"]),
    ],
)
def test_threshold_figure__has_a_line_each(threshold, names):
    by_rank = pd.DataFrame(
        {"n_links": [1, 9], "importance": [0.9, 0.1], "n_genes": [2, 5], "n_regulators": [1, 2]}
    )
    by_target = pd.DataFrame({"per_target": [1, 2], "n_links": [4, 7]})
    counts = by_rank[["n_links", "n_genes", "n_regulators"]]
    by_evidence = {name: counts.assign(**{name: [0.01, 0.8]}) for name in ("q", "stability")}
    figure = threshold_figure(
        NetworkSummary(pd.DataFrame(), by_rank, by_target, by_evidence), Threshold.parse(threshold)
    )
    assert [trace.name for trace in figure.data] == names
    assert len(figure.layout.shapes) == 1


def test_link_figure__is_a_named_point_a_sample():
    expression = Expression(np.eye(3), ("A", "<b>B</b>", "C"), ("s1", "<i>", "s3"))
    figure = link_figure(expression, "A", "<b>B</b>")
    assert list(figure.data[0].text) == ["s1", "&lt;i&gt;", "s3"]
    assert figure.layout.yaxis.title.text == "&lt;b&gt;B&lt;/b&gt;"
    assert figure.data[0].y.tolist() == [0, 1, 0]


def test_fit_figure__counts_every_gene():
    figure = fit_figure(pd.DataFrame({"oob_r2": [-3.0, -0.2, 0.5, 0.51, np.nan]}))
    assert sum(figure.data[0].y) == 4


def test_colours__of_roles_and_signs(shown):
    roles = by_role(shown)
    assert len(set(roles.genes)) == 2
    signs = by_sign(shown, np.array([1, -1, 0], np.int8))
    assert signs.links[:2] == (ACTIVATION, REPRESSION)
    assert [entry.colour for entry in signs.legend] == list(signs.links)


def test_colours__of_groups_beyond_the_palette_are_grey():
    groups = [f"group {i}" for i in range(9) for _ in range(10 - i)] + [None]
    found = by_group(groups)
    assert found.genes[0] == COLOURS[0]
    assert [entry.label for entry in found.legend][-1] == "Other"
    assert len(found.legend) == len(COLOURS) + 1


def test_colours__of_numbers_run_from_little_to_much():
    found = by_number(np.array([0.0, 1.0, np.nan, 0.5]), label="x")
    assert found.genes[0] == found.legend[0].colour
    assert found.genes[1] == found.legend[1].colour
    assert found.genes[2] == UNCLEAR
    assert by_number(np.zeros(0), label="x").genes == ()


def test_colours__of_an_annotation(shown):
    groups = by_annotation(shown, Annotation("process", {"A": "growth", "B": "stress"}))
    assert [entry.label for entry in groups.legend] == ["growth", "stress", "Other"]
    few = by_annotation(shown, Annotation("level", {"A": "1", "B": "2"}))
    assert [entry.label for entry in few.legend] == ["1", "2", "Other"]


def test_overlap_figure__draws_overlap_and_chance_and_marks_the_number_in_use():
    curve = pd.DataFrame(
        {
            "n_links": [10, 20],
            "n_common": [5, 15],
            "overlap": [0.5, 0.75],
            "jaccard": [1 / 3, 0.6],
            "by_chance": [0.1, 0.2],
        }
    )
    figure = overlap_figure(curve, n_links=20, dark=True)
    assert [trace.name for trace in figure.data] == [
        "Overlap",
        "Jaccard index",
        "Overlap of random orders",
    ]
    assert list(figure.data[0].y) == [0.5, 0.75]
    assert figure.layout.shapes[0].x0 == 20
