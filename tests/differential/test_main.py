from __future__ import annotations

import os

import pytest

from genie3_engine import differential
from genie3_engine.differential.__main__ import main
from genie3_engine.model import JobState


def test_main__computes_tasks_says_what_is_missing_and_merges(folder, capsys):
    assert main([str(folder), "--task", "1/2"]) == os.EX_OK
    assert "10 forests of other tasks missing. Run this task again" in capsys.readouterr().out
    for task in ("2/2", "1/2"):
        assert main([str(folder), "--task", task]) == os.EX_OK
    assert "run it without --task" in capsys.readouterr().out
    assert main([str(folder)]) == os.EX_OK
    assert differential.status(folder).state is JobState.DONE


def test_main__refuses_a_task_that_does_not_exist(folder, capsys):
    with pytest.raises(SystemExit):
        main([str(folder), "--task", "3/2"])
    assert "'3/2' is not a task" in capsys.readouterr().err


def test_main__of_no_comparison_fails_in_words(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "There is no comparison" in capsys.readouterr().err
