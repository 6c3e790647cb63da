"""Take pictures of every page, light and dark, for the documentation: ``make screenshots``.

A server of its own, on a home of its own, with the sample, a larger simulated network, its truth,
and a small experiment; the system's Chromium looks at it. The files are palette images of a few
tens of kilobytes each.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from genie3_engine import cli
from tests.browser.driver import FLAGS, ROOT, Server, chromium, settled

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 860
COLOURS = 128
PATIENCE_MS = 180_000
Prepare = Callable[[Page], None]


def nothing(_: Page) -> None:
    """Take the page as it opens."""


def wait_for_graph(page: Page) -> None:
    """Wait until the network is drawn."""
    expect(page.locator("[data-testid=graph][data-genes]")).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(600)


def wait_for_forecast(page: Page) -> None:
    """Wait until the pilot has said how long a run takes."""
    expect(page.get_by_text("Trying a few")).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_timeout(600)


def open_takeaway(page: Page) -> None:
    """Open what takes the network away, and look at it."""
    wait_for_graph(page)
    page.get_by_text("Take it away").click()
    page.get_by_role("tab", name="Picture").click()
    expect(page.get_by_text("Name every gene")).to_be_visible()
    page.locator(".st-key-take_png").scroll_into_view_if_needed()
    page.wait_for_timeout(600)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a page.

    Parameters
    ----------
    name : str
        The file, without ending.
    address : str
        Below the server; or a path of a file.
    prepare : callable
        What is done on the page first.
    height : int
        Of the window.
    """

    name: str
    address: str
    prepare: Prepare = nothing
    height: int = HEIGHT


@contextmanager
def home(folder: Path) -> Iterator[Path]:
    """Make a home with something in it."""
    place = folder / "home"
    os.environ["GENIE3_HOME"] = str(place)
    data = folder / "yeast-like"
    command("simulate", "--genes", "600", "--samples", "200", "--seed", "7", "--out", str(data))
    regulators = str(data / "regulators.txt")
    for name, trees in (("First look", "100"), ("Six hundred genes", "1000")):
        command(
            *("infer", str(data / "expression.tsv"), "--out", str(place / "runs" / slug(name))),
            *("--regulators", regulators, "--trees", trees, "--seed", "1"),
        )
        from genie3_engine import runs

        runs.label(place / "runs" / slug(name), name=name, tags=["simulated"])
    command(
        *("experiment", "--genes", "200", "--samples", "100", "--targets", "10,40,80"),
        *("--engines", "compiled,scikit-learn", "--threads", "1,2", "--n-jobs", "1,2"),
        *("--trees", "50"),
    )
    command(
        *("report", str(place / "runs" / slug("Six hundred genes"))),
        *("-o", str(folder / "report.html")),
    )
    yield place


def command(*argv: str) -> None:
    """Run a command of the engine."""
    if cli.main(argv) != 0:
        raise SystemExit(f"this failed: {' '.join(argv)}")


def slug(name: str) -> str:
    """Return a run's id."""
    return name.lower().replace(" ", "-")


def shots(folder: Path, gold: str, data: str) -> list[Shot]:
    """Return every page that is shown."""
    run = slug("Six hundred genes")
    return [
        Shot("home", ""),
        Shot("data", f"data?data={data}", height=1100),
        Shot("infer", f"infer?data={data}", wait_for_forecast, height=1000),
        Shot("runs", f"runs?run={run}", height=1000),
        Shot("network", f"network?run={run}", wait_for_graph, height=1000),
        Shot("takeaway", f"network?run={run}", open_takeaway, height=1400),
        Shot("accuracy", f"accuracy?run={run}&gold={gold}", height=1100),
        Shot("speedup", "speedup", height=1100),
        Shot("sagemaker", "sagemaker"),
        Shot("report", (folder / "report.html").as_uri(), wait_for_graph, height=1100),
    ]


def take(browser: Browser, server: Server, shot: Shot, *, dark: bool) -> Path:
    """Take one picture."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": shot.height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    is_file = shot.address.startswith("file:")
    page.goto(shot.address if is_file else f"{server.url}/{shot.address}")
    if not is_file:
        expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE_MS)
        settled(page)
        page.wait_for_timeout(2500)  # charts and tables draw themselves
        settled(page)
    shot.prepare(page)
    path = IMAGES / f"{shot.name}{'-dark' if dark else ''}.png"
    save(page.screenshot(), path)
    context.close()
    return path


def save(picture: bytes, path: Path) -> None:
    """Save a picture with a palette: a page has few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    small = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def main() -> None:
    """Take all pictures, or those whose names are given."""
    wanted = set(sys.argv[1:])
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, home(Path(name)) as place:
        from genie3_engine import runs

        folder = Path(name)
        with (folder / "yeast-like" / "gold.tsv").open("rb") as file:
            gold = runs.keep_upload([("known links.tsv", file)]).id
        data = next(run.spec.dataset for run in runs.history() if run.id.startswith("six"))
        server = Server(place)
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                for shot in shots(folder, gold, data):
                    for dark in (False, True) if not wanted or shot.name in wanted else ():
                        path = take(browser, server, shot, dark=dark)
                        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
