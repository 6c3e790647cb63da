"""Tests of the columns that exports have besides the score, read back from every format."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import networkx
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from genie3_engine.datasets.store import open_dataset
from genie3_engine.evaluation.link_files import read_beside
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.export_selection import drawn_links
from genie3_engine.networks.exports import FORMATS, links_of_run
from genie3_engine.networks.further_columns import SIGN, SPEARMAN, columns_of_run
from genie3_engine.networks.hub_weighting import favour_hubs
from genie3_engine.networks.link_evidence import COLUMNS, MEANING_OF_Q, evidence_of, with_evidence
from genie3_engine.networks.link_signs import signs, spearman
from genie3_engine.networks.links import ranked_links
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import View, threshold_layout
from genie3_engine.store.links import RankedLinks
from tests.fabricated_evidence import fabricate_evidence

WITH_COLUMNS = ("tsv", "csv", "parquet", "graphml", "gexf", "cx2")
FURTHER = [SIGN, SPEARMAN, *COLUMNS]


def read_gexf(path):
    tree = ElementTree.parse(path)
    space = {"g": "http://gexf.net/1.3"}
    names = {node.get("id"): node.get("label") for node in tree.iterfind(".//g:node", space)}
    titles = {each.get("id"): each for each in tree.iterfind(".//g:attribute", space)}
    assert all(each.get("type") in {"double", "string"} for each in titles.values())
    for edge in tree.iterfind(".//g:edge", space):
        row = {"regulator": names[edge.get("source")], "target": names[edge.get("target")]}
        row["importance"] = float(edge.get("weight"))
        for value in edge.iterfind(".//g:attvalue", space):
            is_text = titles[value.get("for")].get("type") == "string"
            row[value.get("for")] = value.get("value") if is_text else float(value.get("value"))
        yield row


def read_graphml(path):
    graph = networkx.read_graphml(path)
    for source, target, data in graph.edges(data=True):
        pair = [graph.nodes[node]["name"] for node in (source, target)]
        yield {**data, "regulator": pair[0], "target": pair[1]}


def read_cx2(path):
    parts = json.loads(path.read_text("utf-8"))
    nodes, edges = (
        next(part[name] for part in parts if name in part) for name in ("nodes", "edges")
    )
    names = {node["id"]: node["v"]["name"] for node in nodes}
    for edge in edges:
        yield {**edge["v"], "regulator": names[edge["s"]], "target": names[edge["t"]]}


READERS = {
    "tsv": lambda path: pd.read_csv(path, sep="\t"),
    "csv": pd.read_csv,
    "parquet": pd.read_parquet,
    "graphml": lambda path: pd.DataFrame(read_graphml(path)),
    "gexf": lambda path: pd.DataFrame(read_gexf(path)),
    "cx2": lambda path: pd.DataFrame(read_cx2(path)),
}


def written(links, name, folder):
    path = folder / f"links-{name}{FORMATS[name].suffix}"
    with path.open("wb") as file:
        FORMATS[name].write(links, file)
    return path


def expected(run):
    links = with_evidence(evidence_of(run), ranked_links(run, top=10**6))
    expression = open_dataset(RankedLinks(run).about["dataset"])
    found = spearman(expression, links["regulator"].tolist(), links["target"].tolist())
    links[SPEARMAN] = found
    links[SIGN] = signs(found, n_samples=len(expression.samples))
    return links.drop(columns="rank")


def assert_same(found, wanted):
    found, wanted = (
        each.set_index(["regulator", "target"]).sort_index() for each in (found, wanted)
    )
    assert found.index.equals(wanted.index)
    assert found["rival"].astype(object).where(found["rival"].notna(), None).tolist() == [
        None if pd.isna(name) else name for name in wanted["rival"]
    ]
    for name in ("importance", *(name for name in FURTHER if name != "rival")):
        np.testing.assert_allclose(
            found[name].astype(float), wanted[name].astype(float), rtol=1e-6, err_msg=name
        )


@pytest.mark.parametrize("name", WITH_COLUMNS)
def test_exports__have_sign_correlation_and_evidence(evident_run, tmp_path, name):
    found = READERS[name](written(links_of_run(evident_run), name, tmp_path))
    assert_same(found, expected(evident_run))


def test_exports__say_what_q_does_not_mean(evident_run, tmp_path):
    assert links_of_run(evident_run).notes == (MEANING_OF_Q,)
    table = pq.read_table(written(links_of_run(evident_run), "parquet", tmp_path))
    assert table.schema.metadata[b"notes"].decode() == MEANING_OF_Q


@pytest.mark.parametrize("name", ["pyscenic", "sif"])
def test_exports__of_fixed_columns_stay_as_they_are(evident_run, tmp_path, name):
    first = written(links_of_run(evident_run), name, tmp_path).read_text().splitlines()
    assert {line.count("\t") for line in first} == {2}


def test_exports__without_evidence_have_the_score_alone(evident_run, tmp_path):
    (evident_run / "evidence.parquet").unlink()
    first = written(links_of_run(evident_run), "tsv", tmp_path).read_text().splitlines()[0]
    assert first == "regulator\ttarget\timportance"


def test_exports__of_drawn_links_and_of_ranks_have_the_same_rows(evident_run, tmp_path):
    threshold = Threshold.parse("target:2")
    shown, n_kept = threshold_layout(evident_run, threshold)
    colours = ("#000000",) * len(shown.genes)
    view = View(evident_run, threshold, 56, n_kept, shown, colours, (), np.zeros(8), ())
    drawn = READERS["tsv"](written(drawn_links(view), "tsv", tmp_path))
    wanted = expected(evident_run).merge(drawn[["regulator", "target"]])
    assert len(wanted) == len(drawn) == n_kept
    assert_same(drawn, wanted)
    ranks = links_of_run(evident_run, scale=ImportanceScale.RANK)
    table = READERS["tsv"](written(ranks, "tsv", tmp_path))
    np.testing.assert_allclose(table["q"], table["rank"] / len(table) / 10, rtol=1e-6)


def test_exports__have_what_is_known(evident_run, tmp_path):
    fabricate_evidence(evident_run, columns=["stability"])
    names = [field.name for columns in columns_of_run(evident_run) for field in columns.schema]
    assert names == [SIGN, SPEARMAN, "stability"]
    favour_hubs(evident_run, tmp_path / "hubs.parquet")
    assert columns_of_run(tmp_path / "hubs.parquet") == ()


@pytest.mark.parametrize("name", ["tsv", "csv", "parquet"])
def test_exports__are_read_back_by_their_importance(evident_run, tmp_path, name):
    path = written(links_of_run(evident_run), name, tmp_path)
    reading, _ = read_beside(path, path)
    assert reading.pair is not None
    pair = [column.name for column in (reading.pair.regulator, reading.pair.target)]
    assert pair == ["regulator", "target"]
    assert reading.score.column is not None
    assert reading.score.column.name == "importance"
