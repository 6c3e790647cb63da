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


def choice():
    import streamlit as st

    from genie3_engine.errors import StorageError
    from ui import actions

    def write():
        if st.session_state.get("is_broken"):
            raise StorageError("The disk is full.", "Free some space.")
        st.session_state.written = st.session_state.choice

    st.text_input("Choice", key="choice", on_change=actions.perform, args=("choice", write))
    actions.show_error("choice", may_repeat=True)
    st.write(f"Written: {st.session_state.get('written')}")


def test_show_error__offers_the_same_once_more_where_the_disk_refused():
    app = AppTest.from_function(choice, default_timeout=HANG_SECONDS)
    app.session_state["is_broken"] = True
    app.run()
    app.text_input(key="choice").set_value("this").run()
    assert "The disk is full" in app.error[0].value
    app.session_state["is_broken"] = False
    app.button(key="choice_again").click().run()
    assert not app.error
    assert app.markdown[0].value == "Written: this"
    assert not app.button


def test_button__writes_nothing_once_the_login_has_ended(home, monkeypatch):
    with served(home, monkeypatch) as lab:
        lab.at_work = ADA
        app = AppTest.from_function(page, default_timeout=HANG_SECONDS).run()
        lab.at_work = None  # a session that is still open
        app.button(key="write").click().run()
        assert "You are not logged in" in app.error[0].value
        assert not app.exception
        assert [each.value for each in app.markdown] == ["Written: None"]
