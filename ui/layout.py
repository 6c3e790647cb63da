"""What does every page begin with, and what does it show when it has nothing to show?"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

HOME = "pages/home/page.py"
DATA = "pages/data/page.py"
INFER = "pages/infer/page.py"
RUNS = "pages/runs/page.py"
NETWORK = "pages/network/page.py"
ACCURACY = "pages/accuracy/page.py"
SPEEDUP = "pages/speedup/page.py"
SAGEMAKER = "pages/sagemaker/page.py"


def head(title: str, purpose: str) -> None:
    """Show a page's name and the one line that says what it is for."""
    st.title(title, anchor=False)
    st.caption(purpose)


def empty(message: str, *links: tuple[str, str, str], key: str = "empty") -> None:
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
                st.page_link(page, label=label, icon=icon)
        st.space("small")


def go(page: str, **query: str) -> None:
    """Leave for another page, with a query in the address."""
    parameters: Mapping[str, str] = query
    st.switch_page(page, query_params=parameters)
