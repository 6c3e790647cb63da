"""Guards between the network and the page: who gets through, and how cookies are sent.

A server with a token lets only requests with it through. A server with a login answers everyone
who has yet to log in with the page that asks for it, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from starlette.middleware import Middleware
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from genie3_engine.people.login import LoginSettings
from ui.own_files import OwnFiles
from ui.request_checks import RequestChecks
from ui.server_settings import ServerSettings
from ui.shared_links import SharedLinks
from ui.way_back import WayBack

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PARAMETER = "token"
_HELP = (
    "This page needs a token. Open the link that its server has written in the terminal; "
    "it ends with ?token=..."
)
_HEALTH = "_stcore/health"
_CLOSED = ("_stcore/", "media/")  # what is more than the page itself: uploads, downloads, metrics
# What a browser needs of that before anyone has logged in.
_BEFORE_LOGIN = frozenset({_HEALTH, "_stcore/host-config", "_stcore/stream"})


def middleware(settings: ServerSettings) -> list[Middleware]:
    """Return what requests pass on their way to the page, in this order.

    Parameters
    ----------
    settings : ServerSettings
        The server's.
    """
    found = [Middleware(SecureCookies)] if settings.is_encrypted else []
    found.append(Middleware(RequestChecks, settings.names))
    found.append(Middleware(SharedLinks, path=settings.path))  # open without token and login
    if settings.token:
        found.append(Middleware(TokenRequired, settings.token, path=settings.path))
    if settings.login is not None:
        found.append(Middleware(LoginRequired, settings.current_login, path=settings.path))
        found.append(Middleware(OwnFiles, _claims_of_request, path=settings.path))
        found.append(Middleware(WayBack, path=settings.path))
    return found


class TokenRequired:
    """Lets only requests with a token through to an application, and those for its health.

    Parameters
    ----------
    application : callable
        Gets the requests that have the token: in a cookie, or as ``Authorization: Bearer``. A link
        that ends with ``?token=...`` sets the cookie and leads to the page without it, so that the
        token is not seen longer than necessary.
    token : str
        The token.
    path : str
        The path below which the page is served; empty for the whole host.

    Notes
    -----
    The name of the cookie depends on the token: browsers share cookies between the ports of a
    machine, and pages of two clusters may be forwarded at the same time.
    """

    def __init__(self, application: ASGIApp, token: str, *, path: str = "") -> None:
        self._application = application
        self._token = token.encode()
        self._path = path
        self._cookie = f"genie3-{hashlib.sha256(self._token).hexdigest()[:8]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan" or self._is_for_health(scope) or self._is_allowed(scope):
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await _close(receive, send)
        else:
            await self._refuse_or_let_in(scope, receive, send)

    def _is_for_health(self, scope: Scope) -> bool:
        is_look = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        return is_look and scope["path"] == f"{self._path}/{_HEALTH}"

    def _is_allowed(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if any(self._is_token(value.removeprefix(b"Bearer ")) for value in given):
            return True
        return self._is_token(_cookies(scope).get(self._cookie, "").encode())

    def _is_token(self, value: bytes) -> bool:
        return hmac.compare_digest(value, self._token)

    async def _refuse_or_let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == PARAMETER]
        answer: Response = PlainTextResponse(_HELP, status_code=403)
        if scope["method"] == "GET" and any(self._is_token(value.encode()) for value in given):
            rest = urlencode([(name, value) for name, value in query if name != PARAMETER])
            path = "/" + scope["path"].lstrip("/")  # of two slashes the first would name a machine
            answer = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
            answer.set_cookie(
                self._cookie,
                self._token.decode(),
                httponly=True,
                samesite="lax",
                path=self._path or "/",
            )
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        await answer(scope, receive, send)


class LoginRequired:
    """Lets only people who have logged in send and take what is more than the page itself.

    Parameters
    ----------
    application : callable
        Gets the requests of people who have logged in; of others, those for the page, which asks
        them to log in, and for its health.
    current : callable
        Returns who may use the page now.
    path : str
        The path below which the page is served; empty for the whole host.

    Notes
    -----
    Sessions are bound to their people by Streamlit, and the page draws nothing for others
    (`ui.sign_in`). This guard keeps everyone else from what needs no session: files are not taken
    from strangers, and what describes the server is not given to them.
    """

    def __init__(
        self,
        application: ASGIApp,
        current: Callable[[], LoginSettings | None],
        *,
        path: str = "",
    ) -> None:
        self._application = application
        self._current = current
        self._closed = tuple(f"{path}/{each}" for each in _CLOSED)
        self._open = frozenset(f"{path}/{each}" for each in _BEFORE_LOGIN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan" or self._is_open(scope["path"]) or self._is_person(scope):
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await _close(receive, send)
        else:
            answer = PlainTextResponse("Log in first.", 403, {"Cache-Control": "no-store"})
            await answer(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return path in self._open or not path.startswith(self._closed)

    def _is_person(self, scope: Scope) -> bool:
        login, claims = self._current(), claims_of(_cookies(scope))
        return login is not None and login.admits(claims) and login.is_current(claims)


class SecureCookies:
    """Marks every cookie of an application as one that browsers send by https only.

    Parameters
    ----------
    application : callable
        Gets all requests.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def with_mark(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message["headers"] = [
                    (name, value + b"; Secure")
                    if name.lower() == b"set-cookie" and b"; secure" not in value.lower()
                    else (name, value)
                    for name, value in message.get("headers", ())
                ]
            await send(message)

        await self._application(scope, receive, with_mark)


def _claims_of_request(scope: Scope) -> dict[str, Any]:
    return claims_of(_cookies(scope))


def claims_of(cookies: dict[str, str]) -> dict[str, Any]:
    """Return what the provider has stated of the person whose browser sent these cookies.

    Parameters
    ----------
    cookies : dict
        Values by name.

    Returns
    -------
    dict
        Empty without a login, or where the cookie is forged, damaged or too old.
    """
    from streamlit.web.server.starlette import starlette_websocket
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    try:
        text = starlette_websocket._get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME)
        found = json.loads(text) if text else {}
    except (UnicodeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _cookies(scope: Scope) -> dict[str, str]:
    texts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return cookie_parser("; ".join(texts))


async def _close(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1008})
