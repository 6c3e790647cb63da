"""Escape and shorten other people's text for Markdown and for file names."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>:&^=])")
_ICON = re.compile(r":(?=material/|streamlit:)")  # read by Streamlit even when it is escaped
_NOT_IN_FILE_NAMES = re.compile(r"[^\w.-]+|\.\.+")
_LONGEST_FILE_NAME = 60
_WORD_JOINER = "\u2060"


def plain(text: str, *, at_most: int = 80) -> str:
    """Return a user's text for a place that reads Markdown, so that it is shown as it is.

    Parameters
    ----------
    text : str
        A name from a file or a form.
    at_most : int
        Longer text is cut and ends in an ellipsis.
    """
    line = _ICON.sub(f":{_WORD_JOINER}", shorten(text, at_most=at_most))
    return _MARKDOWN.sub(r"\\\1", line)


def shorten(text: str, *, at_most: int = 80) -> str:
    """Return a user's text on one line, cut when it is long."""
    line = " ".join(text.split())
    return line if len(line) <= at_most else f"{line[: at_most - 1]}…"


def file_name(text: str) -> str:
    """Return a user's text as a part of a file's name: letters, digits, never a path."""
    kept = _NOT_IN_FILE_NAMES.sub("-", text)
    return kept[:_LONGEST_FILE_NAME].strip("-.") or "network"
