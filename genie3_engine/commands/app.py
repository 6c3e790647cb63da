"""The command ``app``: serve the page, to its user alone or to people who log in."""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from genie3_engine.errors import Genie3Error, OptionError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.scheduler import scheduled_job
from genie3_engine.jobs.user_directory import VARIABLE, home
from genie3_engine.people import login
from genie3_engine.people.login import is_loopback

TOKEN_VARIABLE = "GENIE3_TOKEN"
ROOT = Path(__file__).resolve().parents[2]
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")
_LAST_PORT = 65_535
_LONGEST_SOCKET = 100  # bytes of its path; systems allow 103 or 107
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")  # a name, or an address of version 6
_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*")  # of plain names
_PORTS = {"http": 80, "https": 443}
_SUBMITTERS = ("sbatch", "qsub", "bsub")  # programs of schedulers: this is a login node


def app(args: argparse.Namespace) -> NoReturn:
    """Become the page's server.

    Raises
    ------
    OptionError
        When the page would be open to others, or an option is wrong.
    Genie3Error
        When the page is not installed.
    StorageError
        When the folder of the socket cannot be made.
    """
    if not (ROOT / "app.py").is_file() or importlib.util.find_spec("streamlit") is None:
        raise Genie3Error(
            "The page is not installed next to this engine.",
            "Run `make app` in the project's folder.",
            code="no-page",
        )
    if not 0 <= args.port <= _LAST_PORT:
        raise OptionError(
            f"--port is {args.port}.", f"Give a number from 0 (any free port) to {_LAST_PORT:,}."
        )
    environment = dict(os.environ)
    if args.home is not None:
        environment[VARIABLE] = os.environ[VARIABLE] = str(args.home.absolute())
    address = address_of(args.base_url)
    token = token_of(args, environment)
    environment.pop(TOKEN_VARIABLE, None)
    if args.socket is None:
        where = ["--host", args.host, "--port", str(args.port)]
    else:
        is_named = args.socket is not True
        path = private_socket(args.socket if is_named else home() / "page" / "page.sock")
        where = ["--socket", str(path)]
    if address:
        where += ["--base-url", address]
    if token:
        environment[TOKEN_VARIABLE] = token
        where += ["--token-variable", TOKEN_VARIABLE]
    if args.login is not None:
        where += ["--login", str(checked_login(args, address))]
        where += ["--cookie-secret", str(home() / "page" / "cookie-secret")]
    sys.stdout.flush()
    os.chdir(ROOT)  # where the page's own settings lie
    os.execve(sys.executable, [sys.executable, "-m", "ui.server", *where], environment)


def token_of(args: argparse.Namespace, environment: Mapping[str, str]) -> str:
    """Return the token that requests need; empty when they need none.

    Parameters
    ----------
    args : argparse.Namespace
        The options.
    environment : mapping
        May hold the user's own token.

    Raises
    ------
    OptionError
        When everyone could open the page, or the token is too short.
    """
    if args.login is not None:
        if args.token:
            raise OptionError(
                "--login and --token are two ways in.",
                "Leave --token out: each person logs in.",
            )
        return ""
    own = environment.get(TOKEN_VARIABLE, "")
    reached = [args.host] if args.socket is None else []
    if args.base_url is not None:
        reached.append(urlsplit(args.base_url).hostname or "")
    is_open = not all(is_loopback(host) for host in reached)
    if is_open and not (args.token or (args.token is None and own)):
        raise OptionError(
            f"On {reached[-1]}, everyone in the network could open the page: read the data, and "
            "start and delete runs as you.",
            "Add --token, or --login for several people; or leave --host and --base-url out and "
            "forward the port by ssh.",
        )
    wanted = args.token
    if wanted is None:
        wanted = bool(own) or (args.socket is None and is_shared(environment))
    if not wanted:
        return ""
    if own and not _TOKEN.fullmatch(own):
        raise OptionError(
            f"The token in {TOKEN_VARIABLE} is too short, or has other signs than letters, digits, "
            "- and _.",
            "Give at least 16 of them, or leave it out for a random token.",
        )
    return own or secrets.token_urlsafe(24)


def address_of(base_url: str | None) -> str:
    """Return the address under which people open the page; empty without one.

    Parameters
    ----------
    base_url : str or None
        What was typed.

    Returns
    -------
    str
        The same without a slash at its end and without the usual port.

    Raises
    ------
    OptionError
        When it is not the address of a page.
    """
    if base_url is None:
        return ""
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:  # of the port
        parts, port = SplitResult("", "", "", "", ""), None
    host = parts.hostname or ""
    path = parts.path.rstrip("/")
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    is_address = parts.scheme in _PORTS and _HOST.fullmatch(host) and _PATH.fullmatch(path)
    if not (is_plain and is_address):
        raise OptionError(
            "--base-url is not the address of a page.",
            "Give one such as https://lab.example.org/genie3, whose path has letters, digits, -, "
            "_, . and ~.",
        )
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _PORTS[parts.scheme]):
        netloc += f":{port}"
    return f"{parts.scheme}://{netloc}{path}"


def checked_login(args: argparse.Namespace, address: str) -> Path:
    """Return the file of the login's settings, which are good.

    Parameters
    ----------
    args : argparse.Namespace
        The options.
    address : str
        As `address_of` returns it.

    Raises
    ------
    Genie3Error
        When what the login needs is not installed.
    OptionError
        When the file, or the address that people come back to, will not do.
    """
    if importlib.util.find_spec("authlib") is None:
        raise Genie3Error(
            "The login needs Authlib, which is not installed.",
            "Run `pip install -r requirements.txt` in the project's folder.",
            code="no-login",
        )
    is_reached_by_others = args.socket is not None or not is_loopback(args.host)
    if not address and is_reached_by_others:
        raise OptionError(
            "After the login, people come back to an address of this page, which is not known.",
            "Add --base-url with the address that they type.",
        )
    parts = urlsplit(address)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise OptionError(
            "With http, everyone in the network could read the cookies of people who log in.",
            "Serve the page by https behind a proxy, and give that address with --base-url.",
        )
    path: Path = args.login.expanduser().absolute()
    login.read(path, home() / "page" / "cookie-secret")
    return path


def is_shared(environment: Mapping[str, str]) -> bool:
    """Return whether other people seem to use this machine, who could open a page on localhost.

    It was logged in to from another one, several people are at work, or it belongs to a cluster.
    """
    import psutil

    if environment.get("SSH_CONNECTION") or scheduled_job():
        return True
    if any(shutil.which(program) for program in _SUBMITTERS):
        return True
    return len({user.name for user in psutil.users()}) > 1


def private_socket(path: Path) -> Path:
    """Return where the page's socket lies, in a folder that only its user may enter; it is made.

    Parameters
    ----------
    path : Path
        The socket.

    Raises
    ------
    OptionError
        When others may enter the folder, or the path is too long for a socket.
    StorageError
        When the folder cannot be made.
    """
    path = path.expanduser().absolute()
    if len(os.fsencode(path)) > _LONGEST_SOCKET:
        raise OptionError(
            f"The path {path} is too long for a socket: systems allow about "
            f"{_LONGEST_SOCKET} characters.",
            "Give a shorter --socket, such as ~/.page/page.sock.",
        )
    folder = path.parent
    with atomic_write.storage_errors(folder, resumable=False):
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
        found = folder.stat()
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise OptionError(
            f"Others may enter {folder}, and could open the page through its socket.",
            f"Give a --socket in a folder of its own, or close this one: chmod 700 {folder}",
        )
    return path
