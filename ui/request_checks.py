"""Checks of every request to the page, and the headers of every answer.

A request that another web site makes in a user's browser, or one that is larger than any that
the page sends, is refused before it reaches the page.
"""

from __future__ import annotations

import ipaddress
import platform
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_ADDRESS = 8_192  # bytes of path and query
MOST_HEADERS = 32_768  # bytes of names and values; a login's cookies take about 8,000
_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Streamlit's page has a script of its own in it, and components come as blobs
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
ANSWER_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


class RequestChecks:
    """Lets only requests of the page itself through to an application.

    Parameters
    ----------
    application : callable
        Gets the requests that pass.
    names : iterable of str
        The names under which the page is served, without ports. ``localhost``, this machine's own
        name and every address in figures are allowed besides.

    Notes
    -----
    An attacker can let a name of his own lead to this machine (DNS rebinding). A browser then
    takes his page and this one for one site, but still sends his name as the host.
    """

    def __init__(self, application: ASGIApp, names: Iterable[str] = ()) -> None:
        self._application = application
        own = {"localhost", platform.node()}
        self._names = frozenset(name.lower().rstrip(".") for name in (*own, *names) if name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._connected(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ANSWER_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal is None:
            await self._application(scope, receive, with_headers)
        else:
            await refusal(scope, receive, with_headers)

    async def _connected(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a connection.

        Where a tab is closed while an answer is sent to it, Streamlit goes on reading, takes the
        refusal for a message of another kind, and would log a fault of the server.
        """
        has_left = False

        async def watched(message: Message) -> None:
            nonlocal has_left
            try:
                await send(message)
            except OSError:
                has_left = True
                raise

        try:
            await self._application(scope, receive, watched)
        except RuntimeError:
            if not has_left:
                raise

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Return the answer to a request that may not pass."""
        address = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if address > LONGEST_ADDRESS:
            return _answer(f"The address is longer than {LONGEST_ADDRESS:,} bytes.", 414)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
            return _answer(
                f"The headers are longer than {MOST_HEADERS:,} bytes. Delete this site's cookies.",
                431,
            )
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = _name(host)
        if name not in self._names and not _is_address(name):
            return _answer(
                "The page is not served under this name. Its administrator can give the name with "
                "--base-url.",
                421,
            )
        if _is_foreign(headers, host):
            return _answer("Another site has made this request.", 403)
        return None


def _answer(text: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(text, status, {"Cache-Control": "no-store"})


def _name(host: str) -> str:
    """Return a host without its port; empty where it is not one."""
    try:
        parts = urlsplit(f"//{host}")
        is_host = parts.netloc == host and parts.username is None and parts.port != 0
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".") if is_host else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_foreign(headers: Headers, host: str) -> bool:
    """Return whether a browser made a request for another site, links to the page aside."""
    origin = headers.get("origin")
    if origin is not None and _host_of(origin) != host.lower():
        return True
    is_own = headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    return not is_own and headers.get("sec-fetch-mode") != "navigate"


def _host_of(origin: str) -> str | None:
    """Return the host of an origin, with its port; None where it cannot be read."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
