import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.planning import workload_of
from genie3_engine.planning.runtime_model import (
    computing_seconds,
    duration_here,
    sampling_error,
    tree_scale,
    writing_seconds,
)
from tests.planning.pilots import pilot, spec

SIZES = st.integers(1, 50_000)


def here(n_trees=100, n_targets=1000, of=None):
    targets = None if n_targets == 1000 else tuple(f"g{i:05d}" for i in range(n_targets))
    work = workload_of(spec(n_trees, targets=targets), 1000, 100)
    return duration_here(work, of or pilot(), n_links=n_targets)


def test_duration_here__by_hand():
    found = here()
    # 1000 targets of 1 s in two places, and half a target's time until the second place is empty.
    assert found.step_seconds["computing"] == pytest.approx(500.25)
    assert found.wall_seconds == pytest.approx(500.25 + 0.5 + 0.1 + 0.2 + 0.4 + 0.3)
    low, high = found.interval()
    assert low < found.wall_seconds < high


def test_tree_scale__keeps_the_part_that_does_not_grow():
    assert tree_scale(pilot(), 1000) == pytest.approx(10.0)
    assert tree_scale(pilot(fixed_seconds=0.5), 1000) == pytest.approx(5.5)


def test_computing_seconds__fewer_targets_than_places_take_one_turn():
    assert computing_seconds(2.0, 1, 8) == 2.0
    assert computing_seconds(2.0, 4, 8) == pytest.approx(2.0 * (4 + 1.5) / 4)


def test_writing_seconds__ten_million_links_take_about_two_seconds():
    assert 1.5 < writing_seconds(10_000_000) < 3.0


def test_sampling_error__vanishes_when_every_target_was_measured():
    assert sampling_error(pilot(), 10) == 0.0
    assert sampling_error(pilot(), 100_000) == pytest.approx(
        np.std((0.8, 1.2) * 5, ddof=1) / math.sqrt(10), rel=1e-3
    )
    assert sampling_error(pilot(target_seconds=(1.0,)), 1000) > 0.4


def test_duration_here__a_busy_machine_makes_it_less_sure():
    calm, busy = here(), here(of=pilot(slot_seconds=20.0))
    assert busy.wall_seconds > 1.9 * calm.wall_seconds
    assert busy.relative_error > 3 * calm.relative_error


@given(a=SIZES, b=SIZES)
def test_duration_here__more_trees_never_take_less(a, b):
    few, many = sorted((a, b))
    assert here(few).wall_seconds <= here(many).wall_seconds


@given(a=st.integers(1, 3000), b=st.integers(1, 3000))
def test_duration_here__more_targets_never_take_less(a, b):
    few, many = sorted((a, b))
    assert here(n_targets=few).wall_seconds <= here(n_targets=many).wall_seconds + 1e-9


def test_duration_here__interval_covers_synthetic_runs():
    rng = np.random.default_rng(0)
    n_covered = 0
    for _ in range(200):
        seconds = rng.gamma(4.0, 0.25, 1000)
        measured = seconds[rng.choice(1000, 24, replace=False)]
        speed = rng.normal(1.0, 0.03)
        tried = pilot(target_seconds=tuple(measured), slot_seconds=float(measured.sum()))
        low, high = here(of=tried).interval()
        n_covered += low <= speed * seconds.sum() / 2 + 1.5 <= high
    assert n_covered >= 170
