"""Journeys from a file, or from nothing, to a network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import (
    click_at,
    click_gene,
    click_until,
    enter_number,
    graph,
    open_until,
    press,
    settled,
    to_infer,
)
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow(8)]
PAGES = {
    "": "GENIE3",
    "data": "Data",
    "infer": "Infer",
    "runs": "Runs",
    "network": "Network",
    "accuracy": "Accuracy",
    "speedup": "Speed-up",
    "sagemaker": "SageMaker",
}
HOSTILE = ("<script>alert(1)</script>", "**x**", "$x$", ":material/home:", '=HYPERLINK("x")')


def open_page(page: Page, server, path: str) -> None:
    page.goto(f"{server.url}/{path}")
    expect(heading(page, PAGES[path.partition("?")[0]])).to_be_visible()


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=name, exact=True)


def badge(page: Page, state: str):
    return page.locator(".st-key-detail").get_by_text(re.compile(rf"{state}$")).first


def upload(page: Page, path) -> None:
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(path)


def in_short(page: Page, *, targets: int) -> None:
    """Choose a few targets and trees."""
    few = page.get_by_role("radio", name="The first few")
    open_until(page, page.get_by_text("What is computed"), few)
    click_until(page, few, page.get_by_label("Number of targets"))
    page.get_by_label("Number of targets").fill(str(targets))
    page.get_by_label("Number of targets").press("Enter")
    settled(page)
    enter_number(page, "n_trees", 60)


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Stop the clock of the only live run's worker for a while, so that there is time to look."""

    def at_work() -> dict[str, Any] | None:
        stored = (json.loads(file.read_text()) for file in home.glob("runs/*/status.json"))
        return next((status for status in stored if status["state"] == "running"), None)

    status = wait_until(at_work, shown=lambda: "no run is at work")
    assert status is not None
    worker = psutil.Process(status["pid"])
    worker.suspend()
    try:
        yield
    finally:
        worker.resume()


def strongest_gene(page: Page) -> str:
    """Return the regulator with the most room around it."""
    name = graph(page).get_attribute("data-largest")
    assert name
    return name


def test_upload__becomes_a_network_through_refresh_and_restart(new_server, page, shared_data):
    open_page(page, new_server, "data")
    upload(page, shared_data / "human_lcl" / "pickrell1_counts_38415x69.tsv.gz")
    expect(heading(page, "pickrell1_counts_38415x69.tsv.gz")).to_be_visible()
    expect(page.get_by_text("Genes are in", exact=True)).to_be_visible()
    expect(page.get_by_text("These are raw counts")).to_be_visible()
    page.get_by_role("button", name="Log counts per million").click()
    expect(page.get_by_text("These are raw counts")).to_have_count(0)
    proposal = heading(page, "Transcription factors of human")
    click_until(page, page.locator(".st-key-next_below button"), proposal)
    expect(page.get_by_text("1,688 of its 1,797 names are genes of the data")).to_be_visible()
    all_genes = page.get_by_text("All 38,415 genes are candidate regulators")
    expect(all_genes).to_be_visible()
    click_until(page, page.get_by_role("button", name="Use this list"), page.get_by_text("In use"))
    expect(all_genes).to_have_count(0)
    click_until(page, page.locator(".st-key-next button"), heading(page, "Infer"))
    chosen = "38,415 genes in 69 samples · 1,688 regulators: transcription factors of human"
    expect(page.get_by_text(chosen)).to_be_visible()
    in_short(page, targets=8)
    press(page, page.locator(".st-key-run button"), heading(page, "Runs"))
    with held(new_server.home):
        expect(badge(page, "Running")).to_be_visible()
        new_server.stop()
        new_server.start()
        expect(page).to_have_url(re.compile(r"/runs\?.*run="))
        page.reload()  # the server's first request
        expect(badge(page, "Running")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page).to_have_url(re.compile(r"/runs\?.*run="))
    expect(badge(page, "Done")).to_be_visible()
    click_until(page, page.get_by_role("button", name="Open network"), heading(page, "Network"))
    expect(page).to_have_url(re.compile(r"/network\?.*run="))
    assert int(graph(page).get_attribute("data-links")) == 300
    expect(page.locator('[data-testid="stDataFrame"] canvas').first).to_be_visible()


def test_sample__is_a_network_in_one_click(server, page):
    open_page(page, server, "")
    explore = page.get_by_role("button", name="Explore the sample")
    press(page, explore, heading(page, "Network"))
    expect(page.locator("[data-testid=graph][data-genes]")).to_be_visible()
    gene = strongest_gene(page)
    click_gene(page, gene)
    expect(heading(page, gene)).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(heading(page, gene)).to_have_count(0)
    table = page.locator("[class*=st-key-links_] canvas").first
    expect(table).to_be_visible()
    name = 0.6 * table.bounding_box()["width"]
    click_at(page, table, page.locator(".st-key-focus"), across=name)
    expect(page.locator("[data-testid=graph]")).not_to_have_attribute("data-focus", "")
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(badge(page, "Done")).to_be_visible()


def test_run__is_cancelled_and_resumed(server, page):
    open_page(page, server, "data")
    sample = page.get_by_role("button", name="Use the sample data")
    click_until(page, sample, heading(page, "Sample data"))
    to_infer(page)
    page.get_by_role("button", name="Fast look").first.click()
    settled(page)
    press(page, page.locator(".st-key-run button"), heading(page, "Runs"))
    with held(server.home):
        expect(badge(page, "Running")).to_be_visible()
        click_until(page, page.get_by_role("button", name="Cancel"), badge(page, "Stopping"))
    expect(badge(page, "Cancelled")).to_be_visible()
    goes_on = badge(page, "(Queued|Running|Done)")  # it may be quicker than the page
    press(page, page.get_by_role("button", name="Resume"), goes_on)
    expect(badge(page, "Done")).to_be_visible()


def test_hostile_names__are_text_everywhere(server, page, tmp_path):
    genes = [*HOSTILE, "plain"]
    rows = [
        ",".join([f'"{name.replace(chr(34), chr(34) * 2)}"', *map(str, values)])
        for name, values in zip(genes, numbers(len(genes)), strict=True)
    ]
    path = tmp_path / "_<b>x_.csv"
    header = ",".join(["gene", *(f"s{i}" for i in range(12))])
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    open_page(page, server, "data")
    upload(page, path)
    expect(heading(page, "_<b>x_.csv")).to_be_visible()
    to_infer(page)
    title = "<img src=x onerror=alert(1)> **n**"
    page.get_by_role("textbox", name="Name of the run").fill(title)
    trees = page.locator(".st-key-n_trees input")
    open_until(page, page.get_by_text("What is computed"), trees)
    enter_number(page, "n_trees", 10)
    press(page, page.locator(".st-key-run button"), heading(page, title))
    expect(badge(page, "Done")).to_be_visible()
    click_until(page, page.get_by_role("button", name="Open network"), heading(page, "Network"))
    for name in HOSTILE:
        click_gene(page, name)
        expect(page.locator(".st-key-focus").get_by_role("heading")).to_contain_text(
            name.replace(":material", ":\u2060material")
        )


def numbers(n_genes: int) -> list[list[float]]:
    """Return values in which every gene depends on the first."""
    base = [((7 * i) % 12) / 3 for i in range(12)]
    return [
        [round(x + ((g + 3) * i % 5) / 4, 3) for i, x in enumerate(base)] for g in range(n_genes)
    ]


def test_bad_file__is_one_box_without_a_traceback(server, page, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("gene,s1,s2\na,1,2\nb,3\nc,1,1\n")
    open_page(page, server, "data")
    upload(page, path)
    box = page.get_by_role("alert")
    expect(box).to_contain_text("bad.csv")
    expect(page.locator('[data-testid="stException"]')).to_have_count(0)
