"""How is a real browser driven against a real server?"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SERVER_STARTS_WITHIN_SECONDS = 60
SETTLED = (
    '[data-testid="stApp"][data-test-script-state="notRunning"]'
    '[data-test-connection-state="CONNECTED"]'
)
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)


def chromium() -> str:
    """Return the system's Chromium; its absence is a failure, since `make test` installs one."""
    candidates = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, candidates)), None)
    assert found, "No Chromium on this machine: `make test` installs one, or set $CHROMIUM."
    return found


class Server:
    """The page's server, which a test may stop and start again on the same port and home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.parent / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name != "PYTEST_CURRENT_TEST" and not name.startswith("STREAMLIT_")
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**environment, "GENIE3_HOME": str(self.home)},
            )
        self._await_health()

    def _await_health(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + SERVER_STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended:\n{self.log.read_text()}"
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer,
            ):
                assert answer.read() == b"ok"
                return
            time.sleep(0.1)
        raise AssertionError(f"the server does not answer:\n{self.log.read_text()}")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[Server]:
    """A server with an empty home that has answered nobody yet."""
    server = Server(tmp_path / "home")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser window; the test fails on a console error or a request to another host."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, reduced_motion="reduce", color_scheme="light"
    )
    page = context.new_page()
    strangers: list[str] = []
    complaints: list[str] = []

    def note_request(request: Request) -> None:
        own = ("http://localhost:", "ws://localhost:", "data:", "blob:")
        if not request.url.startswith(own):
            strangers.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error" and not is_disconnection(message.text):
            complaints.append(message.text)

    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert strangers == []
    assert complaints == []


def is_disconnection(text: str) -> bool:
    """Tell whether a complaint is about the server that a test has stopped."""
    return "ERR_CONNECTION_REFUSED" in text


def settled(page: Page) -> None:
    """Wait until the script has run; after a click, wait for what is to be seen instead."""
    page.wait_for_selector(SETTLED)


def no_traceback(page: Page) -> None:
    expect(page.locator('[data-testid="stException"]')).to_have_count(0)
