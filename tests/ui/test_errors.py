from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.waiting import HANG_SECONDS
from ui.errors import with_labels


def page_with_a_user_error() -> None:
    import streamlit as st

    from genie3_engine.errors import InputError
    from ui import errors

    with errors.shown():
        raise InputError("Gene **x** <b> is\nmissing.", "Check it.")
    st.text("after")


def page_with_a_part() -> None:
    import streamlit as st

    from genie3_engine.errors import InputError
    from ui import errors

    def draw(what: str) -> None:
        raise InputError(f"{what} is missing.", "Check it.")

    errors.fragment(draw)("Gene x")
    st.text("after")


def page_with_a_bug() -> None:
    from ui import errors

    errors.show_unexpected(ZeroDivisionError("/secret/path"))


def page_whose_callback_is_refused() -> None:
    from ui import errors, people

    errors.show_unexpected(people.LoginRequiredError())


def test_show_unexpected__shows_an_error_with_a_remedy_as_such():
    app = AppTest.from_function(page_whose_callback_is_refused, default_timeout=HANG_SECONDS).run()
    assert [box.value for box in app.error] == ["**You are not logged in\\.**  \nLog in\\."]


def test_shown__puts_message_and_remedy_in_one_box_and_goes_on():
    app = AppTest.from_function(page_with_a_user_error, default_timeout=HANG_SECONDS).run()
    (box,) = app.error
    assert box.value == "**Gene \\*\\*x\\*\\* \\<b\\> is missing\\.**  \nCheck it\\."
    assert [text.value for text in app.text] == ["after"]
    assert not app.exception


def test_fragment__shows_the_error_of_a_part_in_its_place():
    app = AppTest.from_function(page_with_a_part, default_timeout=HANG_SECONDS).run()
    assert [box.value for box in app.error] == ["**Gene x is missing\\.**  \nCheck it\\."]
    assert [text.value for text in app.text] == ["after"]
    assert not app.exception


def test_show_unexpected__names_the_kind_and_no_details():
    app = AppTest.from_function(page_with_a_bug, default_timeout=HANG_SECONDS).run()
    (box,) = app.error
    assert "ZeroDivisionError" in box.value
    assert "secret" not in box.value


def test_with_labels__puts_labels_in_place_of_options():
    assert with_labels("No AWS region is given. Give --region.") == (
        "No AWS region is given. Give “Region”."
    )
    assert with_labels("Take --trees 100, --lag or a--trees.") == (
        "Take “Trees per target” 100, --lag or a--trees."
    )
