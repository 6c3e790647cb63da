from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from genie3_engine import cli, runs
from genie3_engine.data.gene_table import GeneTable
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
    def pairs():
        tables = [each.value for each in app.dataframe if "regulator" in each.value.columns]
        return {
            pair for table in tables for pair in zip(table.regulator, table.target, strict=True)
        }

    app = open_page("accuracy", run=done_run, gold=gold[0].id)
    found = pairs()
    assert found <= TRUE
    app.segmented_control(key="verdict").set_value("missed").run()
    assert len(found) + len(pairs()) == len(TRUE)
    app.segmented_control(key="verdict").set_value("wrong").run()
    assert not pairs() & TRUE


def test_accuracy__links_are_labelled_by_symbol(open_page, done_run, gold):
    dataset = runs.list_datasets()[0].fingerprint
    genes = runs.open_dataset(dataset).genes
    symbols = tuple(gene.upper() + "X" for gene in genes)
    runs.attach_gene_table(dataset, GeneTable(genes, {"s": symbols}, {"symbol": "s"}))
    app = open_page("accuracy", run=done_run, gold=gold[0].id)
    assert not app.exception
    links = next(frame.value for frame in app.dataframe if "regulator_label" in frame.value)
    assert (links["regulator_label"] == links["regulator"].str.upper() + "X").all()


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


@pytest.fixture
def other_run(home, done_run):
    """The id of a run of the same data and name, whose links are in the reverse order."""
    folder = home / "runs" / "other"
    shutil.copytree(home / "runs" / done_run, folder)
    links = pq.read_table(folder / "links.parquet")
    scores = links["importance"].combine_chunks().take(pa.array(range(len(links))[::-1]))
    links = links.set_column(2, "importance", pc.subtract(1.0, scores).cast("float32"))
    pq.write_table(links, folder / "links.parquet")
    return "other"


@pytest.fixture
def wide_gold(home, tmp_path):
    """A gold standard with true links into many targets, and its file."""
    path = tmp_path / "wide.tsv"
    path.write_text(
        "".join(f"{a}\t{b}\n" for a, b in sorted(TRUE)) + "gene01\tgene02\ngene02\tgene01\n"
    )
    with path.open("rb") as file:
        return runs.keep_upload([(path.name, file)]), path


def compared(app):
    return next(each.value for each in app.dataframe if "Settings" in each.value.columns)


def test_accuracy__compares_runs_of_the_address(
    open_page, done_run, other_run, wide_gold, home, capsys
):
    app = open_page("accuracy", run=done_run, gold=wide_gold[0].id, **{"with": other_run})
    assert not app.exception
    assert not app.metric
    paths = [str(home / "runs" / run) for run in (done_run, other_run)]
    assert cli.main(["evaluate", *paths, "--gold", str(wide_gold[1]), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    table = compared(app)
    assert table["Run"].tolist() == ["a finished run", "a finished run (2)"]
    for name in ("aupr", "auroc"):
        assert table[name.upper()].tolist() == [each[name] for each in found["lists"]]
    low, high = found["lists"][0]["intervals"]["aupr"]
    assert table["95 % of AUPR"][0] == f"{low:.4f} to {high:.4f}"
    differences = next(each.value for each in app.dataframe if "Verdict" in each.value.columns)
    assert differences["Difference"][0] == pytest.approx(-found["differences"][0]["difference"])
    said = " ".join(each.value for each in app.markdown).replace("\\", "")
    assert all(each.split(":")[0] in said for each in found["cautions"])


def test_accuracy__runs_to_compare_are_chosen_and_kept_in_the_address(
    open_page, done_run, other_run, wide_gold
):
    app = open_page("accuracy", run=done_run, gold=wide_gold[0].id)
    assert len(app.metric) == 4
    key = f"accuracy_with_{done_run}"
    app.multiselect(key=key).set_value([other_run]).run()
    assert not app.exception
    assert app.query_params["with"] == other_run
    assert len(compared(app)) == 2
    app.multiselect(key=key).set_value([]).run()
    assert "with" not in app.query_params
    assert len(app.metric) == 4


def test_accuracy__unknown_run_to_compare_with_is_said(open_page, done_run, other_run, wide_gold):
    app = open_page("accuracy", run=done_run, gold=wide_gold[0].id, **{"with": "../nobody"})
    assert not app.exception
    assert "run to compare with" in app.warning[0].value
    assert len(app.metric) == 4


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


@pytest.fixture
def turned(home, tmp_path):
    """A gold standard with the target first, row numbers and no label, that was uploaded."""
    path = tmp_path / "turned.csv"
    rows = "".join(f"{i},{gene},{a},{i % 2}\n" for i, (a, gene) in enumerate(sorted(TRUE)))
    other = "".join(f"{90 + i},{gene},gene01,1\n" for i, gene in enumerate(GENES[4:7]))
    path.write_text(",target gene,tf,is_stimulation\n" + rows + other)
    with path.open("rb") as file:
        return runs.keep_upload([(path.name, file)])


def test_accuracy__columns_are_detected_shown_and_overruled(open_page, done_run, turned):
    def figure():
        return {metric.label: metric.value for metric in app.metric}["True links"]

    app = open_page("accuracy", run=done_run, gold=turned.id)
    assert not app.exception
    shown = " ".join(caption.value for caption in app.caption)
    assert "column 'tf' is the regulator" in shown
    assert turned.path.name not in shown
    table = next(each.value for each in app.dataframe if "3: tf (regulator)" in each.value.columns)
    assert "2: target gene (target)" in table.columns
    detected = figure()
    assert detected == str(len(TRUE) + 3)
    key = f"gold_label_{turned.id[:16]}"
    app.selectbox(key=key).set_value("4: is_stimulation").run()
    assert not app.exception
    assert int(figure()) < int(detected)
    app.selectbox(key=key).set_value("Detect").run()
    assert figure() == detected


def test_accuracy__columns_are_chosen_where_the_reading_fails(open_page, done_run, home, tmp_path):
    path = tmp_path / "other.csv"
    pairs = sorted(TRUE)
    path.write_text("a,b,c,d\n" + "".join(f"x{b},y{a},{a},{b}\n" for a, b in pairs))
    with path.open("rb") as file:
        upload = runs.keep_upload([(path.name, file)])
    app = open_page("accuracy", run=done_run, gold=upload.id)
    for role, column in (("regulator", "1: a"), ("target", "2: b")):
        app.selectbox(key=f"gold_{role}_{upload.id[:16]}").set_value(column).run()
    assert len(app.error) == 1
    for role, column in (("regulator", "3: c"), ("target", "4: d")):
        app.selectbox(key=f"gold_{role}_{upload.id[:16]}").set_value(column).run()
    assert not app.exception
