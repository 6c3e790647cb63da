"""Corrections of Streamlit 1.67: of live parts of a page, and of the addresses of files.

A live part (a fragment with ``run_every``) asks for itself again every few seconds. On a busy
machine such a request meets a run of the whole page that has not quite ended, or a page that was
left meanwhile. The browser then receives parts of the page without the containers that hold them
and fails with "Bad delta path index" or "Cannot set a node at a delta path".
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
from streamlit.runtime import memory_media_file_storage
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequestType

from genie3_engine import people
from genie3_engine.errors import Genie3Error
from ui import live_parts, own_files, places

_RETRY_SECONDS = 0.01
_MARK = "_is_corrected_by_genie3"


def apply() -> None:
    """Correct Streamlit for every session of this server; further calls do nothing."""
    if hasattr(ScriptRunner, _MARK):
        return
    setattr(ScriptRunner, _MARK, True)
    _ignore_stale_fragments()
    _wait_for_the_end_of_a_run()
    _keep_unsent_messages()
    _leave_out_unchanged_parts()
    _give_files_addresses_that_are_not_guessed()
    _make_files_for_their_session()
    _keep_the_caches_of_others()
    _show_why_a_file_was_not_made()


def _ignore_stale_fragments() -> None:
    """Ignore requests for fragments of a page that was left.

    A request for the old page's fragment would draw it into the new page. Streamlit forgets the
    old fragments when a page has run to its end, but not when the page ended with ``st.stop``.
    """
    run_script = ScriptRunner._run_script

    @wraps(run_script)
    def _run_script(self: ScriptRunner, rerun_data: RerunData) -> None:
        requested = rerun_data.fragment_id_queue
        existing = [each for each in requested if self._fragment_storage.contains(each)]
        if requested and not existing:
            return
        if len(existing) < len(requested):
            rerun_data = replace(rerun_data, fragment_id_queue=existing)
        run_script(self, rerun_data)
        context = self._get_script_run_ctx()
        is_replaced = self._requests._state is ScriptRequestType.STOP  # by a newer runner
        if not context.fragment_ids_this_run and not is_replaced:
            drawn = context.shared.new_fragment_ids.snapshot()
            self._fragment_storage.clear(new_fragment_ids=drawn)

    ScriptRunner._run_script = _run_script  # type: ignore[method-assign]


def _wait_for_the_end_of_a_run() -> None:
    """Run a fragment only when all messages of the run before it are on their way.

    Streamlit starts another runner when the last one has ended, and drops what the last one has
    sent but the event loop has not yet handled: the end of the page, under load.
    """
    request_rerun = AppSession.request_rerun

    @wraps(request_rerun)
    def _request_rerun(self: AppSession, client_state: ClientState | None) -> None:
        runner = self._scriptrunner
        has_ended = runner is not None and runner._requests._state is ScriptRequestType.STOP
        if client_state is not None and client_state.fragment_id and has_ended:
            self._event_loop.call_later(_RETRY_SECONDS, self.request_rerun, client_state)
            return
        request_rerun(self, client_state)

    AppSession.request_rerun = _request_rerun  # type: ignore[method-assign]


def _keep_unsent_messages() -> None:
    """Send all messages of a run before those of a fragment that is drawn after it.

    Streamlit drops the fragment's unsent messages, since it is drawn again, but sends what comes
    after them in the page, for which the browser then has no place.
    """
    clear = ForwardMsgQueue.clear

    @wraps(clear)
    def _clear(
        self: ForwardMsgQueue,
        retain_lifecycle_msgs: bool = False,
        fragment_ids_this_run: list[str] | None = None,
        **more: Any,  # noqa: ANN401 -- Streamlit's own
    ) -> None:
        if retain_lifecycle_msgs and fragment_ids_this_run:
            self._delta_index_map = {}  # what is drawn again stays behind what is there
            return
        clear(self, retain_lifecycle_msgs, fragment_ids_this_run, **more)

    ForwardMsgQueue.clear = _clear  # type: ignore[method-assign]


def _leave_out_unchanged_parts() -> None:
    """Run a live part that asks for itself only when what it shows has changed."""
    request_rerun = AppSession.request_rerun

    @wraps(request_rerun)
    def _request_rerun(self: AppSession, client_state: ClientState | None) -> None:
        if client_state is None or not client_state.is_auto_rerun:
            request_rerun(self, client_state)
            return

        def run() -> None:
            self._event_loop.call_soon_threadsafe(request_rerun, self, client_state)

        if not live_parts.if_changed(self._fragment_storage, client_state.fragment_id, run):
            request_rerun(self, client_state)

    AppSession.request_rerun = _request_rerun  # type: ignore[method-assign]


def _give_files_addresses_that_are_not_guessed() -> None:
    """Give each file that the page offers an address that only its sessions know.

    Streamlit's addresses are hashes of the content, so that whoever has a file could ask whether
    another person has it, too; those of large files leave parts of it out, so that two files could
    have one address.
    """
    key = secrets.token_bytes(32)

    def _calculate_file_id(data: bytes, mimetype: str, filename: str | None = None) -> str:
        names = json.dumps([mimetype, filename]).encode()
        about = hashlib.blake2b(names, key=key, digest_size=32).digest()
        return hashlib.blake2b(data, key=about, digest_size=28).hexdigest()

    memory_media_file_storage._calculate_file_id = _calculate_file_id


def _make_files_for_their_session() -> None:
    """Make a file, when it is asked for, at the home of its session, and note whose it is.

    Streamlit makes it in a thread that knows no session, and gives it to whoever asks.
    """
    add, execute = MediaFileManager.add_deferred, MediaFileManager.execute_deferred

    @wraps(add)
    def _add_deferred(
        self: MediaFileManager,
        data_callable: Callable[[], Any],
        *args: Any,  # noqa: ANN401 -- Streamlit's own
        **more: Any,  # noqa: ANN401 -- Streamlit's own
    ) -> str:
        return add(self, people.with_this_home(data_callable), *args, **more)

    @wraps(execute)
    def _execute_deferred(self: MediaFileManager, file_id: str) -> str:
        offered = self._deferred_callables.get(file_id)
        address = execute(self, file_id)
        if offered is not None:
            own_files.note(address, offered["session_id"])
        return address

    MediaFileManager.add_deferred = _add_deferred  # type: ignore[method-assign]
    MediaFileManager.execute_deferred = _execute_deferred  # type: ignore[method-assign]


def _show_why_a_file_was_not_made() -> None:
    """Show the reason next to the button, when a file that was asked for could not be made.

    Streamlit shows one sentence for all reasons, and writes a traceback to the log.
    """
    handle = DeferredFileHandler.handle

    @wraps(handle)
    async def _handle(
        self: DeferredFileHandler, request: BackendOperationRequest, session_id: str
    ) -> BackendOperationResponse:
        files, reasons = self._get_media_file_mgr(), list[str]()

        class Files:
            @staticmethod
            def execute_deferred(file_id: str) -> str:
                try:
                    return files.execute_deferred(file_id)
                except MediaFileStorageError as error:
                    if not isinstance(error.__cause__, (Genie3Error, OSError)):
                        raise
                    reasons.append(_reason(error.__cause__))
                    return ""

        answer = await handle(DeferredFileHandler(Files), request, session_id)  # type: ignore[arg-type]
        if reasons:
            return BackendOperationResponse(request_id=request.request_id, error_msg=reasons[0])
        return answer

    DeferredFileHandler.handle = _handle  # type: ignore[method-assign]


def _reason(error: Genie3Error | OSError) -> str:
    if isinstance(error, Genie3Error):
        return places.from_home(f"{error.message} {error.remedy}".strip())
    return (
        f"The file could not be written: {error.strerror or error}. Free some space on the "
        "server's disk and try again."
    )


def _keep_the_caches_of_others() -> None:
    """Ignore requests to empty the caches, which Streamlit empties for all whoever asks.

    No page asks for it; on a server with login a session without one could slow everyone down.
    """
    AppSession._handle_clear_cache_request = lambda self: None  # type: ignore[method-assign]
