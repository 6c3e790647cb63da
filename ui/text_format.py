"""How are numbers, times, methods and other people's names written for a reader?"""

from __future__ import annotations

import re
from datetime import datetime

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>:&^=])")
_ICON = re.compile(r":(?=material/|streamlit:)")  # read by Streamlit even when it is escaped
_NOT_IN_FILE_NAMES = re.compile(r"[^\w.-]+|\.\.+")
_LONGEST_FILE_NAME = 60
_WORD_JOINER = "\u2060"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


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


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number and its noun, such as ``1 gene`` or ``4,000 genes``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """Return a length of time in at most two units, such as ``1 min 20 s``."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def speed(per_second: float) -> str:
    """Return how fast targets are computed, such as ``240 targets/min``."""
    per_minute = 60 * per_second
    return f"{per_minute:,.0f} targets/min" if per_minute >= 10 else f"{per_minute:.1f} targets/min"


def age(then: float | None, now: float) -> str:
    """Return how long ago a moment was, roughly; empty when the moment is unknown."""
    if then is None:
        return ""
    past = now - then
    if past < _MINUTE:
        return "just now"
    if past < _HOUR:
        return f"{int(past // _MINUTE)} min ago"
    if past < _DAY:
        return f"{int(past // _HOUR)} h ago"
    return count(int(past // _DAY), "day") + " ago"


def dollars(amount: float) -> str:
    """Return an amount of money with two digits at least that say something."""
    if amount == 0 or amount >= 0.1:
        return f"${amount:,.2f}"
    return f"${amount:.2g}" if amount >= 0.0001 else "below $0.0001"


def size(n_bytes: float) -> str:
    """Return an amount of data in the unit that suits it, such as ``12 MB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if n_bytes < 1000:
            return (
                f"{n_bytes:.0f} {unit}"
                if n_bytes >= 10 or unit == "bytes"
                else (f"{n_bytes:.1f} {unit}")
            )
        n_bytes /= 1000
    return f"{n_bytes:.1f} TB"


def moment(written: str) -> float | None:
    """Return an ISO 8601 time as seconds since the epoch; None when it is none."""
    try:
        return datetime.fromisoformat(written).timestamp()
    except ValueError:
        return None
