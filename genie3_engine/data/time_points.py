"""Read times of samples: plain numbers, and numbers with a unit such as ``30 min`` or ``2h``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from genie3_engine.data.io.text.cell_values import is_missing, number
from genie3_engine.errors import InputError

# The words of each unit; the names of the units that can be converted are keys of `_SECONDS`.
_UNITS = {
    "s": "s sec secs second seconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours hpi hpf hpt hps",
    "d": "d day days dpi dpf dpt dps",
    "week": "w wk wks week weeks wpi",
    "month": "month months",
    "year": "y yr yrs year years",
}
_SECONDS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400, "week": 604_800}
UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?"
# Other single letters before a number name samples, such as S1.
_FIRST = [word for word in UNIT_OF if len(word) > 1 or word in "dh"]
_BEFORE = r"time ?points?|time|tp|t|" + "|".join(sorted(_FIRST, key=len, reverse=True))
_AFTER = "|".join(sorted(UNIT_OF, key=len, reverse=True))
_TIME = re.compile(
    rf"(?:(?P<before>{_BEFORE})[ _=]?)?(?P<number>{_NUMBER})[ _]?(?P<after>{_AFTER})?", re.I
)
_DATE = re.compile(r"0\d\.\d\d(?!\d)")  # no program writes a number so
_MAY_BE_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}(?!\d)")
_HEADER_UNIT = re.compile(r"[a-z]+")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One time: a number, and its unit where it has one.

    Parameters
    ----------
    value : float
        The number.
    unit : str
        ``s``, ``min``, ``h``, ``d``, ``week``, ``month``, ``year``, or nothing.
    """

    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """The times of samples in one unit.

    Parameters
    ----------
    values : tuple of float
        One per sample; NaN where there is none.
    unit : str
        Their unit; empty where it is not given.
    note : str
        What was converted, one sentence; empty where nothing was.
    """

    values: tuple[float, ...]
    unit: str = ""
    note: str = ""


def time_point(text: str) -> TimePoint | None:
    """Read one time.

    Parameters
    ----------
    text : str
        A number, alone or with a unit before or after it.

    Returns
    -------
    TimePoint or None
        None for any other text.

    Examples
    --------
    >>> time_point("30 min"), time_point("t0"), time_point("day 3"), time_point("late")
    (TimePoint(value=30.0, unit='min'), TimePoint(value=0.0, unit=''), \
TimePoint(value=3.0, unit='d'), None)
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        value = number(text)
        return None if value is None or not math.isfinite(value) else TimePoint(value)
    before, after = (found["before"] or "").lower(), (found["after"] or "").lower()
    if UNIT_OF.get(before) and after:
        return None
    value = float(found["number"])
    return TimePoint(value, UNIT_OF.get(after or before, "")) if math.isfinite(value) else None


def unit_of_header(header: str) -> str:
    """Return the unit that a header names, such as ``h`` for ``time (hours)``; empty without one.

    Examples
    --------
    >>> unit_of_header("Time (min)"), unit_of_header("hpi"), unit_of_header("time")
    ('min', 'h', '')
    """
    words = _HEADER_UNIT.findall(header.lower())
    return next((UNIT_OF[word] for word in words if word in UNIT_OF and len(word) > 1), "") or (
        UNIT_OF.get(words[-1], "") if words and len(words[-1]) == 1 else ""
    )


def read_times(entries: Sequence[str], *, header: str = "time") -> Times:
    """Read a column of times, and give them one unit.

    Parameters
    ----------
    entries : sequence of str
        One per sample; empty and missing entries are samples of no time.
    header : str
        The column's name, whose unit holds for numbers without one.

    Returns
    -------
    Times
        The times, converted to the smallest unit where there are several.

    Raises
    ------
    InputError
        When an entry is not a time, or units cannot be converted, naming the value.
    """
    if any("," in entry for entry in entries):
        entries = _with_points(entries, header)
    else:
        _refuse_odd_points(entries, header)
    points: list[TimePoint | None] = []
    for entry in entries:
        if is_missing(entry):
            points.append(None)
            continue
        point = time_point(entry)
        if point is None:
            raise InputError(
                f"'{entry.strip()}' in column '{header}' of the sample sheet is not a time.",
                "Give a number, alone or with a unit such as '30 min' or '2 h', and leave the "
                "cell empty for a steady state.",
            )
        points.append(point)
    return _in_one_unit(points, entries, header)


def _with_points(entries: Sequence[str], header: str) -> list[str]:
    """Return entries with decimal points in place of commas; thousands are not known from them."""
    for entry in entries:
        if re.search(r"\d,\d{3}(?!\d)", entry) or entry.count(",") > 1 or "." in entry:
            raise _two_ways(next(each for each in entries if "," in each), header)
    return [entry.replace(",", ".") for entry in entries]


def _refuse_odd_points(entries: Sequence[str], header: str) -> None:
    """Refuse points that may stand between thousands or in dates, such as 1.440 and 01.02."""
    pointed = [entry for entry in entries if "." in entry]
    dated = next((entry for entry in pointed if _DATE.match(entry.strip())), None)
    if dated is not None:
        raise _two_ways(dated, header)
    some_are_whole = any("." not in entry and not is_missing(entry) for entry in entries)
    if pointed and some_are_whole and all(map(_MAY_BE_THOUSANDS.match, map(str.strip, pointed))):
        raise _two_ways(pointed[0], header)


def _two_ways(entry: str, header: str) -> InputError:
    return InputError(
        f"'{entry.strip()}' in column '{header}' of the sample sheet can be read in two ways.",
        "Write times with a decimal point and without marks between thousands, and give the time "
        "since the start in place of a date.",
    )


def _in_one_unit(points: Sequence[TimePoint | None], entries: Sequence[str], header: str) -> Times:
    usual = unit_of_header(header)
    has_units = any(point is not None and point.unit for point in points)
    units: dict[str, str] = {}
    for point, entry in zip(points, entries, strict=True):
        if point is not None and (point.value or point.unit):  # a zero is one in every unit
            units.setdefault(point.unit or usual, entry.strip())
    if "" in units and has_units:
        other = next(unit for unit in units if unit)
        raise InputError(
            f"Time '{units['']}' of the sample sheet has no unit, and '{units[other]}' has one.",
            "Give all times in one unit.",
        )
    if len(units) < 2:
        unit = next(iter(units), usual)
        return Times(tuple(math.nan if each is None else each.value for each in points), unit)
    fixed = [unit for unit in units if unit not in _SECONDS]
    if fixed:
        other = next(unit for unit in units if unit != fixed[0])
        raise InputError(
            f"Times '{units[fixed[0]]}' and '{units[other]}' of the sample sheet have units that "
            "cannot be converted.",
            "Give all times in one unit.",
        )
    smallest = min(units, key=_SECONDS.__getitem__)
    values = tuple(
        math.nan
        if each is None
        else each.value * _SECONDS[each.unit or usual or smallest] / _SECONDS[smallest]
        for each in points
    )
    examples = " and ".join(f"'{text}'" for text in list(units.values())[:_SHOWN])
    return Times(values, smallest, f"Times such as {examples} are converted to {smallest}.")
