"""A file with problems becomes a network by clicks alone."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import click_until, no_traceback, press, settled, to_infer
from tests.pages.test_findings import odd_counts

pytestmark = [pytest.mark.browser, pytest.mark.slow(13)]


def test_findings__are_read_and_fixed_by_clicks_up_to_a_run(server, page, tmp_path):
    path = tmp_path / "odd <b>counts.csv"
    path.write_text(odd_counts())
    page.goto(f"{server.url}/data")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(path)
    findings = page.locator(".st-key-findings")
    expect(findings.get_by_text("1 gene name occurs more than once")).to_be_visible()
    expect(findings.get_by_text("1 value is missing")).to_be_visible()
    expect(findings.get_by_text("These are raw counts")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    recipe = page.locator(".st-key-recipe")
    for fix, done in (
        ("Fill with the median", "Missing values were replaced"),
        ("Average the copies", "Rows of one gene name were averaged"),
        ("Log counts per million", "counts per million of each sample"),
    ):
        button = findings.get_by_role("button", name=fix).first
        click_until(page, button, recipe.get_by_text(done))
    button = findings.get_by_role("button", name="Drop constant genes").first
    click_until(page, button, recipe.get_by_text("drop-constants"))
    to_infer(page)
    expect(page.get_by_text("12 genes in 40 samples")).to_be_visible()
    page.get_by_role("button", name="Fast look").first.click()
    settled(page)
    listed = page.get_by_role("heading", name="Runs", exact=True)
    press(page, page.locator(".st-key-run button").first, listed)
    expect(page.get_by_role("button", name="Open network")).to_be_visible()
    no_traceback(page)
    run = re.search("run=([^&]+)", page.url)[1]
    spec = server.home / "runs" / run / "spec.json"
    assert json.loads(spec.read_text())["recipe"] == [
        "fill-missing",
        "average-duplicates",
        "log1p-cpm",
        "drop-constants",
    ]
