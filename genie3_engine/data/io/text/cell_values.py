"""Read one cell of a text table: a number, a missing value, or text."""

from __future__ import annotations

import math
import re

MISSING_SPELLINGS = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "nil", "missing", ".", "-", "?"}
    | {"#na", "<na>", "nd", "n.d.", "#value!", "#div/0!", "#ref!", "#num!", "#name?"}
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?", re.ASCII)
_INFINITE = re.compile(r"[+-]?(inf|infinity|1\.#inf\w*)", re.ASCII | re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)
_GROUPED = re.compile(rf"{_THOUSANDS.pattern}(\.\d+)?", re.ASCII)


def is_missing(cell: str) -> bool:
    """Return whether a cell is empty or spells that its value is missing."""
    return cell.strip().lower() in MISSING_SPELLINGS


def number(cell: str, *, decimal: str = ".") -> float | None:
    """Read one cell.

    Parameters
    ----------
    cell : str
        Its text, spaces around it allowed.
    decimal : '.' or ','
        The decimal sign.

    Returns
    -------
    float or None
        The number; NaN for a missing value; infinity where it is spelt or too large for a
        float; None when the cell holds text.
    """
    text = cell.strip()
    if decimal == "." and "_" not in text and text.isascii():  # float reads 1_000 and more digits
        try:
            value = float(text)
        except ValueError:
            pass
        else:
            if math.isfinite(value):
                return value
    if decimal == ",":
        text = text.replace(",", ".", 1) if "." not in text else "text"
    if _NUMBER.fullmatch(text):
        return float(text.replace("d", "e").replace("D", "e"))
    if text.lower() in MISSING_SPELLINGS:
        return math.nan
    if _INFINITE.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return None


def is_value(cell: str, *, decimal: str = ".") -> bool:
    """Return whether a cell may be among numbers: a number, infinity or a missing value."""
    return number(cell, decimal=decimal) is not None


def is_number(cell: str, *, decimal: str = ".") -> bool:
    """Return whether a cell holds a number."""
    value = number(cell, decimal=decimal)
    return value is not None and not math.isnan(value)


def is_grouped(cell: str) -> bool:
    """Return whether a cell's commas may part thousands, as in ``12,345``, or be decimal signs."""
    return _THOUSANDS.fullmatch(cell.strip()) is not None


def without_groups(cell: str) -> str | None:
    """Return a number without the commas between thousands; None for any other cell.

    Examples
    --------
    >>> without_groups("1,234.5"), without_groups("1234.5"), without_groups("1,2")
    ('1234.5', None, None)
    """
    return cell.replace(",", "") if _GROUPED.fullmatch(cell) else None


def decimal_sign(cells: list[str]) -> str:
    """Return which decimal sign a table uses.

    Parameters
    ----------
    cells : list of str
        Cells among its numbers.

    Returns
    -------
    str
        A comma when some cell can only be read so (``0,25``) and none has a point; else a point.
        Cells such as ``1,234`` alone decide nothing, they may be thousands.
    """
    stripped = [cell.strip() for cell in cells]
    commas = [cell for cell in stripped if "," in cell and _DECIMAL_COMMA.fullmatch(cell)]
    if not commas:
        return "."
    points = any("." in cell and _NUMBER.fullmatch(cell) for cell in stripped)
    if not points and not all(_THOUSANDS.fullmatch(cell) for cell in commas):
        return ","
    return "."
