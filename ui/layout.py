"""Parts that every page has: its head, and what it shows when it is empty."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.navigation import HOME, PageInfo


@cache
def page_icon() -> str:
    """Return the page's icon as an address that holds it, so that it needs no request."""
    icon = (Path(__file__).parent / "icon.png").read_bytes()
    return f"data:image/png;base64,{b64encode(icon).decode()}"


def head(title: str, purpose: str) -> None:
    """Show a page's name and one line about its purpose."""
    st.title(title, anchor=False)
    st.caption(purpose)


def empty(message: str, *links: tuple[PageInfo, str, str], key: str = "empty") -> None:
    """Show that there is nothing yet, and where to go.

    Parameters
    ----------
    message : str
        What is missing, and what to do.
    *links : (page, label, icon)
        The pages that help.
    key : str
        The widget key of the box.
    """
    with st.container(border=True, key=key, horizontal_alignment="center", gap="medium"):
        st.space("small")
        st.markdown(message, text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            for page, label, icon in links:
                page_link(page, label=label, icon=icon)
        st.space("small")


def page_link(page: PageInfo, *, label: str, icon: str, **options: Any) -> None:  # noqa: ANN401 -- st.page_link's own
    """Show a link to a page that is offered now; `options` are those of `st.page_link`."""
    if page.is_offered():
        st.page_link(streamlit_page(page), label=label, icon=icon, **options)


def go(page: PageInfo, **query: str) -> None:
    """Open another page, with a query in its address."""
    parameters: Mapping[str, str] = query
    st.switch_page(streamlit_page(page), query_params=parameters)


def streamlit_page(page: PageInfo) -> StreamlitPage:
    """Return the page as Streamlit's navigation takes it."""
    return st.Page(
        page.script,
        title=page.title,
        icon=page.icon,
        url_path=page.name,
        default=page == HOME,
        visibility="visible" if page.is_offered() else "hidden",
    )
