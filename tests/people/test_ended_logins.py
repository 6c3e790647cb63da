"""Tests of logins that people have ended."""

from __future__ import annotations

import time

import pytest

from genie3_engine.people.ended_logins import EndedLogins

ADA = {"iss": "https://login.example.org", "sub": "1", "iat": 1_000, "nonce": "a", "name": "Ada"}


def test_ended_logins__are_this_one_and_no_other(tmp_path):
    file = tmp_path / "ended.json"
    ended = EndedLogins(file)
    assert ADA not in ended
    ended.add(ADA)
    for found in (ended, EndedLogins(file)):  # also after a restart
        assert {**ADA, "name": "Ada Lovelace"} in found
        for other in ({"sub": "2"}, {"iat": 1_001}, {"nonce": "b"}, {"iss": "x"}):
            assert {**ADA, **other} not in found


def test_ended_logins__are_forgotten_when_their_cookies_are(tmp_path, monkeypatch):
    file = tmp_path / "ended.json"
    EndedLogins(file).add(ADA)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 40 * 86_400)
    ended = EndedLogins(file)
    ended.add({**ADA, "sub": "2"})
    assert ADA not in ended
    assert {**ADA, "sub": "2"} in EndedLogins(file)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": "soon"}', "null"])
def test_ended_logins__bear_a_damaged_file(tmp_path, text):
    file = tmp_path / "ended.json"
    file.write_text(text)
    ended = EndedLogins(file)
    ended.add(ADA)
    assert ADA in EndedLogins(file)


def test_ended_logins__hold_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").touch()
    ended = EndedLogins(tmp_path / "file" / "ended.json")
    ended.add(ADA)
    assert ADA in ended
