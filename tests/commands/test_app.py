"""Tests of the command that serves the page."""

from __future__ import annotations

import argparse
import os
import re
import sys
from types import SimpleNamespace

import psutil
import pytest

from genie3_engine.commands import app
from genie3_engine.errors import OptionError, StorageError
from tests.commands.command_line import assert_one_line_error

OWN = "a-token-of-the-users-own"
ALONE: dict[str, str] = {}


@pytest.fixture(autouse=True)
def laptop(monkeypatch):
    """A machine with one user, without a scheduler."""
    for name in ("SSH_CONNECTION", "SLURM_JOB_ID", "GENIE3_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(app.shutil, "which", lambda program: None)
    monkeypatch.setattr(psutil, "users", lambda: [SimpleNamespace(name="me")] * 2)


@pytest.fixture
def started(monkeypatch):
    """The arguments and the environment of the server that would be started."""
    found = []
    monkeypatch.setattr(os, "execve", lambda *given: found.append(given))
    monkeypatch.setattr(os, "chdir", lambda folder: found.append(folder))
    return found


def options(**given):
    usual = {"host": "localhost", "socket": None, "token": None, "base_url": None, "login": None}
    return argparse.Namespace(**{**usual, **given})


def test_app__becomes_the_server_in_the_projects_folder(call, started, home):
    call("app", "--port", "9000")
    folder, (program, arguments, environment) = started
    assert folder == app.ROOT
    assert program == sys.executable
    assert arguments[1:] == ["-m", "ui.server", "--host", "localhost", "--port", "9000"]
    assert environment["GENIE3_HOME"] == str(home)


def test_app__hands_a_token_on_out_of_sight(call, started, tmp_path, monkeypatch):
    monkeypatch.setenv("GENIE3_HOME", str(tmp_path))
    call("app", "--token", "--home", tmp_path / "other")
    _, (_, arguments, environment) = started
    assert arguments[-2:] == ["--token-variable", "GENIE3_TOKEN"]
    assert len(environment["GENIE3_TOKEN"]) >= 32
    assert environment["GENIE3_TOKEN"] not in arguments
    assert environment["GENIE3_HOME"] == str(tmp_path / "other")


def test_app__serves_on_a_socket_in_a_private_folder_of_the_home(call, started, home):
    call("app", "--socket")
    _, (_, arguments, environment) = started
    assert arguments[-2:] == ["--socket", str(home / "page/page.sock")]
    assert (home / "page").stat().st_mode & 0o777 == 0o700
    assert "GENIE3_TOKEN" not in environment


def test_app__refuses_to_open_the_page_to_the_network(call, started):
    for more in ([], ["--no-token"]):
        result = call("app", "--host", "0.0.0.0", *more)
        assert_one_line_error(result, "everyone in the network", "--token")
    assert started == []


def test_app__refuses_a_proxy_to_an_open_page(call, started):
    for more in ([], ["--no-token"], ["--socket"]):
        result = call("app", "--base-url", "https://lab.example.org/genie3", *more)
        assert_one_line_error(result, "On lab.example.org, everyone", "--login")
    assert started == []


def test_app__hands_the_address_on(call, started):
    call("app", "--base-url", "https://lab.example.org:443/genie3/", "--token")
    arguments = started[1][1]
    position = arguments.index("--base-url")
    assert arguments[position + 1] == "https://lab.example.org/genie3"


LOGIN = """\
issuer = "https://login.example.org"
client_id = "genie3"
client_secret = "tell nobody"
allowed_domains = ["lab.example"]
"""


@pytest.fixture
def login_file(tmp_path):
    file = tmp_path / "login.toml"
    file.touch(0o600)
    file.write_text(LOGIN)
    return file


def test_app__hands_on_where_the_login_is_described_and_nothing_of_it(
    call, started, login_file, home, monkeypatch
):
    monkeypatch.setenv("GENIE3_TOKEN", OWN)
    monkeypatch.setenv("SSH_CONNECTION", "1")
    call("app", "--login", login_file)
    _, (_, arguments, environment) = started
    secret = home / "page" / "cookie-secret"
    assert arguments[-4:] == ["--login", str(login_file), "--cookie-secret", str(secret)]
    assert "GENIE3_TOKEN" not in environment
    handed_on = str(arguments) + str(environment)
    assert "tell nobody" not in handed_on
    assert secret.read_text() not in handed_on


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (["--token"], "two ways in"),
        (["--host", "0.0.0.0"], "come back to an address"),
        (["--socket"], "come back to an address"),
        (["--base-url", "http://lab.example.org"], "With http"),
    ],
)
def test_app__refuses_a_login_that_cannot_work_or_is_not_safe(
    call, started, login_file, more, reason
):
    assert_one_line_error(call("app", "--login", login_file, *more), reason)
    assert started == []


def test_app__needs_authlib_for_a_login(call, started, login_file, monkeypatch):
    found = app.importlib.util.find_spec
    monkeypatch.setattr(
        app.importlib.util, "find_spec", lambda name: None if name == "authlib" else found(name)
    )
    assert_one_line_error(call("app", "--login", login_file), "Authlib", "pip install", code=1)


def test_app__refuses_a_login_whose_file_others_may_read(call, started, login_file):
    login_file.chmod(0o644)
    assert_one_line_error(call("app", "--login", login_file), "Others may read", "chmod 600")
    assert started == []


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (None, ""),
        ("https://lab.example.org/", "https://lab.example.org"),
        ("http://LAB.example.org:80/a/b-c/", "http://lab.example.org/a/b-c"),
        ("https://lab.example.org:8443", "https://lab.example.org:8443"),
        ("http://[::1]:8501/x", "http://[::1]:8501/x"),
    ],
)
def test_address_of__is_written_in_one_way(typed, address):
    assert app.address_of(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "lab.example.org",
        "ftp://lab.example.org",
        "https:///genie3",
        "https://lab.example.org:99999",
        "https://me:word@lab.example.org",
        "https://lab.example.org/?a=1",
        "https://lab.example.org/#a",
        "https://lab.example.org/a/../b",
        "https://lab.example.org/a//b",
        "https://lab.example.org/a b",
        "https://lab.example.org/{page}",
        "https://lab_example;Secure",
    ],
)
def test_address_of__refuses_what_is_no_address_of_a_page(typed):
    with pytest.raises(OptionError, match="--base-url"):
        app.address_of(typed)


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_app__refuses_a_port_that_no_machine_has(call, started, port):
    assert_one_line_error(call("app", "--port", port), f"--port is {port}", "65,535")
    assert started == []


def test_app__needs_the_page(call, started, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "ROOT", tmp_path)
    assert_one_line_error(call("app"), "not installed", "make app", code=1)


@pytest.mark.parametrize(
    ("given", "environment", "token"),
    [
        ({}, {}, ""),
        ({}, {"SSH_CONNECTION": "1"}, "random"),
        ({"token": True}, {}, "random"),
        ({"token": False}, {"SSH_CONNECTION": "1"}, ""),
        ({}, {"GENIE3_TOKEN": OWN}, OWN),
        ({"token": False}, {"GENIE3_TOKEN": OWN}, ""),
        ({"socket": True}, {"SSH_CONNECTION": "1"}, ""),  # its folder is closed
        ({"socket": True, "token": True}, {}, "random"),
        ({"host": "0.0.0.0", "token": True}, {}, "random"),
        ({"host": "0.0.0.0"}, {"GENIE3_TOKEN": OWN}, OWN),
        ({"host": "127.0.0.2"}, {}, ""),
        ({"host": "::1"}, {}, ""),
    ],
)
def test_token_of__is_asked_for_where_others_may_log_in(given, environment, token):
    found = app.token_of(options(**given), environment)
    if token == "random":
        assert re.fullmatch(r"[A-Za-z0-9_-]{32}", found)
    else:
        assert found == token


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "node7"])
def test_token_of__is_required_on_an_address_of_the_network(host):
    with pytest.raises(OptionError, match="as you"):
        app.token_of(options(host=host), ALONE)


@pytest.mark.parametrize("own", ["short", "with a space in the middle"])
def test_token_of__refuses_one_that_is_weak_or_no_cookie(own):
    with pytest.raises(OptionError, match="at least 16"):
        app.token_of(options(), {"GENIE3_TOKEN": own})


def test_is_shared__knows_login_nodes_and_machines_of_several_users(monkeypatch):
    assert not app.is_shared(ALONE)
    assert app.is_shared({"SSH_CONNECTION": "10.0.0.1 22"})
    with monkeypatch.context() as patch:
        patch.setattr(app.shutil, "which", {"sbatch": "/usr/bin/sbatch"}.get)
        assert app.is_shared(ALONE)
    with monkeypatch.context() as patch:
        patch.setenv("SLURM_JOB_ID", "5")
        assert app.is_shared(ALONE)
    users = [SimpleNamespace(name=name) for name in ("me", "other")]
    monkeypatch.setattr(psutil, "users", lambda: users)
    assert app.is_shared(ALONE)


def test_private_socket__refuses_a_folder_that_others_may_enter(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o750)
    with pytest.raises(OptionError, match=f"chmod 700 {folder}"):
        app.private_socket(folder / "page.sock")
    folder.chmod(0o700)
    assert app.private_socket(folder / "page.sock") == folder / "page.sock"
    with pytest.raises(OptionError, match="too long"):
        app.private_socket(folder / ("long" * 40))
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        app.private_socket(tmp_path / "file/below/page.sock")
