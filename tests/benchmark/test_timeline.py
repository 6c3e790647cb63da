from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.benchmark.timeline import MOST_BARS, run_timeline, timeline
from genie3_engine.model import ForestSpec, LayoutSpec, TargetSummary
from tests.simulated_networks import tiny_expression

FOREST = ForestSpec(n_trees=2)
SECONDS = {"starting": 1.0, "reading": 0.5, "computing": 4.0, "writing": 0.25}


def row(worker, began, elapsed, *, on_core=None):
    seconds = elapsed if on_core is None else on_core
    return TargetSummary(
        f"g{began}", 0.5, seconds, 3, worker=worker, began=1e9 + began, elapsed=elapsed
    )


def test_timeline__puts_the_first_target_where_computing_begins():
    found = timeline([row("1", 7, 2), row("2", 7.5, 1), row("1", 9, 2, on_core=1)], SECONDS)
    assert [(step.phase, step.begin, step.end) for step in found.steps] == [
        ("starting", 0, 1),
        ("reading", 1, 1.5),
        ("computing", 1.5, 5.5),
        ("writing", 5.5, 5.75),
    ]
    assert [(bar.worker, bar.begin, bar.end, bar.on_core) for bar in found.bars] == [
        (0, 1.5, 3.5, 1),
        (0, 3.5, 5.5, 0.5),
        (1, 2.0, 3.0, 1),
    ]
    assert found.end == 5.75
    assert (found.busy, found.on_core) == (5 / 8, 4 / 8)


def test_timeline__workers_are_sorted_by_their_numbers():
    rows = [row(each, 0, 1) for each in ("10", "9", "2.1", "1.12", "1.3")]
    assert timeline(rows, SECONDS).workers == ("1.3", "1.12", "2.1", "9", "10")


def test_timeline__merged_bars_lose_neither_idle_time_nor_waiting():
    many = 3 * MOST_BARS
    rows = [row("1", number, 0.5, on_core=0.25) for number in range(many)]
    found = timeline(rows, {"computing": float(many)})
    assert len(found.bars) <= MOST_BARS
    assert sum(bar.n_targets for bar in found.bars) == many
    busy = sum((bar.end - bar.begin) * bar.busy for bar in found.bars)
    on_core = sum((bar.end - bar.begin) * bar.on_core for bar in found.bars)
    assert (busy, on_core) == pytest.approx((many * 0.5, many * 0.25))
    assert found.sentence == (
        "the worker was on a core 25 % of the time, waited for one 25 % and had no target 50 %: "
        "there were more workers than free cores."
    )


def test_timeline__jobs_of_a_worker_share_its_time():
    found = timeline([row("1", 0, 2, on_core=4)], SECONDS, n_threads=4)
    assert found.bars[0].on_core == 0.5


def test_timeline__a_target_without_duration_divides_by_nothing():
    found = timeline([row("1", 0, 0.0)], SECONDS)
    assert (found.busy, found.on_core) == (0, 0)


def test_timeline__says_when_nothing_was_lost():
    found = timeline([row("1", 0, 2), row("2", 0, 2)], SECONDS)
    assert found.sentence == "the workers were on a core 100 % of the time."


def test_timeline__of_an_earlier_version_has_steps_alone():
    found = timeline([TargetSummary("a", 0.5, 1.0, 3)], SECONDS)
    assert (len(found.steps), found.workers, found.end) == (4, (), 5.75)
    assert "an earlier version" in found.sentence


def test_run_timeline__reads_what_a_run_has_recorded(home, tmp_path):
    layout = LayoutSpec(n_processes=2, n_threads=1)
    run = runs.infer(tiny_expression(), tmp_path / "run", layout=layout, forest=FOREST)
    found = run_timeline(run, runs.timings(run)["seconds"])
    assert set(found.workers) <= {"1", "2"}
    assert sum(bar.n_targets for bar in found.bars) == tiny_expression().n_genes
    assert 0 < found.on_core <= found.busy <= 1


def test_run_timeline__of_a_run_that_is_not_here_has_steps_alone(tmp_path):
    assert run_timeline(tmp_path, SECONDS) == timeline((), SECONDS)
