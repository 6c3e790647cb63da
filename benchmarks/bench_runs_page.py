"""Measure how long the Runs page takes to show 500 runs, in a real browser."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from playwright.sync_api import Page, sync_playwright

from genie3_engine import runs
from genie3_engine.data.expression import Expression
from genie3_engine.model import JobState, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.browser.driver import FLAGS, Server, chromium, settled

N_GENES, N_REGULATORS = 2_000, 1_500
STATES = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


def fill(home: Path, n_runs: int) -> None:
    """Put runs that have ended into a home, each with a long list of regulators."""
    values = np.random.default_rng(0).normal(size=(N_GENES, 10))
    genes = tuple(f"GENE{gene:05d}" for gene in range(N_GENES))
    samples = tuple(f"sample {sample}" for sample in range(10))
    dataset = runs.save_dataset(Expression(values, genes, samples), name="big", home=home)
    now = time.time()
    for number in range(n_runs):
        state = STATES[number % len(STATES)]
        began = now - 100.0 * number
        RunFolder.create(
            home / "runs" / f"run-{number:04d}",
            RunSpec(dataset, regulators=genes[:N_REGULATORS], name=f"run {number}", source="big"),
            RunStatus(
                state,
                targets_done=N_GENES if state is JobState.DONE else number,
                targets_total=N_GENES,
                created=began,
                started=began,
                ended=began + 60.0,
            ),
        )


def opened(page: Page, server: Server, n_runs: int) -> float:
    """Return the seconds from a link to the table with all runs on screen."""
    began = time.perf_counter()
    page.goto(f"{server.url}/runs")
    page.get_by_text(f"{n_runs:,} runs, newest first").wait_for()
    page.locator('[data-testid="stDataFrame"] canvas').first.wait_for()
    page.locator(".st-key-detail").wait_for()
    return time.perf_counter() - began


def visited(page: Page, server: Server) -> float:
    """Return the seconds from a click on the page's name to its table, in an open session."""
    page.goto(server.url)
    settled(page)
    page.get_by_role("link", name="Runs", exact=True).wait_for()
    began = time.perf_counter()
    page.get_by_role("link", name="Runs", exact=True).click()
    page.locator('[data-testid="stDataFrame"] canvas').first.wait_for()
    page.locator(".st-key-detail").wait_for()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="runs in the home")
    parser.add_argument("--times", type=int, default=5, help="measurements of each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        fill(home, options.runs)
        began = time.perf_counter()
        runs.history(home)
        cold = time.perf_counter() - began
        began = time.perf_counter()
        runs.history(home)
        warm = time.perf_counter() - began
        print(f"history of {options.runs} runs: {cold:.3f} s, again {warm:.3f} s")
        server = Server(home)
        server.start()
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            first = opened(page, server, options.runs)
            links = [opened(page, server, options.runs) for _ in range(options.times)]
            clicks = [visited(page, server) for _ in range(options.times)]
            browser.close()
        finally:
            server.stop()
    print(f"runs page by its link, first of the server: {first:.2f} s")
    print(f"runs page by its link: {statistics.median(links):.2f} s (median of {len(links)})")
    print(f"runs page by a click: {statistics.median(clicks):.2f} s (median of {len(clicks)})")


if __name__ == "__main__":
    main()
