"""Tests of who may log in, by the administrator's file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from genie3_engine.errors import OptionError, StorageError
from genie3_engine.people import login

GOOD = """\
issuer = "https://login.example.org/realms/lab/"
client_id = "genie3"
client_secret = "tell nobody"
allowed_domains = ["@Lab.example"]
allowed_emails = ["guest@elsewhere.example"]
administrators = ["Head@elsewhere.example"]
"""


@pytest.fixture
def secret(tmp_path) -> Path:
    return tmp_path / "home" / "page" / "cookie-secret"


def written(folder, text, *, mode=0o600):
    file = folder / "login.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def person(email, **more):
    return {"iss": "i", "sub": "s", "email": email, "email_verified": True, **more}


def test_read__returns_the_settings(tmp_path, secret):
    found = login.read(written(tmp_path, GOOD), secret)
    assert found.metadata_url == (
        "https://login.example.org/realms/lab/.well-known/openid-configuration"
    )
    auth = found.secrets("https://lab.example.org/genie3")["auth"]
    assert auth["redirect_uri"] == "https://lab.example.org/genie3/oauth2callback"
    assert auth["client_secret"] == "tell nobody"
    for word in ("tell nobody", found.cookie_secret):
        assert word not in repr(found)


def test_read__keeps_the_secret_of_cookies_in_a_closed_file(tmp_path, secret):
    file = written(tmp_path, GOOD)
    made = login.read(file, secret).cookie_secret
    assert len(made) >= 64
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    assert login.read(file, secret).cookie_secret == made
    secret.chmod(0o640)
    if os.getuid() != 0:  # root may name a group of readers
        with pytest.raises(OptionError, match="Others may read"):
            login.read(file, secret)
    secret.chmod(0o604)
    with pytest.raises(OptionError, match="Others may read"):
        login.read(file, secret)


def test_read__says_where_the_secret_cannot_be_kept(tmp_path):
    (tmp_path / "home").touch()
    with pytest.raises(StorageError, match="could not be written"):
        login.read(written(tmp_path, GOOD), tmp_path / "home" / "page" / "cookie-secret")


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o620, 0o666])
def test_read__refuses_a_file_that_others_may_read_or_write(tmp_path, secret, mode):
    with pytest.raises(OptionError, match="chmod 600"):
        login.read(written(tmp_path, GOOD, mode=mode), secret)
    assert not secret.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("issuer = ", "not TOML"),
        (GOOD.replace("issuer", "isuer"), "issuer or metadata"),
        (GOOD.replace("https://login", "http://login"), "begins with https"),
        (GOOD.replace('"genie3"', "7"), "client_id"),
        (GOOD.replace('client_secret = "tell nobody"', ""), "client_secret"),
        (GOOD.replace('["@Lab.example"]', '"lab.example"'), "allowed_domains"),
        (GOOD + "days = 31\n", "from 1 to 30"),
        (GOOD + "days = true\n", "from 1 to 30"),
        (GOOD + 'everyone = "yes"\n', "true or false"),
        (GOOD + "allow = []\n", "does not exist: allow"),
        (GOOD + 'cookie_secret = "short"\n', "shorter than 32"),
        (GOOD.replace("allowed", "# allowed"), "who may log in"),
    ],
)
def test_read__names_what_is_wrong_and_no_secret(tmp_path, secret, text, reason):
    with pytest.raises(OptionError, match=reason) as caught:
        login.read(written(tmp_path, text), secret)
    assert "tell nobody" not in str(caught.value)


def test_read__opens_folders_of_data_and_nothing_of_the_server(tmp_path, secret):
    data = tmp_path / "data"
    data.mkdir()
    file = written(tmp_path, f'{GOOD}folders = ["{data}"]\n')
    assert login.read(file, secret).folders == (data,)
    way_in = tmp_path / "way-in"
    way_in.symlink_to(secret.parent)
    for folder in (tmp_path, secret.parent, way_in, "/"):
        file = written(tmp_path, f'{GOOD}folders = ["{folder}"]\n')
        with pytest.raises(OptionError, match="opens"):
            login.read(file, secret)
    for text in (f'["{tmp_path}/missing"]', '"data"', "[7]"):
        with pytest.raises(OptionError, match="folders"):
            login.read(written(tmp_path, f"{GOOD}folders = {text}\n"), secret)


def test_read__names_a_file_that_cannot_be_read(tmp_path, secret):
    with pytest.raises(OptionError, match="No such file"):
        login.read(tmp_path / "missing.toml", secret)
    file = written(tmp_path, "")
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionError, match="not a text"):
        login.read(file, secret)


def test_admits__those_who_are_listed_and_verified(tmp_path, secret):
    found = login.read(written(tmp_path, GOOD), secret)
    for email in ("ada@lab.example", "Ada@LAB.example", "guest@elsewhere.example"):
        assert found.admits(person(email))
        assert not found.is_administrator(person(email))
    assert found.admits(person("head@elsewhere.example"))
    assert found.is_administrator(person("HEAD@elsewhere.example"))
    for email in ("x@elsewhere.example", "lab.example", "a@sub.lab.example", "a@xlab.example", ""):
        assert not found.admits(person(email))
    unsure = person("head@elsewhere.example")
    del unsure["email_verified"]
    for claims in (
        {},
        unsure,
        person("ada@lab.example", email_verified=False),
        person("ada@lab.example", email_verified=1.5),
        person("ada@lab.example", sub=""),
        person(None),
        person(["ada@lab.example"]),
    ):
        assert not found.admits(claims)
        assert not found.is_administrator(claims)


def test_admits__as_the_file_widens_it(tmp_path, secret):
    unsure = {"iss": "i", "sub": "s", "email": "ada@lab.example"}
    found = login.read(written(tmp_path, GOOD + "trust_emails = true\n"), secret)
    assert found.admits(unsure)
    assert not found.admits({**unsure, "email_verified": False})
    found = login.read(written(tmp_path, GOOD + "everyone = true\n"), secret)
    assert found.admits({"iss": "i", "sub": "s"})
    assert not found.admits({"sub": "s"})


def test_is_current__ends_after_some_days(tmp_path, secret):
    found = login.read(written(tmp_path, GOOD + "days = 2\n"), secret)
    now = time.time()
    assert found.is_current({"iat": now - 1.9 * 86_400})
    assert not found.is_current({"iat": now - 2.1 * 86_400})
    assert not found.is_current({})
    assert not found.is_current({"iat": "tomorrow"})
    ended = {"iss": "i", "sub": "s", "iat": now}
    found.ended.add(ended)
    assert not found.is_current(ended)
    assert not login.read(tmp_path / "login.toml", secret).is_current(ended)


@pytest.mark.parametrize(
    ("host", "is_own"),
    [("localhost", True), ("127.0.0.2", True), ("::1", True), ("10.0.0.1", False), ("lab", False)],
)
def test_is_loopback__knows_this_machine(host, is_own):
    assert login.is_loopback(host) is is_own
