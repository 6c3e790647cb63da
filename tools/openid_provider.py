"""A small OpenID Connect provider on this machine, for the tests of the login and to try it.

It has what a page needs of one: discovery, a login form, the authorization code flow with PKCE,
ID tokens signed by RS256, its keys, user information and the end of a session. Codes are used
once. It keeps nothing on disk. ``python -m tools.openid_provider --redirect-uri
http://localhost:8501/oauth2callback`` serves it until Ctrl-C.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import html
import secrets
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "genie3"
_CODE_SECONDS = 60
_TOKEN_SECONDS = 3600
_FORM = """<!doctype html><html lang="en"><title>Log in</title><link rel="icon" href="data:,">
<h1>Log in</h1><p>{message}</p>
<form method="post"><label>Email <input name="email" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
{hidden}
<button>Log in</button></form></html>"""


@dataclass(frozen=True, slots=True)
class Account:
    """A person whom the provider knows.

    Parameters
    ----------
    subject : str
        The provider's own identifier of the person; also the password.
    name : str
        The name.
    email : str
        The address, which is what the person types.
    is_verified : bool
        Whether the provider has checked the address.
    """

    subject: str
    name: str
    email: str
    is_verified: bool = True


ACCOUNTS = (
    Account("ada-1815", "Ada Lovelace", "ada@lab.example"),
    Account("grace-1906", "Grace Hopper", "grace@lab.example"),
    Account("mallory-1", "Mallory Stranger", "mallory@elsewhere.example"),
    Account("eve-1", "Eve Unverified", "eve@lab.example", is_verified=False),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for until it is used."""

    account: Account
    redirect_uri: str
    nonce: str
    challenge: str
    expires: float


@dataclass
class Provider:
    """The provider, in a thread of its own within a ``with`` block.

    Parameters
    ----------
    accounts : sequence of Account
        Who may log in.
    port : int
        The port; 0 takes a free one.
    redirect_uris : set of str
        Where people may be sent after the login; may be added to at any time.
    changed_claims : dict
        Claims that replace those of ID tokens, to try tokens that a page must refuse.
    signs_with_other_key : bool
        Whether ID tokens are signed with a key that is not published, as a forger would.
    """

    accounts: Sequence[Account] = ACCOUNTS
    port: int = 0
    redirect_uris: set[str] = field(default_factory=set)
    changed_claims: dict[str, Any] = field(default_factory=dict)
    signs_with_other_key: bool = False

    def __post_init__(self) -> None:
        self.client_secret = secrets.token_urlsafe(24)
        self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self._grants: dict[str, Grant] = {}
        self._tokens: dict[str, Account] = {}
        self._thread: threading.Thread | None = None
        routes = {
            "/.well-known/openid-configuration": (self._discovery, "GET"),
            "/jwks": (self._jwks, "GET"),
            "/authorize": (self._authorize, "GET"),
            "/token": (self._token, "POST"),
            "/userinfo": (self._userinfo, "GET"),
            "/logout": (self._logout, "GET"),
        }
        application = Starlette(
            routes=[
                *(Route(path, answer, methods=[how]) for path, (answer, how) in routes.items()),
                Route("/authorize", self._log_in, methods=["POST"]),
            ]
        )
        config = uvicorn.Config(application, "localhost", self.port, log_level="warning")
        self._server = uvicorn.Server(config)

    @property
    def issuer(self) -> str:
        """The provider's address, which is its name in tokens."""
        return f"http://localhost:{self.port}"

    def __enter__(self) -> Self:
        """Start it, and wait until it listens."""
        socket = self._server.config.bind_socket()
        socket.listen()  # requests wait for the thread
        self.port = socket.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [socket]}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self._server.should_exit = True
        self.wait()

    def wait(self) -> None:
        """Wait until it has ended."""
        if self._thread is not None:
            self._thread.join()

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "end_session_endpoint": f"{self.issuer}/logout",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "email", "profile"],
            }
        )

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    def _fault(self, asked: Mapping[str, str]) -> str:
        """Return what is wrong with a request for a login; empty if nothing is."""
        if asked.get("client_id") != CLIENT_ID:
            return "Unknown client."
        if asked.get("redirect_uri") not in self.redirect_uris:
            return "This redirect_uri is not registered."
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return "Only the code flow of OpenID Connect is served."
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "PKCE with S256 is required."
        return (
            "" if asked.get("nonce") and asked.get("state") else "A nonce and a state are needed."
        )

    async def _authorize(self, request: Request) -> Response:
        fault = self._fault(request.query_params)
        if fault:
            return HTMLResponse(fault, status_code=400)
        return _form(request.query_params, "This page wants to know who you are.")

    async def _log_in(self, request: Request) -> Response:
        form = await request.form()
        asked = {name: value for name, value in form.items() if isinstance(value, str)}
        fault = self._fault(asked)
        if fault:
            return HTMLResponse(fault, status_code=400)
        found = [each for each in self.accounts if each.email == asked.get("email")]
        if not found or not _is_same(asked.get("password", ""), found[0].subject):
            return _form(asked, "The email or the password is wrong.")
        code = secrets.token_urlsafe(24)
        expires = time.time() + _CODE_SECONDS
        self._grants[code] = Grant(
            found[0], asked["redirect_uri"], asked["nonce"], asked["code_challenge"], expires
        )
        query = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", status_code=303)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        if not self._is_client(request.headers.get("Authorization", "")):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        grant = self._grants.pop(str(form.get("code", "")), None)  # a code is used once
        verifier = str(form.get("code_verifier", ""))
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            form.get("grant_type") != "authorization_code"
            or grant is None
            or grant.expires < time.time()
            or grant.redirect_uri != form.get("redirect_uri")
            or not _is_same(challenge, grant.challenge)
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        access_token = secrets.token_urlsafe(24)
        self._tokens[access_token] = grant.account
        answer = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": _TOKEN_SECONDS,
            "id_token": self.id_token(grant.account, grant.nonce),
        }
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def _is_client(self, header: str) -> bool:
        try:
            given = base64.b64decode(header.removeprefix("Basic "), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        name, _, secret = given.partition(":")
        return name == CLIENT_ID and _is_same(unquote_plus(secret), self.client_secret)

    def id_token(self, account: Account, nonce: str) -> str:
        """Return a signed statement of who has logged in.

        Parameters
        ----------
        account : Account
            The person.
        nonce : str
            The page's own mark of this login.
        """
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": account.subject,
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
            "nonce": nonce,
            **_claims(account),
            **self.changed_claims,
        }
        key = RSAKey.generate_key(2048, {"kid": "1"}) if self.signs_with_other_key else self._key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)

    async def _userinfo(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        account = self._tokens.get(token)
        if account is None:
            return JSONResponse({"error": "invalid_token"}, status_code=401)
        return JSONResponse({"sub": account.subject, **_claims(account)})

    async def _logout(self, request: Request) -> Response:
        back = request.query_params.get("post_logout_redirect_uri", "")
        if back not in self.redirect_uris:
            return HTMLResponse("Logged out.")
        return RedirectResponse(back, status_code=303)


def _claims(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "email": account.email,
        "email_verified": account.is_verified,
    }


def _is_same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _form(asked: Mapping[str, str], message: str) -> Response:
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in asked.items()
        if name not in ("email", "password")
    )
    return HTMLResponse(_FORM.format(message=html.escape(message), hidden=hidden))


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the provider, and print what the page's settings of the login need."""
    parser = argparse.ArgumentParser(prog="python -m tools.openid_provider", description=__doc__)
    parser.add_argument("--port", type=int, default=8600, help="port on localhost")
    parser.add_argument("--redirect-uri", action="append", default=[], help="of the page")
    options = parser.parse_args(arguments)
    with Provider(port=options.port, redirect_uris=set(options.redirect_uri)) as provider:
        print(f'issuer = "{provider.issuer}"\nclient_id = "{CLIENT_ID}"')
        print(f'client_secret = "{provider.client_secret}"\nallowed_domains = ["lab.example"]\n')
        for account in provider.accounts:
            print(f"# {account.email}, password {account.subject}", flush=True)
        with suppress(KeyboardInterrupt):
            provider.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
