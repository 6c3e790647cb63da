from __future__ import annotations

import json

import pytest

from genie3_engine import cli, runs
from genie3_engine.model import JobState
from tests.pages.conftest import N_GENES

GENES = [f"gene{i:02d}" for i in range(N_GENES)]
TRUE = {("gene00", gene) for gene in GENES[3:]}


@pytest.fixture
def gold(home, tmp_path):
    """A gold standard that was uploaded, and its file."""
    path = tmp_path / "gold *x*.tsv"
    pairs = [(a, b) for a in GENES[:3] for b in GENES if a != b]
    path.write_text("".join(f"{a}\t{b}\t{int((a, b) in TRUE)}\n" for a, b in pairs))
    with path.open("rb") as file:
        return runs.keep_upload([(path.name, file)]), path


def test_accuracy__empty_says_where_to_go(open_page):
    app = open_page("accuracy")
    assert not app.exception
    assert any("No finished network yet" in text.value for text in app.markdown)


def test_accuracy__asks_for_a_gold_standard(open_page, done_run):
    app = open_page("accuracy", run=done_run)
    assert not app.exception
    assert not app.metric
    assert any("known to be true" in text.value for text in app.markdown)
    assert len(app.get("file_uploader")) == 1


def test_accuracy__shows_the_command_line_s_figures(open_page, done_run, home, gold, capsys):
    upload, path = gold
    app = open_page("accuracy", run=done_run, gold=upload.id)
    assert not app.exception
    assert cli.main(["evaluate", str(home / "runs" / done_run), str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {
        "AUROC": f"{found['auroc']:.4f}",
        "AUPR": f"{found['aupr']:.4f}",
        "Early precision": f"{found['early_precision']:.4f}",
        "True links": f"{found['n_positives']:,}",
    }


def test_accuracy__tells_found_from_missed(open_page, done_run, gold):
    app = open_page("accuracy", run=done_run, gold=gold[0].id)
    found = app.dataframe[0].value
    assert set(zip(found["regulator"], found["target"], strict=True)) <= TRUE
    app.segmented_control(key="verdict").set_value("missed").run()
    missed = app.dataframe[0].value if app.dataframe else found.iloc[:0]
    assert len(found) + len(missed) == len(TRUE)
    app.segmented_control(key="verdict").set_value("wrong").run()
    wrong = app.dataframe[0].value if app.dataframe else found.iloc[:0]
    assert not set(zip(wrong["regulator"], wrong["target"], strict=True)) & TRUE


def test_accuracy__is_remembered_for_the_data(open_page, done_run, gold):
    app = open_page("accuracy", run=done_run, gold=gold[0].id)
    app.query_params.clear()
    app.run()
    assert app.query_params["gold"] == gold[0].id
    assert app.metric


def test_accuracy__foreign_names_are_said_with_the_user_s_names(open_page, done_run, tmp_path):
    (tmp_path / "other.tsv").write_text("A\tB\t1\nA\tC\t0\n")
    with (tmp_path / "other.tsv").open("rb") as file:
        upload = runs.keep_upload([("other.tsv", file)])
    app = open_page("accuracy", run=done_run, gold=upload.id)
    assert not app.exception
    [error] = app.error
    assert "a finished run is a pair of other" in error.value.replace("\\", "")
    assert "/runs/" not in error.value
    assert len(app.get("file_uploader")) == 1


@pytest.mark.parametrize("gold", ["nobody", "../../etc", "0" * 32])
def test_accuracy__unknown_gold_standard_is_said(open_page, done_run, gold):
    app = open_page("accuracy", run=done_run, gold=gold)
    assert not app.exception
    assert "does not exist" in app.warning[0].value


def test_accuracy__run_without_a_network_is_said(open_page, done_run, run_in_state):
    app = open_page("accuracy", run=run_in_state(JobState.FAILED))
    assert not app.exception
    assert "no network" in app.warning[0].value


def test_accuracy__sample_has_its_truth(open_page, done_run, monkeypatch):
    from ui import cache

    monkeypatch.setattr(cache, "is_sample", lambda fingerprint: True)
    app = open_page("accuracy", run=done_run)
    assert not app.exception
    assert any("Gold standard of the sample" in text.value for text in app.markdown)
