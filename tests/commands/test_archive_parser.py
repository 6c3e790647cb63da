from __future__ import annotations

from tests.commands.command_line import assert_one_line_error


def test_parser__needs_a_file(call, run):
    code, _, err = call("archive", run)
    assert code == 2
    assert "-o" in err
    assert_one_line_error(call("import", run), "cannot be read")


def test_parser__describes_both(call):
    assert "RO-Crate" in call("archive", "--help")[1]
    assert "Nothing is overwritten" in call("import", "--help")[1]
