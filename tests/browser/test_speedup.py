"""The Speed-up page: an experiment is measured, shown and exported."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import (
    accessible,
    choose_option,
    click_until,
    downloaded,
    enter_number,
    open_until,
    press,
)
from tests.pages.experiment import put_experiment
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow(25)]
TRACES = """chart => document.querySelector(`.st-key-${chart} .js-plotly-plot`).data
    .map(({ name, x, y }) => ({ name, x: Array.from(x), y: Array.from(y) }))"""

# The bars of the workers of each run: begin and end.
WORKERS = """() => document.querySelector('.st-key-chart_timeline .js-plotly-plot').data
    .filter(({ name }) => name === "On a core")
    .map(({ base, x }) => Array.from(base, (begin, at) => [begin, begin + x[at]]))"""


def traces(page: Page, chart: str) -> dict[str, list[tuple[float, float]]]:
    """Read a chart's points back from the browser."""
    expect(page.locator(f".st-key-{chart} .js-plotly-plot")).to_have_count(1)
    found = page.evaluate(TRACES, chart)
    return {
        trace["name"]: list(zip(trace["x"], trace["y"], strict=True))
        for trace in found
        if trace["name"]
    }


def taken_away(page: Page, chart: str, name: str) -> Path:
    """Press one of a chart's ways to take it away, and return the file."""
    if name == "Numbers":
        button = page.locator(f".st-key-{chart}_numbers button")
    else:
        button = page.locator(f".st-key-{chart}_files").get_by_role("button", name=name)
    file = downloaded(page, button)
    assert file.suggested_filename.startswith("seconds-")
    return Path(file.path())


def told(page: Page) -> list[tuple[int, float]]:
    """Return the seconds of a target of the compiled engine in the exported numbers."""
    with taken_away(page, "chart_seconds", "Numbers").open(encoding="utf-8") as file:
        return [
            (int(row["workers"]), pytest.approx(float(row["seconds"]) / int(row["targets"])))
            for row in csv.DictReader(file)
            if row["series"] == "compiled, threads"
        ]


def test_preset__is_measured_shown_compared_by_timelines_and_laid_over_another(page, server):
    other = put_experiment(server.home / "experiments" / "earlier", name="Earlier")
    page.goto(f"{server.url}/speedup?experiment={other}")
    expect(page.get_by_role("heading", name="Earlier")).to_be_visible()
    preset = page.locator(".st-key-preset_weak-scaling")
    button = preset.get_by_role("button")
    open_until(page, page.get_by_text("New experiment"), button)
    click_until(page, button, preset.get_by_text("Chosen"))
    for key, value in (("lab_genes", 20), ("lab_samples", 12), ("lab_trees", 2)):
        enter_number(page, key, value)
    enter_number(page, "lab_targets_weak-scaling", 2)
    state = page.locator(".st-key-experiment_state")
    begun = state.filter(has_text=re.compile(r"\d of \d runs · \S"))
    press(page, page.locator(".st-key-start_experiment button:enabled"), begun)
    expect(page).to_have_url(re.compile("experiment=2"))
    expect(state).to_contain_text("Done")

    def drawn() -> list[tuple[float, float]]:
        return traces(page, "chart_seconds").get("compiled, threads", [])

    wait_until(lambda: drawn() and drawn() == told(page), shown=drawn)
    assert drawn()[0][0] == 1
    drawing = taken_away(page, "chart_seconds", "SVG").read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "threads" in drawing
    assert taken_away(page, "chart_seconds", "PNG").read_bytes().startswith(b"\x89PNG")

    for label, choice in (("First", "x 1 thread,"), ("Second", "x 2 threads,")):
        choose_option(page, page.get_by_label(label, exact=True), re.compile(choice))
    said = page.get_by_text(re.compile(r"2 threads, 4 targets: the workers? (was|were) on a core"))
    expect(said).to_be_visible()
    bars = page.evaluate(WORKERS)
    assert [len(run) for run in bars] == [2, 4]  # a bar for each target
    assert all(0 <= begin < end for run in bars for begin, end in run)

    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page, "color-contrast")
    page.emulate_media(color_scheme="light")

    choose_option(page, page.get_by_label("Compare with"), re.compile("Earlier"))
    page.wait_for_function(
        """() => document.querySelector('.st-key-chart_seconds .js-plotly-plot')
            ?.data.some(({ name }) => name.startsWith('Earlier'))"""
    )
    both = traces(page, "chart_seconds")
    assert [y for name, line in both.items() if "jobs" in name for _, y in line][:2] == [8, 4]
    assert any(name.startswith("Weak scaling") for name in both)
