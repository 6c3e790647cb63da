from __future__ import annotations

from genie3_engine.cli import main


def test_resume__of_a_run_that_is_done_is_refused(run, capsys):
    assert main(["resume", str(run)]) == 2
    assert capsys.readouterr().err.startswith("genie3: error: ")
