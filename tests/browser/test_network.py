"""The Network page has one selection: in graph, tables, address and history."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.model import JobState, RunSpec, RunStatus, TargetLinks
from genie3_engine.networks.communities import detect_modules
from genie3_engine.networks.gene_groups import module_groups
from genie3_engine.networks.saved_views import move_view, read_views, save_view
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import threshold_layout
from genie3_engine.store.merge import finish_run
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder
from tests.browser.driver import (
    ROOT,
    Server,
    accessible,
    choose_option,
    click_at,
    click_gene,
    click_until,
    downloaded,
    graph,
    open_until,
    settled,
)
from tests.small_views import small_saved_view
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow(4)]
GENES = tuple(f"gene {i:02d}" for i in range(40))
N_REGULATORS = 8


def write_run(home: Path) -> None:
    """Write a run that is done: 40 targets of up to 8 regulators."""
    rng = np.random.default_rng(0)
    samples = tuple(f"s{i}" for i in range(30))
    tissues = {"tissue": ("liver", "heart", "brain") * 10}
    dataset = save_dataset(
        Expression(rng.normal(size=(40, 30)), GENES, samples, annotations=tissues)
    )
    now = time.time()
    folder = RunFolder.create(
        home / "runs" / "small",
        RunSpec(dataset, name="small"),
        RunStatus(JobState.QUEUED, created=now),
    )
    with PartWriter(folder.parts_folder, dataset, genes=GENES) as writer:
        for target in range(40):
            regulators = np.array([i for i in range(N_REGULATORS) if i != target], np.int32)
            importance = np.sort(rng.exponential(0.1, len(regulators)).astype(np.float32))[::-1]
            order = rng.permutation(regulators).astype(np.int32)
            writer.add(TargetLinks(target, order, importance, float(rng.uniform(-0.2, 0.8)), 0.1))
    finish_run(folder, GENES)
    folder.write_status(
        RunStatus(
            JobState.DONE,
            targets_done=40,
            targets_total=40,
            created=now,
            started=now,
            ended=now,
        )
    )


@pytest.fixture(scope="module", autouse=True)
def run(server: Server) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENIE3_HOME", str(server.home))
        write_run(server.home)


def open_network(page: Page, server: Server, **query: str) -> Locator:
    address = "&".join(f"{name}={value}" for name, value in {"run": "small", **query}.items())
    page.goto(f"{server.url}/network?{address}")
    drawn = graph(page)
    settled(page)
    return drawn


def in_focus(page: Page, name: str) -> Locator:
    return page.locator(".st-key-focus").get_by_role("heading", name=name, exact=True)


def listed(page: Page) -> Locator:
    """Return the line that says which links the table shows."""
    return page.get_by_text("Click a gene to focus on it")


def asks(**query: str) -> re.Pattern[str]:
    return re.compile("".join(f"(?=.*[?&]{name}={value}(&|$))" for name, value in query.items()))


def tick_row(page: Page, row: int) -> None:
    """Tick a row of the ranked links until the page says that a link is chosen."""
    table = page.locator("[class*=st-key-links_] canvas").first
    click_at(page, table, page.locator(".st-key-focus", has_text="→"), across=16, row=row)


def test_graph__click_is_seen_in_the_table_and_back_undoes_it(page, server):
    drawn = open_network(page, server, cut="100")
    assert drawn.get_attribute("data-links") == "100"
    name = drawn.get_attribute("data-largest")
    click_gene(page, name)
    expect(in_focus(page, name)).to_be_visible()
    expect(listed(page)).to_contain_text("1 to 46 of 46.")  # to 39 targets, from 7 regulators
    expect(page).to_have_url(asks(cut="100", gene=name.replace(" ", r"(\+|%20)")))
    page.go_back()
    expect(page.locator(".st-key-focus")).to_have_count(0)
    expect(page.locator("[data-testid=graph][data-focus='']")).to_be_visible()


def test_table__ticked_row_is_the_link_in_the_graph(page, server):
    open_network(page, server)
    tick_row(page, 2)
    expect(page.locator("[data-testid=graph][data-lit='1']")).to_be_visible()
    expect(page.locator(".st-key-focus")).to_contain_text("→")
    expect(page.get_by_text("Spearman's correlation")).to_be_visible()


def test_link__opens_the_same_view(page, server):
    drawn = open_network(page, server, gene="gene%2003", to="gene%2020", cut="target:2")
    assert drawn.get_attribute("data-links") == "80"
    expect(in_focus(page, "gene 03 → gene 20")).to_be_visible()
    expect(page.locator("[data-testid=graph][data-focus='gene 03']")).to_be_visible()
    ticked = page.locator("[class*=st-key-links_] canvas [role=row][aria-selected=true]")
    expect(ticked).to_contain_text("gene 03")
    expect(ticked).to_contain_text("gene 20")


def test_cut__changes_the_drawing_and_the_address(page, server):
    drawn = open_network(page, server, cut="100")
    slider = page.locator(".st-key-cut input")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-testid=graph][data-links='200']")).to_be_visible()
    expect(page).to_have_url(asks(cut="200"))
    page.go_back()
    expect(page.locator("[data-testid=graph][data-links='100']")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "100")
    assert drawn.get_attribute("data-genes")


WIDER_THAN_THE_WINDOW = """
() => [...document.querySelectorAll('[data-testid="stMain"], [data-testid="stMain"] *')]
  .filter(box => box.checkVisibility() && !box.closest(".dvn-scroller"))  // a table scrolls
  .filter(box => box.getBoundingClientRect().width > innerWidth + 1)
  .map(box => box.dataset.testid ?? box.className)
"""


UNREADABLE = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 25, 28)"}


@pytest.mark.parametrize(
    "path",
    [
        *("", "data", "regulators", "infer", "runs", "network", "regulons", "compare", "accuracy"),
        "storage",
    ],
)
def test_pages__can_be_read_in_both_schemes_and_fit_a_narrow_window(page, server, path):
    page.goto(f"{server.url}/{path}?run=small")
    expect(page.locator("h1").first).to_be_visible()
    settled(page)
    for scheme, ground in GROUND.items():
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", ground)
        wait_until(  # what is drawn anew fades in
            lambda: not page.evaluate(UNREADABLE), shown=lambda: page.evaluate(UNREADABLE)
        )
        # A dark page differs from a light one in its colours alone.
        accessible(page, *(["color-contrast"] if scheme == "dark" else []))
    for width in (820, 420):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator("h1").first).to_be_in_viewport()
        page.wait_for_function(f"() => ({WIDER_THAN_THE_WINDOW})().length === 0")


CALLED_AGAIN = """async (code) => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  window.matchMedia = () => system;
  const { default: follow } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const told = [];
  let cleanup;
  for (const call of [1, 2, 3]) {
    const setTriggerValue = (name, value) => told.push([call, name, value]);
    cleanup = follow({ parentElement: document.body, setTriggerValue });
  }
  const change = async (ground) => {
    system.dispatchEvent(new Event("change"));
    document.body.style.setProperty("--st-background-color", ground);
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  };
  await change("black");
  await change("white");
  cleanup();
  await change("black");
  return told;
}"""


def test_colour_scheme__of_a_component_that_is_called_again_runs_the_page_once_a_change(page):
    page.set_content('<div class="colour-scheme"></div>')
    code = (ROOT / "ui" / "colour_scheme.js").read_text(encoding="utf-8")
    told = page.evaluate(CALLED_AGAIN, code)
    assert told == [[3, "scheme", "black"], [3, "scheme", "white"]]


def test_views__are_presented_by_keys_and_found_in_the_report_offline(page, server, tmp_path):
    run = server.home / "runs" / "small"
    for name in ("<b>Second</b>", "Third"):
        save_view(run, small_saved_view(name, f"{name} in words", run=run, genes=GENES[:4]))
    open_network(page, server, cut="100")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("Overview")
    page.get_by_label("Caption").fill("A hundred links")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("run=small&view=[0-9a-f]{8}$"))
    saved = {view.name: view.id for view in read_views(run)}
    move_view(run, saved["Overview"], by=-2)
    open_network(page, server, view=saved["Third"])
    page.get_by_role("button", name="Present", exact=True).click()
    words = ("A hundred links", "<b>Second</b> in words", "Third in words")
    accessible(page)
    walk(page, words, first=3)
    page.keyboard.press("Home")
    page.get_by_role("button", name="Explore").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("[data-testid=graph][data-links='100']")).to_be_visible()
    expect(page).to_have_url(re.compile(f"view={saved['Overview']}$"))
    page.get_by_role("button", name="Share").click()
    path = tmp_path / "report.html"
    downloaded(page, page.locator(".st-key-share_report button")).save_as(path)
    page.goto("about:blank")  # the page would complain that its server is gone
    page.context.set_offline(True)
    page.goto(path.as_uri())
    expect(page.locator("figure.view")).to_have_count(3)
    expect(page.locator("figure.view figcaption")).to_contain_text(words)
    accessible(page)
    page.emulate_media(reduced_motion="no-preference")  # genes move from step to step
    page.get_by_role("button", name="Present", exact=True).click()
    walk(page, words, first=1)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.emulate_media(reduced_motion="reduce")


def walk(page: Page, words: Sequence[str], *, first: int) -> None:
    """Walk through a presentation by keys and a swipe, from a step to the last and the first."""
    dialog = page.get_by_role("dialog")
    walked = [(None, first), ("Home", 1), ("ArrowLeft", 1), ("ArrowRight", 2), ("End", 3)]
    for key, step in walked:
        if key is not None:
            page.keyboard.press(key)
        expect(dialog).to_contain_text(f"{step} / 3")
        expect(dialog).to_contain_text(words[step - 1])
        expect(dialog.locator("svg")).to_have_count(1)
    stage = dialog.locator(".presentation-stage")
    for kind, x in (("pointerdown", 100), ("pointerup", 300)):
        touch = {"pointerType": "touch", "pointerId": 7, "clientX": x, "clientY": 50}
        stage.dispatch_event(kind, touch)
    expect(dialog).to_contain_text("2 / 3")


def test_gene_sets__planted_one_is_found_first_and_is_in_the_report(page, server, tmp_path):
    layout, _ = threshold_layout(server.home / "runs" / "small", Threshold.parse("100"))
    planted = module_groups(layout, detect_modules(layout))["Module 1"]
    name, gmt = "<b>Planted</b>", tmp_path / "sets.gmt"
    others = [(f"set {i}", *GENES[i : i + 12]) for i in range(10)]
    gmt.write_text(
        "".join("\t".join((s[0], "", *s[1:])) + "\n" for s in [*others, (name, *planted)])
    )
    open_network(page, server, cut="100")
    panel = page.locator(".st-key-gene_sets")
    upload = panel.get_by_test_id("stFileUploader")
    open_until(page, page.get_by_text("Gene sets: what do these genes do?"), upload)
    upload.locator("input").set_input_files(gmt)
    expect(panel.locator(".st-key-sets_figure .ytick text").first).to_have_text(name)
    expect(panel).to_contain_text("q by Benjamini and Hochberg over all")
    tab, report = page.get_by_role("tab", name="Report"), page.locator(".st-key-take_report button")
    open_until(page, page.get_by_text("Export", exact=True), tab)
    click_until(page, tab, report)
    path = tmp_path / "report.html"
    downloaded(page, report).save_as(path)
    page.goto(path.as_uri())
    expect(page.locator("svg.dots > text", has_text=name)).to_be_visible()


def test_graph__is_saved_as_a_picture(page, server):
    open_network(page, server)
    file = downloaded(page, page.get_by_role("button", name="PNG").first)
    content = Path(file.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 5_000


def test_regulons__are_drawn_by_group_saved_and_found_in_the_network(page, server):
    page.goto(f"{server.url}/regulons?run=small&genes=3")
    drawn = page.locator(".st-key-activity .js-plotly-plot")
    expect(drawn).to_be_visible()
    choose_option(page, page.locator(".st-key-group_").get_by_role("combobox"), "tissue")
    expect(page).to_have_url(asks(group="tissue", genes="3"))
    expect(drawn.locator(".xaxislayer-above text")).to_have_text(["brain", "heart", "liver"])
    page.get_by_text("Export", exact=True).click()
    file = downloaded(page, page.locator(".st-key-take_regulons button"))
    lines = [line.split("\t") for line in file.path().read_text().splitlines()]
    assert [line[0] for line in lines] == [f"gene {i:02d}(+)" for i in range(N_REGULATORS)]
    into = page.get_by_role("button", name="Show the regulator in the network")
    click_at(page, page.locator("[class*=st-key-regulons_] canvas").first, into, across=16)
    into.click()
    expect(page).to_have_url(asks(run="small"))
    expect(in_focus(page, "gene 00")).to_be_visible()
