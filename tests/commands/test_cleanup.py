from __future__ import annotations

from types import SimpleNamespace

from genie3_engine import runs
from genie3_engine.cli import main


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
