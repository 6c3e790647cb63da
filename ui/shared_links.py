"""Answer links that open one document each, without an account, and reach nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from genie3_engine.people import links

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER = "shared"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# Without allow-same-origin, the document is a stranger to the server's own pages and cookies.
_SANDBOX = "frame-ancestors 'none'; sandbox allow-scripts allow-downloads"
_NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
_GONE = "This link opens nothing: it has expired, was taken back, or is not complete."


class SharedLinks:
    """Answers the addresses of shared links, and passes all other requests on.

    Parameters
    ----------
    application : callable
        Gets all requests that are not below the path of the links.
    path : str
        The path below which the page is served; empty for the whole host.

    Notes
    -----
    It comes before the guards that ask for a token or a login. What it answers is read from one
    folder of the server's home, whose name is the hash of the token in the address; the rest of
    the server is not called. An unknown, an expired and a withdrawn link get the same answer.
    """

    def __init__(self, application: ASGIApp, *, path: str = "") -> None:
        self._application = application
        self._prefix = f"{path}/{FOLDER}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] not in ("http", "websocket") or not self._is_link(scope["path"]):
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            answer = await self._answer(scope)
            await answer(scope, receive, send)

    def _is_link(self, path: str) -> bool:
        return path.startswith(self._prefix) or path == self._prefix.rstrip("/")

    async def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return _refusal(405)
        token = scope["path"].removeprefix(self._prefix)
        found = await run_in_threadpool(links.open_link, token)
        if found is None:
            return _refusal(404)
        link, document = found
        policy = f"{link.policy}; {_SANDBOX}"
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        return Response(document, headers=headers, media_type="text/html")


def _refusal(status: int) -> Response:
    return PlainTextResponse(_GONE, status, {**_HEADERS, "Content-Security-Policy": _NOTHING})
