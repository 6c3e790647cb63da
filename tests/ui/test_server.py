"""Tests of the page's server: who gets an answer, and where it listens."""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import unix_connect

from tests.ui.asgi import asked, header
from tests.waiting import HANG_SECONDS, wait_until
from ui.guards import TokenRequired
from ui.server import how_to_open, listening, main, settings_of
from ui.server_settings import Mode

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-thirty-two-characters"


async def page(scope, receive, send):
    await send({"type": "passed"})


@pytest.fixture
def guarded():
    return TokenRequired(page, TOKEN)


def get(guarded, path="/", query="", headers=(), method="GET"):
    return asked(
        guarded,
        "http",
        path=path,
        method=method,
        query_string=query.encode(),
        headers=list(headers),
    )


def cookie_of(guarded):
    """The cookie that the link with the token sets."""
    start = get(guarded, query=f"token={TOKEN}")[0]
    return header(start, b"set-cookie")[0].split(";")[0].encode()


class TestTokenRequired:
    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"query": "token=wrong"},
            {"query": f"other={TOKEN}"},
            {"query": f"token={TOKEN}", "method": "POST"},
            {"headers": [(b"authorization", b"Bearer wrong")]},
            {"headers": [(b"cookie", b"genie3=wrong; token=" + TOKEN.encode())]},
            {"path": "/_stcore/health", "method": "POST"},
            {"path": "/_stcore/health/more"},
            {"path": "/_stcore/metrics"},
        ],
    )
    def test_token_required__answers_nothing_without_it(self, guarded, given):
        start, body = get(guarded, **given)
        assert start["status"] == 403
        assert b"needs a token" in body["body"]
        assert TOKEN.encode() not in body["body"]
        assert not header(start, b"set-cookie")

    def test_token_required__closes_a_websocket_before_it_is_open(self, guarded):
        sent = asked(guarded, "websocket", path="/_stcore/stream")
        assert [message["type"] for message in sent] == ["websocket.close"]
        sent = asked(guarded, "websocket", path="/", query_string=f"token={TOKEN}".encode())
        assert [message["type"] for message in sent] == ["websocket.close"]

    def test_token_required__passes_what_has_it_on(self, guarded):
        passed = [{"type": "passed"}]
        bearer = [(b"authorization", f"Bearer {TOKEN}".encode())]
        assert get(guarded, headers=bearer) == passed
        kept = [(b"cookie", b'odd="{1}"; ' + cookie_of(guarded))]
        assert get(guarded, headers=kept) == passed
        assert asked(guarded, "websocket", path="/", headers=kept) == passed
        assert asked(guarded, "lifespan") == passed

    def test_token_required__leads_from_the_link_to_the_page_without_it(self, guarded):
        start = get(guarded, "/network", f"run=a%20b&token={TOKEN}")[0]
        assert start["status"] == 303
        assert header(start, b"location") == ["/network?run=a+b"]
        assert header(start, b"cache-control") == ["no-store"]
        (cookie,) = header(start, b"set-cookie")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        start = get(guarded, "//example.org/", f"token={TOKEN}")[0]
        assert header(start, b"location") == ["/example.org/"]

    def test_token_required__states_below_its_path_that_the_page_is_alive(self):
        below = TokenRequired(page, TOKEN, path="/lab")
        assert get(below, "/lab/_stcore/health") == [{"type": "passed"}]
        assert get(below, "/_stcore/health")[0]["status"] == 403
        (cookie,) = header(get(below, "/lab/", f"token={TOKEN}")[0], b"set-cookie")
        assert "Path=/lab" in cookie

    def test_token_required__has_a_cookie_of_its_own_for_each_token(self, guarded):
        other = TokenRequired(page, TOKEN[::-1])
        assert get(other, headers=[(b"cookie", cookie_of(guarded))])[0]["status"] == 403


@pytest.fixture
def folder():
    """A folder with a short path, as sockets need it."""
    path = Path(tempfile.mkdtemp(prefix="page-"))
    yield path
    shutil.rmtree(path)


def where(**given):
    usual = {"host": "localhost", "port": 0, "socket": None, "base_url": "", "login": None}
    return argparse.Namespace(**{**usual, **given})


def test_listening__takes_the_socket_of_a_killed_server_only(folder, capsys):
    path = folder / "page.sock"
    with listening(where(socket=path)):
        assert path.stat().st_mode & 0o777 == 0o600
        assert main(["--socket", str(path)]) == 1
        assert "--socket" in capsys.readouterr().err
    with listening(where(socket=path)):  # nothing answers on the one that is left
        pass


def test_listening__leaves_a_file_that_is_no_socket(folder, capsys):
    path = folder / "matrix.csv"
    path.write_text("gene,sample\n")
    assert main(["--socket", str(path)]) == 1
    assert "--socket" in capsys.readouterr().err
    assert path.read_text() == "gene,sample\n"


def test_main__says_why_a_port_cannot_be_taken(capsys):
    with listening(where()) as served:
        port = served.getsockname()[1]
        assert served.getsockname()[0] == "127.0.0.1"
        assert main(["--port", str(port)]) == 1
    assert f"localhost:{port}: Address already in use" in capsys.readouterr().err


def test_how_to_open__is_a_link_or_a_line_of_ssh():
    assert how_to_open(where(), 9000, "") == "The page is on http://localhost:9000"
    assert how_to_open(where(host="::1"), 9000, "").endswith("http://[::1]:9000")
    assert how_to_open(where(), 9000, TOKEN).endswith(f"http://localhost:9000/?token={TOKEN}")
    public = where(host="0.0.0.0", base_url="https://lab.example.org/genie3")
    found = how_to_open(public, 9000, TOKEN)
    assert found.endswith(f"https://lab.example.org/genie3/?token={TOKEN}")
    text = how_to_open(where(socket=Path("/me/page.sock")), 8501, "")
    assert re.search(r"ssh -N -L 8501:/me/page\.sock \S+@\S+", text)
    assert text.endswith("http://localhost:8501")


def test_settings_of__say_how_people_are_known():
    assert settings_of(where(), 9000, "").mode is Mode.JUST_ME
    public = settings_of(where(base_url="https://lab.example.org/genie3"), 9000, TOKEN)
    assert (public.mode, public.path, public.is_encrypted) == (Mode.TOKEN, "/genie3", True)
    assert public.streamlit_options()["server.baseUrlPath"] == "genie3"
    assert public.streamlit_options()["browser.serverPort"] == 443


def test_main__says_what_is_wrong_with_the_login(folder, capsys):
    file = folder / "login.toml"
    file.touch(0o644)
    given = ["--port", "0", "--login", str(file), "--cookie-secret", str(folder / "secret")]
    assert main(given) == 2
    assert f"Others may read {file}" in capsys.readouterr().err


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=HANG_SECONDS)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def answer(path, link, **headers):
    connection = UnixConnection(path)
    try:
        connection.request("GET", link, headers=headers)
        found = connection.getresponse()
        return found.status, found.read(), found.getheader("Set-Cookie", "")
    finally:
        connection.close()


def test_app__serves_on_a_socket_those_who_have_the_token(folder):
    path = folder / "closed" / "page.sock"
    log = folder / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "genie3_engine", "app", "--socket", str(path), "--token"],
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                "GENIE3_HOME": str(folder / "home"),
                "GENIE3_WARM_UP": "off",
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
            },
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    try:
        (token,) = wait_until(
            lambda: re.findall(r"/\?token=(\S+)\n", log.read_text()), shown=log.read_text
        )
        assert answer(path, "/_stcore/health")[0] == 200
        assert answer(path, "/_stcore/host-config")[0] == 403
        assert answer(path, "/")[0] == 403
        with pytest.raises(InvalidStatus), unix_connect(str(path), "ws://localhost/_stcore/stream"):
            pass
        status, body, cookie = answer(path, f"/?token={token}")
        assert (status, body) == (303, b"")
        own = {"Cookie": cookie.split(";")[0]}
        assert answer(path, "/_stcore/host-config", **own)[0] == 200
        assert b"<html" in answer(path, "/", **own)[1]
        with unix_connect(
            str(path),
            "ws://localhost/_stcore/stream",
            additional_headers={**own, "Origin": "http://localhost"},
            subprotocols=["streamlit"],
        ) as stream:
            assert stream.subprotocol == "streamlit"
    finally:
        server.terminate()
        code = server.wait(HANG_SECONDS)
    assert code == 0, log.read_text()
    assert not path.exists()


def test_app__listens_before_it_loads_what_pages_need():
    program = "import sys, app; print(sorted({'pandas', 'ui.cache'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
