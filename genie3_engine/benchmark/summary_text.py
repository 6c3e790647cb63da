"""Sentences of the summary of an experiment."""

from __future__ import annotations

from collections.abc import Sequence

from genie3_engine.benchmark.scaling import SeriesFits
from genie3_engine.benchmark.speedup import ResultRow
from genie3_engine.labels import count, percent

WORTH_SAYING = 0.02  # differences below 2 % are none, even without repeats
MISFIT = 0.05  # from which a law does not describe what was measured


def noise(rows: Sequence[ResultRow]) -> float:
    """Return the largest relative difference that repeats of these rows show by chance."""
    shares = (row.elapsed.share for row in rows if row.elapsed is not None)
    return max((WORTH_SAYING, *shares))


def misfit(misses: float) -> str:
    """State that a law does not describe what was measured; nothing when it does."""
    return f" (The law misses a point by {percent(misses)}.)" if misses > MISFIT else ""


def faster(ratio: float) -> str:
    """State how much faster one thing is than another."""
    return f"{ratio:.1f} times as fast as" if ratio >= 2 else f"{percent(ratio - 1)} faster than"


def name(each: SeriesFits) -> str:
    """Return what a series is called at the start of a sentence."""
    one = each.series
    of = "" if one.n_targets is None else f" with {count(one.n_targets, 'target')}"
    return f"{str(one.engine).capitalize()} by {one.kind}{of}"


def seconds(seconds: float) -> str:
    """Return seconds, exact where they are few."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:,.1f} s"
