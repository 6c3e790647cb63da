from __future__ import annotations

import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import networkx
import pyarrow as pa
import pytest

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.errors import Genie3Error
from genie3_engine.networks.exports import graphs
from genie3_engine.networks.exports.link_source import Links
from genie3_engine.networks.further_columns import FurtherColumns


def links_of(*pairs):
    table = pa.table(
        {
            "regulator": pa.array([a for a, _ in pairs], pa.string()),
            "target": pa.array([b for _, b in pairs], pa.string()),
            "importance": pa.array([0.5] * len(pairs), pa.float32()),
        }
    )
    return Links(table.to_batches)


def written(write, links):
    file = io.BytesIO()
    write(links, file)
    return file.getvalue()


@pytest.mark.parametrize("write", [graphs.write_graphml, graphs.write_gexf])
def test_write_xml__has_each_gene_once_and_escapes_names(write):
    root = ElementTree.fromstring(written(write, links_of(("a<b", "c"), ("c", "d"))))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert (tags.count("node"), tags.count("edge")) == (3, 2)
    assert b"a&lt;b" in written(write, links_of(("a<b", "c")))


def test_write_graphml__has_the_interaction_of_each_link():
    graph = networkx.read_graphml(
        io.BytesIO(written(graphs.write_graphml, links_of(("a", "b"), ("b", "c"))))
    )
    assert [data["interaction"] for _, _, data in graph.edges(data=True)] == ["regulates"] * 2


def test_write_cx2__has_each_gene_once():
    parts = json.loads(written(graphs.write_cx2, links_of(("a", "b"), ("b", "c"))))
    counts = {
        key: len(value) for part in parts for key, value in part.items() if isinstance(value, list)
    }
    assert (counts["nodes"], counts["edges"]) == (3, 2)


NOTE = "q -- is < evidence & no proof"
RIVAL = "<r>&\"'\t]]>"


def with_further(rivals, score):
    schema = pa.schema([("q", pa.float32()), ("rival", pa.string())])
    columns = [pa.array([score, None], pa.float32()), pa.array(rivals, pa.string())]
    links = links_of(("a", "b"), ("b", "c"))
    return replace(links, further=(FurtherColumns(schema, lambda batch: columns, NOTE),))


def edges_of(write, links):
    written_bytes = written(write, links)
    if write is graphs.write_cx2:
        parts = json.loads(written_bytes)
        return [edge["v"] for part in parts if "edges" in part for edge in part["edges"]]
    read = networkx.read_graphml if write is graphs.write_graphml else networkx.read_gexf
    options = {"version": "1.3"} if write is graphs.write_gexf else {}
    return [data for *_, data in read(io.BytesIO(written_bytes), **options).edges(data=True)]


@pytest.mark.parametrize("write", [graphs.write_graphml, graphs.write_gexf, graphs.write_cx2])
def test_graphs__have_further_columns_and_leave_out_what_a_link_has_not(write):
    first, second = edges_of(write, with_further([RIVAL, None], 0.25))
    assert (first["q"], first["rival"]) == (0.25, RIVAL)
    assert not {"q", "rival"} & second.keys()


@pytest.mark.parametrize("write", [graphs.write_graphml, graphs.write_gexf, graphs.write_cx2])
def test_graphs__say_what_to_know_about_further_columns(write):
    text = written(write, with_further([None, None], 0.25)).decode()
    assert "evidence" in text
    assert "evidence" not in written(write, links_of(("a", "b"))).decode()


@pytest.mark.parametrize("write", [graphs.write_graphml, graphs.write_gexf])
def test_write_xml__refuses_a_rival_that_it_cannot_hold(write):
    with pytest.raises(Genie3Error, match="XML"):
        written(write, with_further(["\x00", None], 0.25))


SYMBOL = "<s>&\"'\t]]>"
GENES = GeneTable(
    ("a", "b"),
    {"x": (SYMBOL, ""), "name": ("own", ""), "<h>": ("\x00", "y")},
    {"symbol": "x"},
)


def nodes_of(write):
    content = written(write, replace(links_of(("a", "b"), ("b", "c")), gene_table=GENES))
    if write is graphs.write_cx2:
        parts = json.loads(content)
        return [node["v"] for part in parts if "nodes" in part for node in part["nodes"]]
    read = networkx.read_graphml if write is graphs.write_graphml else networkx.read_gexf
    options = {"version": "1.3"} if write is graphs.write_gexf else {}
    return [data for _, data in read(io.BytesIO(content), **options).nodes(data=True)]


@pytest.mark.parametrize("write", [graphs.write_graphml, graphs.write_gexf, graphs.write_cx2])
def test_graphs__have_what_the_gene_table_has_as_attributes_of_genes(write):
    nodes = nodes_of(write)
    key = "identifier" if write is graphs.write_gexf else "name"
    first, second, third = sorted(nodes, key=lambda node: node[key])
    assert [node[key] for node in (first, second, third)] == ["a", "b", "c"]
    assert (first["symbol"], first["name (column)"]) == (SYMBOL, "own")
    assert first["<h>"] == ("\x00" if write is graphs.write_cx2 else "\ufffd")
    assert second["<h>"] == "y"
    assert not {"symbol", "<h>"} & third.keys()
    if write is graphs.write_gexf:
        assert [node["label"] for node in (first, second)] == [SYMBOL, "b"]


def test_write_sif__refuses_a_name_that_it_cannot_hold():
    assert written(graphs.write_sif, links_of(("a", "b"))).split() == [b"a", b"regulates", b"b"]
    with pytest.raises(Genie3Error, match="SIF"):
        written(graphs.write_sif, links_of(("a\tb", "c")))


@pytest.mark.parametrize("write", [graphs.write_graphml, graphs.write_gexf])
def test_graphs__hold_any_words_for_the_score(write):
    links = Links(list, method_scale="a -- b < c & d -")
    ElementTree.fromstring(written(write, links))
