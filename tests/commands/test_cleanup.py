from __future__ import annotations

import os
import tempfile
from types import SimpleNamespace

import pytest

from genie3_engine import runs
from genie3_engine.cli import main
from tests.commands.command_line import assert_one_line_error


@pytest.fixture(autouse=True)
def _own_scratch(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_cleanup__prints_what_was_deleted(monkeypatch, tmp_path, capsys):
    asked = []

    def clean(run, *, shared):
        asked.append((run, shared))
        return SimpleNamespace(n_files=1200, n_bytes=3 << 20, n_logs=2, kept="the data")

    monkeypatch.setattr(runs, "launcher_of", lambda run: SimpleNamespace(cleanup=clean))
    assert main(["cleanup", str(tmp_path), "--shared"]) == 0
    assert asked == [(tmp_path, True)]
    out = capsys.readouterr().out
    assert out == "Deleted 1,200 files (3.00 MiB) and 2 logs. Kept: the data.\n"


def test_cleanup__of_the_home_removes_leftovers_and_prints_the_rule(call, home):
    (home / "data").mkdir(parents=True, exist_ok=True)
    leftover = home / "data" / ".a.aside"
    leftover.write_bytes(b"x" * 5)
    os.utime(leftover, (1e9, 1e9))
    code, out, _ = call("cleanup", "--dry-run")
    assert code == 0
    assert out.startswith(f"{leftover}\nWould remove 1 leftover (5 bytes). Leftovers are ")
    assert leftover.exists()
    assert "Removed 1 leftover (5 bytes)." in call("cleanup")[1]
    assert not leftover.exists()
    assert_one_line_error(call("cleanup", "--shared"), "Name the run")
    assert_one_line_error(call("cleanup", home, "--dry-run"), "Name no run")
