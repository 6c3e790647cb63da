from __future__ import annotations

import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from genie3_engine import cli, worker
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.errors import RunError
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, RunSpec, RunState, RunStatus
from genie3_engine.reports import html_report, run_report
from genie3_engine.store.run_folder import RunFolder

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "genie3_engine" / "reports" / "assets"
HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.invalid")',
    "../../etc",
    "g" * 300,
    "🧬",
    "شبكة",
    "</script><img src=x onerror=alert(1)>",
    "\u2028\\\"'&amp;",
]


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


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of hostile genes, name and source."""
    home = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENIE3_HOME", str(home))
        values = np.random.default_rng(0).normal(size=(len(HOSTILE), 15))
        data = Expression(values, tuple(HOSTILE), tuple(f"s{i}" for i in range(15)))
        spec = RunSpec(
            save_dataset(data, name=HOSTILE[0]),
            forest=ForestSpec(n_trees=5, engine=SCIKIT_LEARN),
            name=HOSTILE[6],
            source=HOSTILE[2],
            recipe=("log1p",),
        )
        RunFolder.create(home / "run", spec, RunStatus(RunState.QUEUED))
        worker.run(home / "run")
        yield home / "run"


def test_html_report__hostile_names_are_text(run):
    document = html_report(run_report(run))
    found = Reader(document)
    assert found.elements.count("script") == 3
    assert "img" not in found.elements
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    shown = "".join(found.texts)
    for name in HOSTILE[:-1]:
        assert name in shown
    data = next(text for text in found.texts if text.startswith('{"version"'))
    assert set(json.loads(data)["genes"]["name"]) <= set(HOSTILE)


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


def test_run_report__draws_as_many_links_as_asked(run):
    report = run_report(run, n_drawn=5)
    assert len(report.view.picture.source) == 5
    assert len(report.links) > 5


def test_run_report__command_names_the_same_network(run):
    provenance = dict(run_report(run).provenance)
    assert "--trees 5 --seed 0 --engine scikit-learn" in provenance["The same again"]
    assert "--fix log1p" in provenance["The same again"]


def test_run_report__command_reads_the_file_as_it_was_read(tmp_path, home, monkeypatch):
    book, rng = openpyxl.Workbook(), np.random.default_rng(1)
    for title in ("one", "two"):
        sheet = book.create_sheet(title)
        sheet.append(["name", *"abcd"])  # as square as can be: nobody could tell where genes are
        for name in "wxyz":
            sheet.append([name, *rng.normal(size=4).round(3).tolist()])
    book.save(tmp_path / "book.xlsx")
    monkeypatch.chdir(tmp_path)
    asked = ["--sheet", "two", "--orientation", "genes-in-columns", "--trees", "2"]
    assert cli.main(["infer", "book.xlsx", "--out", "first", *asked]) == 0
    command = dict(run_report(tmp_path / "first").provenance)["The same again"]
    assert cli.main(shlex.split(command.replace("--out RUN", "--out again"))[1:]) == 0
    first, again = (tmp_path / run / "links.parquet" for run in ("first", "again"))
    assert first.read_bytes() == again.read_bytes()


def test_run_report__unfinished_run_has_none(tmp_path, home):
    RunFolder.create(tmp_path / "run", RunSpec("0" * 64), RunStatus(RunState.QUEUED))
    with pytest.raises(RunError, match="no network yet"):
        run_report(tmp_path / "run")


def test_assets__are_what_the_page_draws_with():
    for name in ("graph.css", "graph.html"):
        assert (ASSETS / name).read_text() == (ROOT / "ui" / "graph" / name).read_text()
    script = (ASSETS / "graph.js").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in script[:5000]
    for name in ("graph.js", "report.js"):
        assert "</script" not in (ASSETS / name).read_text(encoding="utf-8")
