"""In which words are the results of an experiment told?"""

from __future__ import annotations

from collections.abc import Sequence

from genie3_engine.benchmark.scaling import SeriesFits, percent
from genie3_engine.benchmark.speedup import ResultRow

WORTH_SAYING = 0.02  # differences below 2 % are none, even without repeats
MISFIT = 0.05  # from which a law does not describe what was measured


def noise(rows: Sequence[ResultRow]) -> float:
    """Return the relative difference that these rows' repeats cannot tell from none."""
    return max(WORTH_SAYING, *(row.elapsed.share for row in rows if row.elapsed is not None))


def misfit(misses: float) -> str:
    """Say that a law does not describe what was measured; nothing when it does."""
    return f" (The law misses a point by {percent(misses)}.)" if misses > MISFIT else ""


def faster(ratio: float) -> str:
    """Say how much faster one thing is than another."""
    return f"{ratio:.1f} times as fast as" if ratio >= 2 else f"{percent(ratio - 1)} faster than"


def name(each: SeriesFits) -> str:
    """Return what a series is called at the start of a sentence."""
    one = each.series
    of = "" if one.n_targets is None else f" with {targets(one.n_targets)}"
    return f"{str(one.engine).capitalize()} by {one.kind}{of}"


def targets(number: int) -> str:
    """Return a number of targets."""
    return f"{number:,} target{'' if number == 1 else 's'}"


def workers(number: int) -> str:
    """Return a number of workers."""
    return f"{number} worker{'' if number == 1 else 's'}"


def cores(number: int) -> str:
    """Return a number of cores."""
    return f"{number} core{'' if number == 1 else 's'}"


def seconds(seconds: float) -> str:
    """Return seconds, exact where they are few."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:,.1f} s"
