"""Networks of several methods are compared with a gold standard in a real browser."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from genie3_engine import read_expression, runs, worker
from genie3_engine.model import GRNBOOST2, PRECISION, ForestSpec, JobState, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.browser.driver import appears, downloaded, no_traceback, settled
from tests.waiting import growing_patience

pytestmark = [pytest.mark.browser, pytest.mark.slow(20)]
METHODS = {
    "forest": ForestSpec(n_trees=20),
    "boosting": ForestSpec(GRNBOOST2, stop="none", n_trees=50),
    "matrix": ForestSpec(PRECISION),
}


@pytest.fixture
def compared(server, monkeypatch, shared_data) -> Path:
    """A gold standard; a home with a network of each of three methods from one data set."""
    folder = shared_data / "dream4_size100"
    monkeypatch.setenv("GENIE3_HOME", str(server.home))
    expression, _ = read_expression(folder / "insilico_size100_1_multifactorial.tsv")
    fingerprint = runs.save_dataset(expression, name="DREAM4")
    for name, forest in METHODS.items():
        run = server.home / "runs" / name
        spec = RunSpec(fingerprint, forest=forest, name=f"<b>{name}</b>", source="DREAM4")
        RunFolder.create(run, spec, RunStatus(JobState.QUEUED, created=time.time()))
        worker.run(run)
    return folder / "DREAM4_GoldStandard_InSilico_Size100_multifactorial_1.tsv"


def test_accuracy__of_three_methods_is_compared(server, page, compared):
    page.goto(f"{server.url}/accuracy?run=forest")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(compared)
    expect(page.locator(".st-key-measures")).to_be_visible()
    compare_with(page, "boosting")
    compare_with(page, "matrix")
    page.keyboard.press("Escape")  # while the list of runs is open, the rest has no roles
    assert_compared(page)
    expect(page).to_have_url(re.compile(r"with=boosting(,|%2C)matrix"))
    table = downloaded(page, page.get_by_role("button", name="Table as TSV"))
    header, *rows = Path(table.path()).read_text().splitlines()
    assert header.startswith("run\tmethod\tsettings\taupr\taupr_low\taupr_high")
    assert {row.split("\t")[1] for row in rows} == {"Random Forest", "GRNBoost2", "Precision"}
    page.goto(page.url)
    assert_compared(page)
    no_traceback(page)


def compare_with(page: Page, name: str) -> None:
    """Choose a run to compare with: the list of runs stays open, so it is opened when it is not."""
    box = page.locator(".st-key-accuracy_with_forest")
    option = page.get_by_role("option", name=f"<b>{name}</b>")
    chosen = box.get_by_text(f"<b>{name}</b>")
    for milliseconds in growing_patience():
        settled(page)
        if appears(chosen, within=100):
            return
        with suppress(PlaywrightTimeoutError):
            if not appears(option, within=500):
                box.get_by_role("combobox").click(timeout=milliseconds)
            option.click(timeout=milliseconds)
    expect(chosen).to_be_visible()


def assert_compared(page: Page) -> None:
    chart = page.locator(".st-key-comparison .js-plotly-plot")
    cells = page.locator('[data-testid="stDataFrame"] td')
    expect(chart).to_have_count(1)  # the one of before goes when the page is drawn
    for name in METHODS:
        expect(chart.locator(".legendtext", has_text=f"<b>{name}</b> (AUPR 0.")).to_be_visible()
        expect(cells.filter(has_text=f"<b>{name}</b>").first).to_be_attached()
    expect(chart.locator(".xtitle")).to_have_text("Recall")
    expect(chart.locator(".x2title")).to_have_text("False positive rate")
    expect(cells.filter(has_text=re.compile("^(lower|no clear difference)$"))).to_have_count(2)
    expect(page.get_by_text("does not cover the choice of regulators")).to_be_visible()
