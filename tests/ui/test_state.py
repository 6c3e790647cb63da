from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.waiting import HANG_SECONDS


def page() -> None:
    import streamlit as st

    from ui import state

    st.text(state.get(state.RUN))
    st.text(state.get(state.GENE))
    if st.button("choose", key="choose"):
        state.put(state.RUN, "b")
        state.put(state.GENE, None)


def shown(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def test_get__prefers_the_address():
    app = AppTest.from_function(page, default_timeout=HANG_SECONDS)
    app.query_params["run"] = "a"
    assert shown(app.run())[0] == "a"


def test_get__remembers_the_run_but_not_the_gene_when_the_address_is_bare():
    app = AppTest.from_function(page, default_timeout=HANG_SECONDS)
    app.query_params["run"] = "a"
    app.query_params["gene"] = "g"
    assert shown(app.run()) == ["a", "g"]
    app.query_params.clear()
    assert shown(app.run()) == ["a", "None"]


def test_put__reaches_the_address():
    app = AppTest.from_function(page, default_timeout=HANG_SECONDS)
    app.query_params["gene"] = "g"
    app.run().button(key="choose").click().run()
    assert app.query_params["run"] in ("b", ["b"])
    assert "gene" not in app.query_params


def table_page() -> None:
    import streamlit as st

    from ui import state

    key = state.table_key("table", ["a"], None)
    st.session_state[key] = {"selection": {"rows": []}}
    st.text(key)


def test_table_key__stays_while_no_row_is_chosen():
    app = AppTest.from_function(table_page, default_timeout=HANG_SECONDS)
    assert len({shown(app.run())[0] for _ in range(4)}) == 1


def uploader() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from ui import state

    def take(key: str) -> None:
        state.forget_upload(st.session_state[key])

    key = f"file_{state.n_uploads()}"
    st.file_uploader("A file", accept_multiple_files=True, key=key, on_change=take, args=(key,))
    kept = get_script_run_ctx().uploaded_file_mgr.file_storage
    st.text(str(sum(len(files) for files in kept.values())))


def test_forget_upload__takes_the_files_out_of_memory():
    app = AppTest.from_function(uploader, default_timeout=HANG_SECONDS).run()
    app.file_uploader[0].upload("a.csv", b"content", "text/csv").run()
    assert not app.exception
    assert shown(app) == ["0"]
