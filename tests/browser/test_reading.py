"""A file whose columns are not all samples, and one with genes and cells swapped."""

from __future__ import annotations

import re
from pathlib import Path

import h5py
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import choose_option, click_until, no_traceback, open_until, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow(25)]

SYMBOLS = [
    *("TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1", "STAT3", "GATA1", "SOX2", "PAX6"),
    *("KLF4", "NANOG", "MAX", "MYB", "RUNX1", "BCL6", "IRF4", "IRF8", "ETS1", "ELK1"),
]


def annotated() -> str:
    """Return a table with a column of Entrez numbers and one of lengths."""
    rng = np.random.default_rng(3)
    rows = ["symbol\tEntrez_Gene_ID\tLength\t" + "\t".join(f"sample_{i}" for i in range(1, 13))]
    for symbol in SYMBOLS:
        numbers = f"{rng.integers(100, 99_999)}\t{rng.integers(800, 9_000)}"
        values = "\t".join(f"{value:.3f}" for value in rng.normal(8, 2, 12))
        rows.append(f"{symbol}\t{numbers}\t{values}")
    return "\n".join(rows) + "\n"


def write_h5ad(path: Path, values: np.ndarray, rows: list[str], columns: list[str]) -> None:
    """Write an AnnData file with the names given for its observations and variables."""
    with h5py.File(path, "w") as file:
        file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        file["X"] = values.astype(np.float32)
        for name, labels in (("obs", rows), ("var", columns)):
            group = file.create_group(name)
            group["_index"] = labels
            group.attrs.update(
                {
                    "encoding-type": "dataframe",
                    "encoding-version": "0.2.0",
                    "_index": "_index",
                    "column-order": np.array([], dtype=h5py.string_dtype()),
                }
            )


def give(page: Page, path: Path) -> None:
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(path)
    expect(page.get_by_role("heading", name=path.name, exact=True)).to_be_visible()


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def test_reading__columns_are_set_aside_overruled_and_read_as_detected(server, page, tmp_path):
    path = tmp_path / "annotated.tsv"
    path.write_text(annotated())
    page.goto(f"{server.url}/data")
    give(page, path)
    expect(metric(page, "Samples")).to_have_text("12")
    panel = page.locator(".st-key-reading")
    panel.get_by_text("How the file was read").click()
    for name in ("Entrez_Gene_ID", "Length"):
        expect(panel.get_by_text(f"Column '{name}' is set aside")).to_be_visible()
    settled(page)
    choose_option(page, panel.get_by_role("combobox", name=re.compile("Length")), "Sample")
    expect(metric(page, "Samples")).to_have_text("13")
    undo = page.get_by_role("button", name="Read as detected")
    click_until(page, undo, metric(page, "Samples").get_by_text("12", exact=True))
    no_traceback(page)


def test_reading__swapped_cells_are_turned_by_one_click(server, page, tmp_path):
    rng = np.random.default_rng(5)
    barcodes = ["".join(rng.choice(list("ACGT"), 16)) + "-1" for _ in range(30)]
    path = tmp_path / "swapped.h5ad"
    write_h5ad(path, rng.poisson(2.0, (len(SYMBOLS), 30)), SYMBOLS, barcodes)
    page.goto(f"{server.url}/data")
    give(page, path)
    expect(metric(page, "Genes")).to_have_text("20")
    settled(page)
    page.get_by_test_id("stButtonGroup").first.get_by_text("Columns").click()
    expect(metric(page, "Genes")).to_have_text("30")
    settled(page)
    panel = page.locator(".st-key-reading")
    undo = page.get_by_role("button", name="Read as detected")
    open_until(page, panel.get_by_text("How the file was read"), undo)
    click_until(page, undo, metric(page, "Genes").get_by_text("20", exact=True))
    no_traceback(page)
