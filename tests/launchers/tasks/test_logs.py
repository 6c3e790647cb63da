"""Tests of gathering the logs of tasks."""

from __future__ import annotations

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers.tasks import logs
from genie3_engine.launchers.tasks.logs import gather_logs
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run


@pytest.fixture
def run(tmp_path, home):
    return tiny_run(tmp_path / "run")


def test_gather_logs__appends_whole_lines_with_their_task_once(run):
    first, second, _silent = (TaskFolder.of(run, TaskName(index, 3)) for index in range(3))
    logs_read: dict[str, int] = {}
    assert not gather_logs(run, logs_read)
    second.log_path.write_bytes(b"begun\nnot who")
    first.log_path.write_bytes("\N{GREEK SMALL LETTER ALPHA}\n".encode())
    assert gather_logs(run, logs_read)
    assert run.log_path.read_text() == "[task 1] \N{GREEK SMALL LETTER ALPHA}\n[task 2] begun\n"
    assert not gather_logs(run, logs_read)
    with second.log_path.open("ab") as log:
        log.write(b"le\n")
    assert gather_logs(run, logs_read)
    assert run.log_path.read_text().endswith("[task 2] begun\n[task 2] not whole\n")
    assert logs_read == {"0001-of-0003": 3, "0002-of-0003": 16}


def test_gather_logs__reads_a_long_log_piece_by_piece(run, monkeypatch):
    monkeypatch.setattr(logs, "_MOST_BYTES", 8)
    TaskFolder.of(run, TaskName(0, 1)).log_path.write_bytes(b"one\ntwo\nand a long line\nend\n")
    logs_read: dict[str, int] = {}
    while gather_logs(run, logs_read):
        pass
    text = run.log_path.read_text().replace("[task 1] ", "")
    assert text == "one\ntwo\nand a long line\nend\n"


def test_gather_logs__loses_no_line_where_the_log_cannot_be_written(run):
    TaskFolder.of(run, TaskName(0, 1)).log_path.write_bytes(b"line\n")
    run.log_path.mkdir()
    logs_read: dict[str, int] = {}
    with pytest.raises(StorageError):
        gather_logs(run, logs_read)
    assert logs_read == {}
