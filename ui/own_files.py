"""Guard of the files of sessions: people take and send files of their own sessions only."""

from __future__ import annotations

import os.path
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

Identity = tuple[str, str]
_MOST_NOTED = 4_096
_made: OrderedDict[str, set[str]] = OrderedDict()  # sessions of files that were made when asked for
_lock = threading.Lock()
_MEDIA, _UPLOAD = "media", "_stcore/upload_file"


class OwnFiles:
    """Lets people take files from, and send files to, sessions of their own.

    Parameters
    ----------
    application : callable
        Gets the requests that pass.
    claims_of : callable
        Returns what the provider has stated of the person who makes a request.
    path : str
        The path below which the page is served; empty for the whole host.

    Notes
    -----
    Streamlit serves a download or a picture to everyone who knows the hash of its content, and
    takes a file for every session whose identifier is known. Here the person of the request has
    to be the person of the session.
    """

    def __init__(
        self,
        application: ASGIApp,
        claims_of: Callable[[Scope], Mapping[str, Any]],
        *,
        path: str = "",
    ) -> None:
        self._application = application
        self._claims_of = claims_of
        self._media, self._upload = f"{path}/{_MEDIA}/", f"{path}/{_UPLOAD}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "http" and self._is_of_another(scope):
            answer = PlainTextResponse("Not found.", 404, {"Cache-Control": "no-store"})
            await answer(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    def _is_of_another(self, scope: Scope) -> bool:
        path: str = scope["path"]
        if path.startswith(self._media):
            owners = _owners_of_file(os.path.splitext(path.removeprefix(self._media))[0])
        elif path.startswith(self._upload):
            session = path.removeprefix(self._upload).partition("/")[0]
            owners = _owners_of_sessions({session})
        else:
            return False
        person = identity(self._claims_of(scope))
        return person is None or person not in set(owners)


def note(address: str, session: str) -> None:
    """Remember whose a file is that was made when it was asked for.

    Parameters
    ----------
    address : str
        Where it is served.
    session : str
        The session that offered it.
    """
    file = os.path.splitext(address.rpartition("/")[2])[0]
    with _lock:
        _made.setdefault(file, set()).add(session)
        _made.move_to_end(file)
        while len(_made) > _MOST_NOTED:
            _made.popitem(last=False)


def identity(claims: Mapping[str, Any]) -> Identity | None:
    """Return who a person is for the provider; None without a login."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    if claims.get("is_logged_in") is not True:
        return None
    if not (isinstance(issuer, str) and isinstance(subject, str) and issuer and subject):
        return None
    return issuer, subject


def _owners_of_file(file: str) -> Iterator[Identity]:
    from streamlit import runtime

    if not runtime.exists():
        return
    files = runtime.get_instance().media_file_mgr._files_by_session_and_coord
    holders = {session for session, held in files.copy().items() if file in held.copy().values()}
    with _lock:
        holders |= _made.get(file, set())
    yield from _owners_of_sessions(holders)


def _owners_of_sessions(sessions: set[str]) -> Iterator[Identity]:
    from streamlit import runtime

    if not runtime.exists():
        return
    manager = runtime.get_instance()._session_mgr
    for session in sessions:
        found = manager.get_session_info(session)
        owner = None if found is None else identity(found.session._user_info)
        if owner is not None:
            yield owner
