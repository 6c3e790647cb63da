from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.view_record import colours_of, record_of, view_of
from genie3_engine.networks.views import LegendEntry
from tests.small_views import small_view

FULL = small_view(
    genes=("a", '<b>"', "شبكة", "d"),
    threshold=Threshold.parse("stability:0.8"),
    link_colours=("#000001", "#000002", "#000003"),
    correlation=np.array([0.5, -0.5, np.nan]),
    widths=np.array([0.25, 0.5, 1.0]),
    opacities=np.array([1.0, 0.5, 0.25]),
    gene="a",
    to="d",
    caution="Hubs are favoured.",
    labels=("A", '<i>"', "c", "d"),
    descriptions=("what", "", "", ""),
)


def through_json(view):
    return json.loads(json.dumps(record_of(view), allow_nan=False))


@pytest.mark.parametrize("view", [small_view(), FULL])
def test_record_of__is_read_back_as_the_same_view(view):
    found = view_of(through_json(view), run=Path("elsewhere"))
    assert found.run == Path("elsewhere")
    assert_same(found, view)
    assert_same(found.layout, view.layout)


def assert_same(found, view):
    """Compare all fields of two records; numbers travel in single precision."""
    for each in fields(view):
        after, before = getattr(found, each.name), getattr(view, each.name)
        if isinstance(before, np.ndarray):
            np.testing.assert_allclose(after, before, rtol=1e-6, atol=1e-6, err_msg=each.name)
        elif each.name not in {"run", "layout"}:
            assert after == before, each.name


def test_record_of__names_no_folder():
    assert "somewhere" not in json.dumps(record_of(small_view(Path("/somewhere/secret"))))


def test_colours_of__is_what_a_dark_page_changes():
    dark = replace(
        FULL,
        colours=("#ffffff",) * 4,
        link_colours=("#fffff1",) * 3,
        legend=(LegendEntry("x", "#ffffff"),),
    )
    found = view_of({**through_json(FULL), **colours_of(dark)}, run=Path("run"))
    assert found.colours == dark.colours
    assert found.link_colours == dark.link_colours
    assert found.legend == dark.legend


def test_view_of__entries_of_a_later_version_are_ignored():
    record = {**through_json(FULL), "hidden": ["b"]}
    assert view_of(record, run=Path("run")).gene == "a"


def numbers(*values, dtype="<i4"):
    return record_of(small_view(sizes=np.array(values, dtype)))["sizes"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("colours", ["#112233"]),
        ("colours", ['"/><script>', "#112233", "#112233"]),
        ("link_colours", ["#112233"] * 3),
        ("legend", [{"label": "x", "colour": "url(x)"}]),
        ("legend", [{"label": 3, "colour": "#112233"}]),
        ("legend", 3),
        ("sizes", {"dtype": "<f4", "base64": "not base64"}),
        ("sizes", {"dtype": "|O", "base64": ""}),
        ("sizes", numbers(1)),
        ("sizes", ["a", "b", "c"]),
        ("correlation", numbers(1)),
        ("n_links", "many"),
        ("n_kept", None),
        ("widths", numbers(1)),
        ("threshold", "no threshold"),
        ("gene", 7),
        ("labels", ["A"]),
        ("descriptions", ["x", "y", 3]),
    ],
)
def test_view_of__refuses_what_is_no_view(part, value):
    with pytest.raises(ValueError, match=r"\w"):
        view_of({**through_json(small_view()), part: value}, run=Path("run"))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("source", numbers(0, 3)),
        ("target", numbers(-1, 1)),
        ("importance", ["a", "b"]),
        ("x", numbers(0, 1, np.inf, dtype="<f4")),
        ("genes", ["a", "b", 3]),
    ],
)
def test_view_of__refuses_a_layout_that_is_none(part, value):
    record = through_json(small_view())
    record["layout"][part] = value
    with pytest.raises(ValueError, match=r"\w"):
        view_of(record, run=Path("run"))


@pytest.mark.parametrize("record", [None, [], "x", {}, {"layout": {}}])
def test_view_of__refuses_what_is_no_record(record):
    with pytest.raises(ValueError, match=r"\w"):
        view_of(record, run=Path("run"))
