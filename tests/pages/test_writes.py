"""Drawing a page changes nothing in the home: pages write in callbacks only."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from genie3_engine import runs

PAGES = ["home", "data", "infer", "runs", "network", "accuracy", "speedup", "sagemaker"]


def content(home: Path) -> dict[str, str]:
    """Hashes of all files of a home; lock files hold nothing."""
    return {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(home.rglob("*"))
        if file.is_file() and "lock" not in file.name
    }


@pytest.mark.parametrize("page", PAGES)
def test_page__writes_nothing_while_it_is_drawn(page, open_page, home, dataset, done_run):
    runs.choose_regulators(dataset, ["gene01", "gene02"])
    before = content(home)
    app = open_page(page, data=dataset, run=done_run)
    app.run()
    assert not app.exception
    assert content(home) == before


def test_infer__writes_nothing_when_an_address_names_an_earlier_run(
    open_page, home, dataset, done_run
):
    runs.choose_regulators(dataset, ["gene01", "gene02"])
    before = content(home)
    app = open_page("infer", data=dataset, like=done_run)
    assert not app.exception
    assert content(home) == before
