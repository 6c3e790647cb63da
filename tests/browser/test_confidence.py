"""A run with confidence is cut by q, and its links are exported with their evidence."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from genie3_engine.data.simulate import simulate_network
from genie3_engine.datasets.store import save_dataset
from genie3_engine.networks.link_evidence import COLUMNS, evidence_of
from tests.browser.driver import (
    attempts,
    click_until,
    downloaded,
    enter_number,
    graph,
    open_until,
    press,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow(8)]


@pytest.fixture
def dataset(server) -> str:
    """A simulated data set in the server's home."""
    return save_dataset(
        simulate_network(24, 40, seed=1).expression,
        name="for confidence",
        home=server.home,
    )


def switch_on(page: Page, name: str, *, shows) -> None:
    """Switch a setting on until the page shows what belongs to it."""
    for _ in attempts(page, shows):
        page.get_by_role("switch", name=name).check(force=True)


def test_confidence__is_computed_cut_by_and_exported(page, server, dataset, tmp_path):
    page.goto(f"{server.url}/infer?data={dataset}")
    kind = page.get_by_role("radio", name="p-values and stability")
    open_until(page, page.get_by_text("What is computed"), page.locator(".st-key-confidence_form"))
    enter_number(page, "n_trees", 20)
    switch_on(page, "Confidence of the links", shows=kind)
    runs = page.get_by_role("heading", name="Runs", exact=True)
    press(page, page.locator(".st-key-run button"), runs)
    done = page.locator(".st-key-detail").get_by_text(re.compile("Done$")).first
    expect(done).to_be_visible()
    run = re.search(r"[?&]run=([^&]+)", page.url).group(1)
    n_kept = int((evidence_of(server.home / "runs" / run).values("q") <= 0.05).sum())
    assert 0 < n_kept < 300

    open_network = page.get_by_role("button", name="Open network")
    click_until(page, open_network, page.get_by_role("heading", name="Network", exact=True))
    expect(graph(page)).to_have_attribute("data-links", "300")
    of_q = page.locator(".st-key-cut_kind").get_by_role("radio", name="q", exact=True)
    click_until(page, of_q, page.locator(".st-key-cut_q"))
    expect(graph(page)).to_have_attribute("data-links", str(n_kept))
    expect(page).to_have_url(re.compile("cut=q(:|%3A)0.05"))

    page.goto(page.url)  # as somebody else who was sent the address
    expect(graph(page)).to_have_attribute("data-links", str(n_kept))
    button = page.locator(".st-key-take_links button").first
    open_until(page, page.get_by_text("Export", exact=True), button)
    path = Path(tmp_path / "links.tsv")
    downloaded(page, button).save_as(path)
    table = pd.read_csv(path, sep="\t")
    assert len(table) == n_kept
    assert {"sign", "spearman", *COLUMNS} <= set(table)
    assert table["q"].max() <= 0.05
    assert table["importance"].is_monotonic_decreasing
