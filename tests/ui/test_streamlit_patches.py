from __future__ import annotations

import asyncio
import errno
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, DeferredFileRequestPayload
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import caching, media_file_manager, memory_media_file_storage
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequestType

from genie3_engine import people
from genie3_engine.errors import RunError
from ui import live_parts, own_files, streamlit_patches

LIVE = "a live part"


@pytest.fixture
def reached(monkeypatch):
    """Requests that reach Streamlit's own functions, which the corrections wrap."""
    reached = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _, data: reached.append(data))
    monkeypatch.setattr(AppSession, "request_rerun", lambda _, state: reached.append(state))
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    name = "_calculate_file_id"
    monkeypatch.setattr(memory_media_file_storage, name, getattr(memory_media_file_storage, name))
    name = "_handle_clear_cache_request"
    monkeypatch.setattr(AppSession, name, getattr(AppSession, name))
    for name in ("add_deferred", "execute_deferred"):
        monkeypatch.setattr(MediaFileManager, name, getattr(MediaFileManager, name))
    monkeypatch.setattr(DeferredFileHandler, "handle", DeferredFileHandler.handle)
    monkeypatch.delattr(ScriptRunner, "_is_corrected_by_genie3", raising=False)
    streamlit_patches.apply()
    streamlit_patches.apply()
    return reached


@dataclass
class Runner:
    drawn: frozenset[str] = frozenset()
    state: ScriptRequestType = ScriptRequestType.CONTINUE
    fragments: list[str] = field(default_factory=list)
    _fragment_storage: MemoryFragmentStorage = field(default_factory=MemoryFragmentStorage)

    @property
    def _requests(self):
        return SimpleNamespace(_state=self.state)

    def _get_script_run_ctx(self):
        ids = SimpleNamespace(snapshot=lambda: self.drawn)
        shared = SimpleNamespace(new_fragment_ids=ids)
        return SimpleNamespace(fragment_ids_this_run=self.fragments, shared=shared)


@pytest.mark.parametrize(
    ("requested", "expected"),
    [([], [[]]), (["old"], []), (["here"], [["here"]]), (["old", "here"], [["here"]])],
)
def test_run_script__ignores_fragments_that_no_longer_exist(reached, requested, expected):
    runner = Runner(fragments=requested)
    runner._fragment_storage.register("here", lambda: None)
    ScriptRunner._run_script(runner, RerunData(fragment_id_queue=requested))
    assert [data.fragment_id_queue for data in reached] == expected


def test_run_script__forgets_the_fragments_of_the_last_page_when_a_page_stops_early(reached):
    runner = Runner(drawn=frozenset({"new"}))
    for name in ("old", "new"):
        runner._fragment_storage.register(name, lambda: None)
    ScriptRunner._run_script(runner, RerunData())
    assert not runner._fragment_storage.contains("old")
    assert runner._fragment_storage.contains("new")


@pytest.mark.parametrize(
    "runner", [Runner(state=ScriptRequestType.STOP), Runner(fragments=["new"])]
)
def test_run_script__keeps_the_fragments_of_a_newer_run_or_of_the_same_page(reached, runner):
    for name in ("other", "new"):
        runner._fragment_storage.register(name, lambda: None)
    ScriptRunner._run_script(runner, RerunData(fragment_id_queue=runner.fragments))
    assert runner._fragment_storage.contains("other")


def test_request_rerun__waits_until_the_events_of_the_last_run_are_handled(reached):
    later = []
    session = SimpleNamespace(
        _scriptrunner=Runner(state=ScriptRequestType.STOP),
        _event_loop=SimpleNamespace(call_later=lambda _, *call: later.append(call)),
        request_rerun=lambda state: AppSession.request_rerun(session, state),
    )
    request = ClientState(fragment_id=LIVE)
    AppSession.request_rerun(session, request)
    assert reached == []
    session._scriptrunner = None
    for function, *arguments in later:
        function(*arguments)
    assert reached == [request]


@pytest.mark.parametrize("request_", [None, ClientState()])
def test_request_rerun__of_the_whole_page_never_waits(reached, request_):
    session = SimpleNamespace(_scriptrunner=Runner(state=ScriptRequestType.STOP))
    AppSession.request_rerun(session, request_)
    assert reached == [request_]


def delta(*path: int, fragment: str = "", is_block: bool = True) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = fragment
    if is_block:
        message.delta.add_block.SetInParent()
    else:
        message.delta.new_element.empty.SetInParent()
    return message


def test_clear__leaves_no_message_without_its_container(reached):
    queue = ForwardMsgQueue()
    for message in (
        delta(0, 0),
        delta(0, 1, fragment=LIVE),
        delta(0, 1, 0, fragment=LIVE, is_block=False),
        delta(0, 2),
        delta(0, 2, 0, is_block=False),
    ):
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[LIVE])
    queue.enqueue(delta(0, 1, fragment=LIVE))
    n_children: dict[tuple[int, ...], int] = {(0,): 0}
    for message in queue.flush():
        *parent, index = message.metadata.delta_path
        assert index <= n_children[tuple(parent)], "the browser has no place for this message"
        n_children[tuple(parent)] = max(n_children[tuple(parent)], index + 1)
        n_children.setdefault((*parent, index), 0)


def test_clear__drops_unsent_messages_before_the_whole_page_is_drawn(reached):
    queue = ForwardMsgQueue()
    queue.enqueue(delta(0, 0))
    queue.clear(retain_lifecycle_msgs=True)
    assert queue.flush() == []


def test_request_rerun__of_a_part_that_is_unchanged_is_left_out(reached, monkeypatch):
    has_changed = False

    def if_changed(storage, fragment, then):
        if has_changed:
            then()
        return fragment == LIVE

    monkeypatch.setattr(live_parts, "if_changed", if_changed)
    session = SimpleNamespace(
        _scriptrunner=None,
        _fragment_storage=MemoryFragmentStorage(),
        _event_loop=SimpleNamespace(call_soon_threadsafe=lambda call, *arguments: call(*arguments)),
    )
    part = ClientState(fragment_id=LIVE, is_auto_rerun=True)
    AppSession.request_rerun(session, part)
    assert reached == []
    by_click = ClientState(fragment_id=LIVE)
    other = ClientState(fragment_id="a plain fragment", is_auto_rerun=True)
    AppSession.request_rerun(session, by_click)
    AppSession.request_rerun(session, other)
    assert reached == [by_click, other]
    has_changed = True
    AppSession.request_rerun(session, part)
    assert reached[2:] == [part]


def test_calculate_file_id__is_not_guessed_and_differs_with_every_byte(reached):
    name = memory_media_file_storage._calculate_file_id
    large = bytearray(3_000_000)
    first = name(bytes(large), "text/csv", "a.csv")
    assert first == name(bytes(large), "text/csv", "a.csv")
    large[700_000] = 1  # where Streamlit's own does not look
    others = {name(bytes(large), "text/csv", "a.csv"), name(bytes(3_000_000), "text/csv", "b.csv")}
    assert first not in others
    assert len(others) == 2


def test_files__are_made_at_the_home_of_their_session(reached, monkeypatch, home, tmp_path):
    files = MediaFileManager(memory_media_file_storage.MemoryMediaFileStorage("/media"))
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "session-of-ada")
    monkeypatch.setattr(own_files, "_made", OrderedDict())
    with people.at_home(tmp_path):
        offered = files.add_deferred(lambda: str(people.home()).encode(), "text/plain", "1.2")
    address = files.execute_deferred(offered)
    name = address.rpartition("/")[2]
    assert files._storage.get_file(name).content == str(tmp_path).encode()
    assert list(own_files._made.values()) == [{"session-of-ada"}]


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device. Free some"),
        (RunError("The run is gone.", "Choose another."), "The run is gone. Choose another."),
        (None, ""),
    ],
)
def test_files__that_cannot_be_made_say_why(reached, monkeypatch, caplog, error, shown):
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "session")
    files = MediaFileManager(memory_media_file_storage.MemoryMediaFileStorage("/media"))

    def made():
        if error is not None:
            raise error
        return b"the file"

    offered = files.add_deferred(made, "text/plain", "a.txt")
    payload = DeferredFileRequestPayload(file_id=offered)
    request = BackendOperationRequest(request_id="7", deferred_file=payload)
    with ThreadPoolExecutor(1) as thread:  # browser tests leave a loop at work in this one
        work = DeferredFileHandler(lambda: files).handle(request, "session")
        answer = thread.submit(asyncio.run, work).result()
    assert answer.request_id == "7"
    assert shown in answer.error_msg
    assert bool(answer.deferred_file.url) == (error is None)
    assert not caplog.records


def test_caches__are_emptied_by_no_session(reached, monkeypatch):
    monkeypatch.setattr(caching, "cache_data", None)  # would be asked to clear
    AppSession._handle_clear_cache_request(object())
