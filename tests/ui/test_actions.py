"""The buttons that write."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.people import ADA, served
from tests.waiting import HANG_SECONDS


def page():
    import streamlit as st

    from genie3_engine.errors import RunError
    from ui import actions

    def write(number):
        if st.session_state.get("is_broken"):
            raise RunError("It cannot be done.", "Wait.")
        st.session_state.written = number

    st.write(f"Written: {st.session_state.get('written')}")
    if actions.button("Write", write, 3, key="write"):
        st.write("It went well.")


def test_button__writes_before_the_page_is_drawn():
    app = AppTest.from_function(page, default_timeout=HANG_SECONDS).run()
    app.button(key="write").click().run()
    assert [each.value for each in app.markdown] == ["Written: 3", "It went well."]


def test_button__shows_its_error_until_it_succeeds():
    app = AppTest.from_function(page, default_timeout=HANG_SECONDS)
    app.session_state["is_broken"] = True
    app.run()
    assert not app.error
    app.button(key="write").click().run()
    assert "It cannot be done" in app.error[0].value
    assert [each.value for each in app.markdown] == ["Written: None"]
    app.session_state["is_broken"] = False
    app.button(key="write").click().run()
    assert not app.error
    assert not app.exception


def test_button__writes_nothing_once_the_login_has_ended(home, monkeypatch):
    with served(home, monkeypatch) as lab:
        lab.at_work = ADA
        app = AppTest.from_function(page, default_timeout=HANG_SECONDS).run()
        lab.at_work = None  # a session that is still open
        app.button(key="write").click().run()
        assert "You are not logged in" in app.error[0].value
        assert not app.exception
        assert [each.value for each in app.markdown] == ["Written: None"]
