"""The graph component in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driver import ROOT, Server, click_gene, graph, point_at, settled
from tests.networks.drawn_boxes import overlapping_pairs

pytestmark = [pytest.mark.browser, pytest.mark.slow(3)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("graph")
    server = Server(folder / "home", script=ROOT / "tests" / "browser" / "graph_page.py")
    server.start()
    yield server
    server.stop()


def test_graph__click_reaches_python_and_beside_it_clears(page, server):
    page.goto(server.url)
    drawn = graph(page)
    assert drawn.get_attribute("data-genes") == "60"
    assert drawn.get_attribute("data-links") == "150"
    name = "<script>alert(1)</script>"
    click_gene(page, name)
    expect(page.get_by_text(f"clicked: {name}")).to_be_visible()
    expect(page.locator(".graph-tip")).to_contain_text(name)
    box = drawn.bounding_box()
    beside = (box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.move(*beside)
    expect(page.locator(".graph-tip.is-shown")).to_have_count(0)
    page.mouse.click(*beside)
    expect(page.get_by_text("clicked: None")).to_be_visible()


def test_graph__follows_the_pages_choice_and_zooms_in_the_dark(page, server):
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(server.url)
    graph(page)
    page.get_by_role("combobox", name="Focus").fill("gene 33")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator("[data-testid=graph][data-focus='gene 33']")).to_be_visible()
    before = graph(page).evaluate("box => box.placeOf('gene 20')")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function(
        "([box, x]) => box.placeOf('gene 20').x !== x",
        arg=[graph(page).element_handle(), before["x"]],
    )


def test_graph__large_network_fills_the_canvas_without_overlaps(page, server):
    page.goto(f"{server.url}/?genes=3000&links=15000")
    drawn = graph(page)
    assert drawn.get_attribute("data-links") == "15000"
    boxes = drawn.evaluate("box => box.drawnBoxes()")
    assert len(boxes["discs"]) > 2_900
    assert boxes["labels"]
    assert overlapping_pairs(boxes["labels"], boxes["discs"]) == []
    x, y, _ = np.transpose(boxes["discs"])
    assert np.ptp(x) * np.ptp(y) > 0.7 * boxes["width"] * boxes["height"]


def test_bundle__carries_its_licences():
    bundle = (ROOT / "ui" / "graph" / "bundle" / "graph.js").read_text(encoding="utf-8")
    notices = (ROOT / "ui" / "graph" / "bundle" / "NOTICES.txt").read_text(encoding="utf-8")
    for name in ("sigma", "graphology", "events"):
        assert f"{name} " in notices
    assert "Permission is hereby granted" in bundle[:5000]
    assert (ROOT / "ui" / "graph" / "package-lock.json").read_text().count("resolved") == 0


def test_graph__click_on_a_link_chooses_both_genes(page, server):
    page.goto(f"{server.url}/?genes=12&links=3")
    middle = point_at(page, "<script>alert(1)</script>", "**x** $y$")
    expect(page.locator(".graph-tip.is-shown")).to_contain_text("→")
    page.mouse.click(*middle)
    expect(page.get_by_text("clicked: <script>alert(1)</script>")).to_be_visible()
    expect(page.get_by_text("second: **x** $y$")).to_be_visible()


def arranged(page):
    """Return the arrangement that Python was told last."""
    words = page.get_by_text("arranged: {").inner_text()
    return json.loads(words.removeprefix("arranged: "))


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def shows(page, n_genes):
    expect(page.locator(f"[data-testid=graph][data-shown='{n_genes}']")).to_be_visible()


def test_graph__is_arranged_undone_and_reported_to_python(page, server):
    page.goto(f"{server.url}/?genes=12&links=3")
    drawn = graph(page)
    n_genes = int(drawn.get_attribute("data-genes"))
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    click_gene(page, "**x** $y$")
    expect(drawn).to_have_attribute("data-focus", "**x** $y$")
    press(page, "Select neighbours")
    expect(page.get_by_text('"selected": ["')).to_be_visible()
    selected = arranged(page)["selected"]
    assert len(selected) > 1
    press(page, "Keep only")
    shows(page, len(selected))
    expect(page.get_by_text('"kept": ["')).to_be_visible()
    press(page, "Undo")
    shows(page, n_genes)
    press(page, "Hide")
    shows(page, n_genes - len(selected))
    press(page, "Reset")
    shows(page, n_genes)
    expect(page.get_by_text('"hidden": []')).to_be_visible()
    name = "<script>alert(1)</script>"
    x, y = point_at(page, name)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    expect(page.get_by_text('"pinned": {"<script>')).to_be_visible()
    moved = drawn.evaluate("(box, name) => box.placeOf(name)", name)
    assert abs(moved["x"] - x - 40) < 3
    press(page, "Undo")
    expect(page.get_by_text('"pinned": {}')).to_be_visible()
    back = drawn.evaluate("(box, name) => box.placeOf(name)", name)
    assert abs(back["x"] - x) < 3


def test_graph__list_of_its_genes_is_the_graph_for_the_keyboard(page, server):
    page.goto(server.url)
    drawn = graph(page)
    page.get_by_text("Genes as a list").press("Enter")
    genes = page.get_by_label("Genes drawn")
    expect(genes.locator("option")).to_have_count(60)
    genes.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".graph-genes p")).to_contain_text("Regulates")
    page.keyboard.press("Enter")
    expect(drawn).not_to_have_attribute("data-focus", "")
    page.keyboard.press("Escape")
    expect(drawn).to_have_attribute("data-focus", "")
