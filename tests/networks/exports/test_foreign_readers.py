"""Tests that other programs read the exports."""

from __future__ import annotations

import io
import json

import igraph
import networkx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from ndex2.cx2 import RawCX2NetworkFactory

from genie3_engine.networks.exports import FORMATS, Links

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.invalid","y")',
    "../../etc/passwd",
    "g" * 300,
    "🧬",
    "شبكة",
    "+1",
    "@SUM(A1)",
    "a,b;c",
    '"quoted"',
    "&lt;",
    "]]>",
    "NA",
]
PAIRS = [(a, b) for a in HOSTILE[:4] for b in HOSTILE if a != b]
SCORES = np.linspace(0.9, 1e-7, len(PAIRS)).astype(np.float32)
EDGES = {(*pair, float(score)) for pair, score in zip(PAIRS, SCORES.tolist(), strict=True)}


@pytest.fixture
def written(tmp_path):
    """Write the hostile network in a format, and return the file."""
    table = pa.table(
        {
            "regulator": pa.array([a for a, _ in PAIRS]).dictionary_encode(),
            "target": pa.array([b for _, b in PAIRS]).dictionary_encode(),
            "importance": SCORES,
        }
    )
    links = Links(lambda: table.to_batches(max_chunksize=7))

    def write(name):
        path = tmp_path / f"network{FORMATS[name].suffix}"
        with path.open("wb") as file:
            FORMATS[name].write(links, file)
        return path

    return write


def as_float32(edges):
    return {(a, b, float(np.float32(score))) for a, b, score in edges}


@pytest.mark.parametrize(("name", "delimiter"), [("tsv", "\t"), ("csv", ",")])
def test_tables__by_pyarrow(written, name, delimiter):
    table = pyarrow.csv.read_csv(
        written(name),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=False),
    )
    assert as_float32(zip(*table.to_pydict().values(), strict=True)) == EDGES


def test_parquet__by_pandas(written):
    table = pd.read_parquet(written("parquet"))
    assert as_float32(table.itertuples(index=False)) == EDGES


def test_pyscenic__as_pyscenic_reads_it(written):
    table = pd.read_csv(written("pyscenic"), sep="\t", keep_default_na=False)
    assert list(table.columns) == ["TF", "target", "importance"]
    assert as_float32(table.itertuples(index=False)) == EDGES


@pytest.mark.parametrize(
    ("name", "read", "label", "score"),
    [
        ("graphml", networkx.read_graphml, "name", "importance"),
        ("gexf", lambda path: networkx.read_gexf(path, version="1.3"), "label", "weight"),
    ],
)
def test_graphs__by_networkx(written, name, read, label, score):
    graph = read(written(name))
    assert graph.is_directed()
    assert not graph.is_multigraph()
    names = dict(graph.nodes(data=label))
    edges = {(names[a], names[b], value) for a, b, value in graph.edges(data=score)}
    assert as_float32(edges) == EDGES


def test_graphml__by_igraph(written):
    graph = igraph.Graph.Read_GraphML(str(written("graphml")))
    names = graph.vs["name"]
    edges = {(names[e.source], names[e.target], e["importance"]) for e in graph.es}
    assert as_float32(edges) == EDGES


def test_sif__by_networkx_as_an_edge_list(written):
    graph = networkx.DiGraph()
    for line in written("sif").read_text(encoding="utf-8").splitlines():
        source, kind, target = line.split("\t")
        graph.add_edge(source, target, kind=kind)
    assert set(graph.edges) == set(PAIRS)
    assert set(networkx.get_edge_attributes(graph, "kind").values()) == {"regulates"}


def test_cx2__by_ndex(written):
    path = written("cx2")
    network = RawCX2NetworkFactory().get_cx2network(json.loads(path.read_text(encoding="utf-8")))
    names = {number: node["v"]["name"] for number, node in network.get_nodes().items()}
    edges = {
        (names[edge["s"]], names[edge["t"]], edge["v"]["importance"])
        for edge in network.get_edges().values()
    }
    assert as_float32(edges) == EDGES
    again = network.to_cx2()
    assert RawCX2NetworkFactory().get_cx2network(again).get_nodes() == network.get_nodes()


def test_cx2__by_ndex_and_networkx(written):
    from ndex2.cx2 import CX2NetworkXFactory

    network = RawCX2NetworkFactory().get_cx2network(json.loads(written("cx2").read_bytes()))
    graph = CX2NetworkXFactory().get_graph(network, networkx_graph=networkx.MultiDiGraph())
    assert graph.number_of_nodes() == len(HOSTILE)
    assert graph.number_of_edges() == len(PAIRS)


@pytest.mark.parametrize("name", FORMATS)
def test_unfit__says_which_name_a_format_cannot_hold(name):
    form = FORMATS[name]
    assert form.unfit(HOSTILE) is None
    bad = {"sif": "a\tb", "graphml": "\x00", "gexf": "\x00"}.get(name)
    assert form.unfit([*HOSTILE, "a\tb", "\x00", "\x0b"]) == bad


def test_tables__of_names_are_never_altered(written):
    """A spreadsheet may take a name for a formula; a changed name would be another gene."""
    text = written("tsv").read_text(encoding="utf-8")
    assert "\n+1\t" not in text  # +1 is a target only
    assert "\t+1\t" in text
    assert io.StringIO(text).readline() == "regulator\ttarget\timportance\n"
