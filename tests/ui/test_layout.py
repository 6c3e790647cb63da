"""Parts that every page has."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT
from tests.waiting import HANG_SECONDS
from ui import layout
from ui.navigation import HOME, PAGES


def page() -> None:
    from ui import layout

    layout.head("A title", "What the page is for.")
    layout.empty("**Nothing yet.**")


def test_head_and_empty__show_the_title_the_purpose_and_the_message():
    app = AppTest.from_function(page, default_timeout=HANG_SECONDS).run()
    assert not app.exception
    assert app.title[0].value == "A title"
    assert app.caption[0].value == "What the page is for."
    assert app.markdown[0].value == "**Nothing yet.**"


def test_streamlit_page__of_home_alone_is_the_default(monkeypatch):
    monkeypatch.chdir(ROOT)
    pages = {each.name: layout.streamlit_page(each) for each in PAGES.records()}
    assert [name for name, each in pages.items() if each._default] == [HOME.name]
