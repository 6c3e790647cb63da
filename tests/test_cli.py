"""The command line as a user meets it: what it answers, and with which exit code."""

from __future__ import annotations

import argparse
import errno
import gzip
import io
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from genie3_engine import __version__, cli
from genie3_engine.commands import parser, parsing
from genie3_engine.data.orientation import ORIENTATIONS
from genie3_engine.interrupts import StopRequest
from genie3_engine.networks.exports import FORMATS
from tests.waiting import HANG_SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = [
    *("infer", "doctor", "links", "evaluate", "report", "merge", "simulate", "experiment"),
    *("forecast", "submit", "status", "logs", "cancel", "collect", "resume", "cleanup", "cloud"),
]
QUICK = ["--trees", "3", "--seed", "1"]


@pytest.fixture
def call(capsys, home):
    """Run the command line in this process: exit code, standard output, standard error."""

    def run(*argv):
        code = cli.main([str(arg) for arg in argv])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def data(tmp_path):
    """Expression of 12 genes in 20 samples, genes in rows."""
    rng = np.random.default_rng(0)
    genes = [f"gene{letter}" for letter in "ABCDEFGHIJKL"]
    values = rng.normal(size=(12, 20))
    values[1] += 2 * values[0]
    rows = [["gene", *(f"s{j}" for j in range(20))]]
    rows += [[name, *map(str, row)] for name, row in zip(genes, values, strict=True)]
    path = tmp_path / "expression.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows))
    return path


def object_in(out):
    return json.loads(out.splitlines()[-1])


def assert_one_line_error(result, *words, code=2):
    found, out, err = result
    assert err.startswith("genie3: error: "), err
    assert err.count("\n") == 1, err
    assert "Traceback" not in err + out
    for word in words:
        assert word in err
    assert found == code


def step_of(run):
    try:
        return json.loads((run / "status.json").read_text())["step"]
    except FileNotFoundError:
        return ""


class TestParser:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_help__explains_each_command(self, call, command):
        code, out, err = call(command, "--help")
        assert (code, err) == (0, "")
        assert out.startswith(f"usage: genie3 {command}")

    def test_help__lists_the_commands_and_exit_codes(self, call):
        code, out, _ = call("--help")
        assert code == 0
        assert all(command in out for command in COMMANDS)
        assert "130 interrupted" in out

    def test_version__is_the_package_s(self, call):
        assert call("--version")[1] == f"genie3-engine {__version__}\n"

    def test_choices__are_the_engine_s(self):
        assert set(parser.EXPORT_FORMATS) == set(FORMATS)
        assert set(parsing.ORIENTATIONS) == set(ORIENTATIONS)

    @pytest.mark.parametrize(
        ("argv", "words"),
        [
            ([], ["COMMAND"]),
            (["guess"], ["invalid choice: 'guess'"]),
            (["infer"], ["EXPRESSION", "--out"]),
            (["infer", "x", "--out", "y", "--trees", "many"], ["--trees", "many"]),
            (["infer", "x", "--out", "y", "--method", "XGB"], ["--method", "XGB", "RF"]),
            (["infer", "x", "--out", "y", "--k", "half"], ["--k", "half", "sqrt"]),
            (["infer", "x", "--out", "y", "--tree", "5"], ["--tree"]),
            (["links", "x", "--format", "xlsx"], ["--format", "graphml"]),
        ],
    )
    def test_wrong_options__one_line_and_code_2(self, call, argv, words):
        assert_one_line_error(call(*argv), *words)

    def test_wrong_options__are_one_json_object_for_a_script(self, call):
        code, out, err = call("evaluate", "--json")
        assert code == 2
        assert json.loads(out)["error"]["code"] == "option"
        assert len(err.splitlines()) == 1

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
    def test_wrong_values__named_before_anything_is_written(
        self, call, data, tmp_path, options, words
    ):
        assert_one_line_error(call("infer", data, "--out", tmp_path / "run", *options), *words)
        assert not (tmp_path / "run").exists()


class TestInfer:
    def test_infer__leaves_a_run_and_says_what_came_out(self, call, data, tmp_path):
        code, out, err = call("infer", data, "--out", tmp_path / "run", *QUICK)
        assert code == 0, err
        assert "links into 12 targets" in out
        assert "Links kept: all" in out
        assert "5,000,000" in out
        assert "share of the target's variance" in out
        assert "out-of-bag R²" in out
        assert (tmp_path / "run" / "links.parquet").is_file()

    def test_infer__json_comes_last(self, call, data, tmp_path):
        code, out, _ = call("infer", data, "--out", tmp_path / "run", "--json", "--trees", 200)
        found = object_in(out)
        assert code == 0
        assert (found["n_targets"], found["state"], found["scale"]) == (12, "done", "raw")
        assert len(found["top_links"]) == 5
        assert {"geneA", "geneB"} == {found["top_links"][0][key] for key in ("regulator", "target")}

    def test_infer__names_of_regulators_and_targets(self, call, data, tmp_path):
        (tmp_path / "tfs").write_text("geneA\ngeneD\nunheard\n")
        (tmp_path / "some").write_text("geneB\ngeneC\n")
        names = ["--regulators", tmp_path / "tfs", "--targets", tmp_path / "some"]
        code, out, err = call("infer", data, "--out", tmp_path / "run", "--json", *names, *QUICK)
        assert code == 0
        assert "warning" in err
        assert "unheard" in err
        found = object_in(out)
        assert (found["n_targets"], found["n_regulators"]) == (2, 2)

    def test_infer__says_that_jobs_are_scikit_learn_s(self, call, data, tmp_path):
        few = ["--trees", "1", "--targets", "1", "--n-jobs", "2"]
        code, _, err = call("infer", data, "--out", tmp_path / "run", *few)
        assert code == 0
        assert "warning: --n-jobs is not used by the compiled engine" in err

    def test_infer__first_targets_of_the_file(self, call, data, tmp_path):
        call("infer", data, "--out", tmp_path / "run", "--targets", "2", *QUICK)
        spec = json.loads((tmp_path / "run" / "spec.json").read_text())
        assert spec["targets"] == ["geneA", "geneB"]

    def test_infer__shards_merge_to_the_same_bytes(self, call, data, tmp_path):
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

    def test_infer__same_run_again(self, call, data, tmp_path):
        argv = ["infer", data, "--out", tmp_path / "run", *QUICK]
        call(*argv)
        assert_one_line_error(call(*argv), "--resume")
        code, out, err = call(*argv, "--resume")
        assert code == 0
        assert "done already" in err
        assert "links into 12 targets" in out

    def test_infer__refuses_a_folder_with_another_run(self, call, data, tmp_path):
        argv = ["infer", data, "--out", tmp_path / "run", "--trees", "3"]
        call(*argv, "--seed", "1")
        for more in ([], ["--resume"]):
            result = call(*argv, "--seed", "2", *more)
            assert_one_line_error(result, "another run", "seed 1", "--out")

    def test_infer__resume_without_a_run_begins_one(self, call, data, tmp_path):
        assert call("infer", data, "--out", tmp_path / "run", "--resume", *QUICK)[0] == 0

    def test_infer__refuses_a_folder_with_other_things(self, call, data, tmp_path):
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "thesis.doc").write_text("precious")
        assert_one_line_error(call("infer", data, "--out", tmp_path / "run", *QUICK), "thesis.doc")
        for out in (data, data / "run"):
            assert_one_line_error(call("infer", data, "--out", out, *QUICK), "is a file")
        result = call("infer", data, "--out", tmp_path / ("x" * 300), *QUICK)
        assert_one_line_error(result, "name is too long")

    def test_infer__interrupted_says_how_to_resume(self, call, data, tmp_path, monkeypatch):
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

    def test_infer__unexpected_failure_is_one_line(self, call, data, tmp_path, monkeypatch):
        def fail(*args, **kwargs):
            raise ZeroDivisionError("inner\nworkings")

        monkeypatch.setattr("genie3_engine.worker.run", fail)
        result = call("infer", data, "--out", tmp_path / "run", *QUICK)
        assert_one_line_error(result, "ZeroDivisionError", "GENIE3_DEBUG", code=1)
        monkeypatch.setenv("GENIE3_DEBUG", "1")
        _, _, err = call("infer", data, "--out", tmp_path / "other", *QUICK)
        assert "Traceback" in err


class TestBadInput:
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
    def test_infer__names_what_is_wrong_with_a_file(self, call, tmp_path, name, content, words):
        path = tmp_path / name
        path.write_bytes(content)
        result = call("infer", path, "--out", tmp_path / "run", *QUICK)
        assert_one_line_error(result, name, *words)

    def test_infer__names_a_folder_and_a_missing_file(self, call, tmp_path):
        for path in (tmp_path, tmp_path / "absent.tsv"):
            result = call("infer", path, "--out", tmp_path / "run", *QUICK)
            assert_one_line_error(result, path.name)

    def test_infer__no_regulator_fits(self, call, data, tmp_path):
        (tmp_path / "tfs").write_text("GENEA\nGENED\n")
        names = ["--regulators", tmp_path / "tfs"]
        result = call("infer", data, "--out", tmp_path / "run", *names, *QUICK)
        assert_one_line_error(result, "geneA")

    def test_infer__unknown_target(self, call, data, tmp_path):
        (tmp_path / "some").write_text("geneB\ngeneZ\n")
        names = ["--targets", tmp_path / "some"]
        result = call("infer", data, "--out", tmp_path / "run", *names, *QUICK)
        assert_one_line_error(result, "geneZ")

    def test_error__json_object_for_scripts(self, call, tmp_path):
        code, out, err = call("doctor", tmp_path / "absent.tsv", "--json")
        assert code == 2
        assert err.count("\n") == 1
        assert object_in(out)["error"]["code"] == "input"

    def test_evaluate__names_missing_files(self, call, tmp_path):
        result = call("evaluate", tmp_path / "absent", tmp_path / "gold")
        assert_one_line_error(result, "absent")

    def test_links__refuses_what_is_no_run(self, call, tmp_path):
        assert_one_line_error(call("links", tmp_path), str(tmp_path))
        assert_one_line_error(call("links", tmp_path / "absent"), "absent")


class TestDoctor:
    def test_doctor__says_how_the_file_is_read(self, call, data, tmp_path):
        (tmp_path / "tfs").write_text("geneA\ngeneD\nunheard\n")
        code, out, _ = call("doctor", data, "--regulators", tmp_path / "tfs")
        assert code == 0
        assert "genes-in-rows" in out
        assert "2 of 3 listed" in out
        code, out, _ = call("doctor", data, "--json", "--regulators", tmp_path / "tfs")
        found = object_in(out)
        assert (found["n_genes"], found["n_samples"]) == (12, 20)
        assert found["orientation"] == "genes-in-rows"
        assert found["regulators"] == {"n_listed": 3, "n_found": 2, "missing": ["unheard"]}


class TestLinks:
    @pytest.fixture
    def run(self, call, data, tmp_path):
        call("infer", data, "--out", tmp_path / "run", *QUICK)
        return tmp_path / "run"

    def test_links__ranked_table(self, call, run):
        code, out, err = call("links", run, "--top", "3")
        lines = [line.split("\t") for line in out.splitlines()]
        assert (code, err) == (0, "")
        assert lines[0] == ["regulator", "target", "importance"]
        assert len(lines) == 4
        scores = [float(line[2]) for line in lines[1:]]
        assert scores == sorted(scores, reverse=True)

    def test_links__scales(self, call, run):
        share = [line.split("\t") for line in call("links", run, "--scale", "share")[1].split("\n")]
        assert share[0][2] == "share"
        to_gene = [float(row[2]) for row in share[1:-1] if row[1] == "geneB"]
        assert sum(to_gene) == pytest.approx(1.0, abs=1e-5)
        rank = call("links", run, "--scale", "rank", "--top", "2")[1].splitlines()
        assert [row.split("\t")[2] for row in rank] == ["rank", "1", "2"]

    def test_links__min_importance(self, call, run):
        rows = call("links", run, "--min-importance", "0.2")[1].splitlines()[1:]
        assert rows
        assert all(float(row.split("\t")[2]) >= 0.2 for row in rows)

    @pytest.mark.parametrize("name", [name for name in parser.EXPORT_FORMATS if name != "parquet"])
    def test_links__every_text_format(self, call, run, tmp_path, name):
        code, out, _ = call("links", run, "--format", name, "--top", "5")
        assert code == 0
        path = tmp_path / "export"
        assert call("links", run, "--format", name, "--top", "5", "-o", path)[:2] == (0, "")
        assert path.read_text() == out

    def test_links__file_name_tells_the_format(self, call, run, tmp_path):
        call("links", run, "-o", tmp_path / "network.parquet")
        assert (tmp_path / "network.parquet").read_bytes()[:4] == b"PAR1"
        call("links", run, "-o", tmp_path / "network.graphml")
        assert "<graphml" in (tmp_path / "network.graphml").read_text()

    def test_links__a_gz_file_is_compressed(self, call, run, tmp_path):
        for name in ("links.csv", "links.csv.gz", "again.csv.gz"):
            assert call("links", run, "--top", "5", "-o", tmp_path / name)[0] == 0
        packed = (tmp_path / "links.csv.gz").read_bytes()
        assert gzip.decompress(packed) == (tmp_path / "links.csv").read_bytes()
        assert packed == (tmp_path / "again.csv.gz").read_bytes()

    def test_links__full_disk_behind_standard_output(self, call, run, monkeypatch, capsys):
        class Full(io.TextIOWrapper):
            def flush(self):
                if self.buffer.tell():
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", Full(io.BytesIO()))
            code = cli.main(["links", str(run)])
        result = code, *capsys.readouterr()
        assert_one_line_error(result, "error: No space left on device.", code=1)

    def test_links__output_that_cannot_be(self, call, run, tmp_path):
        assert_one_line_error(call("links", run, "-o", tmp_path), "is a folder")
        result = call("links", run, "-o", tmp_path / "absent" / "x.tsv")
        assert_one_line_error(result, "absent: there is no such folder")
        assert_one_line_error(call("links", run, "--top", "0"), "--top is 0")
        for value in ("nan", "inf"):
            result = call("links", run, "--min-importance", value)
            assert_one_line_error(result, f"--min-importance is {value}")

    def test_links__full_disk_does_not_speak_of_resuming(self, call, run):
        result = call("links", run, "-o", "/dev/full")
        assert_one_line_error(result, "the disk is full", code=1)
        assert "resume" not in result[2]

    def test_links__closed_pipe_is_quiet(self, call, run, monkeypatch):
        class Closed(io.TextIOWrapper):
            def flush(self):
                if self.buffer.tell():
                    raise BrokenPipeError

        monkeypatch.setattr(sys, "stdout", Closed(io.BytesIO()))
        assert cli.main(["links", str(run)]) == 0

    def test_report__is_one_file(self, call, run, tmp_path):
        path = tmp_path / "report.html"
        code, out, err = call("report", run, "-o", path, "--title", "<b>", "--json")
        assert (code, err) == (0, "")
        assert json.loads(out) == {"file": str(path), "n_bytes": path.stat().st_size}
        assert "<title>&lt;b&gt;</title>" in path.read_text(encoding="utf-8")

    def test_report__what_cannot_be(self, call, run, tmp_path):
        path = tmp_path / "report.html"
        assert_one_line_error(call("report", tmp_path, "-o", path), str(tmp_path))
        assert_one_line_error(call("report", run, "-o", tmp_path), "is a folder")
        result = call("report", run, "-o", tmp_path / "absent" / "x.html")
        assert_one_line_error(result, "no such folder")
        assert_one_line_error(call("report", run, "-o", path, "--top", "0"), "--top is 0")
        assert not path.exists()


class TestSimulateAndEvaluate:
    def test_simulate__what_cannot_be(self, call, tmp_path):
        argv = ["simulate", "--genes", 10, "--samples", 5]
        assert_one_line_error(call(*argv, "--seed", -1, "--out", tmp_path), "seed is -1")
        (tmp_path / "file").touch()
        for out in ("file", "file/sim"):
            result = call(*argv, "--out", tmp_path / out)
            assert_one_line_error(result, "is a file, not a folder", "--out")

    def test_simulate__infer__evaluate(self, call, tmp_path):
        out = tmp_path / "sim"
        argv = ["simulate", "--genes", 30, "--samples", 60, "--out", out, "--seed", 4]
        code, text, _ = call(*argv, "--json")
        assert code == 0
        assert object_in(text)["n_genes"] == 30
        assert {p.name for p in out.iterdir()} == {"expression.tsv", "gold.tsv", "regulators.txt"}
        run = tmp_path / "run"
        names = ["--regulators", out / "regulators.txt"]
        code, _, err = call("infer", out / "expression.tsv", "--out", run, "--trees", 50, *names)
        assert code == 0, err
        code, text, _ = call("evaluate", run, out / "gold.tsv", "--json")
        found = object_in(text)
        assert code == 0
        assert {"auroc", "aupr", "early_precision", "n_links", "n_positives"} <= set(found)
        assert found["auroc"] > 0.6
        code, text, _ = call("evaluate", run / "links.parquet", out / "gold.tsv")
        assert "AUROC" in text
        assert "Universe" in text

    def test_evaluate__published_list(self, call, shared_data):
        code, out, _ = call(
            "evaluate",
            shared_data / "dream5_reference" / "DREAM5_NetworkInference_Other1_Network3.txt.gz",
            shared_data / "dream5" / "DREAM5_NetworkInference_GoldStandard_Network3.tsv.gz",
            "--json",
        )
        found = object_in(out)
        assert code == 0
        assert found["aupr"] == pytest.approx(0.0930, abs=2e-4)
        assert found["auroc"] == pytest.approx(0.6170, abs=2e-4)


class TestProcess:
    """As its own process: what only the whole program can show."""

    def run(self, *argv, **options):
        return subprocess.run(
            [sys.executable, "-m", "genie3_engine", *map(str, argv)],
            cwd=ROOT, capture_output=True, text=True, check=False, **options,
        )  # fmt: skip

    def test_main__error_is_one_line_with_code_2(self, tmp_path):
        run = self.run("infer", tmp_path / "absent.tsv", "--out", tmp_path / "run")
        assert_one_line_error((run.returncode, run.stdout, run.stderr), "absent.tsv")

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_infer__stopped_by_a_signal_resumes_to_the_same_bytes(
        self, call, data, tmp_path, number
    ):
        options = ["--trees", 8_000, "--seed", 1, "--threads", 1]
        argv = ["infer", data, "--out", tmp_path / "run", *options]
        program = subprocess.Popen(
            [sys.executable, "-m", "genie3_engine", *map(str, argv)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        wait_until(lambda: step_of(tmp_path / "run") == "computing")
        program.send_signal(number)
        out, err = program.communicate(timeout=HANG_SECONDS)
        last = err.splitlines(keepends=True)[-1]  # progress comes before it on a slow machine
        assert_one_line_error((program.returncode, out, last), "12 targets", "--resume", code=130)
        status = json.loads((tmp_path / "run" / "status.json").read_text())
        assert status["state"] == "cancelled"
        assert status["targets_done"] < 12
        assert call(*argv, "--resume")[0] == 0
        call("infer", data, "--out", tmp_path / "whole", *options)
        links = [(tmp_path / name / "links.parquet").read_bytes() for name in ("run", "whole")]
        assert links[0] == links[1]

    def test_main__head_is_quiet(self, call, data, tmp_path, home):
        call("infer", data, "--out", tmp_path / "run", *QUICK)
        links = f"{sys.executable} -m genie3_engine links {tmp_path / 'run'}"
        run = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {links} | head -n 1"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (run.returncode, run.stderr) == (0, "")

    def test_main__terminal_without_our_signs(self, call, data, tmp_path, home):
        argv = ["infer", data, "--out", tmp_path / "run", *QUICK]
        run = self.run(*argv, env={**os.environ, "PYTHONIOENCODING": "ascii"})
        assert run.returncode == 0, run.stderr  # which has progress on a slow machine
        assert "out-of-bag R\\xb2" in run.stdout

    def test_parser__has_no_heavy_imports(self):
        code = "import sys, genie3_engine.cli as c; c.build_parser(); print('numpy' in sys.modules)"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT,
                             check=True)  # fmt: skip
        assert run.stdout == "False\n"


def test_parser__is_documented():
    built = parser.build_parser()
    action = next(a for a in built._actions if isinstance(a, argparse._SubParsersAction))
    assert list(action.choices) == COMMANDS
