"""Measure one server under fifty people: how long a click takes, and what the server's memory does.

Sessions use Streamlit's own protocol, so that the cores are left to the server: some look at a
network of a million links, some at runs while two are at work, some upload tables. First each
person waits between clicks, as people do; then an hour's clicks follow one another without a
pause.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import http.client
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets import Origin, Subprotocol
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.bench_page import write_run
from benchmarks.bench_runs_page import fill
from genie3_engine.jobs.locks import FolderLock
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder
from tests.browser.driver import Server

N_GENES, N_REGULATORS = 2_001, 500  # of the network: each gene has 500 links but its own
HANG_SECONDS = 120.0
N_RUNS = 40
_TRACEBACK = "Traceback (most recent call last)"


@dataclass
class Figures:
    """What was measured: seconds of answers by kind, and what went wrong."""

    answers: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, kind: str, seconds: float) -> None:
        """Add the seconds of an answer."""
        self.answers.setdefault(kind, []).append(seconds)

    def lines(self) -> Iterator[str]:
        """Yield a line of figures for each kind and for all."""
        everything = [each for seconds in self.answers.values() for each in seconds]
        for kind, seconds in [*sorted(self.answers.items()), ("all", everything)]:
            median, most = np.percentile(seconds, [50, 95])
            yield (
                f"  {kind:<22}{len(seconds):>6} answers   median {median:6.2f} s   "
                f"95 % below {most:6.2f} s   slowest {max(seconds):6.2f} s"
            )


class Person:
    """A browser's side of an open page: draws nothing, and asks as a browser does.

    Parameters
    ----------
    socket : ClientConnection
        To the server.
    page : str
        The page's address.
    query : str
        The address's query.
    figures : Figures
        Gets the seconds of each answer.
    """

    def __init__(self, socket: ClientConnection, page: str, query: str, figures: Figures) -> None:
        self.socket, self.page, self.figures = socket, page, figures
        self.query = ClientState(page_name=page, query_string=query)
        self.session = ""
        self.widgets: dict[str, tuple[str, Any, str]] = {}  # by label: kind, message, fragment
        self.states: dict[str, WidgetState] = {}
        self.due: dict[str, tuple[float, float]] = {}
        self.finished = asyncio.Event()
        self.file_urls: asyncio.Queue[Any] = asyncio.Queue()
        self.n_elements = 0

    async def listen(self) -> None:
        """Take what the server sends until the connection ends."""
        async for frame in self.socket:
            assert isinstance(frame, bytes)
            self.take(ForwardMsg.FromString(frame))

    def take(self, message: ForwardMsg) -> None:
        """Note what a message holds: widgets, live parts, faults, the end of an answer."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            self.query.page_script_hash = message.new_session.page_script_hash
            if not message.metadata.run.fragment_ids:
                self.due = {}
        elif kind == "auto_rerun":
            wait = message.auto_rerun.interval
            self.due[message.auto_rerun.fragment_id] = (wait, time.monotonic() + wait)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.n_elements += 1
            element = message.delta.new_element
            what = str(element.WhichOneof("type"))
            value = getattr(element, what)
            if what == "exception":
                self.figures.faults.append(f"{self.page}: {value.type} {value.message}")
            elif getattr(value, "id", ""):
                label = getattr(value, "label", "") or what
                self.widgets[label] = (what, value, message.delta.fragment_id)
        elif kind == "file_urls_response":
            self.file_urls.put_nowait(message.file_urls_response)
        elif kind == "script_finished":
            self.finished.set()

    async def ask(self, fragment: str = "", *, is_auto: bool = False) -> None:
        """Ask for the page or a part of it, with the values of the widgets."""
        state = ClientState(fragment_id=fragment, is_auto_rerun=is_auto)
        state.MergeFrom(self.query)
        state.widget_states.widgets.extend(self.states.values())
        await self.socket.send(BackMsg(rerun_script=state).SerializeToString())

    async def click(self, kind: str, label: str = "", state: WidgetState | None = None) -> None:
        """Change a widget, or open the page, and wait for the answer."""
        fragment = ""
        if label and state is not None:
            _, widget, fragment = self.widgets[label]
            state.id = widget.id
            self.states[widget.id] = state
        self.finished.clear()
        began = time.monotonic()
        await self.ask(fragment)
        await self.answered(kind, began)

    async def answered(self, kind: str, began: float) -> None:
        """Wait for the end of an answer, and note how long it took."""
        try:
            await asyncio.wait_for(self.finished.wait(), HANG_SECONDS)
        except TimeoutError:
            self.figures.faults.append(f"{kind}: no answer within {HANG_SECONDS:.0f} s")
        self.figures.add(kind, time.monotonic() - began)

    async def live(self) -> None:
        """Ask for the live parts when their time has come."""
        while True:
            now = time.monotonic()
            for fragment, (wait, at) in list(self.due.items()):
                if now >= at:
                    self.due[fragment] = (wait, now + wait)
                    await self.ask(fragment, is_auto=True)
            await asyncio.sleep(0.2)


async def look_at_network(person: Person, choice: random.Random) -> None:
    """Change the threshold, search a gene in the table, or favour hubs."""
    which = choice.random()
    if which < 0.5:
        slider = person.widgets["Displayed links"][1]
        state = WidgetState()
        state.string_array_value.data.append(slider.options[choice.randrange(len(slider.options))])
        await person.click("network: threshold", "Displayed links", state)
    elif which < 0.85:
        gene = f"GENE{choice.randrange(N_GENES):05d}"
        await person.click("network: search", "Search links", WidgetState(string_value=gene))
    else:
        hubs = choice.random() < 0.5
        await person.click("network: hubs", "Favour hubs", WidgetState(bool_value=hubs))


async def look_at_runs(person: Person, choice: random.Random) -> None:
    """Search a run by its name, or open the page again."""
    if choice.random() < 0.5:
        wanted = f"run {choice.randrange(N_RUNS)}"
        await person.click("runs: search", "Search runs", WidgetState(string_value=wanted))
    else:
        await person.click("runs: open")


async def upload(person: Person, choice: random.Random, *, table: bytes, url: str) -> None:
    """Upload a table, and wait until the page shows it; then clear the form by a new visit."""
    began = time.monotonic()
    request = FileURLsRequest(request_id="1", file_names=["x.csv"], session_id=person.session)
    await person.socket.send(BackMsg(file_urls_request=request).SerializeToString())
    answer = await asyncio.wait_for(person.file_urls.get(), HANG_SECONDS)
    (urls,) = answer.file_urls
    changed = b"%s\n" % table.replace(b"value", b"v%05d" % choice.randrange(100_000), 1)
    status = await asyncio.to_thread(put, f"{url}/{urls.upload_url.lstrip('/')}", changed)
    if status != http.client.NO_CONTENT:
        person.figures.faults.append(f"upload: status {status}")
    label = next(name for name in person.widgets if name.startswith("Drop a file"))
    widget = person.widgets[label][1]
    state = WidgetState(id=widget.id)
    file = state.file_uploader_state_value.uploaded_file_info.add()
    file.name, file.size, file.file_id = "x.csv", len(changed), urls.file_id
    file.file_urls.CopyFrom(urls)
    person.states[widget.id] = state
    person.finished.clear()
    await person.ask()
    await person.answered("data: upload of 20 MB", began)


def put(url: str, content: bytes) -> int:
    """Send a file as a browser does; return the status of the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=HANG_SECONDS)
    try:
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        answer.read()
        cookies = [each.split(";")[0] for each in answer.headers.get_all("Set-Cookie", [])]
        (token,) = (each.split("=", 1)[1] for each in cookies if each.startswith("_streamlit_xsrf"))
        edge = "edge-of-the-file"
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="x.csv"; filename="x.csv"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        ).encode()
        headers = {
            "Cookie": "; ".join(cookies),
            "X-Xsrftoken": token,
            "Content-Type": f"multipart/form-data; boundary={edge}",
        }
        connection.request(
            "PUT", parts.path, body + content + f"\r\n--{edge}--\r\n".encode(), headers
        )
        return connection.getresponse().status
    finally:
        connection.close()


def big_table(n_bytes: int) -> bytes:
    """Return a table of made-up values, of about some size."""
    rng = np.random.default_rng(0)
    n_samples = 200
    n_genes = n_bytes // (7 * n_samples)
    lines = ["value," + ",".join(f"s{sample:03d}" for sample in range(n_samples))]
    for gene in range(n_genes):
        values = ",".join(f"{value:.4f}" for value in rng.uniform(0, 9, n_samples))
        lines.append(f"GENE{gene:05d},{values}")
    return "\n".join(lines).encode()


@contextmanager
def runs_at_work(home: Path, n_runs: int) -> Iterator[None]:
    """Keep real runs of one thread at work in the home, each in a queue of its own."""
    rng = np.random.default_rng(1)
    table = home.parent / "at-work.csv"
    header = "gene," + ",".join(f"s{sample}" for sample in range(400))
    rows = [
        f"g{gene}," + ",".join(f"{value:.4f}" for value in rng.normal(size=400))
        for gene in range(3_000)
    ]
    table.write_text("\n".join([header, *rows]), "utf-8")
    genie3 = [sys.executable, "-m", "genie3_engine"]
    places: list[tuple[Path, dict[str, str]]] = []
    try:
        for number in range(n_runs):
            run = home / "runs" / f"at-work-{number}"
            own = {**os.environ, "GENIE3_HOME": str(home.parent / f"queue-{number}")}
            places.append((run, own))
            command = [*genie3, "submit", str(table), "--launcher", "local"]
            command += ["--out", str(run), "--trees", "10000", "--threads", "1"]
            subprocess.run(command, env=own, check=True, stdout=subprocess.DEVNULL)
        yield
        states = [RunFolder.open(run).read_status().state for run, _ in places]
        if set(states) - {JobState.RUNNING}:
            raise SystemExit(f"not at work until the end: {states}")
    finally:
        for run, own in places:
            subprocess.run([*genie3, "cancel", str(run)], env=own, check=False)
        deadline = time.monotonic() + HANG_SECONDS
        while any(FolderLock(run).is_held() for run, _ in places) and time.monotonic() < deadline:
            time.sleep(0.2)  # their folders are removed next


@dataclass
class Plan:
    """How people behave.

    Parameters
    ----------
    pause : float
        Mean seconds between a person's answer and next click.
    n_clicks : int
        Clicks of all people together, after which they go.
    clicks_a_visit : int
        After which a person closes the page and opens it again.
    """

    pause: float
    n_clicks: int
    clicks_a_visit: int = 12


async def person_at_work(
    server: Server,
    page: str,
    act: Callable[[Person, random.Random], Any],
    *,
    plan: Plan,
    figures: Figures,
    seed: int,
    query: str = "",
) -> None:
    """Visit a page again and again until everybody's clicks are made."""
    choice = random.Random(seed)
    address = f"{server.url.replace('http', 'ws')}/_stcore/stream"
    await asyncio.sleep(choice.uniform(0, plan.pause))
    while plan.n_clicks > 0:
        async with connect(
            address,
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(server.url),
            max_size=None,
            open_timeout=HANG_SECONDS,
        ) as socket:
            person = Person(socket, page, query, figures)
            background = [asyncio.create_task(person.listen()), asyncio.create_task(person.live())]
            try:
                await person.click(f"{page}: open")
                for _ in range(1 if page == "data" else plan.clicks_a_visit):
                    await asyncio.sleep(choice.expovariate(1 / plan.pause) if plan.pause else 0)
                    if plan.n_clicks <= 0:
                        break
                    plan.n_clicks -= 1
                    await act(person, choice)
                    if person.n_elements == 0:
                        figures.faults.append(f"{page}: an empty page")
            except Exception as error:  # noqa: BLE001 a person's fault is counted, others go on
                figures.faults.append(f"{page}: {type(error).__name__} {error}")
            finally:
                for task in background:
                    task.cancel()
                for task in background:
                    with suppress(asyncio.CancelledError, Exception):
                        await task


async def everybody(
    server: Server, plan: Plan, table: bytes, people: dict[str, int]
) -> tuple[Figures, list[int]]:
    """Run all people together; return the figures, and the server's memory every few seconds."""
    figures = Figures()
    memory: list[int] = []
    assert server.process is not None
    watched = psutil.Process(server.process.pid)

    async def watch() -> None:
        while True:
            memory.append(watched.memory_info().rss)
            await asyncio.sleep(2)

    async def send(person: Person, choice: random.Random) -> None:
        await upload(person, choice, table=table, url=server.url)

    acts: dict[str, tuple[Callable[[Person, random.Random], Any], str]] = {
        "network": (look_at_network, "run=network"),
        "runs": (look_at_runs, ""),
        "data": (send, ""),
    }
    watcher = asyncio.create_task(watch())
    await asyncio.gather(
        *(
            person_at_work(
                server,
                page,
                acts[page][0],
                plan=plan,
                figures=figures,
                seed=number,
                query=acts[page][1],
            )
            for page, n_people in people.items()
            for number in range(n_people)
        )
    )
    watcher.cancel()
    return figures, memory


def say(what: str, figures: Figures, memory: list[int], seconds: float) -> None:
    n_clicks = sum(len(each) for each in figures.answers.values())
    print(f"{what}: {n_clicks} answers in {seconds:.0f} s")
    for line in figures.lines():
        print(line)
    tenth = max(len(memory) // 10, 1)
    steps = [max(memory[at : at + tenth]) / 1e6 for at in range(0, len(memory), tenth)]
    print(f"  memory of the server: at most {max(memory) / 1e6:,.0f} MB; by tenths of the time:")
    print("  " + " ".join(f"{step:,.0f}" for step in steps) + " MB")
    print(f"  faults: {len(figures.faults)}")
    for fault in sorted(set(figures.faults))[:10]:
        print(f"    {fault}")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--network", type=int, default=20, help="people who look at a network")
    parser.add_argument("--runs", type=int, default=20, help="people who look at runs")
    parser.add_argument("--data", type=int, default=10, help="people who upload tables")
    parser.add_argument("--pause", type=float, default=20, help="mean seconds between clicks")
    parser.add_argument("--clicks", type=int, default=450, help="clicks with pauses")
    parser.add_argument("--more", type=int, default=6_000, help="clicks without pauses, afterwards")
    parser.add_argument("--at-work", type=int, default=2, help="real runs of one thread at work")
    parser.add_argument("--megabytes", type=int, default=20, help="size of an upload")
    options = parser.parse_args()
    people = {"network": options.network, "runs": options.runs, "data": options.data}
    print(f"{json.dumps(people)}; {platform.machine()}, {os.cpu_count()} cores")
    table = big_table(options.megabytes * 1_000_000)
    print(f"an upload: {len(table) / 1e6:.1f} MB, {len(gzip.compress(table, 1)) / 1e6:.1f} gzipped")
    n_faults = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        write_run(home, "network", n_genes=N_GENES, n_regulators=N_REGULATORS, keep=N_REGULATORS)
        fill(home, N_RUNS)
        server = Server(home)
        server.start()
        try:
            with runs_at_work(home, options.at_work):
                for what, pause, n_clicks in (
                    (
                        f"with {options.pause:.0f} s between a person's clicks",
                        options.pause,
                        options.clicks,
                    ),
                    ("without a pause", 0.0, options.more),
                ):
                    if not n_clicks:
                        continue
                    began = time.monotonic()
                    plan = Plan(pause, n_clicks)
                    figures, memory = asyncio.run(everybody(server, plan, table, people))
                    say(what, figures, memory, time.monotonic() - began)
                    n_faults += len(figures.faults)
            log = server.log.read_text("utf-8", "replace")
            n_tracebacks = log.count(_TRACEBACK)
            print(f"tracebacks in the server's log: {n_tracebacks}")
            for at in [each.start() for each in re.finditer(re.escape(_TRACEBACK), log)][:5]:
                print(log[max(0, at - 300) : at + 4_000])
        finally:
            server.stop()
    return 1 if n_faults or n_tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
