"""Serve the page on an address or a socket, with a token or a login where it needs one.

``python -m ui.server`` is started by the command ``genie3 app``, in the project's folder.
"""

from __future__ import annotations

import argparse
import errno
import getpass
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
from urllib.parse import urlencode

from genie3_engine.errors import Genie3Error
from genie3_engine.people import login
from ui.guards import PARAMETER
from ui.server_settings import Mode, ServerSettings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_LAST_SECONDS = 3  # for open connections, when the server ends


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
        As `listening` takes them, and ``base_url``.
    port : int
        The port that was taken; on the user's own machine, that which ssh forwards.
    token : str
        The token; empty without one.
    """
    end = f"/?{urlencode({PARAMETER: token})}" if token else ""
    if options.base_url:
        return f"The page is on {options.base_url}{end}"
    if options.socket is None:
        host = f"[{options.host}]" if ":" in options.host else options.host
        return f"The page is on http://{host}:{port}{end}"
    login = f"{getpass.getuser()}@{platform.node()}"
    return (
        f"On your own machine, keep this at work:\n\n"
        f"  ssh -N -L {port}:{options.socket} {login}\n\n"
        f"and open http://localhost:{port}{end}"
    )


def settings_of(options: argparse.Namespace, port: int, token: str) -> ServerSettings:
    """Return the settings of the server.

    Parameters
    ----------
    options : argparse.Namespace
        As `listening` takes them, and ``base_url``, ``login`` and ``cookie_secret``.
    port : int
        The port that was taken.
    token : str
        What requests need; empty when they need nothing.

    Raises
    ------
    OptionError
        When the file of the login will not do.
    StorageError
        When the secret of the login cannot be kept.
    """
    host = "" if options.socket else options.host
    if options.login is None:
        mode = Mode.TOKEN if token else Mode.JUST_ME
        return ServerSettings(mode=mode, base_url=options.base_url, host=host, token=token)
    file = login.LoginFile(options.login, options.cookie_secret)
    found = file.current()
    return ServerSettings(
        mode=Mode.LOGIN,
        base_url=options.base_url or f"http://localhost:{port}",
        folders=found.folders,
        host=host,
        login=found,
        login_file=file,
    )


def serve(served: socket.socket, settings: ServerSettings) -> None:
    """Serve the page until the process is asked to end.

    Parameters
    ----------
    served : socket
        Where it listens.
    settings : ServerSettings
        The server's.
    """
    import uvicorn
    from streamlit import config
    from streamlit.web.server.starlette import starlette_server

    from ui import cleaning, people, uploads

    people.install(settings)
    for name, value in settings.streamlit_options().items():
        config.set_option(name, value)
    application: ASGIApp = importlib.import_module("app").app
    uploads.follow_limit()
    cleaning.begin()
    options = uvicorn.Config(
        application,
        log_level="warning",
        timeout_graceful_shutdown=_LAST_SECONDS,
        **starlette_server._get_uvicorn_config_kwargs(),
    )
    uvicorn.Server(options).run(sockets=[served])


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
    parser.add_argument("--base-url", default="", help="address that people type")
    parser.add_argument("--login", type=Path, help="settings of the login")
    parser.add_argument("--cookie-secret", type=Path, help="secret that signs cookies of logins")
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
        settings = settings_of(options, port, token)
        print(f"\n{how_to_open(options, port, token)}\n", flush=True)
        with suppress(KeyboardInterrupt):
            serve(served, settings)
    except Genie3Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    finally:
        served.close()
        if options.socket is not None:
            options.socket.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
