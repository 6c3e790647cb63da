"""A time series from its table and sample sheet to a network, in a real browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import (
    appears,
    click_until,
    graph,
    no_traceback,
    open_until,
    press,
    settled,
    to_infer,
)
from tests.waiting import growing_patience

pytestmark = [pytest.mark.browser, pytest.mark.slow(25)]

GENES = ("TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1")
SAMPLES = [f"{course}{point}" for course in "ck" for point in range(6)]


def write(folder: Path) -> tuple[Path, Path]:
    """Write expression in two time courses, and the sheet that describes them."""
    values = np.random.default_rng(4).normal(8, 2, (len(SAMPLES), len(GENES))).round(3)
    rows = [(name, *map(str, row)) for name, row in zip(SAMPLES, values, strict=True)]
    table, sheet = folder / "course.tsv", folder / "sheet.csv"
    table.write_text("\n".join("\t".join(row) for row in (("sample", *GENES), *rows)))
    lines = [f"{name},{name[0]},{10 * int(name[1])} min" for name in SAMPLES]
    sheet.write_text("\n".join(("sample,condition,time", *lines)))
    return table, sheet


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=name, exact=True)


def enter_in_cell(page: Page, text: str) -> None:
    """Enter a text as the series of the first sample, until the edited sheet can be used."""
    table = page.locator('.st-key-sample_sheet [data-testid="stDataFrame"]')
    cell = page.locator("#portal textarea")
    ready = page.locator(".st-key-use_sheet button:not([disabled])")
    for milliseconds in growing_patience():
        settled(page)
        table.scroll_into_view_if_needed()
        table.click(position={"x": 150, "y": 52})
        page.keyboard.press("Enter")
        if appears(cell, within=milliseconds):
            cell.fill(text)
            page.keyboard.press("Enter")
        if appears(ready, within=milliseconds):
            return
    expect(ready).to_be_visible()


def test_time_series__from_its_sheet_to_a_network(server, page, tmp_path):
    table, sheet = write(tmp_path)
    page.goto(f"{server.url}/data")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(table)
    expect(heading(page, table.name)).to_be_visible()
    panel = page.locator(".st-key-sample_sheet")
    uploader = panel.locator('[data-testid="stFileUploaderDropzoneInput"]')
    open_until(
        page,
        panel.get_by_text("Sample sheet", exact=True),
        panel.get_by_role("button", name="Upload", exact=True),
    )
    uploader.set_input_files(sheet)
    expect(panel.get_by_text("The sample sheet sheet.csv has 2 time series of 6")).to_be_visible()
    settled(page)
    enter_in_cell(page, "other")
    use = page.get_by_role("button", name="Use the edited sheet")
    click_until(page, use, panel.get_by_text("has 3 time series of 1 to 6 points"))
    expect(page.get_by_text("1 of 3 time series has one sample only")).to_be_visible()
    uploader.set_input_files(sheet)
    expect(panel.get_by_text("The sample sheet sheet.csv has 2 time series of 6")).to_be_visible()
    no_traceback(page)

    to_infer(page)
    preset = page.locator(".st-key-preset_time-series")
    click_until(
        page, page.get_by_role("button", name="Time series"), preset.get_by_text("check").first
    )
    press(page, page.get_by_role("button", name="Run", exact=True), heading(page, "Runs"))
    expect(page.locator(".st-key-detail").get_by_text("Done")).to_be_visible()
    click_until(page, page.get_by_role("button", name="Open network"), heading(page, "Network"))
    graph(page)
    no_traceback(page)
