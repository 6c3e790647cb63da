from __future__ import annotations

import json

import pytest

from genie3_engine.networks.arrangement import AS_LAID_OUT, Arrangement, Camera

ARRANGED = Arrangement(
    selected=("a",),
    hidden=("b",),
    kept=("a", "b"),
    pinned={"a": (1.0, 2.0)},
    camera=Camera(0, 1, 2),
)


def test_arrangement__comes_back_from_json():
    assert Arrangement.from_dict(json.loads(json.dumps(ARRANGED.as_dict()))) == ARRANGED
    assert Arrangement.from_dict(AS_LAID_OUT.as_dict()) == AS_LAID_OUT


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {"hidden": "abc", "pinned": ["a"], "camera": 3},
        {"pinned": {"a": [1]}, "camera": {"x": 1, "y": None, "zoom": 1}},
        {"pinned": {"a": [1, float("nan")]}, "camera": {"x": 1, "y": 1, "zoom": 0}},
        {"selected": [1, None]},
    ],
)
def test_from_dict__ignores_what_is_unusable(given):
    assert Arrangement.from_dict(given) == AS_LAID_OUT


def test_drawn__is_what_is_kept_and_not_hidden():
    assert ARRANGED.drawn(["a", "b", "c"]) == [0]
    assert AS_LAID_OUT.drawn(["a", "b"]) == [0, 1]


def test_from_dict__numbers_without_a_float_are_left_out():
    for number in (10**400, float("nan"), float("inf")):
        given = {"camera": {"x": number, "y": 0, "zoom": 1}, "pinned": {"a": [number, 0]}}
        assert Arrangement.from_dict(given) == Arrangement()
