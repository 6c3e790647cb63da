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
    return argparse.Namespace(**{"host": "localhost", "socket": None, "token": None, **given})


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
