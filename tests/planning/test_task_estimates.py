from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.model import COMPILED, ENGINES
from genie3_engine.planning import Experience, forecast
from genie3_engine.planning.task_estimates import on_tasks
from tests.planning.pilots import pilot, shape, spec


@pytest.fixture
def found(tmp_path):
    return forecast(
        spec(1000), shape(20_000, 100), pilot(), past=Experience(), home_folder=tmp_path
    )


def test_on_tasks__by_hand(found):
    one = on_tasks(found, n_tasks=10, n_cores=4)
    # 2000 targets of 10 s of a core each, and four threads lose a little on each other.
    computing = 2000 * 10 / 4 * (1 + 3 * ENGINES[COMPILED].worker_loss)
    before = 0.5 + 0.1 + 0.2 + ENGINES[COMPILED].compile_seconds
    assert one.task_seconds == pytest.approx(computing + before, rel=0.01)
    assert one.wall_seconds == one.task_seconds + one.merge_seconds
    assert one.core_seconds == pytest.approx(40 * one.task_seconds + one.merge_seconds)
    assert one.low_seconds < one.wall_seconds < one.high_seconds
    assert one.memory_bytes > 0


def test_on_tasks__twice_as_many_take_half_the_time(found):
    few, many = (on_tasks(found, n_tasks=n_tasks, n_cores=4) for n_tasks in (4, 8))
    assert many.task_seconds == pytest.approx(few.task_seconds / 2, rel=0.05)
    assert many.core_seconds == pytest.approx(few.core_seconds, rel=0.05)


def test_on_tasks__learns_from_earlier_runs(found):
    slower = replace(found, past=replace(found.past, factor=2.0))
    usual, slow = (on_tasks(each, n_tasks=10, n_cores=4) for each in (found, slower))
    assert slow.task_seconds > 1.8 * usual.task_seconds
