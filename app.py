"""Streamlit server and router: start the page that the browser asks for.

``streamlit run app.py`` imports this file once as a server, then runs it as a script for every
session.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from ui import (
    colour_scheme,
    errors,
    guards,
    kernels,
    layout,
    page_imports,
    people,
    server_settings,
    sign_in,
    streamlit_patches,
    uploads,
)
from ui.navigation import RUNS, offered

UI = Path(__file__).parent / "ui"

# The folder pages/ makes Streamlit look for pages of its older kind until st.navigation has run
# once in the server; a link to a page as the first request would meet "Page not found".
PagesManager.uses_pages_directory = False
streamlit_patches.apply()


def decline(_: Request) -> Response:
    """Tell a browser that opened a page by its link to look for the server at the root.

    It tries below the page's own path first; any answer but 2xx sends it on, and one below 400
    leaves no error in its console.
    """
    return Response(status_code=300)


def show() -> None:
    """Run the page that the browser asks for."""
    st.set_page_config(page_title="GENIE3", page_icon=layout.page_icon(), layout="wide")
    st.logo((UI / "logo.svg").read_text(encoding="utf-8"), size="large")
    st.html(UI / "page.css")
    colour_scheme.follow()
    uploads.follow_limit()
    is_in = sign_in.is_done()
    pages = [layout.streamlit_page(page) for page in offered()]
    page = st.navigation(pages, position="sidebar" if is_in else "hidden")
    if not is_in:
        return
    if server_settings.has_login():
        from ui import sharing  # its caches need a server that is at work

        sign_in.way_out()
        people.record_login()
        sharing.choose_home()
        if page is pages[0] and people.is_at_group():
            layout.go(RUNS)  # there is nothing to begin with
    with errors.shown():
        people.show_unreadable_folders()
        page.run()


@asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    """Prepare the first page and the first run while the server answers already."""
    page_imports.begin()
    async with kernels.compiled_in_background(server):
        yield


settings = server_settings.settings()
app = st.App(
    __file__,
    secrets=settings.streamlit_secrets(),
    lifespan=lifespan,
    middleware=guards.middleware(settings),
    routes=[Route(settings.path + "/{page}/_stcore/{probe:path}", decline)],
    on_script_error=errors.show_unexpected,
)
if __name__ == "__main__":
    show()
