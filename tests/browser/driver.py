"""The page's server and a real browser to look at it, for tests."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.waiting import HANG_MILLISECONDS, HANG_SECONDS, growing_patience, wait_until

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "axe" / "axe.min.js"
VIOLATIONS = """rules => axe.run(document, rules.length ? { runOnly: rules } : {}).then(found =>
    found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target} ${html}`)))"""
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
# One process draws all pages, and keeps what it has compiled: a page loads in half the time.
ONE_RENDERER = ["--disable-site-isolation-trials", "--renderer-process-limit=1"]
expect.set_options(timeout=HANG_MILLISECONDS)


def chromium() -> str:
    """Return the system's Chromium; its absence is a failure, since `make test` installs one."""
    candidates = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, candidates)), None)
    assert found, "No Chromium on this machine: `make test` installs one, or set $CHROMIUM."
    return found


class Server:
    """The page's server, which a test may stop and start again on the same port and home."""

    def __init__(
        self,
        home: Path,
        *,
        script: Path | None = None,
        forecast: str = "off",
        options: Sequence[str] = (),
        path: str = "",
    ) -> None:
        self.home = home
        self.script = script
        self.options = options
        self.forecast = forecast
        self.log = home.parent / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}{path}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name != "PYTEST_CURRENT_TEST" and not name.startswith("STREAMLIT_")
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self._program()],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={
                    **environment,
                    "GENIE3_HOME": str(self.home),
                    "GENIE3_WARM_UP": "off",
                    "GENIE3_FORECAST": self.forecast,
                    "PYTHONPATH": str(ROOT),
                },
            )
        self._await_health()

    def _program(self) -> list[str]:
        if self.script is not None:
            return ["streamlit", "run", str(self.script), f"--server.port={self.port}"]
        return ["genie3_engine", "app", f"--port={self.port}", *(self.options or ["--no-token"])]

    def _await_health(self) -> None:
        wait_until(self._is_healthy, shown=self.log.read_text)

    def _is_healthy(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the server ended:\n{self.log.read_text()}"
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=HANG_SECONDS) as answer,
        ):
            assert answer.read() == b"ok"
            return True
        return False

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(HANG_SECONDS)
        finally:
            self.process.kill()
        self.process = None


def is_disconnection(text: str) -> bool:
    """Tell whether a complaint is about a server that was stopped or a page that was left."""
    signs = (
        "net::ERR_CONNECTION_",
        "net::ERR_EMPTY_RESPONSE",
        "net::ERR_INCOMPLETE_CHUNKED_ENCODING",
        "WebSocket connection to",
        "when disconnected from server",
        "reaching server endpoint",
        "Is Streamlit still running",
        "already in CLOSING or CLOSED state",
        "Failed to fetch dynamically imported module",
    )
    return any(sign in text for sign in signs)


def appears(locator: Locator, *, within: float) -> bool:
    """Return whether something is seen within some milliseconds."""
    try:
        locator.wait_for(timeout=within)
    except PlaywrightTimeoutError:
        return False
    return True


def settled(page: Page) -> None:
    """Wait until the script has run; after a click, wait for what is to be seen instead."""
    page.wait_for_selector(SETTLED)


RECEIVED = """() => {
    window.received = false;
    const note = event => { window.received = event.target.closest("button") !== null; };
    document.addEventListener("click", note, { capture: true, once: true });
}"""


def press(page: Page, button: Locator, seen: Locator) -> None:
    """Press a button that starts something: again only when the page has not received it."""
    for _ in growing_patience():
        settled(page)
        page.evaluate(RECEIVED)
        button.click()
        if page.evaluate("window.received"):
            break
    expect(seen).to_be_visible()


def attempts(page: Page, seen: Locator) -> Iterator[float]:
    """Yield the milliseconds for an act on the page, again and again until its effect is seen.

    While a page moves, a click may miss. What has come late is not tried again: a second click
    unticks a row of a table and closes a popover.
    """
    for number, milliseconds in enumerate(growing_patience()):
        settled(page)
        if number > 0 and seen.is_visible():
            return
        yield milliseconds
        if appears(seen, within=milliseconds):
            return
    expect(seen).to_be_visible()


def click_until(page: Page, control: Locator, seen: Locator) -> None:
    """Click a control until the effect is seen; see `press`."""
    for milliseconds in attempts(page, seen):
        with contextlib.suppress(PlaywrightTimeoutError):  # it may be gone after a late effect
            control.click(timeout=milliseconds)


def click_at(page: Page, table: Locator, seen: Locator, *, across: float, row: int = 0) -> None:
    """Click at a place of a row of a table until the effect is seen.

    The table is a canvas: nothing tells when a new one has begun to listen to the mouse.
    """
    for _ in attempts(page, seen):
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + across, box["y"] + 35 * (row + 1) + 17)


def open_until(page: Page, control: Locator, seen: Locator) -> None:
    """Open an expander until its content is seen; one that is open already is not clicked.

    A second click closes an expander, so that what was seen for a moment would be gone.
    """
    expander = control.locator("xpath=ancestor::details[1]")
    for milliseconds in attempts(page, seen):
        with contextlib.suppress(PlaywrightTimeoutError):
            if not expander.evaluate("details => details.open", timeout=milliseconds):
                control.click(timeout=milliseconds)


def fill_until(page: Page, field: Locator, value: str, seen: Locator) -> None:
    """Fill a field in until the effect is seen: a page drawn anew may undo it."""
    for milliseconds in attempts(page, seen):
        with contextlib.suppress(PlaywrightTimeoutError):
            field.fill(value, timeout=milliseconds)
            field.press("Enter", timeout=milliseconds)


def enter_number(page: Page, key: str, value: int) -> None:
    """Enter a number in a widget until it stays."""
    field = page.locator(f".st-key-{key} input")
    for _ in growing_patience():
        field.fill(str(value))
        field.press("Enter")
        settled(page)
        if field.input_value() == str(value):
            return
    expect(field).to_have_value(str(value))


def to_infer(page: Page) -> None:
    """Go to the settings by the menu, past the candidate regulators."""
    there = page.get_by_role("heading", name="Infer", exact=True)
    click_until(page, page.get_by_role("link", name="Infer", exact=True), there)


def downloaded(page: Page, button: Locator) -> Download:
    """Press a button until a file comes."""
    for milliseconds in growing_patience():
        settled(page)
        with (
            contextlib.suppress(PlaywrightTimeoutError),
            page.expect_download(timeout=milliseconds) as waiting,
        ):
            button.click(timeout=milliseconds)
            return waiting.value
    raise AssertionError("no file came")


def choose_option(page: Page, menu: Locator, option: str | re.Pattern[str]) -> None:
    """Choose an option of a menu, which a redrawn page may close."""
    item = page.get_by_role("option", name=option, exact=True)
    for milliseconds in growing_patience():
        settled(page)
        with contextlib.suppress(PlaywrightTimeoutError):
            menu.click(timeout=milliseconds)
            item.click(timeout=milliseconds)
            settled(page)
            return
    expect(item).to_be_visible()


def no_traceback(page: Page) -> None:
    expect(page.locator('[data-testid="stException"]')).to_have_count(0)


def accessible(page: Page, *rules: str) -> None:
    """Wait until axe-core finds nothing serious or critical on a page, by all or some rules."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))

    def violations() -> list[str]:
        found: list[str] = page.evaluate(VIOLATIONS, list(rules))
        return found

    wait_until(lambda: not violations(), shown=violations)  # what is drawn anew fades in


def graph(page: Page) -> Locator:
    """Return the graph once it is drawn."""
    drawn = page.locator("[data-testid=graph][data-genes]")
    expect(drawn).to_be_visible()
    return drawn


def click_gene(page: Page, name: str) -> None:
    """Click on a gene in the graph."""
    page.mouse.click(*point_at(page, name))


def point_at(page: Page, *names: str) -> tuple[float, float]:
    """Point at a gene, or at the middle of a link of two, until its tip is shown; return where."""
    drawn = graph(page)
    drawn.scroll_into_view_if_needed()
    tip = page.locator(".graph-tip.is-shown")
    for milliseconds in growing_patience():  # a graph that is drawn anew moves its genes
        ends = [drawn.evaluate("(box, name) => box.placeOf(name)", name) for name in names]
        x, y = (sum(end[axis] for end in ends) / len(ends) for axis in "xy")
        page.mouse.move(x - 3, y)
        page.mouse.move(x, y)
        if appears(tip, within=milliseconds):
            break
    expect(tip).to_be_visible()
    return x, y
