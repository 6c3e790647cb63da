from __future__ import annotations

import json

from tests.commands.command_line import assert_one_line_error, object_in


def test_archive__writes_a_file_that_another_home_imports(call, run, tmp_path, monkeypatch):
    file = tmp_path / "run.genie3.zip"
    code, out, err = call("archive", run, "-o", file)
    assert (code, err) == (0, "")
    assert "with the data set" in out
    before = file.read_bytes()
    _, out, _ = call("archive", run, "-o", file, "--json")
    assert object_in(out)["bytes"] == len(before)
    assert file.read_bytes() == before
    monkeypatch.setenv("GENIE3_HOME", str(tmp_path / "elsewhere"))
    code, out, _ = call("import", file, "--json")
    found = object_in(out)
    assert (code, found["is_new"], found["has_data"]) == (0, True, True)
    assert call("links", found["run"])[1] == call("links", run)[1]


def test_archive__keeps_licence_and_authors_with_the_run(call, run, tmp_path):
    file = tmp_path / "run.zip"
    call("archive", run, "-o", file, "--license", "CC-BY-4.0", "--author", "Ann", "--author", "Bob")
    call("archive", run, "-o", file, "--licence", "CC0-1.0")
    stated = json.loads((run / "deposit.json").read_text())
    assert stated["licence"].endswith("CC0-1.0")
    assert [author["name"] for author in stated["authors"]] == ["Ann", "Bob"]


def test_archive__without_data(call, run, tmp_path, monkeypatch):
    file = tmp_path / "run.zip"
    _, out, _ = call("archive", run, "-o", file, "--without-data")
    assert "without the data set" in out
    monkeypatch.setenv("GENIE3_HOME", str(tmp_path / "elsewhere"))
    _, out, err = call("archive", run, "-o", tmp_path / "other.zip")
    assert "not stored here" in err
    assert (tmp_path / "other.zip").read_bytes() == file.read_bytes()


def test_archive__what_cannot_be(call, run, tmp_path):
    file = tmp_path / "run.zip"
    assert_one_line_error(call("archive", tmp_path / "absent", "-o", file), "absent")
    assert_one_line_error(call("archive", run, "-o", tmp_path), "is a folder")
    assert_one_line_error(call("archive", run, "-o", file, "--licence", "a b"), "licence")
    assert not file.exists()
