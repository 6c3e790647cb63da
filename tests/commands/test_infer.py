from __future__ import annotations

import gzip
import json
import os
import shlex
from dataclasses import replace

import pytest

from genie3_engine import runs, worker
from genie3_engine.errors import RunInterruptedError
from genie3_engine.interrupts import StopRequest
from genie3_engine.launchers.slurm.launcher import SlurmLauncher
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.commands.command_line import QUICK, assert_one_line_error, object_in


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--trees", "0"], ["--trees is 0"]),
        (["--k", "0"], ["--k is 0"]),
        (["--seed", "-1"], ["--seed is -1"]),
        (["--keep", "0"], ["--keep is 0"]),
        (["--threads", "0"], ["--threads is 0"]),
        (["--shard", "4/3"], ["--shard is '4/3'"]),
        (["--targets", "0"], ["--targets is 0"]),
        (["--targets", "13"], ["number of targets is 13", "12 genes"]),
        (["--regulators", "absent.txt"], ["absent.txt"]),
        (["--targets", "absent.txt"], ["absent.txt"]),
    ],
)
def test_wrong_values__named_before_anything_is_written(call, data, tmp_path, options, words):
    assert_one_line_error(call("infer", data, "--out", tmp_path / "run", *options), *words)
    assert not (tmp_path / "run").exists()


def test_infer__creates_the_folder_for_tasks_and_computes_nothing(call, data, tmp_path):
    run = tmp_path / "run"
    command = ("infer", data, "--out", run, *QUICK, "--create")
    code, out, _ = call(*command)
    assert (code, out) == (0, f"{run}\n")
    assert not RunFolder.open(run).finished_targets()
    for index in (1, 2):
        assert worker.main([str(run), "--task", f"{index}/2"]) == 0
    RunFolder.open(run).request_stop()
    code, out, _ = call(*command, "--resume", "--json")
    assert object_in(out) == {"run": str(run), "state": "queued"}
    assert worker.main([str(run)]) == 0
    assert RunFolder.open(run).has_result
    assert_one_line_error(call(*command, "--shard", "1/2"), "shard itself")


def test_infer__leaves_a_run_and_says_what_came_out(call, data, tmp_path):
    code, out, err = call("infer", data, "--out", tmp_path / "run", *QUICK)
    assert code == 0, err
    assert "links into 12 targets" in out
    assert "Links kept: all" in out
    assert "5,000,000" in out
    assert "share of the target's variance" in out
    assert "out-of-bag R²" in out
    assert (tmp_path / "run" / "links.parquet").is_file()


def test_infer__json_comes_last(call, data, tmp_path):
    code, out, _ = call("infer", data, "--out", tmp_path / "run", "--json", "--trees", 200)
    found = object_in(out)
    assert code == 0
    assert (found["n_targets"], found["state"], found["scale"]) == (12, "done", "raw")
    assert len(found["top_links"]) == 5
    assert {"geneA", "geneB"} == {found["top_links"][0][key] for key in ("regulator", "target")}


def test_infer__names_of_regulators_and_targets(call, data, tmp_path):
    (tmp_path / "tfs").write_text("geneA\ngeneD\nunheard\n")
    (tmp_path / "some").write_text("geneB\ngeneC\n")
    names = ["--regulators", tmp_path / "tfs", "--targets", tmp_path / "some"]
    code, out, err = call("infer", data, "--out", tmp_path / "run", "--json", *names, *QUICK)
    assert code == 0
    assert "warning" in err
    assert "unheard" in err
    found = object_in(out)
    assert (found["n_targets"], found["n_regulators"]) == (2, 2)


def test_infer__says_that_jobs_are_scikit_learn_s(call, data, tmp_path):
    few = ["--trees", "1", "--targets", "1", "--n-jobs", "2"]
    code, _, err = call("infer", data, "--out", tmp_path / "run", *few)
    assert code == 0
    assert "warning: --n-jobs is not used by the compiled engine" in err


def test_infer__first_targets_of_the_file(call, data, tmp_path):
    call("infer", data, "--out", tmp_path / "run", "--targets", "2", *QUICK)
    spec = json.loads((tmp_path / "run" / "spec.json").read_text())
    assert spec["targets"] == ["geneA", "geneB"]


def test_infer__shards_merge_to_the_same_bytes(call, data, tmp_path):
    call("infer", data, "--out", tmp_path / "whole", *QUICK)
    for shard in ("1/3", "2/3", "3/3"):
        out = tmp_path / f"part{shard[0]}"
        assert call("infer", data, "--out", out, "--shard", shard, *QUICK)[0] == 0
    parts = [tmp_path / f"part{i}" for i in (1, 2, 3)]
    code, out, _ = call("merge", *parts, "--out", tmp_path / "merged", "--json")
    assert code == 0
    assert object_in(out)["n_targets"] == 12
    links = [(tmp_path / name / "links.parquet").read_bytes() for name in ("whole", "merged")]
    assert links[0] == links[1]
    result = call("merge", *parts[:2], "--out", tmp_path / "short")
    assert_one_line_error(result, "Shard 3/3", "gene")


def test_infer__same_run_again(call, data, tmp_path):
    argv = ["infer", data, "--out", tmp_path / "run", *QUICK]
    call(*argv)
    assert_one_line_error(call(*argv), "--resume")
    code, out, err = call(*argv, "--resume")
    assert code == 0
    assert "done already" in err
    assert "links into 12 targets" in out


def test_infer__refuses_a_folder_with_another_run(call, data, tmp_path):
    argv = ["infer", data, "--out", tmp_path / "run", "--trees", "3"]
    call(*argv, "--seed", "1")
    for more in ([], ["--resume"]):
        result = call(*argv, "--seed", "2", *more)
        assert_one_line_error(result, "another run", "seed 1", "--out")


def test_infer__resume_without_a_run_begins_one(call, data, tmp_path):
    assert call("infer", data, "--out", tmp_path / "run", "--resume", *QUICK)[0] == 0


def test_infer__resume_leaves_a_run_alone_that_is_at_work_elsewhere(
    call, data, tmp_path, monkeypatch
):
    argv = ["infer", data, "--out", tmp_path / "run", *QUICK]
    call(*argv, "--create")
    spec = tmp_path / "run" / "spec.json"
    values = json.loads(spec.read_text())
    spec.write_text(json.dumps({**values, "launcher": "slurm"}))
    status = RunStatus(JobState.RUNNING, step="computing", targets_total=12)
    monkeypatch.setattr(SlurmLauncher, "status_now", lambda *_: status)
    assert_one_line_error(call(*argv, "--resume"), "at work")


def test_infer__refuses_a_folder_with_other_things(call, data, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.doc").write_text("precious")
    assert_one_line_error(call("infer", data, "--out", tmp_path / "run", *QUICK), "thesis.doc")
    for out in (data, data / "run"):
        assert_one_line_error(call("infer", data, "--out", out, *QUICK), "is a file")
    result = call("infer", data, "--out", tmp_path / ("x" * 300), *QUICK)
    assert_one_line_error(result, "name is too long")


def test_infer__interrupted_says_how_to_resume(call, data, tmp_path, monkeypatch):
    argv = ["infer", data, "--out", tmp_path / "my run", *QUICK]
    with monkeypatch.context() as patch:
        patch.setattr(StopRequest, "__call__", lambda self: True)
        result = call(*argv)
    assert_one_line_error(result, "interrupted; 0 of 12 targets", "Resume with:", code=130)
    again = shlex.split(result[2].partition("Resume with: ")[2])
    assert again[0] == "genie3"
    code, out, _ = call(*again[1:])
    assert code == 0
    assert "links into 12 targets" in out


def test_infer__unexpected_failure_is_one_line(call, data, tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("inner\nworkings")

    monkeypatch.setattr("genie3_engine.worker.run", fail)
    result = call("infer", data, "--out", tmp_path / "run", *QUICK)
    assert_one_line_error(result, "ZeroDivisionError", "GENIE3_DEBUG", code=1)
    monkeypatch.setenv("GENIE3_DEBUG", "1")
    _, _, err = call("infer", data, "--out", tmp_path / "other", *QUICK)
    assert "Traceback" in err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.tsv", b"", []),
        ("column.tsv", b"gene\na\nb\nc\n", []),
        ("text.tsv", b"g\ts1\ts2\ts3\na\t1\t2\t3\nb\t1\toops\t3\nc\t3\t4\t6\n", ["oops"]),
        ("ragged.tsv", b"g\ts1\ts2\ts3\na\t1\t2\t3\nb\t1\t3\nc\t3\t4\t6\n", []),
        ("nan.tsv", b"g\ts1\ts2\ts3\na\t1\t2\t3\nb\tNA\tNA\tNA\nc\t3\t4\t6\n", ["b"]),
        ("twice.tsv", b"g\ts1\ts2\ts3\na\t1\t2\t3\na\t1\t2\t5\nc\t3\t4\t6\n", ["a"]),
        ("two.tsv", b"g\ts1\ts2\ts3\na\t1\t2\t3\nb\t1\t2\t5\n", []),
        ("one.tsv", b"g\ts1\na\t1\nb\t2\nc\t3\n", []),
        ("inf.tsv", b"g\ts1\ts2\ts3\na\t1\tinf\t3\nb\t1\t2\t5\nc\t1\t2\t6\n", ["inf"]),
        ("odd.tsv", bytes(range(128, 256)) * 3, []),
        ("cut.tsv.gz", gzip.compress(os.urandom(4_000))[:2_000], []),
        ("book.xlsx", b"PK\x03\x04 no book", []),
        ("cells.h5ad", b"\x89HDF\r\n\x1a\n no cells", []),
        ("table.parquet", b"PAR1 no table", []),
    ],
)
def test_infer__names_what_is_wrong_with_a_file(call, tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    result = call("infer", path, "--out", tmp_path / "run", *QUICK)
    assert_one_line_error(result, name, *words)


def test_infer__names_a_folder_and_a_missing_file(call, tmp_path):
    for path in (tmp_path, tmp_path / "absent.tsv"):
        result = call("infer", path, "--out", tmp_path / "run", *QUICK)
        assert_one_line_error(result, path.name)


def test_infer__no_regulator_fits(call, data, tmp_path):
    (tmp_path / "tfs").write_text("geneAA\ngeneQQ\n")
    names = ["--regulators", tmp_path / "tfs"]
    result = call("infer", data, "--out", tmp_path / "run", *names, *QUICK)
    assert_one_line_error(result, "geneA")


def test_infer__regulators_in_a_column_of_a_table(call, data, tmp_path):
    (tmp_path / "tfs.csv").write_text(",family,name\n0,x,GENEA\n1,y,GENED\n2,z,geneB\n")
    names = ["--regulators", tmp_path / "tfs.csv"]
    code, out, err = call("infer", data, "--out", tmp_path / "run", *names, *QUICK, "--json")
    assert code == 0, err
    assert object_in(out)["n_regulators"] == 3
    assert "column 'name'" in err
    assert "without regard to case" in err
    subjects = [decision["subject"] for decision in object_in(out)["decisions"]]
    assert {"list-column", "list-spelling", "orientation"} <= set(subjects)
    told = ["--regulators-column", "family"]
    result = call("infer", data, "--out", tmp_path / "other", *names, *told, *QUICK)
    assert_one_line_error(result, "'x'")


def test_infer__prints_what_is_set_aside_and_guessed(call, tmp_path):
    data = tmp_path / "table.tsv"
    rows = [["gene", "Length", *"abcdef", "foo"]]
    rows += [
        [f"KLF{i}", 900 * i + 77, *(i * j % 7 + 0.25 for j in range(2, 8)), i % 3]
        for i in range(14)
    ]
    data.write_text("\n".join("\t".join(map(str, row)) for row in rows) + "\n")
    code, out, err = call("infer", data, "--out", tmp_path / "run", *QUICK, "--json")
    assert code == 0, err
    assert "genie3: Column 'Length' is set aside" in err
    assert "genie3: warning: this is a guess: Column 'foo' is kept" in err
    assert "--set-aside foo" in err
    certainties = {
        each["names"][0]: each["certainty"] for each in object_in(out)["decisions"] if each["names"]
    }
    assert (certainties["Length"], certainties["foo"]) == ("clear", "guess")


def test_infer__unknown_target(call, data, tmp_path):
    (tmp_path / "some").write_text("geneB\ngeneZ\n")
    names = ["--targets", tmp_path / "some"]
    result = call("infer", data, "--out", tmp_path / "run", *names, *QUICK)
    assert_one_line_error(result, "geneZ")


def test_error__json_object_for_scripts(call, tmp_path):
    code, out, err = call("doctor", tmp_path / "absent.tsv", "--json")
    assert code == 2
    assert err.count("\n") == 1
    assert object_in(out)["error"]["code"] == "input"


def test_infer__says_once_that_the_orientation_is_a_guess(call, tmp_path):
    data = tmp_path / "table.tsv"
    names = [f"q{i}q" for i in range(12)]
    rows = [["", *(f"z{i}z" for i in range(12))]]
    rows += [[name, *(7 * i * j % 11 + 0.25 for j in range(12))] for i, name in enumerate(names)]
    data.write_text("\n".join("\t".join(map(str, row)) for row in rows) + "\n")
    code, _, err = call("infer", data, "--out", tmp_path / "run", *QUICK)
    assert code == 0, err
    said = [line for line in err.splitlines() if "rientation" in line]
    assert len(said) == 1
    assert "guess: Genes are in the" in said[0]
    assert "--orientation genes-in-" in said[0]


def test_infer__keeps_a_sample_sheet_with_the_data(call, data, tmp_path, home):
    sheet = tmp_path / "sheet.csv"
    rows = [f"s{j},{'ab'[j // 10]},{30 * (j % 10)} min" for j in range(20)]
    sheet.write_text("\n".join(("sample,condition,when", *rows)), encoding="utf-8")
    options = ("--sample-sheet", sheet, "--sheet-columns", "time=when", *QUICK)
    code, _, err = call("infer", data, "--out", tmp_path / "run", *options)
    assert code == 0
    assert "The sample sheet sheet.csv has 2 time series of 10 points." in err
    (info,) = runs.list_datasets()
    assert info.provides == ("series",)
    stored = runs.open_dataset(info.fingerprint)
    assert stored.sheet.series == tuple("ab"[int(name[1:]) // 10] for name in stored.samples)


def test_infer__interrupted_among_null_forests_counts_them(call, data, tmp_path, monkeypatch):
    def stop(folder, **_):
        run = RunFolder.open(folder)
        status = run.read_status()
        run.write_status(
            replace(
                status,
                step="nulls",
                targets_done=12,
                replicates_done=300,
                replicates_total=2048,
            )
        )
        raise RunInterruptedError("stopped", "")

    monkeypatch.setattr(worker, "run", stop)
    code, _, err = call("infer", data, "--out", tmp_path / "run", "--confidence", *QUICK)
    assert code == 130
    assert "12 of 12 targets, and 300 of 2,048 null forests, are done and kept" in err
