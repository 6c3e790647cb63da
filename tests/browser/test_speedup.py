"""The Speed-up page: an experiment is measured, shown and exported."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import appears, settled
from tests.pages.experiment import put_experiment
from tests.waiting import growing_patience

pytestmark = [pytest.mark.browser, pytest.mark.slow(25)]
TRACES = """chart => document.querySelector(`.st-key-${chart} .js-plotly-plot`).data
    .map(({ name, x, y }) => ({ name, x: Array.from(x), y: Array.from(y) }))"""


def number(page: Page, key: str, value: int) -> None:
    field = page.locator(f".st-key-{key} input")
    field.fill(str(value))
    field.press("Enter")
    settled(page)


def traces(page: Page, chart: str) -> dict[str, list[tuple[float, float]]]:
    """Read a chart's points back from the browser."""
    expect(page.locator(f".st-key-{chart} .js-plotly-plot")).to_have_count(1)
    found = page.evaluate(TRACES, chart)
    return {
        trace["name"]: list(zip(trace["x"], trace["y"], strict=True))
        for trace in found
        if trace["name"]
    }


def downloaded(page: Page, chart: str, name: str) -> Path:
    """Press one of a chart's ways to take it away, and return the file."""
    with page.expect_download() as download:
        if name == "Numbers":
            page.locator(f".st-key-{chart}_numbers button").click()
        else:
            page.locator(f".st-key-{chart}_files").get_by_role("button", name=name).click()
    assert download.value.suggested_filename.startswith("speed-up-")
    return Path(download.value.path())


def lay_over(page: Page, name: str) -> None:
    """Choose a second experiment; a page that is drawn anew meanwhile closes the list."""
    option = page.get_by_role("option", name=re.compile(name))
    for milliseconds in growing_patience():
        settled(page)
        page.get_by_label("Compare with").click()
        if appears(option, within=milliseconds):
            option.click()
            return
        page.keyboard.press("Escape")
    raise AssertionError(f"{name} could not be chosen")


def test_preset__is_measured_shown_taken_away_and_laid_over_another(page, new_server):
    other = put_experiment(new_server.home / "experiments" / "earlier", name="Earlier")
    page.goto(f"{new_server.url}/speedup?experiment={other}")
    expect(page.get_by_role("heading", name="Earlier")).to_be_visible()
    page.get_by_text("New experiment").click()
    page.locator(".st-key-preset_weak-scaling button").click()
    expect(page.locator(".st-key-preset_weak-scaling")).to_contain_text("Chosen")
    for key, value in (("lab_genes", 20), ("lab_samples", 12), ("lab_trees", 2)):
        number(page, key, value)
    number(page, "lab_targets_weak-scaling", 2)
    settled(page)
    page.locator(".st-key-start_experiment button:enabled").click()
    state = page.locator(".st-key-experiment_state")
    expect(state).to_contain_text(re.compile(r"\d of \d runs · \S"))
    expect(state).to_contain_text("Done")
    expect(page).to_have_url(re.compile("experiment=2"))

    points = traces(page, "chart_speedup")
    measured = points["compiled, threads"]
    assert measured[0] == (1, 1)
    with downloaded(page, "chart_speedup", "Numbers").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = [
        (int(row["workers"]), float(row["speedup"]))
        for row in rows
        if row["series"] == "compiled, threads"
    ]
    assert told == [(n, pytest.approx(speedup)) for n, speedup in measured]

    drawing = downloaded(page, "chart_speedup", "SVG").read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "compiled, threads" in drawing
    assert downloaded(page, "chart_speedup", "PNG").read_bytes().startswith(b"\x89PNG")

    lay_over(page, "Earlier")
    page.wait_for_function(
        """() => document.querySelector('.st-key-chart_speedup .js-plotly-plot')
            ?.data.some(({ name }) => name.startsWith('Earlier'))"""
    )
    both = traces(page, "chart_speedup")
    assert [y for name, line in both.items() if "jobs" in name for _, y in line][:2] == [1, 2]
    assert any(name.startswith("Weak scaling") for name in both)
