"""Tests of adding up where the time of several processes went."""

from __future__ import annotations

from genie3_engine.store.timings import in_turn, side_by_side


def report(computing, *, targets, peak):
    return {
        "seconds": {"starting": 1.0, "computing": computing, "total": computing + 1.0},
        "targets_computed": targets,
        "targets_total": targets,
        "target_seconds": 2 * computing,
        "peak_memory_bytes": peak,
        "machine": {"processor": f"{peak}"},
    }


def test_side_by_side__takes_the_steps_of_the_slowest_and_counts_all():
    reports = [report(3.0, targets=2, peak=7), report(5.0, targets=4, peak=6)]
    together = side_by_side(reports)
    assert together == {
        "seconds": {"starting": 1.0, "computing": 5.0, "total": 6.0},
        "targets_computed": 6,
        "targets_total": 6,
        "target_seconds": 16.0,
        "peak_memory_bytes": 7,
        "machine": {"processor": "7"},
        "hosts": reports,
    }
    assert side_by_side([]) == {}


def test_in_turn__adds_the_steps_of_both():
    second = {
        "seconds": {"starting": 2.0, "writing": 1.0, "total": 3.0},
        "n_links": 9,
        "machine": {"processor": "of the merge"},
    }
    both = in_turn(report(3.0, targets=2, peak=7), second)
    assert both["seconds"] == {"starting": 3.0, "computing": 3.0, "writing": 1.0, "total": 7.0}
    assert both["targets_computed"] == 2
    assert both["peak_memory_bytes"] == 7
    assert both["n_links"] == 9
    assert both["machine"] == {"processor": "7"}
    assert "replicate_seconds" not in both  # neither has any
