from __future__ import annotations

from collections import defaultdict
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage

from genie3_engine import people, runs
from genie3_engine.errors import RunError
from ui import cache, live_parts

PART = "the part's fragment"


class AtOnce:
    """Looks that are made while the request waits."""

    def submit(self, look, *arguments):
        look(*arguments)
        return Future()


@pytest.fixture
def session(monkeypatch):
    """Return a function that makes a session which has just drawn a part."""
    monkeypatch.setattr(live_parts, "_looks", AtOnce())

    def draw(content, *, part=PART, storage=None):
        storage = storage or MemoryFragmentStorage()
        storage.register(part, lambda: None)
        context = SimpleNamespace(fragment_storage=storage)
        thread = SimpleNamespace(get=lambda: SimpleNamespace(fragment_id=part))
        monkeypatch.setattr(live_parts, "get_script_run_ctx", lambda: context)
        monkeypatch.setattr(live_parts, "ThreadState", thread)
        live_parts._remember(content)
        return storage

    return draw


def acts(storage, fragment=PART):
    """Ask for a part once, and return whether it is one and how often it is drawn."""
    drawn = []
    is_part = live_parts.if_changed(storage, fragment, lambda: drawn.append(fragment))
    return is_part, len(drawn)


def test_if_changed__acts_only_on_a_part_that_would_look_different(session):
    shown = ["same"]
    storage = session(lambda: list(shown))
    assert acts(storage) == (True, 0)
    shown.append("more")
    assert acts(storage) == (True, 1)
    assert acts(storage, "another fragment") == (False, 0)


def test_if_changed__acts_when_the_look_fails_so_that_drawing_shows_why(session):
    answers = iter(["first"])
    storage = session(lambda: next(answers))
    assert acts(storage) == (True, 1)


def test_part__whose_content_cannot_be_read_is_drawn_to_show_why(session):
    def damaged():
        raise RunError("The run cannot be read.", "Start it again.")

    assert acts(session(damaged)) == (True, 1)


def test_part__is_forgotten_with_its_fragment(session):
    storage = session(lambda: None)
    storage.clear()
    session(lambda: None, part="of the next page", storage=storage)
    assert acts(storage) == (False, 0)


def test_if_changed__makes_one_look_at_the_home_for_all_sessions(session, monkeypatch):
    looks = []
    monkeypatch.setattr(runs, "history", lambda: looks.append("a look") or [])
    monkeypatch.setattr(cache, "_looks", defaultdict(cache._Look))
    monkeypatch.setattr(cache, "_LOOK_SECONDS", float("inf"))
    sessions = [session(cache.recent_history) for _ in range(12)]
    assert [acts(storage) for storage in sessions] == [(True, 0)] * 12
    assert looks == ["a look"]
    cache.forget_history()
    cache.recent_history()
    cache.history()
    assert looks == ["a look"] * 3


def test_part__is_looked_at_in_the_home_of_its_person(session, home, tmp_path):
    seen = []
    with people.at_home(tmp_path):
        storage = session(lambda: seen.append(people.home()))
    acts(storage)
    assert seen == [tmp_path, tmp_path]
