"""The way back, after a login, to the address that was opened before it.

The provider of a login sends everybody to the page's first address. Whoever has opened the address
of a network, such as one that a colleague has sent, gets there.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "genie3-way-back"
_SECONDS = 600
_LONGEST = 2_000  # bytes of an address that is kept
_ADDRESS = re.compile(r"(?P<path>(/[A-Za-z0-9_~%-]+)*/?)(\?[!-~]*)?")  # of a page, not of a file
_OWN = ("auth", "component", "media", "oauth2callback", "static", "_stcore")
_MARK = "_streamlit_user="  # what the answer to a login sets


class WayBack:
    """Keeps the address of a page that is opened without a login, until the login.

    Parameters
    ----------
    application : callable
        Gets all requests.
    path : str
        The path below which the page is served; empty for the whole host.

    Notes
    -----
    The address is kept in the browser, for ten minutes. It is followed only if it is a path of the
    page, so that nothing leads to another site.
    """

    def __init__(self, application: ASGIApp, *, path: str = "") -> None:
        self._application = application
        self._path = path
        self._own = tuple(f"{path}/{each}" for each in _OWN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._application(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        opened = self._opened(scope) if "text/html" in headers.get("accept", "") else ""

        async def with_way_back(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                if scope["path"] == f"{self._path}/oauth2callback":
                    self._follow(answer, cookies.get(COOKIE, ""))
                elif opened and not any(name.startswith(_MARK[:-1]) for name in cookies):
                    value = urlsafe_b64encode(opened.encode()).decode()
                    self._set(answer, value, _SECONDS)
            await send(message)

        await self._application(scope, receive, with_way_back)

    def _opened(self, scope: Scope) -> str:
        """Return the address of the page that is asked for; empty where it is none."""
        path = (scope.get("raw_path") or b"").decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        address = f"{path}?{query}" if query else path
        return address if self._is_page(address) else ""

    def _is_page(self, address: str) -> bool:
        found = _ADDRESS.fullmatch(address)
        return (
            found is not None
            and len(address) <= _LONGEST
            and found["path"].startswith(f"{self._path}/")
            and not found["path"].startswith(self._own)
        )

    def _follow(self, answer: MutableHeaders, value: str) -> None:
        """Lead to the address that was kept, if the answer ends a login."""
        if not any(text.startswith(_MARK) for text in answer.getlist("set-cookie")):
            return
        try:
            address = urlsafe_b64decode(value).decode("ascii")
        except (binascii.Error, UnicodeError, ValueError):
            address = ""
        if address and self._is_page(address):
            answer["location"] = address
        self._set(answer, "", 0)

    def _set(self, answer: MutableHeaders, value: str, seconds: int) -> None:
        cookie = Response()
        cookie.set_cookie(
            COOKIE,
            value,
            max_age=seconds,
            path=self._path or "/",
            httponly=True,
            samesite="lax",
        )
        answer.append("set-cookie", cookie.headers["set-cookie"])
