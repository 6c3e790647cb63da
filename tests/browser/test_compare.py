"""Two conditions from their files to a rewired target, in a real browser."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import (
    attempts,
    click_until,
    enter_number,
    graph,
    no_traceback,
    open_until,
    press,
    settled,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow(25)]

N_GENES = 12
LINK = ".st-key-change_focus :text('→')"
FRAME = '[data-testid="stDataFrame"]'


def write_conditions(source: Path, folder: Path) -> list[Path]:
    """Write the first genes of both conditions, a file each."""
    files = []
    for packed in sorted(source.glob("*.tsv.gz")):
        with gzip.open(packed, "rt", encoding="utf-8") as lines:
            head = [next(lines) for _ in range(N_GENES + 1)]
        files.append(folder / packed.name.removeprefix("out_").removesuffix(".gz"))
        files[-1].write_text("".join(head), encoding="utf-8")
    return files


def click_first_row(page: Page, table: str, *, key: str, seen: str) -> None:
    """Tick the first row of a table until the address has a key and an element is there.

    A second click would untick it, so there is none once the address has the key.
    """
    for _ in attempts(page, page.locator(seen)):
        if f"{key}=" not in page.url:
            frame = page.locator(f"[class*=st-key-changed_{table}_] {FRAME}")
            frame.click(position={"x": 16, "y": 52})


def both_scatters(page: Page) -> None:
    """Expect the samples of both groups, side by side."""
    figure = page.locator(".st-key-conditions_figure")
    expect(figure.locator(".cartesianlayer .subplot")).to_have_count(2)
    expect(figure.locator(".scatterlayer .points")).to_have_count(2)
    for points in figure.locator(".scatterlayer .points").all():
        expect(points.locator("path")).to_have_count(100)


def test_compare__two_conditions_from_their_files_to_a_rewired_target(
    server, page, shared_data, tmp_path
):
    files = write_conditions(shared_data / "two_conditions_sc", tmp_path)
    page.goto(f"{server.url}/data")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(files)
    expect(page.get_by_role("heading", name="Findings")).to_be_visible()
    settled(page)
    data = re.search(r"data=(\w+)", page.url)
    assert data
    page.goto(f"{server.url}/compare?data={data[1]}")
    trees = page.locator(".st-key-compare_trees input")
    open_until(page, page.locator(".st-key-compare_settings summary"), trees)
    for key, value in (("trees", 15), ("permutations", 10), ("more", 0)):
        enter_number(page, f"compare_{key}", value)
    done = page.locator(".st-key-comparison_state").get_by_text("Done")
    press(page, page.locator(".st-key-start_comparison button"), done)
    drawn = graph(page)
    n_genes, n_links = (drawn.get_attribute(f"data-{name}") for name in ("genes", "links"))

    click_until(
        page, page.get_by_role("radio", name="Macrophages"), page.get_by_text("of Macrophages")
    )
    expect(drawn).not_to_have_attribute("data-links", n_links or "")
    expect(drawn).to_have_attribute("data-genes", n_genes or "")

    targets = page.locator(f"[class*=st-key-changed_targets_] {FRAME}")
    click_until(page, page.get_by_role("tab", name="Targets"), targets)
    click_first_row(page, "targets", key="gene", seen=".st-key-target_measures")
    both_scatters(page)
    expect(page).to_have_url(re.compile(r"comparison=.*gene=|gene=.*comparison="))
    no_traceback(page)

    page.goto(page.url)  # what was opened has an address
    expect(page.locator(".st-key-target_measures")).to_be_visible()
    both_scatters(page)
    click_first_row(page, "links", key="to", seen=LINK)
    both_scatters(page)
    page.goto(page.url)
    expect(page.locator(LINK)).to_be_visible()
    both_scatters(page)
    no_traceback(page)
