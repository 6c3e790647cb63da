from __future__ import annotations

import threading

import pytest

from genie3_engine import storage as engine
from genie3_engine.errors import StorageError
from tests.waiting import HANG_SECONDS
from ui import storage


@pytest.fixture(autouse=True)
def _measured_anew(home):
    storage._looks.clear()


def test_inventory__is_measured_in_the_background(monkeypatch, home):
    may_end = threading.Event()
    real = engine.inventory

    def slow(of):
        may_end.wait(HANG_SECONDS)
        return real(of)

    monkeypatch.setattr(engine, "inventory", slow)
    assert storage.inventory(wait_seconds=0.0) is None
    assert not storage.is_measured(home)
    may_end.set()
    found = storage.inventory(wait_seconds=HANG_SECONDS)
    assert found.items == ()
    assert storage.is_measured(home)
    assert storage.inventory() is found  # it is fresh


def test_inventory__is_measured_anew_after_a_deletion(monkeypatch, home):
    before = storage.inventory(wait_seconds=HANG_SECONDS)
    storage.forget()
    assert not storage.is_measured(home)
    assert storage.inventory(wait_seconds=HANG_SECONDS) is not before


def test_inventory__a_home_that_cannot_be_measured_is_an_error(monkeypatch):
    def refuse(of):
        raise StorageError("no")

    monkeypatch.setattr(engine, "inventory", refuse)
    with pytest.raises(StorageError):
        storage.inventory(wait_seconds=HANG_SECONDS)
