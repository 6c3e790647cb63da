"""Add up where the time of several processes of one run went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_COUNTED = ("targets_computed", "target_seconds", "replicate_seconds")


def side_by_side(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the timings of processes that shared the targets of a run at the same time.

    Parameters
    ----------
    reports : sequence of mapping
        The timings of each, as `RunReporter` writes them.

    Returns
    -------
    dict
        Steps are those of the process that took longest: it decides when all are done. Targets and
        the seconds of threads are sums, memory is the largest. ``hosts`` are the reports; empty
        without any.

    Examples
    --------
    >>> slow = {"seconds": {"computing": 3.0, "total": 3.0}, "targets_computed": 2}
    >>> fast = {"seconds": {"computing": 1.0, "total": 1.0}, "targets_computed": 4}
    >>> both = side_by_side([slow, fast])
    >>> both["seconds"]["total"], both["targets_computed"]
    (3.0, 6)
    """
    if not reports:
        return {}
    slowest = max(reports, key=lambda each: _seconds(each).get("total", 0.0))
    return {
        **reports[0],
        **_counts(reports),
        "seconds": _seconds(slowest),
        "targets_total": sum(each.get("targets_total", 0) for each in reports),
        "hosts": [dict(each) for each in reports],
    }


def in_turn(first: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Return the timings of two processes that worked on the same targets one after the other.

    Parameters
    ----------
    first, then : mapping
        The timings of each.

    Returns
    -------
    dict
        Seconds and targets are sums, memory is the largest; what both note otherwise, such as the
        machine, is that of the first: of the tasks, not of the process that ranks their links.
    """
    before, after = _seconds(first), _seconds(then)
    steps = {**before, **after}
    return {
        **then,
        **first,
        **_counts([first, then]),
        "seconds": {step: before.get(step, 0.0) + after.get(step, 0.0) for step in steps},
    }


def _seconds(report: Mapping[str, Any]) -> dict[str, float]:
    return dict(report.get("seconds", {}))


def _counts(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sums of what processes have counted, and the most memory that one has held."""
    sums = {
        name: sum(each.get(name, 0) for each in reports)
        for name in _COUNTED
        if any(name in each for each in reports)
    }
    peak = max((each.get("peak_memory_bytes", 0) for each in reports), default=0)
    return {**sums, "peak_memory_bytes": peak}
