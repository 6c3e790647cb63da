from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.graph_payload import graph_payload, path_links
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import LegendEntry, View

SHOWN = layout_graph(
    pd.DataFrame({"regulator": ["a", "b"], "target": ["b", "c"], "importance": [0.5, 0.4]})
)
VIEW = View(
    run=Path("run"),
    threshold=Threshold(ThresholdKind.RANK, 2),
    n_links=2,
    n_kept=2,
    layout=SHOWN,
    colours=("#111111", "#222222", "#111111"),
    link_colours=(),
    sizes=np.array([1.0, 0.5, 0.0]),
    legend=(LegendEntry("Regulator", "#111111"),),
)


def numbers(text, kind):
    return np.frombuffer(base64.b64decode(text), kind).tolist()


def test_drawing__is_plain_json_with_columns_of_numbers():
    payload = json.loads(json.dumps(graph_payload(VIEW, version="1", network="n")))
    assert payload["genes"]["name"] == ["a", "b", "c"]
    assert numbers(payload["genes"]["size"], "<f4") == [1.0, 0.5, 0.0]
    assert payload["genes"]["palette"] == ["#111111", "#222222"]
    assert numbers(payload["genes"]["colour"], "u1") == [0, 1, 0]
    assert numbers(payload["links"]["target"], "<i4") == [1, 2]
    assert payload["legend"] == [{"label": "Regulator", "colour": "#111111", "mark": "disc"}]


def test_drawing__has_lines_as_broad_and_opaque_as_the_view():
    plain = graph_payload(VIEW, version="1")["links"]
    assert (plain["width"], plain["opacity"]) == ("", "")
    shares = np.array([0.5, 1.0])
    faint = graph_payload(replace(VIEW, widths=shares[::-1], opacities=shares), version="1")
    assert numbers(faint["links"]["width"], "<f4") == [1.0, 0.5]
    assert numbers(faint["links"]["opacity"], "<f4") == [0.5, 1.0]


def test_drawing__has_labels_and_descriptions_and_is_another_graph_with_others():
    plain = graph_payload(VIEW, version="1")
    assert (plain["version"], set(plain["genes"]) & {"label", "about"}) == ("1", set())
    named = graph_payload(replace(VIEW, labels=("A", "B", "c")), version="1")
    assert (named["genes"]["name"], named["genes"]["label"]) == (["a", "b", "c"], ["A", "B", "c"])
    described = graph_payload(replace(VIEW, descriptions=("x", "", "")), version="1")
    assert described["genes"]["about"] == ["x", "", ""]
    assert len({each["version"] for each in (plain, named, described)}) == 3


@pytest.mark.parametrize(
    ("gene", "to", "links"),
    [("a", "c", [0, 1]), ("c", "a", [0, 1]), ("a", None, []), ("a", "absent", [])],
)
def test_path_links__finds_a_path_in_either_direction(gene, to, links):
    assert path_links(replace(VIEW, gene=gene, to=to)) == links
