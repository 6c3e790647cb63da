"""Tests of the log of a server."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genie3_engine.jobs import user_directory
from genie3_engine.people import homes, log
from genie3_engine.people.log import Action, record
from genie3_engine.people.person import Person, identifier_of

ADA = Person(identifier_of("https://login", "1"), "Ada", "ada@example.org")


@pytest.fixture
def server(home, monkeypatch):
    """The home of a server, of which this is a process."""
    monkeypatch.setenv(user_directory.SERVER_VARIABLE, str(home))
    return home


class TestRecord:
    def test_record__keeps_who_when_and_what(self, server):
        record(Action.STARTED, "run-1", text="My run", who=ADA)
        (entry,) = log.entries()
        assert (entry.who, entry.name) == (ADA.identifier, "Ada")
        assert (entry.action, entry.subject, entry.text) == ("started", "run-1", "My run")
        assert entry.when.endswith("+00:00")

    def test_record__finds_the_person_by_the_home(self, server):
        with user_directory.at_home(homes.prepare_home(ADA)):
            record(Action.STORED)
        record(Action.STORED)
        first, second = log.entries()
        assert (first.who, first.name) == (ADA.identifier, "Ada")
        assert second.who == ""

    def test_record__does_nothing_outside_of_a_server(self, home, monkeypatch):
        monkeypatch.delenv(user_directory.SERVER_VARIABLE, raising=False)
        record(Action.STORED)
        assert not home.exists()

    def test_record__keeps_one_short_line_of_any_text(self, server):
        record(Action.CHANGED, "x", text='evil\n{"who": "root"}\u2028\x00' * 1000, who=ADA)
        (line,) = log.log_file().read_bytes().splitlines()
        assert len(line) < 4_096
        assert len(json.loads(line)["text"]) <= 200

    def test_record__begins_a_new_line_after_a_torn_one(self, server):
        record(Action.STORED, "1")
        with log.log_file().open("ab") as file:
            file.write(b'{"when": "2026')
        record(Action.STORED, "2")
        assert [entry.subject for entry in log.entries()] == ["1", "2"]

    def test_record__of_many_threads_loses_nothing(self, server):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: record(Action.STORED, str(number)), range(64)))
        assert {entry.subject for entry in log.entries()} == set(map(str, range(64)))

    def test_record__refuses_no_change_when_it_cannot_be_written(self, server, capsys):
        log.log_file().mkdir(parents=True)
        record(Action.DELETED, "run-1", who=ADA)
        assert "run-1" in capsys.readouterr().err

    def test_record__leaves_no_half_line_on_a_full_disk(self, server, monkeypatch, capsys):
        record(Action.STORED, "1")
        write = os.write
        monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:10]))
        record(Action.STORED, "2")
        monkeypatch.undo()
        assert log.log_file(server).read_bytes().count(b"\n") == 1
        assert "No space" in capsys.readouterr().err


class TestClosedFiles:
    """A file of the log that is full gets a number and stays."""

    @pytest.fixture(autouse=True)
    def small_files(self, monkeypatch):
        monkeypatch.setattr(log, "CLOSED_BYTES", 600)

    def test_record__begins_another_file_when_one_is_full(self, server):
        for number in range(40):
            record(Action.STORED, str(number))
        closed = sorted(server.glob("log-*.jsonl"))
        assert len(closed) >= 5
        assert closed[0].name == "log-000001.jsonl"
        assert all(600 <= each.stat().st_size < 900 for each in closed)
        assert [entry.subject for entry in log.entries()] == list(map(str, range(40)))
        assert [entry.subject for entry in log.newest(25)] == list(map(str, range(39, 14, -1)))

    def test_entries__are_read_past_a_closed_file_that_cannot_be(self, server):
        for number in range(40):
            record(Action.STORED, str(number))
        lost = server / "log-000004.jsonl"
        n_lost = len(lost.read_bytes().splitlines())
        lost.unlink()
        lost.mkdir()
        found = [entry.subject for entry in log.entries()]
        assert found[0] == "0"
        assert len(found) == 40 - n_lost

    def test_record__of_many_threads_loses_nothing_while_files_are_closed(self, server):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: record(Action.STORED, str(number)), range(64)))
        assert sorted(int(entry.subject) for entry in log.entries()) == list(range(64))

    def test_record__continues_after_a_million_files(self, server):
        server.mkdir()
        for name in ("log-999999.jsonl", "log-1000000.jsonl", "log-x.jsonl"):
            (server / name).touch()
        for number in range(12):
            record(Action.STORED, str(number))
        assert (server / "log-1000001.jsonl").stat().st_size >= 600


def test_action__each_is_recorded_somewhere():
    package = Path(log.__file__).parents[1]
    sources = [*package.rglob("*.py"), *(package.parent / "ui").rglob("*.py")]
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    is_passed_on = r"\w\([^(){{}}]*Action\.{}\b"  # to `record`, or to what records it
    assert not [each.name for each in Action if not re.search(is_passed_on.format(each.name), text)]


class TestNewest:
    def test_newest__are_the_last_ones_whatever_the_size(self, server):
        for number in range(5):
            record(Action.STORED, str(number))
        with log.log_file().open("r+b") as file:
            whole = file.read()
            file.seek(0)
            file.write(b"x" * 100_000 + b"\n" + whole)
        assert [entry.subject for entry in log.newest(3)] == ["4", "3", "2"]
        assert [entry.subject for entry in log.newest(100)] == ["4", "3", "2", "1", "0"]

    def test_newest__are_none_without_a_log(self, server):
        assert log.newest(3) == []


class TestLogEntry:
    def test_without_names__keeps_how_something_ended(self, server):
        record(Action.STARTED, "run 1", text="of a patient")
        record(Action.ENDED, "run 1", text="done")
        assert [entry.without_names().text for entry in log.entries()] == ["", "done"]


class TestEntries:
    def test_entries__are_none_without_a_log(self, server):
        assert not list(log.entries())

    @pytest.mark.parametrize("line", [b"\xff\xfe", b"[]", b"null", b"{" * 5000, b"", b"3"])
    def test_entries__pass_other_lines_over(self, server, line):
        record(Action.STORED, "1")
        with log.log_file().open("ab") as file:
            file.write(line + b"\n")
        record(Action.STORED, "2")
        assert [entry.subject for entry in log.entries()] == ["1", "2"]
