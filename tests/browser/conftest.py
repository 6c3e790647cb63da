"""Servers and browser windows of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Request,
    sync_playwright,
)

from tests.browser.driver import FLAGS, ONE_RENDERER, Server, chromium, is_disconnection
from tests.waiting import HANG_MILLISECONDS


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS + ONE_RENDERER, timeout=HANG_MILLISECONDS
        )
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
def forecasting(tmp_path: Path) -> Iterator[Server]:
    """A server with an empty home that makes forecasts by itself."""
    server = Server(tmp_path / "home", forecast="on")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of all tests that may find the runs of others in its home."""
    server = Server(tmp_path_factory.mktemp("server") / "home")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Page]:
    """The browser window of all tests: a new one for each would load everything again."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(HANG_MILLISECONDS)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """The browser window; the test fails on a console error or a request to another host."""
    page = window
    page.set_viewport_size({"width": 1400, "height": 900})
    page.emulate_media(color_scheme="light")
    strangers: list[str] = []
    complaints: list[str] = []

    def note_request(request: Request) -> None:
        own = ("http://localhost:", "ws://localhost:", "data:", "blob:", "file:")
        if not request.url.startswith(own):
            strangers.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error" and not is_disconnection(message.text):
            complaints.append(f"{message.text} ({message.location['url']})")

    def note_error(error: Error) -> None:
        if not is_disconnection(str(error)):
            complaints.append(str(error))

    def refuse(dialog: Dialog) -> None:
        complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    noted: dict[Any, Any] = {
        "dialog": refuse,
        "request": note_request,
        "console": note_message,
        "pageerror": note_error,
    }
    for event, note in noted.items():
        page.on(event, note)
    yield page
    page.context.set_offline(False)
    page.goto("about:blank")  # its session ends, and nothing of it is left for the next test
    for event, note in noted.items():
        page.remove_listener(event, note)
    assert strangers == []
    assert complaints == []
