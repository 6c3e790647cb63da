"""Paths in texts, as people of a server with login know them: from their own home.

The server's folders, and the folders of others, are not shown to them.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import streamlit as st

from genie3_engine.people import server_home
from ui import server_settings

_BEGIN = r"(?<![\w.-])"  # else it is the end of another folder's path
_BELOW = r"(?:/people/[a-z2-7]{26}|/group)?(/|(?![\w-]|\.\w))"


def from_home(text: str) -> str:
    """Return a text whose paths in the server's home begin at the home of a person.

    Parameters
    ----------
    text : str
        An error, a log or a command; it stays as it is on a server without login, where the one
        person knows the machine.

    Examples
    --------
    ``/srv/genie3/people/27qgvkfq265667nvaq5k4ihhaq/uploads/a.tsv`` becomes ``uploads/a.tsv``.
    """
    if not server_settings.has_login():
        return text
    home = server_home()
    for place in {str(home), str(Path(home).resolve())}:
        path = f"{_BEGIN}{re.escape(place)}{_BELOW}"
        text = re.sub(path, lambda found: "" if found[1] else "the home", text)
    return text


def offer_command(reason: str, *command: object) -> None:
    """Show a command for what a page cannot do.

    Parameters
    ----------
    reason : str
        Why it cannot, a sentence.
    *command : object
        The command's words, paths among them; they are quoted for a shell.
    """
    who = "Its administrator can, in a terminal in your home:"
    how = who if server_settings.has_login() else "In a terminal:"
    st.info(f"{reason} {how}", icon=":material/info:")
    st.code(shlex.join(from_home(str(word)) for word in command), language="sh")
