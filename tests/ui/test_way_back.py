"""Tests of the way back to the address that was opened before a login."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from tests.ui.asgi import asked, header
from ui.way_back import COOKIE, WayBack

HTML = (b"accept", b"text/html,*/*")


def get(path, query="", *, headers=(), sets="", method="GET"):
    """Ask a page below /lab; it sets a cookie if one is given. Return the start of the answer."""

    async def page(scope, receive, send):
        found = [(b"location", b"/lab/")] + ([(b"set-cookie", sets.encode())] if sets else [])
        await send({"type": "http.response.start", "status": 302, "headers": found})

    (start,) = asked(
        WayBack(page, path="/lab"),
        "http",
        path=path,
        raw_path=path.encode(),
        query_string=query.encode(),
        method=method,
        headers=list(headers),
    )
    return start


def kept(start):
    return [each for each in header(start, b"set-cookie") if each.startswith(COOKIE)]


def after_login(value, *, sets="_streamlit_user=x; Path=/lab"):
    headers = [(b"cookie", f"{COOKIE}={value}".encode())]
    return get("/lab/oauth2callback", "code=1", headers=headers, sets=sets)


def encoded(address):
    return urlsafe_b64encode(address.encode()).decode()


def test_way_back__leads_to_the_address_that_was_opened():
    (cookie,) = kept(get("/lab/network", "run=a%20b&top=7", headers=[HTML]))
    assert {"HttpOnly", "SameSite=lax", "Path=/lab", "Max-Age=600"} <= set(cookie.split("; "))
    start = after_login(cookie.split(";")[0].split("=", 1)[1].strip('"'))
    assert header(start, b"location") == ["/lab/network?run=a%20b&top=7"]
    assert "Max-Age=0" in kept(start)[0]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/lab/network", {}),  # of a script
        ("/lab/network", {"headers": [HTML, (b"cookie", b"_streamlit_user=x")]}),
        ("/lab/network", {"headers": [HTML], "method": "HEAD"}),
        ("/lab/static/js/index.js", {"headers": [HTML]}),
        ("/lab/auth/login", {"headers": [HTML]}),
        ("/lab/media/0123", {"headers": [HTML]}),
        ("/lab/" + "a" * 2_000, {"headers": [HTML]}),
        ("/elsewhere/network", {"headers": [HTML]}),
        ("//evil.example/lab/", {"headers": [HTML]}),
    ],
)
def test_way_back__keeps_addresses_of_pages_alone(path, more):
    assert kept(get(path, **more)) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/lab/network",
        "//evil.example/lab/network",
        "/lab//evil.example",
        "/lab/..//evil.example",
        "/lab/\\evil.example",
        "/lab/network?a=1\r\nset-cookie: b=2",
        "/elsewhere",
        "/lab/auth/logout",
        "",
    ],
)
def test_way_back__leads_nowhere_else(address):
    assert header(after_login(encoded(address)), b"location") == ["/lab/"]


def test_way_back__ends_with_a_login_alone():
    address = encoded("/lab/network")
    assert header(after_login(address, sets="_streamlit_session=x"), b"location") == ["/lab/"]
    for damaged in ("%%%", "w", "_w==", ""):
        assert header(after_login(damaged), b"location") == ["/lab/"]
