"""Tests of the OpenID Connect provider that the tests of the login use."""

from __future__ import annotations

import base64
import hashlib
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from genie3_engine.people import login
from tests.waiting import HANG_SECONDS
from tools.openid_provider import ACCOUNTS, CLIENT_ID, Provider

ROOT = Path(__file__).resolve().parents[2]
BACK = "http://localhost:1/oauth2callback"
VERIFIER = "a verifier that only the page knows"


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given):
        return None


OPENER = urllib.request.build_opener(KeepRedirects)


@pytest.fixture(scope="module")
def provider():
    with Provider(redirect_uris={BACK}) as provider:
        yield provider


def ask(provider, path, form=None, **headers):
    """Ask the provider; return status, body and where it sends the browser."""
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(provider.issuer + path, data, headers)
    try:
        with OPENER.open(request, timeout=HANG_SECONDS) as answer:
            return answer.status, answer.read().decode(), ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers.get("Location", "")


def asked(**more):
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return {
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid email",
        "state": "s",
        "nonce": "n",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **more,
    }


def code_of(provider, account=ACCOUNTS[0]):
    form = asked(email=account.email, password=account.subject)
    status, _, location = ask(provider, "/authorize", form)
    assert status == 303
    found = parse_qs(urlsplit(location).query)
    assert location.startswith(f"{BACK}?")
    assert found["state"] == ["s"]
    return found["code"][0]


def token(provider, code, *, secret=None, **more):
    pair = f"{CLIENT_ID}:{secret or provider.client_secret}".encode()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **more,
    }
    return ask(provider, "/token", form, Authorization=f"Basic {base64.b64encode(pair).decode()}")[
        :2
    ]


def test_provider__states_who_has_logged_in_once_for_each_code(provider):
    code = code_of(provider)
    status, text = token(provider, code)
    assert status == 200
    keys = KeySet.import_key_set(json.loads(ask(provider, "/jwks")[1]))
    claims = jwt.decode(json.loads(text)["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["sub"], claims["nonce"], claims["aud"]) == ("ada-1815", "n", CLIENT_ID)
    access = json.loads(text)["access_token"]
    assert "ada@lab.example" in ask(provider, "/userinfo", Authorization=f"Bearer {access}")[1]
    assert ask(provider, "/userinfo", Authorization="Bearer x")[0] == 401
    assert token(provider, code) == (400, '{"error":"invalid_grant"}')


@pytest.mark.parametrize(
    "more", [{"code_verifier": "x"}, {"redirect_uri": "http://x"}, {"grant_type": "password"}]
)
def test_provider__gives_no_token_to_whom_the_code_was_not_given(provider, more):
    assert token(provider, code_of(provider), **more)[0] == 400
    assert token(provider, code_of(provider), secret="wrong")[0] == 401


def test_provider__asks_again_after_a_wrong_password(provider):
    for email, password in ((ACCOUNTS[0].email, "x"), ("nobody@lab.example", ACCOUNTS[0].subject)):
        status, text, _ = ask(provider, "/authorize", asked(email=email, password=password))
        assert (status, "is wrong" in text) == (200, True)
        assert password not in text


@pytest.mark.parametrize(
    "more",
    [
        {"client_id": "x"},
        {"redirect_uri": "http://x"},
        {"response_type": "token"},
        {"scope": "email"},
        {"code_challenge_method": "plain"},
        {"nonce": ""},
    ],
)
def test_provider__refuses_requests_that_are_not_safe(provider, more):
    assert ask(provider, "/authorize?" + urlencode(asked(**more)))[0] == 400
    assert ask(provider, "/authorize", asked(**more))[0] == 400


def test_provider__sends_people_back_only_to_addresses_it_knows(provider):
    back = urlencode({"post_logout_redirect_uri": BACK})
    assert ask(provider, f"/logout?{back}")[2] == BACK
    away = urlencode({"post_logout_redirect_uri": "http://elsewhere.example"})
    assert ask(provider, f"/logout?{away}")[::2] == (200, "")


def test_main__prints_settings_that_a_login_takes(tmp_path):
    command = [sys.executable, "-m", "tools.openid_provider", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = [process.stdout.readline() for _ in range(5 + len(ACCOUNTS))]
            file = tmp_path / "login.toml"
            file.touch(0o600)
            file.write_text("".join(lines))
            settings = login.read(file, tmp_path / "page" / "cookie-secret")
            with urllib.request.urlopen(settings.metadata_url, timeout=HANG_SECONDS) as answer:
                assert json.load(answer)["code_challenge_methods_supported"] == ["S256"]
        finally:
            process.terminate()  # SIGINT is ignored where the tests run behind `&`
    assert process.returncode == -signal.SIGTERM
