"""Tests of the guard of the files of sessions."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from tests.ui.asgi import asked
from ui.own_files import OwnFiles, identity

PASSED = [{"type": "passed"}]


def claims(subject, **more):
    return {"is_logged_in": True, "iss": "https://login.example.org", "sub": subject, **more}


@pytest.fixture
def get(monkeypatch):
    """Return a function that asks as a person, where Ada has a session and a file."""
    sessions = {"session-of-ada": claims("ada"), "session-of-nobody": {}}
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    files._files_by_session_and_coord["session-of-ada"]["1.2"] = "filehash"
    files._files_by_session_and_coord["session-of-nobody"]["1.2"] = "otherhash"

    def session_info(name):
        found = sessions.get(name)
        if found is None:
            return None
        return SimpleNamespace(session=SimpleNamespace(_user_info=found))

    server = SimpleNamespace(
        media_file_mgr=files, _session_mgr=SimpleNamespace(get_session_info=session_info)
    )
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: server)

    async def page(scope, receive, send):
        await send({"type": "passed"})

    def get(path, person, *, kind="http"):
        guard = OwnFiles(page, lambda _: person, path="/lab")
        return asked(guard, kind, path=path, method="GET")

    return get


@pytest.mark.parametrize(
    "path", ["/lab/media/filehash.png", "/lab/_stcore/upload_file/session-of-ada/file"]
)
def test_own_files__are_for_the_person_of_the_session(get, path):
    assert get(path, claims("ada")) == PASSED
    for other in (claims("grace"), {}, claims("ada", is_logged_in=False), claims("ada", iss="x")):
        assert get(path, other)[0]["status"] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/lab/media/unknown.png",
        "/lab/media/",
        "/lab/media/x/filehash.png",
        "/lab/media/otherhash.png",
        "/lab/_stcore/upload_file/session-of-nobody/file",
        "/lab/_stcore/upload_file/unknown/file",
        "/lab/_stcore/upload_file/",
    ],
)
def test_own_files__of_no_session_are_for_no_one(get, path):
    assert get(path, claims("ada"))[0]["status"] == 404


@pytest.mark.parametrize("path", ["/lab/", "/lab/mediation", "/media/filehash.png", "/lab/runs"])
def test_own_files__pass_other_addresses_on(get, path):
    assert get(path, {}) == PASSED


def test_own_files__pass_sockets_on(get):
    assert get("/lab/media/filehash.png", {}, kind="websocket") == PASSED


@pytest.mark.parametrize("given", [{}, {"iss": "a"}, claims(""), claims(None), claims(3)])
def test_identity__takes_a_whole_login(given):
    assert identity(given) is None
    assert identity(claims("ada")) == ("https://login.example.org", "ada")
