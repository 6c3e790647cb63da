from __future__ import annotations

import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.datasets.gene_tables import save_gene_table
from genie3_engine.networks.link_evidence import COLUMNS
from genie3_engine.reports import html_report, run_report
from genie3_engine.store.run_folder import RunFolder
from tests.reports.hostile import HOSTILE

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "genie3_engine" / "reports" / "assets"


class Reader(HTMLParser):
    """Note which elements and attributes a document has, and its texts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.texts = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)


def test_html_report__hostile_names_are_text(run):
    document = html_report(run_report(run))
    found = Reader(document)
    assert found.elements.count("script") == 5
    assert "img" not in found.elements
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    shown = "".join(found.texts)
    for name in HOSTILE[:-1]:
        assert name in shown
    data = next(text for text in found.texts if text.startswith('{"version"'))
    assert set(json.loads(data)["genes"]["name"]) <= set(HOSTILE)


def test_html_report__hostile_symbols_are_text(run):
    symbols = tuple(f"<img src=x onerror=alert({i})>" for i in range(len(HOSTILE)))
    roles = {"symbol": "s", "description": "s"}
    table = GeneTable(tuple(HOSTILE), {"s": symbols}, roles, "genes.tsv")
    dataset = RunFolder(run).spec.dataset
    save_gene_table(dataset, table)
    found = Reader(html_report(run_report(run)))
    save_gene_table(dataset, NO_GENE_TABLE)  # other tests have the same home
    assert "img" not in found.elements
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    assert symbols[0] in found.texts
    assert "Regulator identifier" in found.texts
    data = json.loads(next(text for text in found.texts if text.startswith('{"version"')))
    assert set(data["genes"]["label"]) <= set(symbols)


def test_html_report__has_the_evidence_with_names_as_text(evident):
    html = html_report(run_report(evident))
    for words in COLUMNS.values():
        assert f"<th scope=col class=number>{words.label}</th>" in html or words.label == "Rival"
    assert "<th scope=col>Rival</th>" in html
    rival = run_report(evident).links["rival"].dropna().iloc[0]
    assert html.count(f"<td><button class=gene>{escape(rival)}</button></td>") > 10
    assert "<td>–</td>" in html  # no rival


def test_html_report__asks_nobody_for_anything(run):
    document = html_report(run_report(run))
    found = Reader(document)
    policy = next(value for _, name, value in found.attributes if name == "content")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not [name for _, name, _ in found.attributes if name in {"src", "href", "action"}]
    for style in re.findall(r"<style>(.*?)</style>", document, re.S):
        assert "url(" not in style
        assert "@import" not in style


def test_html_report__says_what_a_reader_needs(run):
    shown = "".join(Reader(html_report(run_report(run, title="A title"))).texts)
    for text in ("A title", "Random Forest", "log1p", "Methods, and how to cite", "e12776", "seed"):
        assert text in shown
    assert RunFolder(run).spec.dataset in shown


def test_assets__are_what_the_page_draws_with():
    for name in ("graph.css", "graph.html"):
        assert (ASSETS / name).read_text() == (ROOT / "ui" / "graph" / name).read_text()
    script = (ASSETS / "graph.js").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in script[:5000]
    for name in ("graph.js", "presentation.js", "story.js", "report.js"):
        assert "</script" not in (ASSETS / name).read_text(encoding="utf-8")
