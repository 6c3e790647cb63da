"""Words for numbers, durations, sizes, states and steps, the same wherever people read them."""

from __future__ import annotations

from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

STATES = {
    "queued": "Queued",
    "running": "Running",
    "stopping": "Stopping",
    "done": "Done",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "lost": "Lost",
    "unknown": "Unknown",
}
# What a run, an experiment or a job in a cloud is doing.
STEPS = {
    "starting": "Starting",
    "waiting": "Waiting for its turn",
    "launching": "Waiting for instances",
    "interrupted": "Interrupted: waiting for other machines",
    "downloading": "Downloading the data to the instances",
    "installing": "Installing packages",
    "uploading": "Uploading",
    "collecting": "Downloading the links",
    "reading": "Reading the data",
    "preparing": "Preparing the data",
    "compiling": "Compiling",
    "computing": "Growing forests",
    "nulls": "Growing null forests",
    "halves": "Growing forests on halves of the samples",
    "observing": "Inferring both networks",
    "permuting": "Permuting the labels",
    "judging": "Judging the links",
    "refining": "Further permutations of targets that may have changed",
    "writing": "Ranking the links",
    "evidence": "Judging the links",
    "simulating": "Simulating the data",
    "warming up": "Warming up, so that compiling is not measured",
    "stopping": "Stopping the runs",
    "measuring": "Measuring",
}
# Parts of a run's time, in order.
PHASES = {
    "waiting": "Waiting",
    "starting": "Start-up",
    "reading": "Reading",
    "preparing": "Preparing",
    "compiling": "Compiling",
    "computing": "Computing",
    "nulls": "Null forests",
    "halves": "Halves of the samples",
    "writing": "Ranking and writing",
    "evidence": "Evidence",
}
# Those that only a run with evidence for its links has.
EVIDENCE_PHASES = ("nulls", "halves", "evidence")
# What a step counts, where that is not targets.
_COUNTED = {"nulls": "null forest", "halves": "forest"}


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number and its noun, such as ``1 gene`` or ``4,000 genes``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float, *, digits: int = 0) -> str:
    """Return a share in percent, with one digit more where it is below 2 %."""
    value = 100 * share
    if 0 < value < 2 and digits == 0:
        return f"{value:.1f} %"
    return f"{value:.{digits}f} %"


def proportion(part: float, whole: float) -> str:
    """Return a part of a whole in percent, never 0 or 100 when it is not."""
    value = 100 * part / whole if whole else 0.0
    if value == 0:
        return "0 %"
    if value < 0.1:
        return "less than 0.1 %"
    if value < 1 or 99 < value < 100:
        return f"{min(value, 99.9):.1f} %"
    return f"{value:.0f} %"


def duration(seconds: float) -> str:
    """Return a length of time in at most two units, such as ``1 min 20 s``."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    for large, unit, small, smaller_unit in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if whole >= large:
            rest = whole % large // small
            return f"{whole // large} {unit}" + (f" {rest} {smaller_unit}" if rest else "")
    return f"{whole} s"


def clock(seconds: float) -> str:
    """Return a length of time as ``1:20`` or ``2:01:20``, from a day on as ``1 d 3 h``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def estimate(seconds: float) -> str:
    """Return an uncertain length of time, with two or three digits."""
    for limit, unit, name in ((100, 1, "s"), (6000, _MINUTE, "min"), (360_000, _HOUR, "h")):
        if seconds < limit:
            amount = seconds / unit
            return f"{amount:.0f} {name}" if amount >= 10 else f"{amount:.1f} {name}"
    return f"{seconds / _DAY:.1f} days"


def per_minute(per_second: float, unit: str = "") -> str:
    """Return a speed per minute, such as ``240/min`` or ``240 targets/min``."""
    speed = 60 * per_second
    amount = f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}"
    return f"{amount} {unit}/min" if unit else f"{amount}/min"


def age(then: float | None, now: float) -> str:
    """Return how long ago a moment was, roughly; empty if the moment is unknown."""
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


def moment(written: str) -> float | None:
    """Return an ISO 8601 time as seconds since the epoch; None for any other text."""
    try:
        return datetime.fromisoformat(written).timestamp()
    except ValueError:
        return None


def dollars(amount: float) -> str:
    """Return an amount of money with at least two significant digits."""
    if amount == 0 or amount >= 0.1:
        return f"${amount:,.2f}"
    return f"${amount:.2g}" if amount >= 0.0001 else "below $0.0001"


def core_hours(core_seconds: float) -> str:
    """Return seconds of cores as hours of them.

    Examples
    --------
    >>> core_hours(90 * 60), core_hours(400 * 3600), core_hours(20)
    ('1.5', '400', '0.0056')
    """
    hours = core_seconds / _HOUR
    return f"{hours:,.0f}" if hours >= 10 else f"{hours:.2g}"


def size(n_bytes: float) -> str:
    """Return an amount of data in a suitable unit, such as ``12 MB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if n_bytes < 1000:
            is_whole = n_bytes >= 10 or unit == "bytes"
            return f"{n_bytes:.0f} {unit}" if is_whole else f"{n_bytes:.1f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.1f} TB"


def step(name: str) -> str:
    """Return a step in words; empty if there is none."""
    return STEPS.get(name, name.capitalize())


def counted(step: str) -> str:
    """Return what a step counts, in the singular."""
    return _COUNTED.get(step, "target")
