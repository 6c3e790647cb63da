from __future__ import annotations

import os
import tempfile
import threading
import time

import pytest

from genie3_engine import storage
from genie3_engine.people import Person, links
from tests.waiting import HANG_SECONDS
from ui import cleaning


@pytest.fixture(autouse=True)
def _own_scratch(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_go_on__cleans_the_homes_of_all_people(home, monkeypatch):
    monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
    person = "abcdefghijklmnopqrstuvwxyz"
    asides = [home / "data" / ".a.aside", home / "people" / person / "uploads" / ".b.aside"]
    for path in asides:
        path.parent.mkdir(parents=True)
        path.write_text("x")
        os.utime(path, (1e9, 1e9))
    days = 1 / 1440
    links.make_link("<p/>", policy="", run="run-1", title="", days=days, owner=Person(person))
    later = time.time() + 120
    monkeypatch.setattr(time, "time", lambda: later)
    ended = threading.Event()
    real = storage.clean_up_all

    def once():
        ended.set()
        return real()

    monkeypatch.setattr(storage, "clean_up_all", once)
    thread = threading.Thread(target=cleaning.go_on, args=(ended,), kwargs={"first_seconds": 0.0})
    thread.start()
    thread.join(HANG_SECONDS)
    assert not any(path.exists() for path in asides)
    assert not list((home / "links").iterdir())  # it had expired
    entries = (home / "log.jsonl").read_text().splitlines()
    assert sum("cleaned up" in entry for entry in entries) == 2


def test_clean__an_error_is_logged(home, monkeypatch, caplog):
    monkeypatch.setattr(storage, "clean_up_all", lambda: 1 / 0)
    cleaning.clean()
    assert "could not be cleaned" in caplog.text
