"""Tests of views."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.networks.arrangement import Arrangement
from genie3_engine.networks.colours import by_role
from genie3_engine.networks.communities import centralities, detect_modules, hubs, module_table
from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.graph_payload import graph_payload, path_links
from genie3_engine.networks.paths import shortest_paths
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import View, first_links, level_of, previous_level

PAIRS = [("A", "B"), ("B", "C"), ("C", "D"), ("A", "E"), ("E", "C"), ("X", "Y"), ("X", "Z")]


def links(pairs):
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(pairs) + 1),
            "regulator": pd.Series([a for a, _ in pairs], dtype="str"),
            "target": pd.Series([b for _, b in pairs], dtype="str"),
            "importance": np.linspace(0.9, 0.1, len(pairs)),
        }
    )


@pytest.fixture
def shown():
    return layout_graph(links(PAIRS))


def view(shown, **more):
    colours = by_role(shown)
    n = len(shown.genes)
    return View(
        Path(),
        Threshold.parse("7"),
        100,
        7,
        shown,
        colours.genes,
        (),
        np.zeros(n),
        colours.legend,
        **more,
    )


def test_view__names_its_links(shown):
    table = view(shown, correlation=np.zeros(7)).links()
    assert list(table) == ["rank", "regulator", "target", "importance", "spearman"]
    assert list(zip(table["regulator"], table["target"], strict=True)) == PAIRS


def test_with_names__labels_and_describes_the_genes(shown):
    plain = view(shown)
    assert (plain.gene_labels, plain.with_names(NO_GENE_TABLE).labels) == (shown.genes, ())
    first = shown.genes[0]
    table = GeneTable((first,), {"s": ("SYM",), "d": ("what",)}, {"symbol": "s"})
    named = plain.with_names(table.with_roles(description="d"))
    assert named.gene_labels == ("SYM", *shown.genes[1:])
    assert named.descriptions == ("what", *[""] * (len(shown.genes) - 1))
    assert plain.with_names(table.with_roles(symbol="")).labels == ()


def test_first_links__stay_where_they_were(shown):
    few = first_links(shown, 2)
    assert few.genes == ("A", "B", "C")
    for gene in few.genes:
        assert few.positions[gene] == shown.positions[gene]
    names = np.array(few.genes)
    assert list(zip(names[few.source], names[few.target], strict=True)) == PAIRS[:2]
    assert first_links(shown, 99) is shown


def test_levels__hold_the_cut_and_follow_one_another():
    assert [level_of(n) for n in (1, 300, 301, 15_000, 99_999)] == [300, 300, 1000, 15_000, 15_000]
    assert [previous_level(level) for level in (300, 1000)] == [None, 300]


def test_shortest_paths__all_of_the_least_length(shown):
    genes = shown.genes
    found = shortest_paths(
        shown.source, shown.target, start=genes.index("A"), end=genes.index("D"), n_genes=8
    )
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert found[-1] == 2
    none = shortest_paths(shown.source, shown.target, start=0, end=genes.index("X"), n_genes=8)
    assert not len(none)


def test_path_links__also_against_the_way_asked_for(shown):
    assert path_links(view(shown, gene="X", to="Y")) == [5]
    assert path_links(view(shown, gene="Y", to="X")) == [5]
    assert path_links(view(shown, gene="A", to="X")) == []
    assert path_links(view(shown, gene="A", to="nobody")) == []


def test_drawing__holds_the_columns(shown):
    data = graph_payload(view(shown, gene="A", to="B"), version="1")
    assert data["genes"]["name"] == list(shown.genes)
    source = np.frombuffer(base64.b64decode(data["links"]["source"]), "<i4")
    np.testing.assert_array_equal(source, shown.source)
    colour = np.frombuffer(base64.b64decode(data["genes"]["colour"]), "u1")
    assert tuple(data["genes"]["palette"][i] for i in colour) == by_role(shown).genes
    assert (data["selected"], data["highlight"]) == ("A", [0])


def test_modules__are_the_parts(shown):
    found = detect_modules(shown)
    assert len(set(found[[shown.genes.index(gene) for gene in "XYZ"]])) == 1
    table = module_table(shown, found)
    assert table["n_genes"].sum() == len(shown.genes)
    assert table["n_genes"].is_monotonic_decreasing
    assert "X" in set(table["hub"])
    np.testing.assert_array_equal(found, detect_modules(shown))
    labels = GeneTable(("X",), {"s": ("SYM",)}, {"symbol": "s"})
    of_x = table["hub"].tolist().index("X")
    assert "SYM" in module_table(shown, found, gene_table=labels)["genes"][of_x].split(", ")


def test_hubs__with_their_targets(shown):
    table = hubs(shown).set_index("regulator")
    assert table["targets"]["A"] == "B, E"
    assert table["n_targets"].tolist() == sorted(table["n_targets"], reverse=True)


def test_centralities__of_a_chain():
    table = centralities(layout_graph(links([("A", "B"), ("B", "C")]))).set_index("gene")
    assert table["betweenness"].to_dict() == {"A": 0, "B": 0.5, "C": 0}
    assert table["pagerank"].idxmax() == "A"


def test_modules__of_no_link_are_none():
    empty = layout_graph(links([]))
    assert len(detect_modules(empty)) == len(hubs(empty)) == len(centralities(empty)) == 0
    assert module_table(empty, detect_modules(empty)).empty


def test_arranged__leaves_hidden_genes_out_and_pins_others(shown):
    arrangement = Arrangement(hidden=("C",), pinned={"A": (5.0, 6.0)})
    found = view(shown, arrangement=arrangement, labels=tuple("abcdexyz")).arranged()
    assert "C" not in found.layout.genes
    assert found.layout.positions["A"] == (5.0, 6.0)
    table = found.links()
    assert list(zip(table["regulator"], table["target"], strict=True)) == [
        ("A", "B"),
        ("A", "E"),
        ("X", "Y"),
        ("X", "Z"),
    ]
    assert len(found.colours) == len(found.labels) == len(found.sizes) == 7
    placement = view(shown, arrangement=arrangement).label_placement
    assert np.isinf(placement.scale[shown.genes.index("C")])
    assert np.isfinite(np.delete(placement.scale, shown.genes.index("C"))).all()


def test_first_links__genes_are_in_the_order_of_a_layout_of_their_own():
    pairs = [("A", "B"), ("A", "D"), ("D", "B")]  # D is a regulator in the last link only
    few = first_links(layout_graph(links(pairs)), 2)
    assert few.genes == layout_graph(links(pairs[:2])).genes == ("A", "B", "D")
