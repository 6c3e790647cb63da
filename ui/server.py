"""Serve the page on an address or a socket, with a token where it needs one.

``python -m ui.server`` is started by the command ``genie3 app``, in the project's folder.
"""

from __future__ import annotations

import argparse
import errno
import getpass
import hashlib
import hmac
import importlib
import os
import platform
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PARAMETER = "token"
_HELP = (
    "This page needs a token. Open the link that its server has written in the terminal; "
    "it ends with ?token=..."
)
_LAST_SECONDS = 3  # for open connections, when the server ends


class TokenRequired:
    """Lets only requests with a token through to an application.

    Parameters
    ----------
    application : callable
        Gets the requests that have the token: in a cookie, or as ``Authorization: Bearer``. A link
        that ends with ``?token=...`` sets the cookie and leads to the page without it, so that the
        token is not seen longer than necessary.
    token : str
        The token.

    Notes
    -----
    The name of the cookie depends on the token: browsers share cookies between the ports of a
    machine, and pages of two clusters may be forwarded at the same time.
    """

    def __init__(self, application: ASGIApp, token: str) -> None:
        self._application = application
        self._token = token.encode()
        self._cookie = f"genie3-{hashlib.sha256(self._token).hexdigest()[:8]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan" or self._is_allowed(scope):
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._refuse_or_let_in(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        headers = scope["headers"]
        given = [value for name, value in headers if name == b"authorization"]
        if any(self._is_token(value.removeprefix(b"Bearer ")) for value in given):
            return True
        cookies = [value for name, value in headers if name == b"cookie"]
        return any(
            self._is_token(cookie_parser(value.decode("latin-1")).get(self._cookie, "").encode())
            for value in cookies
        )

    def _is_token(self, value: bytes) -> bool:
        return hmac.compare_digest(value, self._token)

    async def _refuse_or_let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == _PARAMETER]
        answer: Response = PlainTextResponse(_HELP, status_code=403)
        if scope["method"] == "GET" and any(self._is_token(value.encode()) for value in given):
            rest = urlencode([(name, value) for name, value in query if name != _PARAMETER])
            path = "/" + scope["path"].lstrip("/")  # of two slashes the first would name a machine
            answer = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
            answer.set_cookie(
                self._cookie, self._token.decode(), httponly=True, samesite="lax", path="/"
            )
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        await answer(scope, receive, send)


def listening(options: argparse.Namespace) -> socket.socket:
    """Return the socket on which the page is served.

    Parameters
    ----------
    options : argparse.Namespace
        ``socket``, or ``host`` and ``port``.

    Raises
    ------
    OSError
        When another program listens there, or the system refuses.
    """
    if options.socket is None:
        (family, _, _, _, address), *_ = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return socket.create_server(address[:2], family=family)
    path = options.socket
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:  # of a server that was killed, or it is no socket
            if path.is_socket():
                path.unlink()
        except FileNotFoundError:
            pass
        else:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    served = socket.socket(socket.AF_UNIX)
    try:
        served.bind(str(path))
        path.chmod(0o600)
        served.listen()
    except OSError:
        served.close()
        raise
    return served


def how_to_open(options: argparse.Namespace, port: int, token: str) -> str:
    """Return how the user opens the page, for the terminal.

    Parameters
    ----------
    options : argparse.Namespace
        As `listening` takes them.
    port : int
        The port that was taken; on the user's own machine, that which ssh forwards.
    token : str
        The token; empty without one.
    """
    end = f"/?{urlencode({_PARAMETER: token})}" if token else ""
    if options.socket is None:
        host = f"[{options.host}]" if ":" in options.host else options.host
        return f"The page is on http://{host}:{port}{end}"
    login = f"{getpass.getuser()}@{platform.node()}"
    return (
        f"On your own machine, keep this at work:\n\n"
        f"  ssh -N -L {port}:{options.socket} {login}\n\n"
        f"and open http://localhost:{port}{end}"
    )


def serve(served: socket.socket, token: str) -> None:
    """Serve the page until the process is asked to end.

    Parameters
    ----------
    served : socket
        Where it listens.
    token : str
        What requests need; empty when they need nothing.
    """
    import uvicorn
    from streamlit.web.server.starlette import starlette_server

    from ui import people
    from ui.server_settings import Mode, ServerSettings

    people.install(ServerSettings(mode=Mode.TOKEN if token else Mode.JUST_ME))
    application: ASGIApp = importlib.import_module("app").app
    if token:
        application = TokenRequired(application, token)
    config = uvicorn.Config(
        application,
        log_level="warning",
        timeout_graceful_shutdown=_LAST_SECONDS,
        **starlette_server._get_uvicorn_config_kwargs(),
    )
    uvicorn.Server(config).run(sockets=[served])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server as a program.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.

    Returns
    -------
    int
        0 when it was asked to end, 1 when it could not be started.
    """
    parser = argparse.ArgumentParser(prog="python -m ui.server", description="Serve the page.")
    parser.add_argument("--host", default="localhost", help="address")
    parser.add_argument("--port", type=int, default=8501, help="port")
    parser.add_argument("--socket", type=Path, help="socket, in place of an address")
    parser.add_argument("--token-variable", default="", help="variable that holds the token")
    options = parser.parse_args(arguments)
    token = os.environ.pop(options.token_variable, "")  # runs of the page do not inherit it
    try:
        served = listening(options)
    except OSError as error:
        where = options.socket or f"{options.host}:{options.port}"
        remedy = "Take another with " + ("--port." if options.socket is None else "--socket.")
        reason = error.strerror or str(error)
        print(f"The page cannot be served on {where}: {reason}. {remedy}", file=sys.stderr)
        return 1
    # uvicorn ends well on a signal, and then sends it again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        port = 8501 if options.socket else served.getsockname()[1]
        print(f"\n{how_to_open(options, port, token)}\n", flush=True)
        with suppress(KeyboardInterrupt):
            serve(served, token)
    finally:
        served.close()
        if options.socket is not None:
            options.socket.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
