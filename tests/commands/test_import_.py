from __future__ import annotations

from tests.commands.command_line import assert_one_line_error


def test_import__says_what_became_of_the_archive(call, run, tmp_path, home):
    file = tmp_path / "run.zip"
    call("archive", run, "-o", file)
    code, out, err = call("import", file)
    assert (code, err) == (0, "")
    assert f"The run {run.name} was imported." in out
    assert str(home / "runs" / run.name) in out
    code, out, _ = call("import", file)
    assert code == 0
    assert "here already" in out


def test_import__what_cannot_be(call, data, tmp_path):
    assert_one_line_error(call("import", tmp_path / "absent"), "No such file")
    assert_one_line_error(call("import", tmp_path), "cannot be read")
    assert_one_line_error(call("import", data), "not an archive of a run")
