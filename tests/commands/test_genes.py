"""Tests of gene tables on the command line: with a new run, and for a run that is done."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from tests.commands.command_line import QUICK, assert_one_line_error

HEADER = "locus\tgene_name\tabout"
ROWS = [f"gene{letter}\tSYM{letter}\tproduct of {letter}" for letter in "ABCDEFGHIJK"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_text("\n".join([HEADER, *ROWS, "other\tx\ty"]))
    return path


def test_genes__labels_a_run_that_is_done_and_changes_no_link(call, run, table, tmp_path):
    links = (run / "links.parquet").read_bytes()
    code, out, err = call("genes", run)
    assert (code, out) == (0, "")
    assert "no gene table" in err
    code, out, err = call("genes", run, "--gene-table", table)
    assert (code, out) == (0, "")
    assert "genes.tsv has 11 of 12 genes by its column 'locus'; symbols are from 'gene_name'" in err
    rows = [line.split("\t") for line in call("links", run)[1].splitlines()]
    assert rows[0] == ["regulator", "target", "importance", "regulator_symbol", "target_symbol"]
    symbols = {f"gene{letter}": f"SYM{letter}" for letter in "ABCDEFGHIJK"} | {"geneL": ""}
    assert all([symbols[row[0]], symbols[row[1]]] == row[3:] for row in rows[1:])
    call("links", run, "-o", tmp_path / "a.graphml")
    nodes = ElementTree.parse(tmp_path / "a.graphml").findall(".//{*}node")
    texts = {tuple(each.text for each in node) for node in nodes}
    assert ("geneA", "SYMA", "product of A") in texts
    assert ("geneL",) in texts
    assert "SYMA\tproduct of A" in call("genes", run)[1]
    assert call("genes", run, "--remove")[0] == 0
    assert call("links", run)[1].splitlines()[0] == "regulator\ttarget\timportance"
    assert (run / "links.parquet").read_bytes() == links


def test_infer__takes_a_gene_table_with_chosen_columns(call, data, table, tmp_path):
    columns = ["--gene-table", table, "--gene-table-columns", "symbol=about,description=none"]
    code, out, err = call("infer", data, "--out", tmp_path / "run", *columns, *QUICK)
    assert code == 0
    assert re.search(r"product of \w+ +-> (product of \w|geneL) ", out)
    assert "symbols are from 'about', it has no descriptions" in err
    facts = json.loads(call("genes", tmp_path / "run", "--json")[1])
    assert facts["roles"] == {"identifier": "locus", "symbol": "about"}
    assert (facts["source"], facts["n_known"], facts["n_genes"]) == ("genes.tsv", 11, 12)


def test_genes__refuses_what_does_not_fit(call, run, table, tmp_path):
    assert_one_line_error(call("genes", run, "--remove", "--gene-table", table), "together with")
    alone = call("genes", run, "--gene-table-columns", "symbol=x")
    assert_one_line_error(alone, "without a table")
    wrong = call("genes", run, "--gene-table", table, "--gene-table-columns", "symbol=x")
    assert_one_line_error(wrong, "no column 'x'")
    assert_one_line_error(call("genes", tmp_path / "no"), "no run")
