"""A page from outside the program, registered in one place."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT
from tests.waiting import HANG_SECONDS
from ui.navigation import PAGES, PageInfo

SCRIPT = """
import streamlit as st

from ui import layout

layout.head("Enrichment", "Gene sets that are enriched among targets.")
st.text("drawn by a package of its own")
"""


@pytest.fixture
def app(home, tmp_path):
    script = tmp_path / "enrichment.py"
    script.write_text(SCRIPT)
    page = PageInfo("enrichment", "Enrichment", ":material/bubble_chart:", str(script))
    with PAGES.registered("enrichment", page):
        yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=HANG_SECONDS).run()


def test_page__from_outside_is_drawn_in_the_navigation(app, tmp_path):
    app.switch_page(str(tmp_path / "enrichment.py")).run()
    assert not app.exception
    assert app.title[0].value == "Enrichment"
    assert app.text[0].value == "drawn by a package of its own"


def test_page__from_outside_comes_after_the_built_in_ones(app):
    assert PAGES.names()[-2:] == ("people", "enrichment")
