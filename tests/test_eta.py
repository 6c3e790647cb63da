from __future__ import annotations

import heapq
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.eta import Expectation, TimeLeft

BEFORE = {"starting": 1.0, "reading": 0.5, "preparing": 0.5, "compiling": 0.5}


LAST_SECONDS = 50.0  # of some 600: single targets decide, which take up to 30


def expected(seconds_per_target, n_targets=100, writing=2.0):
    computing = seconds_per_target * n_targets
    return Expectation({**BEFORE, "computing": computing, "writing": writing}, n_targets)


def simulated(estimate, targets, *, at_once, compiling=15.0, writing=2.0, look=0.25):
    """Run through simulated targets; yield the true and the estimated time left, again and again.

    The kernels are compiled first, which the forecast does not know.
    """
    places, ends = [0.0] * at_once, []
    for seconds in targets:
        end = heapq.heappop(places) + seconds
        heapq.heappush(places, end)
        ends.append(end)
    ends.sort()
    begins = {"starting": 0.0, "reading": 1.0, "preparing": 1.5, "compiling": 2.0}
    begins["computing"] = begins["compiling"] + compiling
    begins["writing"] = begins["computing"] + ends[-1]
    end = begins["writing"] + writing
    events = [(moment, "begin", step) for step, moment in begins.items()]
    events += [(begins["computing"] + moment, "count", "") for moment in ends]
    events += [(look * n, "look", "") for n in range(int(end / look))]
    estimate.n_missing, estimate.at_once = len(targets), at_once
    for now, kind, step in sorted(events, key=lambda event: event[0]):
        if kind == "begin":
            estimate.begin(step, now)
        elif kind == "count":
            estimate.count(now)
        else:
            yield now, end - now, estimate.seconds_left(now)


def random_targets(seed, n=120, mean=10.0, spread=0.35):
    draw = random.Random(seed)
    return [mean * draw.lognormvariate(0.0, spread) for _ in range(n)]


@pytest.mark.parametrize("at_once", [1, 2, 8])
@pytest.mark.parametrize("error", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("seed", range(3))
def test_time_left__is_right_within_a_factor_of_two_from_the_first_second(seed, error, at_once):
    targets = random_targets(seed)
    estimate = TimeLeft(expected(10.0 * error / at_once))
    for now, left, told in simulated(estimate, targets, at_once=at_once):
        if left > LAST_SECONDS:
            assert told is not None
            assert left / 2 < told < left * 2, (now, left, told)


@pytest.mark.parametrize("at_once", [1, 2, 8])
@pytest.mark.parametrize("seed", range(3))
def test_time_left__without_a_forecast_is_silent_until_a_target_is_done(seed, at_once):
    targets = random_targets(seed)
    estimate = TimeLeft()
    for now, left, told in simulated(estimate, targets, at_once=at_once):
        if estimate.n_missing == len(targets):
            assert told is None
        elif left > LAST_SECONDS:
            assert left / 2 < told < left * 2, (now, left, told)


@pytest.mark.parametrize("error", [0.1, 10.0])
def test_time_left__settles_to_what_is_observed(error):
    targets = random_targets(1, n=400, mean=1.0)
    estimate = TimeLeft(expected(1.0 * error, n_targets=400))
    for _, left, told in simulated(estimate, targets, at_once=1):
        if 20 < estimate.n_missing < 200:
            assert told == pytest.approx(left, rel=0.35)


def test_time_left__follows_a_machine_that_becomes_slower():
    estimate = TimeLeft(n_missing=3_000)
    estimate.begin("computing", 0.0)
    now = 0.0
    for seconds in [1.0] * 1_000 + [3.0] * 500:
        now += seconds
        estimate.count(now)
    assert estimate.seconds_left(now) == pytest.approx(1_500 * 3.0, rel=0.05)


def test_time_left__grows_with_the_wait_for_the_first_target():
    estimate = TimeLeft(expected(1.0, n_targets=10), n_missing=10)
    estimate.begin("computing", 0.0)
    assert estimate.seconds_left(0.5) == pytest.approx(9.5 + 2.0)
    assert estimate.seconds_left(30.0) == pytest.approx(9 * (4 * 1.0 + 30.0) / 5 + 2.0)


def test_time_left__of_a_resumed_run_is_of_what_is_missing():
    estimate = TimeLeft(expected(1.0, n_targets=100), n_missing=25)
    estimate.begin("reading", 0.0)
    assert estimate.seconds_left(0.0) == pytest.approx(1.5 + 25.0 + 2.0)


@pytest.mark.parametrize("step", ["", "waiting", "merging"])
def test_time_left__is_unknown_in_steps_that_no_forecast_has(step):
    estimate = TimeLeft(expected(1.0), n_missing=100)
    estimate.begin(step, 0.0)
    assert estimate.seconds_left(0.0) is None


def test_time_left__is_unknown_once_the_run_is_overdue():
    estimate = TimeLeft(expected(1.0), n_missing=0)
    estimate.begin("writing", 0.0)
    assert estimate.seconds_left(1.5) == pytest.approx(0.5)
    assert estimate.seconds_left(2.5) is None


def test_targets_per_second__is_unknown_before_the_first_target():
    estimate = TimeLeft(expected(1.0), n_missing=100)
    estimate.begin("computing", 0.0)
    assert estimate.targets_per_second(1.0) is None
    estimate.count(1.0)
    assert estimate.targets_per_second(1.0) == pytest.approx(1.0)


SECONDS = st.floats(1e-3, 1e4)


@given(
    forecast=SECONDS,
    gaps=st.lists(SECONDS, max_size=300),
    waited=st.floats(0.0, 1e4),
    at_once=st.integers(1, 64),
    n_after=st.integers(1, 10_000),
)
def test_time_left__is_between_the_forecast_and_the_observed(
    forecast, gaps, waited, at_once, n_after
):
    """Not wilder than all targets at the slowest or the fastest speed that is known."""
    n_missing = len(gaps) + n_after
    estimate = TimeLeft(expected(forecast, n_missing, writing=0.0), n_missing, at_once)
    estimate.begin("computing", 0.0)
    now = 0.0
    for gap in gaps:
        now += gap
        estimate.count(now)
    told = estimate.seconds_left(now + waited) or 0.0
    slowest = max(forecast, waited, *gaps)
    in_first = (at_once + 1) / 2  # targets' worth of work that is done when the first one is
    fastest = min([forecast, *(gap / in_first for gap in gaps[:1]), *gaps[1:]])
    assert told <= n_after * slowest * (1 + 1e-9)
    assert told >= max(0, n_after - at_once) * fastest * (1 - 1e-9)


def test_time_left__expects_replicates_of_the_forecast_before_they_are_counted():
    steps = {"reading": 1.0, "computing": 10.0, "nulls": 4.0, "halves": 5.0, "evidence": 2.0}
    estimate = TimeLeft(Expectation(steps, 10), n_missing=10)
    estimate.begin("reading", 0.0)
    assert estimate.seconds_left(0.0) == pytest.approx(22.0)
    estimate.later = {"nulls": 2.0}
    assert estimate.seconds_left(0.0) == pytest.approx(1.0 + 12.0 + 2.0)


def test_time_left__counts_replicates_by_their_work():
    estimate = TimeLeft(n_missing=2, later={"halves": 5.0})
    estimate.begin("computing", 0.0)
    estimate.count(1.0)
    estimate.count(2.0)
    assert estimate.seconds_left(2.0) == pytest.approx(5.0)
    estimate.n_missing, estimate.weight, estimate.later = 100, 0.05, {}
    estimate.begin("halves", 2.0)
    assert estimate.seconds_left(2.0) == pytest.approx(5.0)
    for count in range(50):
        estimate.count(2.0 + 0.1 * (count + 1))  # twice as long as its share
    assert estimate.seconds_left(7.0) == pytest.approx(5.0, rel=0.3)
