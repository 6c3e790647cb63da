"""A run of Ensembl identifiers is shown and searched by symbol, once a gene table is uploaded."""

from __future__ import annotations

import csv
import gzip
import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from genie3_engine import cli
from genie3_engine.store.run_folder import RunFolder
from tests.browser.driver import Server, graph, open_until, point_at, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow(5)]
SYMBOLS = "ensembl63_symbols.tsv.gz"


@pytest.fixture
def run(server: Server, shared_data: Path, tmp_path: Path, monkeypatch) -> Path:
    """A run of the most variable of a thousand human genes, named by Ensembl's identifiers."""
    monkeypatch.setenv("GENIE3_HOME", str(server.home))
    data = tmp_path / "counts.tsv"
    with gzip.open(shared_data / "human_lcl" / "pickrell1_counts_38415x69.tsv.gz", "rt") as file:
        data.write_text("".join(itertools.islice(file, 1_000)))
    argv = ["infer", str(data), "--out", str(server.home / "runs" / "lcl"), "--method", "precision"]
    assert cli.main([*argv, "--fix", "log1p-cpm", "--fix", "keep-variable=60"]) == 0
    return server.home / "runs" / "lcl"


def find(page: Page, text: str, gene: str) -> None:
    """Find a gene by its symbol or its identifier."""
    field = page.get_by_role("combobox", name=re.compile("Find a gene"))
    field.click()
    field.fill(text)
    page.get_by_role("option", name=re.compile(rf" \({gene}\)$")).click()
    expect(graph(page)).to_have_attribute("data-focus", gene)


def test_gene_table__labels_and_finds_genes_of_an_earlier_run(
    page, server, run, shared_data, tmp_path
):
    page.goto(f"{server.url}/data?data={RunFolder(run).spec.dataset}")
    uploader = page.get_by_test_id("stFileUploaderDropzoneInput").last
    open_until(page, page.get_by_text("Gene table", exact=True), page.get_by_text("A table with a"))
    uploader.set_input_files(shared_data / "human_lcl" / SYMBOLS)
    said = page.get_by_text(re.compile(r"symbols\.tsv\.gz has \d+ of 60 genes by its column 'gene"))
    expect(said).to_be_visible()

    table = tmp_path / "links.tsv"
    assert cli.main(["links", str(run), "--top", "300", "-o", str(table)]) == 0
    with table.open() as file:
        links = list(csv.DictReader(file, delimiter="\t"))
    named = [link for link in links if link["regulator_symbol"] and link["target_symbol"]]
    gene, symbol = named[0]["regulator"], named[0]["regulator_symbol"]
    page.goto(f"{server.url}/network?run=lcl")
    settled(page)
    point_at(page, gene)
    expect(page.locator(".graph-tip")).to_contain_text(f"{symbol} · {gene} · ")
    find(page, symbol, gene)
    expect(page.get_by_role("heading", name=symbol, exact=True)).to_be_visible()
    find(page, named[0]["target"], named[0]["target"])

    report = tmp_path / "report.html"
    assert cli.main(["report", str(run), "-o", str(report)]) == 0
    page.goto(report.as_uri())
    field = page.get_by_label("Find a gene")
    field.fill(symbol.lower())
    field.press("Enter")
    expect(graph(page)).to_have_attribute("data-focus", gene)
    expect(field).to_have_value(symbol)
