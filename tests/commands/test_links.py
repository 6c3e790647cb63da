from __future__ import annotations

import errno
import gzip
import io
import os
import shutil
import sys

import pytest

from genie3_engine import cli
from genie3_engine.commands import parser
from tests.commands.command_line import QUICK, assert_one_line_error
from tests.fabricated_evidence import fabricate_evidence


def test_links__ranked_table(call, run):
    code, out, err = call("links", run, "--top", "3")
    lines = [line.split("\t") for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines[0] == ["regulator", "target", "importance"]
    assert len(lines) == 4
    scores = [float(line[2]) for line in lines[1:]]
    assert scores == sorted(scores, reverse=True)


def test_links__scales(call, run):
    share = [line.split("\t") for line in call("links", run, "--scale", "share")[1].split("\n")]
    assert share[0][2] == "share"
    to_gene = [float(row[2]) for row in share[1:-1] if row[1] == "geneB"]
    assert sum(to_gene) == pytest.approx(1.0, abs=1e-5)
    rank = call("links", run, "--scale", "rank", "--top", "2")[1].splitlines()
    assert [row.split("\t")[2] for row in rank] == ["rank", "1", "2"]


def test_links__min_importance(call, run):
    rows = call("links", run, "--min-importance", "0.2")[1].splitlines()[1:]
    assert rows
    assert all(float(row.split("\t")[2]) >= 0.2 for row in rows)


def test_links__threshold(call, run, tmp_path):
    shutil.copytree(run, tmp_path / "evident")
    fabricate_evidence(tmp_path / "evident")
    rows = [line.split("\t") for line in call("links", run)[1].splitlines()[1:]]
    kept = call("links", tmp_path / "evident", "--threshold", "q:0.05")[1].splitlines()
    assert kept[0].split("\t")[3:6] == ["sign", "spearman", "p"]
    assert [line.split("\t")[:3] for line in kept[1:]] == rows[: len(rows) // 2]
    of_each = call("links", run, "--threshold", "target:1")[1].splitlines()[1:]
    assert len({line.split("\t")[1] for line in of_each}) == len(of_each)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--threshold", "q:0.05"], "no q of its links"),
        (["--threshold", "q"], "not a threshold"),
        (["--threshold", "target:1", "--top", "3"], "together with --top"),
    ],
)
def test_links__threshold_that_cannot_be_is_refused(call, run, options, words):
    assert_one_line_error(call("links", run, *options), words)


@pytest.mark.parametrize("name", [name for name in parser.EXPORT_FORMATS if name != "parquet"])
def test_links__every_text_format(call, run, tmp_path, name):
    code, out, _ = call("links", run, "--format", name, "--top", "5")
    assert code == 0
    path = tmp_path / "export"
    assert call("links", run, "--format", name, "--top", "5", "-o", path)[:2] == (0, "")
    assert path.read_text() == out


def test_links__file_name_tells_the_format(call, run, tmp_path):
    call("links", run, "-o", tmp_path / "network.parquet")
    assert (tmp_path / "network.parquet").read_bytes()[:4] == b"PAR1"
    call("links", run, "-o", tmp_path / "network.graphml")
    assert "<graphml" in (tmp_path / "network.graphml").read_text()


@pytest.mark.parametrize(
    ("name", "delimiter"),
    [("adj.csv", ","), ("ADJ.CSV", ","), ("adj.tsv", "\t"), ("adj.txt", "\t"), ("adj", "\t")],
)
def test_links__pyscenic_goes_by_the_ending(call, run, tmp_path, name, delimiter):
    assert call("links", run, "--format", "pyscenic", "-o", tmp_path / name)[0] == 0
    first, second = (tmp_path / name).read_text().splitlines()[:2]
    assert first == delimiter.join(("TF", "target", "importance"))
    assert len(second.split(delimiter)) == 3
    if name == "adj.csv":
        call("links", run, "--format", "pyscenic", "-o", tmp_path / "adj.csv.gz")
        packed = (tmp_path / "adj.csv.gz").read_bytes()
        assert gzip.decompress(packed) == (tmp_path / name).read_bytes()


def test_links__adjacencies_of_the_case(call, shared_cases, tmp_path):
    data = shared_cases / "21-pyscenic-adjacencies-as-csv" / "expression.csv"
    assert call("infer", data, "--out", tmp_path / "run", *QUICK)[0] == 0
    for name, delimiter in (("adj.csv", ","), ("adj.tsv", "\t")):
        call("links", tmp_path / "run", "--format", "pyscenic", "--output", tmp_path / name)
        first = (tmp_path / name).read_text().splitlines()[0]
        assert first == delimiter.join(("TF", "target", "importance"))


def test_links__a_gz_file_is_compressed(call, run, tmp_path):
    for name in ("links.csv", "links.csv.gz", "again.csv.gz"):
        assert call("links", run, "--top", "5", "-o", tmp_path / name)[0] == 0
    packed = (tmp_path / "links.csv.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "links.csv").read_bytes()
    assert packed == (tmp_path / "again.csv.gz").read_bytes()


def test_links__full_disk_behind_standard_output(call, run, monkeypatch, capsys):
    class Full(io.TextIOWrapper):
        def flush(self):
            if self.buffer.tell():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Full(io.BytesIO()))
        code = cli.main(["links", str(run)])
    result = code, *capsys.readouterr()
    assert_one_line_error(result, "error: No space left on device.", code=1)


def test_links__output_that_cannot_be(call, run, tmp_path):
    assert_one_line_error(call("links", run, "-o", tmp_path), "is a folder")
    result = call("links", run, "-o", tmp_path / "absent" / "x.tsv")
    assert_one_line_error(result, "absent: there is no such folder")
    assert_one_line_error(call("links", run, "--top", "0"), "--top is 0")
    for value in ("nan", "inf"):
        result = call("links", run, "--min-importance", value)
        assert_one_line_error(result, f"--min-importance is {value}")


def test_links__full_disk_does_not_speak_of_resuming(call, run):
    result = call("links", run, "-o", "/dev/full")
    assert_one_line_error(result, "the disk is full", code=1)
    assert "resume" not in result[2]


def test_links__closed_pipe_is_quiet(call, run, monkeypatch):
    class Closed(io.TextIOWrapper):
        def flush(self):
            if self.buffer.tell():
                raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed(io.BytesIO()))
    assert cli.main(["links", str(run)]) == 0


def test_links__refuses_what_is_no_run(call, tmp_path):
    assert_one_line_error(call("links", tmp_path), str(tmp_path))
    assert_one_line_error(call("links", tmp_path / "absent"), "absent")
