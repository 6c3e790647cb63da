"""The default folders of data sets, runs and uploads: the home.

A server of several people has a home of its own, and each person has one below it. The page
installs a function that finds the home of the person at work; everywhere else the environment
names it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from genie3_engine.errors import Genie3Error, StorageError
from genie3_engine.jobs import filenames

VARIABLE = "GENIE3_HOME"
SERVER_VARIABLE = "GENIE3_SERVER_HOME"
REMEDY = f"Set {VARIABLE} to a folder that can be written."

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_chosen: ContextVar[Path | None] = ContextVar("home", default=None)
_may_write_for_group: ContextVar[bool] = ContextVar("may_write_for_group", default=False)
_resolvers: list[Callable[[], Path | None]] = []


def home() -> Path:
    """Return the home of data sets and runs of the person at work.

    Returns
    -------
    Path
        What `at_home` has chosen, else what the installed resolver finds, else ``$GENIE3_HOME``,
        or ``~/.genie3``.

    Raises
    ------
    StorageError
        When the user has no home folder and the variable is not set.
    Genie3Error
        The resolver's, without a login on a server that requires one.
    """
    found = _chosen.get()
    for resolver in _resolvers if found is None else ():
        found = resolver()
    return _of_environment(VARIABLE) if found is None else found


def server_home() -> Path:
    """Return the home of the server, which holds the queue, the limits and the log.

    Returns
    -------
    Path
        ``$GENIE3_SERVER_HOME``, which only processes of a server of several people have, else
        ``$GENIE3_HOME``, or ``~/.genie3``.

    Raises
    ------
    StorageError
        When the user has no home folder and neither variable is set.
    """
    return _of_environment(SERVER_VARIABLE if os.environ.get(SERVER_VARIABLE) else VARIABLE)


def is_server() -> bool:
    """Return whether this process belongs to a server, which keeps a log."""
    return bool(os.environ.get(SERVER_VARIABLE))


def is_one_of_many() -> bool:
    """Return whether the home is that of one of several people of a server."""
    return is_server() and home() != server_home()


def server_of(home_folder: Path | None = None) -> Path:
    """Return the home of the server that a home belongs to.

    Parameters
    ----------
    home_folder : Path, optional
        The home; that of the person at work by default.

    Returns
    -------
    Path
        The home itself where it is not below that of this process's server.
    """
    server = server_home()
    if home_folder is None or home_folder.parent == server / filenames.PEOPLE:
        return server
    return home_folder


def person_of(home_folder: Path | None = None) -> str:
    """Return the identifier of the person whose home a folder is.

    Parameters
    ----------
    home_folder : Path, optional
        The home; that of the person at work by default.

    Returns
    -------
    str
        Empty for the one person of a machine.
    """
    own = home_folder or home()
    return own.name if own.parent == server_of(own) / filenames.PEOPLE else ""


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Make a folder the home, in this thread, while the context lasts.

    Parameters
    ----------
    folder : Path
        The home; a thread that works for a person is given that person's.
    """
    token = _chosen.set(folder)
    try:
        yield
    finally:
        _chosen.reset(token)


def with_this_home(work: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Return a function that does its work at the home of now, in whatever thread it is called.

    Parameters
    ----------
    work : callable
        What is done.

    Raises
    ------
    Genie3Error
        When there is no home now.
    """
    folder = home()

    @wraps(work)
    def done(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        with at_home(folder):
            return work(*args, **kwargs)

    return done


@contextmanager
def writing_for_the_group() -> Iterator[None]:
    """Allow changes of the home of the group, in this thread, while the context lasts."""
    token = _may_write_for_group.set(True)
    try:
        yield
    finally:
        _may_write_for_group.reset(token)


def refuse_if_shared(path: Path) -> None:
    """Refuse to change what is looked at in the home of the group.

    Parameters
    ----------
    path : Path
        What would be written or deleted.

    Raises
    ------
    StorageError
        When it lies in the home of the group of this process's server.
    """
    root = os.environ.get(SERVER_VARIABLE)
    if not root or _may_write_for_group.get():
        return
    if path.absolute().is_relative_to(Path(root) / filenames.GROUP):
        raise StorageError(
            "This is shared with the group and can only be read.",
            "Only its owner changes it, in a home of their own.",
        )


def install_resolver(resolver: Callable[[], Path | None] | None) -> None:
    """Make a function find the home of the person at work, in this process.

    Parameters
    ----------
    resolver : callable or None
        Returns the home; None where the environment names it. It raises a `Genie3Error` where
        there must not be one. None removes the installed one.
    """
    _resolvers[:] = [] if resolver is None else [resolver]


def _of_environment(variable: str) -> Path:
    try:
        chosen = os.environ.get(variable, "")
        return Path(chosen).expanduser().absolute() if chosen else Path.home() / ".genie3"
    except RuntimeError as error:
        raise StorageError("There is no home folder for data sets and runs.", REMEDY) from error


def holds(path: Path) -> bool:
    """Return whether a path is the home or lies in it."""
    try:
        return path.absolute().is_relative_to(home())
    except Genie3Error:
        return False


def unreadable_folders(home_folder: Path | None = None) -> list[Path]:
    """Return the folders of a home that are there and cannot be read, and the home itself.

    Lists of what is in them are empty then; nothing is lost.

    Parameters
    ----------
    home_folder : Path, optional
        The home; that of the person at work by default.
    """
    root = home_folder or home()
    named = (filenames.DATA, filenames.RUNS, filenames.UPLOADS)
    return [
        folder
        for folder in (root, *(root / name for name in named))
        if os.path.lexists(folder) and not _is_readable(folder)
    ]


def _is_readable(folder: Path) -> bool:
    may_read = os.access(
        folder, os.R_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids
    )
    return may_read and os.path.isdir(folder)


def data_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the stored data sets."""
    return (home_folder or home()) / filenames.DATA


def runs_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the runs that were given no place of their own."""
    return (home_folder or home()) / filenames.RUNS


def uploads_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the files that people have sent."""
    return (home_folder or home()) / filenames.UPLOADS
