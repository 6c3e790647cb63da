"""Tests of the checks of requests: which pass, and what every answer says to the browser."""

from __future__ import annotations

import asyncio
import errno
import platform
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress

import pytest

from tests.ui.asgi import asked, header
from ui.request_checks import ANSWER_HEADERS, LONGEST_ADDRESS, MOST_HEADERS, RequestChecks


async def page(scope, receive, send):
    """The application behind the checks."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})


CHECKS = RequestChecks(page, names=["genie3.lab.example"])


def get(headers, method="GET", **scope):
    """Return the start of the answer to a request."""
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return asked(CHECKS, "http", path="/", raw_path=b"/", method=method, headers=pairs, **scope)[0]


def is_accepted(headers):
    """Return whether a WebSocket is opened."""
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    (answer,) = asked(CHECKS, "websocket", path="/", raw_path=b"/", headers=pairs)
    assert answer in ({"type": "websocket.accept"}, {"type": "websocket.close", "code": 1008})
    return answer["type"] == "websocket.accept"


OWN_HOSTS = [
    "localhost",
    "localhost:8501",
    "LOCALHOST:8501",
    "127.0.0.1:8501",
    "[::1]:8501",
    "192.168.4.2",
    "genie3.lab.example",
    "genie3.lab.example.",
    f"{platform.node()}:8501",
]
FOREIGN_HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "evil.example:8501",
    "genie3.lab.example.evil.example",
    "genie3.lab.example@evil.example",
    "127.0.0.1.evil.example",
    "localhost:port",
    "localhost:99999999",
    "[::1",
    "local host",
    "",
]


def test_checks__let_requests_of_the_page_pass():
    for host in OWN_HOSTS:
        assert get({"host": host})["status"] == 200, host
        same = {"host": host, "origin": f"https://{host}", "sec-fetch-site": "same-origin"}
        assert get(same, "POST")["status"] == 200, host
        assert is_accepted(same), host


def test_checks__refuse_other_names_of_this_machine():
    for host in FOREIGN_HOSTS:
        assert get({"host": host})["status"] == 421, host
        assert not is_accepted({"host": host}), host
    assert get({})["status"] == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:9999"},  # another user's server on this machine
        {"origin": "null"},
        {"origin": "http://[localhost"},  # no address at all
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_checks__refuse_requests_of_other_sites(headers):
    headers = {"host": "localhost:8501", **headers}
    for method in ("GET", "POST", "PUT"):
        assert get(headers, method)["status"] == 403
    assert not is_accepted(headers)


def test_checks__let_a_link_of_another_site_open_the_page():
    link = {"host": "localhost", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert get(link)["status"] == 200


def test_checks__refuse_what_is_longer_than_any_request_of_the_page():
    long = get({"host": "localhost"}, query_string=b"run=" + b"x" * LONGEST_ADDRESS)
    assert long["status"] == 414
    assert get({"host": "localhost", "cookie": f"a={'x' * MOST_HEADERS}"})["status"] == 431


def test_answers__have_the_headers_that_protect_a_browser():
    for start in (get({"host": "localhost"}), get({"host": "evil.example"})):
        for name, value in ANSWER_HEADERS.items():
            assert header(start, name.lower().encode()) == [value]


@pytest.mark.parametrize("has_left", [True, False])
def test_checks__log_no_fault_where_a_tab_is_closed_while_an_answer_is_sent(has_left):
    async def streamlit(scope, receive, send):
        with suppress(OSError):
            await send({"type": "websocket.send"})
        raise RuntimeError('Cannot call "send" once a close message has been sent.')

    async def send(message):
        if has_left:
            raise OSError(errno.EPIPE, "the client has left")

    async def receive():
        return {"type": "websocket.receive"}

    async def connect():
        scope = {"type": "websocket", "headers": [(b"host", b"localhost")], "query_string": b""}
        await RequestChecks(streamlit)(scope, receive, send)

    with (
        ThreadPoolExecutor(1) as thread,
        nullcontext() if has_left else pytest.raises(RuntimeError),
    ):
        thread.submit(asyncio.run, connect()).result()
