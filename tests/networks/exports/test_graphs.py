from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import networkx
import pyarrow as pa
import pytest

from genie3_engine.errors import Genie3Error
from genie3_engine.networks.exports import graphs
from genie3_engine.networks.exports.link_source import Links


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


def test_write_sif__refuses_a_name_that_it_cannot_hold():
    assert written(graphs.write_sif, links_of(("a", "b"))).split() == [b"a", b"regulates", b"b"]
    with pytest.raises(Genie3Error, match="SIF"):
        written(graphs.write_sif, links_of(("a\tb", "c")))


@pytest.mark.parametrize("write", [graphs.write_graphml, graphs.write_gexf])
def test_graphs__hold_any_words_for_the_score(write):
    links = Links(list, method_scale="a -- b < c & d -")
    ElementTree.fromstring(written(write, links))
