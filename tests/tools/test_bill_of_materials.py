"""Tests of the bill of materials and the table of licences."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from packaging.utils import canonicalize_name

from tools import bill_of_materials
from tools.bill_of_materials import (
    CONSTRAINTS,
    GRAPH_LOCK,
    LICENCES,
    MATERIALS,
    graph_components,
    licence_of,
    licence_table,
    with_table,
)


@pytest.fixture(scope="module")
def bill():
    """The bill in the documentation."""
    return json.loads(MATERIALS.read_text("utf-8"))


def test_materials__are_what_the_image_holds_and_the_graph_contains(bill):
    constraints = CONSTRAINTS.read_text("utf-8").splitlines()
    of_image = dict(line.split("==") for line in constraints if not line.startswith("#"))
    of_graph = graph_components(json.loads(GRAPH_LOCK.read_text("utf-8")))
    kinds = {"pkg:pypi/": {}, "pkg:npm/": {}}
    for component in bill["components"]:
        (kind,) = (kind for kind in kinds if component["purl"].startswith(kind))
        kinds[kind][canonicalize_name(component["name"])] = component["version"]
    assert kinds["pkg:pypi/"] == of_image
    assert kinds["pkg:npm/"] == {each["name"]: each["version"] for each in of_graph}
    assert {"sigma", "graphology"} <= set(kinds["pkg:npm/"])


def test_materials__are_valid_by_the_schema(bill):
    from cyclonedx.validation.json import JsonStrictValidator  # its grammars take a second

    errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))
    assert errors is None


def test_licences__have_the_packages_of_the_bill(bill):
    text = LICENCES.read_text("utf-8")
    assert with_table(text, licence_table(bill["components"])) == text


def test_licence__is_the_short_name_where_there_is_one():
    def named(*licences, name="some"):
        return licence_of({"name": name, "licenses": [{"license": each} for each in licences]})

    assert named({"id": "MIT"}) == "MIT"
    assert named({"name": "License :: OSI Approved :: Apache Software License"}) == "Apache-2.0"
    assert named({"name": "Own words"}) == "Own words"
    assert named(name="igraph") == "GPL-2.0-or-later"
    assert licence_of({"name": "x", "licenses": [{"expression": "MIT OR 0BSD"}]}) == "MIT OR 0BSD"
    with pytest.raises(ValueError, match="some states no licence"):
        named()


def test_graph_components__leave_out_what_only_builds():
    lock = {
        "packages": {
            "": {"version": "1"},
            "node_modules/sigma": {"version": "3.0.3", "license": "MIT"},
            "node_modules/esbuild": {"version": "1.0.0", "license": "MIT", "dev": True},
        }
    }
    (found,) = graph_components(lock)
    assert (found["name"], found["version"], found["purl"]) == (
        *("sigma", "3.0.3"),
        "pkg:npm/sigma@3.0.3",
    )
    assert bill_of_materials.licence_of(found) == "MIT"
