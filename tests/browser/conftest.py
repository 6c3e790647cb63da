"""Servers and browser windows of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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

from tests.browser.driver import FLAGS, Server, chromium, is_disconnection
from tests.waiting import HANG_MILLISECONDS


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS, timeout=HANG_MILLISECONDS
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that the tests of a module share; its home is empty at first."""
    server = Server(tmp_path_factory.mktemp("server") / "home")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser window; the test fails on a console error or a request to another host."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, reduced_motion="reduce", color_scheme="light"
    )
    context.set_default_timeout(HANG_MILLISECONDS)
    page = context.new_page()
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

    page.on("dialog", refuse)
    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", note_error)
    yield page
    context.close()
    assert strangers == []
    assert complaints == []
