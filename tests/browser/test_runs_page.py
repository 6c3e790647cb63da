"""Runs are found, labelled and repeated in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import ROOT, click_until, graph, press, to_infer

pytestmark = [pytest.mark.browser, pytest.mark.slow(13)]
TABLE = "gene\ts1\ts2\ts3\ts4\n" + "".join(
    f"gene{row}\t{row}\t{row * 7 % 5}\t{row * 3 % 4}\t{row % 3}\n" for row in range(8)
)
NAME = '<b>mine</b> & "yours"'


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=name, exact=True)


def rows(page: Page, text: str):
    """Return the cells of the table with a text; the table is a canvas with cells for readers."""
    return page.locator('[data-testid="stDataFrame"] td', has_text=text)


def test_run__of_the_command_line_appears_and_is_labelled_and_repeated(new_server, page, tmp_path):
    table, run = tmp_path / "mine.tsv", new_server.home / "runs" / "by-command"
    table.write_text(TABLE)
    page.goto(f"{new_server.url}/runs")
    expect(page.get_by_text("No runs yet")).to_be_visible()
    subprocess.run(
        [
            *(sys.executable, "-m", "genie3_engine", "infer", str(table), "--out", str(run)),
            *("--trees", "7", "--seed", "5"),
        ],
        check=True,
        cwd=ROOT,
        capture_output=True,
        env=os.environ | {"GENIE3_HOME": str(new_server.home)},
    )
    expect(page.locator(".st-key-detail").get_by_text("Done")).to_be_visible()
    label(page, name=NAME, tag="paper")
    click_until(page, page.get_by_role("button", name="Run again with"), heading(page, "Infer"))
    expect(page.get_by_label("Trees per target")).to_have_value("7")
    expect(page.get_by_label("Random seed")).to_have_value("5")
    detail = page.locator(".st-key-detail")
    press(page, page.locator(".st-key-run button"), detail)
    expect(page).to_have_url(re.compile(r"/runs\?.*run=\d{8}-"))
    expect(page.locator(".st-key-detail").get_by_text("Done")).to_be_visible()
    page.get_by_placeholder("Name, data, tag or note").fill("PAPER")
    expect(rows(page, NAME)).to_have_count(1)
    expect(rows(page, "mine.tsv")).to_have_count(0)


def test_in_vivo__is_one_run_with_its_networks_inside(server, page, shared_data):
    page.goto(f"{server.url}/data")
    table = shared_data / "dream4_size100" / "insilico_size100_1_multifactorial.tsv"
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(table)
    expect(heading(page, table.name)).to_be_visible()
    to_infer(page)
    preset = page.get_by_role("button", name="In vivo")
    click_until(page, preset, page.locator(".st-key-preset_in-vivo").get_by_text("check").first)
    press(page, page.get_by_role("button", name="Run", exact=True), heading(page, "Runs"))
    expect(page.locator(".st-key-detail").get_by_text("Done")).to_be_visible()
    click_until(
        page, page.get_by_role("tab", name="Settings"), page.get_by_text("Combined networks")
    )
    inside = page.locator(".st-key-networks_inside")
    expect(inside.get_by_role("button", name="Precision")).to_be_visible()
    click_until(page, inside.get_by_role("button", name="GRNBoost2"), heading(page, "Network"))
    expect(page).to_have_url(re.compile(r"run=\d{8}-[^&]*GRNBoost2"))
    graph(page)
    page.get_by_role("link", name="Runs", exact=True).click()  # the run that it is inside is shown
    click_until(page, page.get_by_role("button", name="Open network"), heading(page, "Network"))
    graph(page)


def label(page: Page, *, name: str, tag: str) -> None:
    form = page.locator('[data-testid="stPopoverBody"]')
    click_until(page, page.get_by_role("button", name="Rename and tag"), form)
    form.get_by_label("Name").fill(name)
    form.get_by_label("Tags").fill(tag)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    click_until(page, form.get_by_role("button", name="Save"), heading(page, name))
