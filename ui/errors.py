"""Show errors in one box."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from genie3_engine.errors import Genie3Error
from genie3_engine.model import ErrorRecord
from ui import text_format

_LONGEST = 2_000


def show(error: Genie3Error | ErrorRecord) -> None:
    """Show an error and its remedy in one box."""
    message = text_format.plain(error.message, at_most=_LONGEST)
    remedy = text_format.plain(error.remedy, at_most=_LONGEST)
    st.error(f"**{message}**  \n{remedy}" if remedy else message, icon=":material/error:")


def show_unexpected(error: Exception) -> bool:
    """Show that the program itself is at fault; Streamlit writes the details to its log."""
    st.error(
        f"**Something went wrong in the program itself ({type(error).__name__}).**  \n"
        "Your data and runs are safe. Load the page again; if it happens again, see the "
        "server's log.",
        icon=":material/error:",
    )
    return True


@contextmanager
def shown() -> Iterator[None]:
    """Show the `Genie3Error` that the block raises, and go on after the block."""
    try:
        yield
    except Genie3Error as error:
        show(error)
