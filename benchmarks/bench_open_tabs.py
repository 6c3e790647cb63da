"""Measure what open tabs cost the server: its CPU seconds over a minute.

Each page is held open in some tabs, first with nothing at work, then with one run at work whose
progress this program writes. The tabs ask as a browser does and draw nothing, so that the machine
is left to the server.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

from benchmarks.bench_page import write_run
from benchmarks.bench_runs_page import fill
from genie3_engine.jobs.process import this_process
from genie3_engine.model import JobState, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.browser.driver import Server

SETTLING_SECONDS = 5.0
N_TARGETS = 100_000


@contextmanager
def run_at_work(home: Path, dataset: str) -> Iterator[None]:
    """Keep a run at work in the home: every half second some targets are done."""
    now = time.time()
    status = RunStatus(
        JobState.RUNNING,
        step="computing",
        targets_total=N_TARGETS,
        created=now,
        started=now,
        heartbeat=now,
        owner=this_process(),
    )
    folder = RunFolder.create(home / "runs" / "at-work", RunSpec(dataset, name="at work"), status)
    ended = threading.Event()

    def work() -> None:
        done = 0
        while not ended.wait(0.5):
            done += 7
            folder.write_status(replace(status, targets_done=done, heartbeat=time.time()))

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join()
        folder.delete()


def cpu_seconds(server: Server) -> float:
    assert server.process is not None
    times = psutil.Process(server.process.pid).cpu_times()
    return float(times.user + times.system)


class Tab:
    """A browser's side of an open page: it draws nothing, and asks as a browser does."""

    def __init__(self, socket: ClientConnection, page: str) -> None:
        self.socket = socket
        self.n_messages = self.n_bytes = 0
        self.query = ClientState(page_name=page)
        self.due: dict[str, tuple[float, float]] = {}  # seconds, and when, by fragment
        self.ask()

    def ask(self, fragment: str = "") -> None:
        """Ask for the page, or for one of its live parts."""
        state = ClientState(fragment_id=fragment, is_auto_rerun=bool(fragment))
        state.MergeFrom(self.query)
        self.socket.send(BackMsg(rerun_script=state).SerializeToString())

    def live(self, now: float) -> None:
        """Take what has come, and ask for the parts whose time it is."""
        while True:
            try:
                frame = self.socket.recv(timeout=0.001)
            except TimeoutError:
                break
            assert isinstance(frame, bytes)
            self.n_messages += 1
            self.n_bytes += len(frame)
            self.take(ForwardMsg.FromString(frame), now)
        for fragment, (seconds, at) in self.due.items():
            if now >= at:
                self.due[fragment] = (seconds, now + seconds)
                self.ask(fragment)

    def take(self, message: ForwardMsg, now: float) -> None:
        """Note which parts ask for themselves, and when."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.query.page_script_hash = message.new_session.page_script_hash
            if not message.metadata.run.fragment_ids:
                self.due = {}
        elif kind == "auto_rerun":
            seconds = message.auto_rerun.interval
            self.due[message.auto_rerun.fragment_id] = (seconds, now + seconds)


def wait_until_idle(server: Server) -> None:
    """Wait until the server has done what its start leaves to the background."""
    before = -1.0
    while (now := cpu_seconds(server)) - before > 0.05:
        before = now
        time.sleep(2)


def share_of_a_core(server: Server, page: str, *, n_tabs: int, seconds: float) -> float:
    """Return the share of a core that each of some tabs costs the server."""
    address = f"{server.url.replace('http', 'ws')}/_stcore/stream"
    protocols, origin = [Subprotocol("streamlit")], Origin(server.url)
    with ExitStack() as sockets:
        tabs = [
            Tab(
                sockets.enter_context(
                    connect(address, subprotocols=protocols, origin=origin, max_size=None)
                ),
                page,
            )
            for _ in range(n_tabs)
        ]
        keep_open(tabs, SETTLING_SECONDS)
        for tab in tabs:
            tab.n_messages = tab.n_bytes = 0
        before, began = cpu_seconds(server), time.monotonic()
        keep_open(tabs, seconds)
        share = (cpu_seconds(server) - before) / (time.monotonic() - began) / n_tabs
    n_messages = sum(tab.n_messages for tab in tabs) / n_tabs / seconds
    n_bytes = sum(tab.n_bytes for tab in tabs) / n_tabs / seconds
    print(f"  {n_messages:.2f} messages, {n_bytes:,.0f} bytes a second and tab")
    return share


def keep_open(tabs: Sequence[Tab], seconds: float) -> None:
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        for tab in tabs:
            tab.live(now)
        time.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tabs", type=int, default=12, help="open tabs")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of a measurement")
    parser.add_argument("--runs", type=int, default=20, help="runs in the home that have ended")
    parser.add_argument("--pages", nargs="+", default=["runs", "home", "network"])
    options = parser.parse_args()
    print(f"{options.tabs} tabs, {options.runs} runs; {platform.machine()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        write_run(home, "network", n_genes=500, n_regulators=100, keep=20)
        fill(home, options.runs)
        dataset = RunFolder(home / "runs" / "network").spec.dataset
        server = Server(home)
        server.start()
        try:
            wait_until_idle(server)
            for page in options.pages:
                address = "" if page == "home" else page
                how = {"n_tabs": options.tabs, "seconds": options.seconds}
                idle = share_of_a_core(server, address, **how)
                print(f"{page}, nothing at work: {100 * idle:.2f} % of a core a tab", flush=True)
                with run_at_work(home, dataset):
                    busy = share_of_a_core(server, address, **how)
                print(f"{page}, a run at work: {100 * busy:.2f} % of a core a tab", flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
