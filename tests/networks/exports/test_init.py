from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import igraph
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import InputError, OptionError
from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.exports import FORMATS, Links, export_format

AWKWARD = [
    "HOXA1",
    'a"b',
    "a,b",
    "tab\there",
    "line\nbreak",
    "<&>'",
    " spaced ",
    "ηΔ🧬",
    "NA",
    "#1",
]
NOT_IN_SIF = ["tab\there", "line\nbreak"]


def make_links(genes=AWKWARD, *, scale=ImportanceScale.RAW, batch=7):
    pairs = [(a, b) for a in genes for b in genes if a != b]
    scores = np.linspace(0.9, 1e-7, len(pairs)).astype(np.float32)
    if scale is ImportanceScale.RANK:
        scores = np.arange(1, len(pairs) + 1)
    table = pa.table(
        {
            "regulator": pa.array([a for a, _ in pairs]).dictionary_encode(),
            "target": pa.array([b for _, b in pairs]),
            "importance": scores,
        }
    )
    rows = [(a, b, s) for (a, b), s in zip(pairs, scores.tolist(), strict=True)]
    return Links(lambda: table.to_batches(max_chunksize=batch), scale), rows


def written(name, links):
    file = io.BytesIO()
    export_format(name).write(links, file)
    return file.getvalue()


def as_float32(rows):
    return [(a, b, float(np.float32(s))) for a, b, s in rows]


@pytest.mark.parametrize(("name", "delimiter"), [("tsv", "\t"), ("csv", ","), ("pyscenic", "\t")])
def test_tables__read_back_by_csv_module(name, delimiter):
    links, rows = make_links()
    text = written(name, links).decode()
    header, *body = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first = ["TF", "target"] if name == "pyscenic" else ["regulator", "target"]
    assert header == [*first, "importance"]
    assert as_float32(body) == rows
    assert '"HOXA1"' not in text  # quoted only where needed


def test_tables__read_back_by_pandas():
    links, rows = make_links()
    table = pd.read_csv(io.BytesIO(written("csv", links)), keep_default_na=False)
    assert as_float32(table.itertuples(index=False)) == rows


def test_write_parquet__says_its_scale():
    links, rows = make_links(scale=ImportanceScale.RANK)
    table = pq.read_table(io.BytesIO(written("parquet", links)))
    assert table.column_names == ["regulator", "target", "rank"]
    assert list(zip(*table.to_pydict().values(), strict=True)) == rows
    assert table.schema.metadata[b"scale"] == b"rank"
    assert pa.types.is_dictionary(table.schema.field("regulator").type)


@pytest.mark.parametrize("scale", ImportanceScale)
def test_exports__name_the_scale(scale):
    links, _ = make_links(["A", "B"], scale=scale)
    for name in ("tsv", "csv", "parquet", "graphml", "gexf", "cx2"):
        assert links.score_column.encode() in written(name, links)


def test_write_graphml__read_back_by_igraph(tmp_path):
    links, rows = make_links()
    path = tmp_path / "network.graphml"
    path.write_bytes(written("graphml", links))
    graph = igraph.Graph.Read_GraphML(str(path))
    assert graph.is_directed()
    names = graph.vs["name"]
    edges = [(names[e.source], names[e.target], e["importance"]) for e in graph.es]
    assert as_float32(edges) == rows


def test_write_gexf__read_back_by_elementtree():
    links, rows = make_links()
    root = ElementTree.fromstring(written("gexf", links))
    space = {"g": "http://gexf.net/1.3"}
    names = {node.get("id"): node.get("label") for node in root.iterfind(".//g:node", space)}
    edges = [
        (names[edge.get("source")], names[edge.get("target")], edge.get("weight"))
        for edge in root.iterfind(".//g:edge", space)
    ]
    assert as_float32(edges) == rows
    assert root.find("g:graph", space).get("defaultedgetype") == "directed"


def test_write_sif__one_interaction_a_line():
    links, rows = make_links([name for name in AWKWARD if name not in NOT_IN_SIF])
    lines = written("sif", links).decode().split("\n")
    assert [tuple(line.split("\t")) for line in lines[:-1]] == [
        (a, "regulates", b) for a, b, _ in rows
    ]


def test_write_cx2__aspects_agree():
    links, rows = make_links()
    parts = json.loads(written("cx2", links))
    assert parts[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert parts[-1] == {"status": [{"success": True}]}
    aspects = {name: value for part in parts[1:] for name, value in part.items()}
    for declared in aspects["metaData"]:
        assert len(aspects[declared["name"]]) == declared["elementCount"]
    names = {node["id"]: node["v"]["name"] for node in aspects["nodes"]}
    edges = [(names[e["s"]], names[e["t"]], e["v"]["importance"]) for e in aspects["edges"]]
    assert as_float32(edges) == rows
    assert set(aspects["attributeDeclarations"][0]["edges"]) == set(aspects["edges"][0]["v"])


@pytest.mark.parametrize("name", FORMATS)
def test_exports__no_links_give_a_valid_file(name):
    links, _ = make_links(["A"])
    content = written(name, links)
    if name in {"graphml", "gexf"}:
        ElementTree.fromstring(content)
    elif name == "cx2":
        json.loads(content)
    elif name == "parquet":
        assert pq.read_table(io.BytesIO(content)).num_rows == 0


@pytest.mark.parametrize(
    ("name", "gene"), [("graphml", "a\x0bb"), ("gexf", "\x00"), ("sif", "a\tb")]
)
def test_graphs__refuse_names_that_the_format_cannot_hold(name, gene):
    links, _ = make_links(["A", gene])
    with pytest.raises(InputError, match="gene name"):
        written(name, links)


def test_write_pyscenic__refuses_ranks():
    links, _ = make_links(["A", "B"], scale=ImportanceScale.RANK)
    with pytest.raises(OptionError, match="large number"):
        written("pyscenic", links)


def test_export_format__unknown_name_lists_the_known():
    with pytest.raises(OptionError, match=r"'xlsx'.*graphml"):
        export_format("xlsx")


@pytest.mark.parametrize("name", ["tsv", "csv", "parquet", "pyscenic"])
def test_evaluate__reads_every_tabular_export(tmp_path, name):
    links, _ = make_links(["A", "B", "C"])
    path, gold = tmp_path / "links", tmp_path / "gold"
    path.write_bytes(written(name, links))
    gold.write_text("A\tB\nC\tA\n")
    accuracy = evaluate(path, gold)
    assert (accuracy.n_links, accuracy.n_scored) == (6, 4)
    assert accuracy.auroc == pytest.approx(0.75)
