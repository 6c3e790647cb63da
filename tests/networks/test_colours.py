from __future__ import annotations

import re

import numpy as np
import pandas as pd

from genie3_engine.networks import colours
from genie3_engine.networks.annotations import Annotation
from genie3_engine.networks.graph_layout import layout_graph

SHOWN = layout_graph(
    pd.DataFrame({"regulator": ["a", "a"], "target": ["b", "c"], "importance": [0.5, 0.4]})
)


def test_by_role__separates_regulators_from_targets():
    found = colours.by_role(SHOWN)
    regulator, target = (entry.colour for entry in found.legend)
    assert dict(zip(SHOWN.genes, found.genes, strict=True)) == {
        "a": regulator,
        "b": target,
        "c": target,
    }


def test_by_group__colours_the_largest_groups_first_and_the_rest_grey():
    found = colours.by_group(["x", "y", "y", None])
    assert [entry.label for entry in found.legend] == ["y", "x", "Other"]
    assert found.genes[1] == found.genes[2] == found.legend[0].colour
    assert found.genes[3] == found.legend[2].colour


def test_by_number__runs_from_the_least_to_the_most():
    found = colours.by_number(np.array([0.0, 10.0, np.nan]), label="score")
    assert found.genes[:2] == tuple(entry.colour for entry in found.legend[:2])
    assert [entry.label for entry in found.legend] == ["score 0", "10", "Unknown"]
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in found.genes)


def test_by_number__of_equal_numbers_has_a_colour():
    assert len(set(colours.by_number(np.array([2.0, 2.0]), label="score").genes)) == 1


def test_by_sign__colours_links():
    found = colours.by_sign(SHOWN, np.array([1, -1], np.int8))
    assert found.links == (colours.ACTIVATION, colours.REPRESSION)


def test_by_annotation__takes_many_numbers_as_a_scale_and_few_as_groups():
    few = colours.by_annotation(SHOWN, Annotation("kind", {"a": "1", "b": "2"}))
    assert [entry.label for entry in few.legend] == ["1", "2", "Other"]
    genes = [f"g{i}" for i in range(30)]
    many = layout_graph(
        pd.DataFrame({"regulator": genes[:1] * 29, "target": genes[1:], "importance": np.ones(29)})
    )
    values = {gene: str(i) for i, gene in enumerate(genes)}
    scale = colours.by_annotation(many, Annotation("score", values))
    assert [entry.label for entry in scale.legend] == ["score 0", "29"]


def test_by_change__colours_links_by_what_happened_and_names_the_conditions():
    found = colours.by_change(SHOWN, ["lost", "kept"], ("well", "ill"), dark=True)
    of = colours.change_colours(dark=True)
    assert found.links == (of["lost"], of["kept"])
    assert len({entry.colour for entry in found.legend}) == 4
    assert [entry.label for entry in found.legend[:2]] == ["Gained in ill", "Lost, in well only"]


def test_opacities__rise_with_the_share_and_hide_no_link():
    found = colours.opacities(np.array([0.0, 0.5, 1.0, np.nan]))
    assert 0 < found[0] < found[1] < found[2] == 1
    assert found[3] == found[0]
    first, last = (entry.colour for entry in colours.opacity_legend("Stability"))
    assert int(first[1:3], 16) > int(last[1:3], 16)  # on white, the faint one is the brighter


def test_by_module_or_role__colours_modules_where_there_are_some():
    assert colours.by_module_or_role(SHOWN) == colours.by_role(SHOWN)
    pairs = [(hub, f"{hub}{i}") for hub in "ab" for i in range(6)]
    links = pd.DataFrame(pairs, columns=["regulator", "target"]).assign(importance=1.0)
    found = colours.by_module_or_role(layout_graph(links))
    assert [entry.label for entry in found.legend] == ["Module 1", "Module 2"]
    assert len(set(found.genes)) == 2


def test_mark_legend__names_the_ends_of_sizes_and_widths():
    entries = {entry.mark: entry.label for entry in colours.mark_legend(SHOWN)}
    assert entries["small"] == "0 targets"
    assert entries["large"] == "2 targets"
    assert entries["thin"] == "Importance 0.4"
    assert entries["broad"] == "0.5"
    assert {entry.mark for entry in colours.mark_legend(SHOWN, size="", line="")} == {"arrow"}
