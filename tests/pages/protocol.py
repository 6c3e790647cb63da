"""A session of the page by Streamlit's own protocol, as anyone can write one."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from websockets import Origin, Subprotocol
from websockets.sync.client import connect

from tests.waiting import HANG_SECONDS

COOKIE = "_streamlit_user"
XSRF = generate_xsrf_token_string()  # of no session: a browser's own, which the page repeats


def login_cookie(claims: Mapping[str, Any], secret: str, *, origin: str) -> str:
    """Return the cookie of a person who has logged in; a forger lacks the secret."""
    parts = urlsplit(origin)
    found = {"origin": f"{parts.scheme}://{parts.netloc}", "is_logged_in": True, **claims}
    signed = create_signed_value(secret, COOKIE, json.dumps(found)).decode()
    return f"_streamlit_xsrf={XSRF}; {COOKIE}={signed}"


class Session:
    """An open page.

    Parameters
    ----------
    url : str
        The server's address.
    cookie : str
        What the browser sends; empty for none.
    origin : str
        The site that opens the page; the server itself by default.
    takes_over : str
        Identifier of a session that is asked for; empty for a new one.
    """

    def __init__(
        self, url: str, cookie: str = "", *, origin: str = "", takes_over: str = ""
    ) -> None:
        parts = urlsplit(url)
        protocols = ["streamlit", XSRF, *([takes_over] if takes_over else [])]
        self._connection = connect(
            f"ws://{parts.netloc}{parts.path}/_stcore/stream",
            subprotocols=[Subprotocol(each) for each in protocols],
            origin=Origin(origin or f"{parts.scheme}://{parts.netloc}"),
            additional_headers={"Cookie": cookie} if cookie else None,
            max_size=None,
            open_timeout=HANG_SECONDS,
        )
        self.id = ""
        self.files: list[str] = []

    def __enter__(self) -> Session:
        self._socket = self._connection.__enter__()
        return self

    def __exit__(self, *_: Any) -> None:
        self._connection.__exit__(*_)

    def download(self, file: str) -> str:
        """Ask for a file that is made when it is asked for; return its address, or none."""
        request = BackendOperationRequest(
            request_id="1", session_id=self.id, deferred_file={"file_id": file}
        )
        self._socket.send(BackMsg(backend_operation_request=request).SerializeToString())
        while True:
            message = ForwardMsg.FromString(self._socket.recv(timeout=HANG_SECONDS))
            if message.WhichOneof("type") == "backend_operation_response":
                return message.backend_operation_response.deferred_file.url

    def ask(self, page: str, **query: str) -> bytes:
        """Ask for a page; return all that the server sends until the script has run."""
        state = ClientState(page_name=page, query_string=urlencode(query))
        self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        found = []
        until = time.monotonic() + HANG_SECONDS
        while True:
            frame = self._socket.recv(timeout=until - time.monotonic())
            assert isinstance(frame, bytes)
            found.append(frame)
            message = ForwardMsg.FromString(frame)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.id = message.new_session.initialize.session_id or self.id
            elif kind == "delta":
                button = message.delta.new_element.download_button
                self.files += [button.deferred_file_id] if button.deferred_file_id else []
            elif kind == "script_finished" and message.script_finished in (0, 1):
                return b"".join(found)
