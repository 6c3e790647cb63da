from __future__ import annotations

import shlex
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from genie3_engine import cli
from genie3_engine.errors import RunError
from genie3_engine.model import JobState, RunSpec, RunStatus
from genie3_engine.networks.hub_weighting import CAUTION, WEIGHTING, favour_hubs
from genie3_engine.networks.link_evidence import COLUMNS, MEANING_OF_Q
from genie3_engine.networks.links import ranked_links
from genie3_engine.reports import run_report
from genie3_engine.store.run_folder import RunFolder
from tests.fabricated_evidence import fabricate_evidence


def test_run_report__draws_as_many_links_as_asked(run):
    report = run_report(run, n_drawn=5)
    assert len(report.view.layout.source) == 5
    assert len(report.links) > 5


def test_run_report__of_a_view_with_hubs_favoured(run, tmp_path):
    favour_hubs(run, tmp_path / "hubs.parquet")
    plain = run_report(run)
    view = replace(plain.view, run=tmp_path / "hubs.parquet", caution=CAUTION)
    found = run_report(run, view=view)
    assert found.notes[0] == CAUTION
    assert found.scale.endswith(WEIGHTING)
    assert found.links.equals(ranked_links(tmp_path / "hubs.parquet", top=200))
    assert found.settings == plain.settings
    assert found.regulators["oob_r2"].notna().any()


def test_run_report__has_the_evidence_that_there_is(run, evident):
    plain, found = run_report(run), run_report(evident)
    names = [name for name, _ in found.facts if name not in dict(plain.facts)]
    assert names == ["Links of q ≤ 0.05", "Links of stability ≥ 0.8"]
    n_links = int(dict(found.facts)["Links"])
    assert dict(found.facts)["Links of q ≤ 0.05"] == str(n_links // 2)
    assert set(COLUMNS) <= set(found.links)
    assert MEANING_OF_Q in found.notes
    fabricate_evidence(evident, columns=["stability"])
    found = run_report(evident)
    assert "q" not in found.links
    assert MEANING_OF_Q not in found.notes


def test_run_report__command_names_the_same_network(run):
    provenance = dict(run_report(run).provenance)
    assert "--trees 5 --seed 0 --engine scikit-learn" in provenance["Command"]
    assert "--fix log1p" in provenance["Command"]


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
    command = dict(run_report(tmp_path / "first").provenance)["Command"]
    assert cli.main(shlex.split(command.replace("--out RUN", "--out again"))[1:]) == 0
    first, again = (tmp_path / run / "links.parquet" for run in ("first", "again"))
    assert first.read_bytes() == again.read_bytes()


def test_run_report__unfinished_run_has_none(tmp_path, home):
    RunFolder.create(tmp_path / "run", RunSpec("0" * 64), RunStatus(JobState.QUEUED))
    with pytest.raises(RunError, match="no network yet"):
        run_report(tmp_path / "run")
