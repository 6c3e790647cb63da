"""Which pages are there, and which of them is asked for?

``streamlit run app.py`` imports this file once as a server, then runs it as a script for every
session.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from ui import errors
from ui.streamlit_patches import ignore_stale_fragments

UI = Path(__file__).parent / "ui"

# The folder pages/ makes Streamlit look for pages of its older kind until st.navigation has run
# once in the server; a link to a page as the first request would meet "Page not found".
PagesManager.uses_pages_directory = False
ignore_stale_fragments()


def decline(_: Request) -> Response:
    """Tell a browser that opened a page by its link to look for the server at the root.

    It tries below the page's own path first; any answer but 2xx sends it on, and one below 400
    leaves no error in its console.
    """
    return Response(status_code=300)


def show() -> None:
    """Run the page that the browser asks for."""
    st.set_page_config(page_title="GENIE3", page_icon=UI / "icon.png", layout="wide")
    st.logo((UI / "logo.svg").read_text(encoding="utf-8"), size="large")
    st.html(UI / "page.css")
    page = st.navigation(
        [
            st.Page("pages/home/page.py", title="Home", icon=":material/home:", default=True),
            st.Page("pages/data/page.py", title="Data", icon=":material/table:", url_path="data"),
            st.Page("pages/infer/page.py", title="Infer", icon=":material/tune:", url_path="infer"),
            st.Page("pages/runs/page.py", title="Runs", icon=":material/list:", url_path="runs"),
            st.Page(
                "pages/network/page.py", title="Network", icon=":material/hub:", url_path="network"
            ),
            st.Page(
                "pages/accuracy/page.py",
                title="Accuracy",
                icon=":material/target:",
                url_path="accuracy",
            ),
            st.Page(
                "pages/speedup/page.py",
                title="Speed-up",
                icon=":material/speed:",
                url_path="speedup",
            ),
            st.Page(
                "pages/sagemaker/page.py",
                title="SageMaker",
                icon=":material/cloud:",
                url_path="sagemaker",
            ),
        ]
    )
    with errors.shown():
        page.run()


app = st.App(
    __file__,
    routes=[Route("/{page}/_stcore/{probe:path}", decline)],
    on_script_error=errors.show_unexpected,
)
if __name__ == "__main__":
    show()
