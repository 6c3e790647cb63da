"""Show errors in one box."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import ParamSpec

import streamlit as st

from genie3_engine.errors import Genie3Error
from genie3_engine.model import ErrorRecord, ForestSpec, LayoutSpec, settings_of
from genie3_engine.runs import LAUNCHERS
from ui import places, text_format

_LONGEST = 2_000
_Given = ParamSpec("_Given")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


def show(error: Genie3Error | ErrorRecord) -> None:
    """Show an error and its remedy in one box."""
    message, remedy = (
        text_format.plain(places.from_home(with_labels(text)), at_most=_LONGEST)
        for text in (error.message, error.remedy)
    )
    st.error(f"**{message}**  \n{remedy}" if remedy else message, icon=":material/error:")


def with_labels(text: str) -> str:
    """Return a text with the labels of settings in place of their command-line options.

    Parameters
    ----------
    text : str
        Of an error, such as ``Give --region.``; options of other commands stay.
    """
    labels = _labels()

    def label(match: re.Match[str]) -> str:
        name = labels.get(match.group())
        return match.group() if name is None else f"“{name}”"

    return _FLAG.sub(label, text)


@cache
def _labels() -> dict[str, str]:
    """Return the labels of all settings by their options."""
    settings = [*settings_of(ForestSpec).values(), *settings_of(LayoutSpec).values()]
    settings += [each for record in LAUNCHERS.records() for each in record.settings]
    return {each.flag: each.label for each in settings}


def show_unexpected(error: Exception) -> bool:
    """Show that the program itself is at fault; Streamlit writes the details to its log.

    One with a remedy, such as that of a callback after the end of a login, is shown as such.
    """
    if isinstance(error, Genie3Error):
        show(error)
        return True
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


def fragment(draw: Callable[_Given, None], *, every: float | None = None) -> Callable[_Given, None]:
    """Return a function that draws a part of a page which runs again alone.

    Parameters
    ----------
    draw : callable
        Draws the part. A `Genie3Error` that it raises is shown in its place: Streamlit passes none
        on from a part to its page.
    every : float, optional
        Seconds after which the part runs again by itself.
    """

    @wraps(draw)
    def drawn(*args: _Given.args, **named: _Given.kwargs) -> None:
        with shown():
            draw(*args, **named)

    return st.fragment(drawn, run_every=every)
