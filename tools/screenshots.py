"""Take pictures of every page, light and dark, for the documentation: ``make screenshots``.

The pictures come from a separate server and home with a simulated network, its true links, a small
experiment and the tutorial's practice table. The files are palette images of a few tens of
kilobytes each. The tutorial's pictures are taken in light colours only.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from genie3_engine import cli
from genie3_engine.differential import comparisons_folder
from genie3_engine.jobs.user_directory import runs_folder
from tests.browser.driver import FLAGS, ROOT, Server, chromium, settled

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 860
COLOURS = 128
TUTORIAL = "tutorial-"
Prepare = Callable[[Page], None]


def nothing(_: Page) -> None:
    """Take the page as it opens."""


def wait_for_graph(page: Page) -> None:
    """Wait until the network is drawn."""
    expect(page.locator("[data-testid=graph][data-genes]")).to_be_visible()
    page.wait_for_timeout(600)


def wait_for_forecast(page: Page) -> None:
    """Wait until the forecast of a run is shown."""
    expect(page.get_by_role("button", name="Measure again")).to_be_visible()
    page.wait_for_timeout(600)


def open_export(page: Page) -> None:
    """Open the export of the network at its picture."""
    wait_for_graph(page)
    page.locator(".st-key-export summary").first.click()
    page.get_by_role("tab", name="Picture").click()
    png = page.locator(".st-key-take_png")
    expect(png).to_be_visible()
    png.scroll_into_view_if_needed()
    page.wait_for_timeout(600)


def show_gene_sets(table: Path) -> Prepare:
    """Upload a table as gene sets, once, and wait for those that are enriched."""

    def prepare(page: Page) -> None:
        wait_for_graph(page)
        page.get_by_text("Gene sets: what do these genes do?").click()
        panel = page.locator(".st-key-gene_sets")
        kept, uploader = panel.locator(".st-key-sets_edit"), panel.get_by_test_id("stFileUploader")
        expect(kept.or_(uploader).first).to_be_visible()
        if not kept.count():
            uploader.locator("input").set_input_files(table)
        expect(panel.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        settled(page)
        page.wait_for_timeout(2500)

    return prepare


def present(page: Page) -> None:
    """Save three views of the network, once, and open the presentation at the second."""
    wait_for_graph(page)
    if not page.locator(".st-key-view_choice").count():
        hub = page.locator("[data-testid=graph]").get_attribute("data-largest") or ""
        run = page.url.partition("&")[0]
        for name, caption, query in (
            ("The strongest links", "Regulators, and what each of them reaches.", ""),
            ("The largest hub", f"{hub}, its targets and its regulators.", f"&gene={hub}"),
            (
                "Two for each target",
                "Each gene with its two likeliest regulators.",
                "&cut=target:2",
            ),
        ):
            page.goto(f"{run}{query}")
            wait_for_graph(page)
            settled(page)
            page.get_by_role("button", name="Save view").click()
            page.get_by_label("Name", exact=True).fill(name)
            page.get_by_label("Caption").fill(caption)
            page.get_by_role("button", name="Save", exact=True).click()
            expect(page.locator(".st-key-view_choice", has_text=name)).to_be_visible()
            settled(page)
    page.get_by_role("button", name="Present", exact=True).click()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)


def wait_for_timeline(page: Page) -> None:
    """Wait until the timelines of two configurations are drawn, and the chart above them."""
    expect(page.locator(".st-key-chart_timeline .js-plotly-plot .main-svg").first).to_be_visible()
    wait_for_chart(page)


def wait_for_chart(page: Page) -> None:
    """Wait until the chart of the timings is drawn."""
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    settled(page)
    page.wait_for_timeout(600)


def upload(table: Path) -> Prepare:
    """Upload a table, and wait for its findings."""

    def prepare(page: Page) -> None:
        page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(table)
        expect(page.locator(".st-key-findings")).to_be_visible()
        settled(page)
        page.wait_for_timeout(2500)

    return prepare


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
    element : str
        Selector of the part of the page to take; the whole window by default.
    """

    name: str
    address: str
    prepare: Prepare = nothing
    height: int = HEIGHT
    element: str = ""


def show_pages(folder: Path) -> tuple[str, Path]:
    """Compute what the pages show; return the run and its true links."""
    from genie3_engine import runs

    data = folder / "yeast-like"
    command("simulate", "--genes", "600", "--samples", "200", "--seed", "7", "--out", str(data))
    for name, options in (
        ("First look", ("--trees", "100")),
        ("Boosting", ("--method", "GRNBoost2")),
        ("Six hundred genes", ("--trees", "1000")),
    ):
        infer(data, "expression.tsv", run=slug(name), options=options)
        runs.label(runs_folder() / slug(name), name=name, tags=["simulated"])
    command(
        *("experiment", "--genes", "200", "--samples", "100", "--targets", "10,40,80"),
        *("--engines", "compiled,scikit-learn", "--threads", "1,2", "--n-jobs", "1,2"),
        *("--trees", "50"),
    )
    compare_conditions(folder)
    run = slug("Six hundred genes")
    command("report", str(runs_folder() / run), "-o", str(folder / "report.html"))
    return run, data / "gold.tsv"


def compare_conditions(folder: Path) -> None:
    """Compare two conditions, the samples of two simulated networks of the same genes."""
    files = []
    for name, seed in (("control", "7"), ("treated", "8")):
        data = folder / name
        command("simulate", "--genes", "60", "--samples", "80", "--seed", seed, "--out", str(data))
        files.append(folder / f"{name}.tsv")
        (data / "expression.tsv").rename(files[-1])
    command(
        *("compare", str(files[0]), "--join", str(files[1]), "--column", "file"),
        *("--regulators", str(folder / "control" / "regulators.txt")),
        *("--trees", "50", "--permutations", "20", "--more", "0"),
        *("--out", str(comparisons_folder() / "conditions")),
    )


def show_tutorial(folder: Path) -> tuple[str, Path]:
    """Compute the network of the tutorial's practice table; return the run and its true links."""
    data = folder / "practice"
    command("simulate", "--genes", "200", "--samples", "80", "--seed", "4", "--out", str(data))
    rows = (data / "expression.tsv").read_text().splitlines(keepends=True)
    rows[6] = rows[6].rpartition("\t")[0] + "\t\n"  # one value is missing
    (data / "my-data.tsv").write_text("".join(rows))
    infer(data, "my-data.tsv", run="practice", options=("--trees", "100", "--fix", "fill-missing"))
    return "practice", data / "gold.tsv"


def infer(data: Path, table: str, *, run: str, options: tuple[str, ...]) -> None:
    """Infer a network with the regulators of simulated data."""
    command(
        *("infer", str(data / table), "--regulators", str(data / "regulators.txt")),
        *("--out", str(runs_folder() / run), "--seed", "1", *options),
    )


def command(*argv: str) -> None:
    """Run a command of the engine."""
    if cli.main(argv) != 0:
        raise SystemExit(f"this failed: {' '.join(argv)}")


def slug(name: str) -> str:
    """Return a run's id."""
    return name.lower().replace(" ", "-")


def tutorial(folder: Path, gold: str, data: str) -> list[Shot]:
    """Return the pictures of the tutorial, in its order."""
    table = folder / "practice" / "my-data.tsv"
    return [
        Shot(f"{TUTORIAL}data", "data", upload(table)),
        Shot(f"{TUTORIAL}findings", "data", upload(table), element=".st-key-findings"),
        Shot(f"{TUTORIAL}infer", f"infer?data={data}", wait_for_forecast),
        Shot(f"{TUTORIAL}run", "runs?run=practice", wait_for_chart),
        Shot(f"{TUTORIAL}network", "network?run=practice", wait_for_graph),
        Shot(f"{TUTORIAL}accuracy", f"accuracy?run=practice&gold={gold}"),
        Shot(f"{TUTORIAL}export", "network?run=practice", open_export, element=".st-key-export"),
    ]


def shots(folder: Path, gold: str, data: str) -> list[Shot]:
    """Return every page that is shown."""
    run = slug("Six hundred genes")
    return [
        Shot("home", ""),
        Shot("data", f"data?data={data}", height=1100),
        Shot("regulators", f"regulators?data={data}"),
        Shot("infer", f"infer?data={data}", wait_for_forecast, height=1000),
        Shot("runs", f"runs?run={run}", wait_for_chart, height=1000),
        Shot("network", f"network?run={run}", wait_for_graph, height=1000),
        Shot("export", f"network?run={run}", open_export, height=1400),
        Shot(
            "gene-sets",
            f"network?run={run}",
            show_gene_sets(folder / "yeast-like" / "gold.tsv"),
            height=2600,
            element=".st-key-gene_sets",
        ),
        Shot("regulons", f"regulons?run={run}&genes=5", wait_for_chart, height=1000),
        Shot("compare", "compare?comparison=conditions&gene=GENE040", wait_for_graph, height=1500),
        Shot("accuracy", f"accuracy?run={run}&gold={gold}", wait_for_chart, height=1100),
        Shot(
            "accuracy-runs",
            f"accuracy?run={run}&gold={gold}&with={slug('First look')},{slug('Boosting')}",
            height=1500,
        ),
        Shot("speedup", "speedup", wait_for_timeline, height=1700),
        Shot("sagemaker", "sagemaker"),
        Shot("presentation", f"network?run={run}", present, height=720),
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
        expect(page.locator("h1").first).to_be_visible()
        settled(page)
        page.wait_for_timeout(2500)  # charts and tables draw themselves
        settled(page)
    shot.prepare(page)
    path = IMAGES / f"{shot.name}{'-dark' if dark else ''}.png"
    part = page.locator(shot.element).first if shot.element else page
    save(part.screenshot(), path)
    context.close()
    return path


def save(picture: bytes, path: Path) -> None:
    """Save a picture with a palette: a page has few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    small = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def main() -> None:
    """Take all pictures, or those whose names are given."""
    from genie3_engine import runs

    wanted = set(sys.argv[1:])
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["GENIE3_HOME"] = str(folder / "home")
        pictures: list[Shot] = []
        for compute, list_shots in ((show_pages, shots), (show_tutorial, tutorial)):
            if wanted and not any(shot.name in wanted for shot in list_shots(folder, "", "")):
                continue
            run, gold_file = compute(folder)
            with gold_file.open("rb") as file:
                gold = runs.keep_upload([("known links.tsv", file)]).id
            data = next(each.spec.dataset for each in runs.history() if each.id == run)
            pictures += [
                shot for shot in list_shots(folder, gold, data) if not wanted or shot.name in wanted
            ]
        server = Server(folder / "home", forecast="on")
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                for shot in pictures:
                    for dark in (False,) if shot.name.startswith(TUTORIAL) else (False, True):
                        path = take(browser, server, shot, dark=dark)
                        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
