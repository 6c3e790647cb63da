"""The list of pages."""

from __future__ import annotations

from ui.navigation import PAGES, ROOT


def test_pages__each_have_a_script_and_an_address_of_their_own():
    pages = PAGES.records()
    assert all((ROOT / str(page.script)).is_file() for page in pages)
    assert len({page.name for page in pages}) == len({page.title for page in pages}) == len(pages)


def test_pages__keep_their_addresses_and_their_order():
    assert PAGES.names() == (
        *("home", "data", "regulators", "infer", "runs", "network", "regulons"),
        *("compare", "accuracy", "speedup", "storage", "sagemaker"),
    )
