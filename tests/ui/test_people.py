"""Tests of the person at work and that person's home."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from genie3_engine.jobs import user_directory
from genie3_engine.people import homes, log
from genie3_engine.people.login import LoginFile
from genie3_engine.people.person import Person, identifier_of
from tests.people.test_login import GOOD, written
from tests.ui.test_guards import SETTINGS
from ui import people, server_settings
from ui.server_settings import Mode, ServerSettings

ISSUER = "https://login.example.org"
CLAIMS = {
    "is_logged_in": True,
    "iss": ISSUER,
    "sub": "248289761001",
    "name": "Ada King",
    "email": "Ada@lab.example",
    "email_verified": True,
}
ADA = identifier_of(ISSUER, "248289761001")


@pytest.fixture
def session(home, monkeypatch):
    """Return a function that gives this thread a session at a server, with some claims."""
    home.mkdir()
    monkeypatch.setenv(user_directory.SERVER_VARIABLE, "")
    monkeypatch.setattr(people, "_recorded", set())
    people._prepared.cache_clear()
    people.install(ServerSettings(mode=Mode.LOGIN, login=SETTINGS))

    def begin(claims):
        context = None if claims is None else SimpleNamespace(user_info=claims)
        monkeypatch.setattr(people, "get_script_run_ctx", lambda **_: context)

    yield begin
    server_settings.install(ServerSettings())
    user_directory.install_resolver(None)


def claims(**more):
    return {**CLAIMS, "iat": time.time(), **more}


def test_current_person__is_the_one_of_the_machine_without_login(home):
    assert people.current_person() == Person("")
    assert people.current_home() is None
    assert not people.is_administrator()
    assert not people.is_at_group()


def test_current_person__is_who_is_logged_in(session, home):
    session(claims())
    assert people.current_person() == Person(ADA, "Ada King", "ada@lab.example")
    assert user_directory.home() == home / "people" / ADA
    assert user_directory.server_home() == home
    assert homes.people() == [Person(ADA, "Ada King", "ada@lab.example")]


def test_current_person__has_no_address_that_was_not_verified(session, monkeypatch):
    everyone = replace(SETTINGS, everyone=True, administrators=frozenset({"ada@lab.example", ""}))
    server_settings.install(ServerSettings(mode=Mode.LOGIN, login=everyone))
    for given in ({"email_verified": False}, {"email_verified": None}, {"email": None}):
        session(claims(**given))
        assert people.current_person() == Person(ADA, "Ada King")


def test_current_person__follows_the_file_of_the_login(session, home, tmp_path):
    file, secret = written(tmp_path, GOOD), home / "page" / "cookie-secret"
    followed = LoginFile(file, secret)
    server_settings.install(ServerSettings(Mode.LOGIN, login_file=followed))
    given = claims()
    session(given)
    assert not people.is_administrator()
    written(tmp_path, GOOD.replace("Head@elsewhere", "ada@lab"))
    assert people.is_administrator()
    written(tmp_path, "issuer = ")
    assert people.is_administrator()  # the settings before hold
    assert "not TOML" in followed.fault
    server_settings.settings().current_login().ended.add({"iss": "another"})
    written(tmp_path, GOOD.replace("@Lab.example", "other.example"))
    with pytest.raises(people.LoginRequiredError):
        people.current_person()
    assert {"iss": "another"} in server_settings.settings().login.ended
    assert followed.fault == ""
    changes = [(each.action, each.text) for each in log.entries()]
    assert changes == [
        ("who may log in changed", "administrators"),
        ("who may log in changed", "allowed_domains, administrators"),
    ]


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"is_logged_in": False},
        {"is_logged_in": "yes"},
        {"is_logged_in": 1},
        {"iss": ""},
        {"sub": None},
        {"sub": ["248289761001"]},
        {"email": "eve@elsewhere.example"},
        {"email_verified": False},
        {"iat": 0},
        {"iat": "now"},
    ],
    ids=str,
)
def test_home__is_never_found_without_a_valid_login(session, home, given):
    session(claims(**given) if given else given)
    for look in (people.current_person, people.current_home, user_directory.home):
        with pytest.raises(people.LoginRequiredError):
            look()
    with pytest.raises(people.LoginRequiredError):
        user_directory.runs_folder()
    assert not (home / "people").exists()
    assert not people.is_administrator()


def test_record_login__is_once_for_each_token(session):
    now = time.time()
    for moment in (now, now, now - 1):
        session(claims(iat=moment))
        people.record_login()
    assert [(each.action, each.who) for each in log.entries()] == [("logged in", ADA)] * 2
