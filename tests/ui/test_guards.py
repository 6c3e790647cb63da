"""Tests of what a server with a login answers to whom, and of the marks of cookies."""

from __future__ import annotations

import json
import time

import pytest
from streamlit import config
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from genie3_engine.people.login import LoginSettings
from tests.ui.asgi import asked
from ui.guards import LoginRequired, SecureCookies, claims_of, middleware
from ui.server_settings import Mode, ServerSettings

SECRET = "a secret of thirty-two letters, or more"
PASSED = [{"type": "passed"}]
SETTINGS = LoginSettings(
    metadata_url="https://login.example.org",
    client_id="genie3",
    client_secret="tell nobody",
    cookie_secret=SECRET,
    allowed_domains=frozenset({"lab.example"}),
)


async def page(scope, receive, send):
    await send({"type": "passed"})


@pytest.fixture(autouse=True)
def signed_by_the_server(monkeypatch):
    monkeypatch.setattr("streamlit.web.server.server_util.get_cookie_secret", lambda: SECRET)
    monkeypatch.setattr(
        "streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: SECRET
    )


def claims(**more):
    return {
        "iss": "https://login.example.org",
        "sub": "1",
        "email": "ada@lab.example",
        "email_verified": True,
        "iat": time.time(),
        **more,
    }


def cookie(found, *, secret=SECRET, name="_streamlit_user"):
    return name.encode() + b"=" + create_signed_value(secret, name, json.dumps(found))


def get(path, *cookies, method="GET", kind="http"):
    guard = LoginRequired(page, lambda: SETTINGS, path="/lab")
    headers = [(b"cookie", each) for each in cookies]
    return asked(guard, kind, path=path, method=method, headers=headers)


@pytest.mark.parametrize(
    "path",
    ["/lab/_stcore/health", "/lab/_stcore/host-config", "/lab/", "/lab/network", "/lab/x.js"],
)
def test_login_required__answers_everyone_with_the_page_that_asks_for_it(path):
    assert get(path) == PASSED


UPLOAD = "/lab/_stcore/upload_file/session/file"


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (UPLOAD, "PUT"),
        (UPLOAD, "DELETE"),
        ("/lab/media/0123.csv", "GET"),
        ("/lab/_stcore/metrics", "GET"),
        ("/lab/_stcore/health/../metrics", "GET"),
        ("/lab/_stcore/script-health-check", "GET"),
        ("/lab/_stcore/agent/sessions", "POST"),
    ],
)
def test_login_required__takes_nothing_from_strangers(path, method):
    assert get(path, method=method)[0]["status"] == 403
    assert get(path, cookie(claims()), method=method) == PASSED


def test_login_required__opens_no_other_websocket_to_strangers():
    assert get("/lab/_stcore/stream", kind="websocket") == PASSED
    sent = get("/lab/_stcore/agent", kind="websocket")
    assert [message["type"] for message in sent] == ["websocket.close"]


@pytest.mark.parametrize(
    "given",
    [
        b"_streamlit_user=nonsense",
        b'_streamlit_user={"email": "ada@lab.example"}',
        cookie(claims(), secret="another secret of thirty-two letters"),
        cookie(claims(), name="_streamlit_user_tokens"),
        cookie(claims(email="x@elsewhere.example")),
        cookie(claims(email_verified=False)),
        cookie(claims(iat=time.time() - 8 * 86_400)),
        cookie(["ada@lab.example"]),
        cookie(claims()).replace(b"=", b"=A"),
    ],
    ids=range(9),  # the cookies differ from process to process
)
def test_login_required__refuses_forged_and_expired_cookies(given):
    assert get(UPLOAD, given, method="PUT")[0]["status"] == 403


def test_claims_of__is_empty_for_a_cookie_that_is_older_than_browsers_keep_it(monkeypatch):
    old = cookie(claims()).decode().split("=", 1)[1]
    assert claims_of({"_streamlit_user": old})["sub"] == "1"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 32 * 86_400)
    assert claims_of({"_streamlit_user": old}) == {}


def test_secure_cookies__marks_each_once():
    async def application(scope, receive, send):
        headers = [(b"set-cookie", b"a=1; Path=/"), (b"Set-Cookie", b"b=2; Secure"), (b"x", b"y")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    (start,) = asked(SecureCookies(application), "http", path="/", method="GET")
    assert start["headers"] == [
        (b"set-cookie", b"a=1; Path=/; Secure"),
        (b"Set-Cookie", b"b=2; Secure"),
        (b"x", b"y"),
    ]


def test_middleware__suits_the_server():
    def kinds(**given):
        return [each.cls.__name__ for each in middleware(ServerSettings(**given))]

    assert kinds() == ["RequestChecks", "SharedLinks"]
    https = "https://lab.example.org/lab"
    assert kinds(mode=Mode.TOKEN, token="t" * 16, base_url=https) == [
        "SecureCookies",
        "RequestChecks",
        "SharedLinks",
        "TokenRequired",
    ]
    assert kinds(mode=Mode.LOGIN, login=SETTINGS, base_url="http://localhost:8501") == [
        "RequestChecks",
        "SharedLinks",
        "LoginRequired",
        "OwnFiles",
        "WayBack",
    ]


def test_streamlit__still_reads_the_options_of_the_address():
    options = ServerSettings(base_url="https://lab.example.org:8443/lab").streamlit_options()
    assert set(options) <= set(config._config_options_template)
