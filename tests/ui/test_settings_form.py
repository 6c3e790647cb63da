from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.waiting import HANG_SECONDS


def two_pages():
    import streamlit as st

    from genie3_engine.model.settings import Choice, Setting
    from ui import settings_form

    words = (Choice("sqrt", "Square root"), Choice("all", "All"))
    settings = (
        Setting(
            name="k", label="K", help="H.", default="sqrt", kind="integer", choices=words, minimum=1
        ),
        Setting(name="n_trees", label="Trees", help="H.", default=10, kind="integer", minimum=1),
        Setting(name="threads", label="Threads", help="H.", kind="integer", unset="all cores"),
        Setting(name="limit", label="Limit", help="H.", default=7200, kind="duration", minimum=60),
        Setting(name="share", label="Share", help="H.", default=0.5, kind="number"),
        Setting(name="spot", label="Spot", help="H.", default=False, kind="boolean"),
        Setting(name="region", label="Region", help="H.", default=""),
        Setting(name="type", label="Type", help="H.", default="", choices=words, pattern="[a-z]+"),
        Setting(name="subnets", label="Subnets", help="H.", default=(), kind="list"),
        Setting(
            name="method",
            label="Method",
            help="H.",
            default="a",
            kind="choice",
            choices=tuple(Choice(each, each.upper()) for each in "abcdefgh"),
            is_advanced=True,
        ),
    )
    if st.radio("Page", ["form", "other"], key="page") == "form":
        if st.button("Again", key="again"):
            settings_form.prefill(settings, {"k": 7, "limit": 1800, "region": "eu"}, prefix="a_")
        st.session_state["values"] = settings_form.form(settings, {"share": 0.25}, prefix="a_")


def test_form__returns_first_values():
    app = AppTest.from_function(two_pages, default_timeout=HANG_SECONDS).run()
    assert not app.exception
    assert app.session_state["values"] == {
        "k": "sqrt",
        "n_trees": 10,
        "threads": None,
        "limit": 7200,
        "share": 0.25,
        "spot": False,
        "region": "",
        "type": "",
        "subnets": (),
        "method": "a",
    }


def test_form__keeps_every_value_while_another_page_is_shown():
    app = AppTest.from_function(two_pages, default_timeout=HANG_SECONDS).run()
    app.session_state["a_k"] = "number"
    app = app.run()
    app.number_input(key="a_k_number").set_value(50)
    app.number_input(key="a_n_trees").set_value(20)
    app.number_input(key="a_threads").set_value(3)
    app.number_input(key="a_limit").set_value(0.5)
    app.number_input(key="a_share").set_value(0.75)
    app.toggle(key="a_spot").set_value(True)
    app.text_input(key="a_region").set_value("us-east-1")
    app.selectbox(key="a_type").set_value("all")
    app.text_input(key="a_subnets").set_value("one, two")
    app.selectbox(key="a_method").set_value("f")
    app.run()
    chosen = {
        "k": 50,
        "n_trees": 20,
        "threads": 3,
        "limit": 1800,
        "share": 0.75,
        "spot": True,
        "region": "us-east-1",
        "type": "all",
        "subnets": ("one", "two"),
        "method": "f",
    }
    assert app.session_state["values"] == chosen
    del app.session_state["values"]
    app.radio(key="page").set_value("other").run()
    app.radio(key="page").set_value("form").run()
    assert app.session_state["values"] == chosen


def test_prefill__sets_the_named_values_only():
    app = AppTest.from_function(two_pages, default_timeout=HANG_SECONDS).run()
    app.number_input(key="a_n_trees").set_value(20).run()
    app.button(key="again").click().run()
    values = app.session_state["values"]
    assert (values["k"], values["limit"], values["region"], values["n_trees"]) == (
        7,
        1800,
        "eu",
        20,
    )
