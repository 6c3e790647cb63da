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


def test_data__writes_nothing_when_an_address_names_an_upload(open_page, home, tmp_path):
    table = tmp_path / "table.tsv"
    table.write_text("gene\ts1\ts2\ts3\ng1\t1\t2\t3\ng2\t3\t1\t2\ng3\t2\t2\t1\n")
    with table.open("rb") as file:
        upload = runs.keep_upload([("table.tsv", file)], name="table.tsv")
    before = content(home)
    app = open_page("data", upload=upload.id)
    assert not app.exception
    assert content(home) == before
    app.button(key="use_upload").click().run()
    assert not app.exception
    assert app.subheader[0].value == r"table\.tsv"
