import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.errors import OptionError
from genie3_engine.model import COMPILED, ENGINES, SCIKIT_LEARN, ConfidenceSpec, LayoutSpec
from genie3_engine.planning import (
    COUNTS,
    Experience,
    InstanceType,
    Outcome,
    catalogue,
    cheapest_within,
    fastest_within,
    forecast,
    hardware_factors,
    offer,
    offers,
    pareto_front,
    past_of,
)
from tests.planning.pilots import pilot, shape, spec


@pytest.fixture
def found(tmp_path):
    return forecast(
        spec(1000), shape(20_000, 100), pilot(), past=Experience(), home_folder=tmp_path
    )


def test_offer__by_hand(found, monkeypatch):
    monkeypatch.setattr(hardware_factors, "local_speed", lambda machine: 2.0)
    machine = InstanceType("ml.m5.test", 4, 2, 16 * 2**30, 3.6, 1.0)
    one = offer(found, machine, n_instances=10)
    # 2000 targets of 10 s here, 20 s there; two cores do 2.5 cores' work for four threads.
    computing = 20 * 2000 * (2.5 / (1 + 3 * ENGINES[COMPILED].worker_loss)) ** -1
    assert one.billed_seconds == pytest.approx(
        computing + hardware_factors.BILLED_STARTUP_SECONDS + ENGINES[COMPILED].compile_seconds,
        rel=0.01,
    )
    assert one.dollars == pytest.approx(one.billed_seconds / 1000 * 10)
    assert one.spot_dollars == pytest.approx(one.billed_seconds / 3600 * 10)
    assert not one.is_spot_assumed
    assert one.low_seconds < one.wall_seconds < one.high_seconds
    assert one.fits


def test_offer__learns_from_runs_on_its_family(found):
    slow = Outcome("ml.c5 | compiled", 400.0, 300.0, 600.0, 400.0, 410.0, thread_ratio=2.0)
    taught = replace(found, outcomes=(slow,) * 12)
    for name, grows in (("ml.c5.xlarge", True), ("ml.m5.xlarge", False)):
        machine = catalogue().named(name)
        assert (
            offer(taught, machine).billed_seconds > offer(found, machine).billed_seconds
        ) is grows
    assert past_of(offers(taught, catalogue()))[0].startswith("ml.c5: Of the last 12 runs")


def test_offer__too_little_memory_says_how_much(found):
    tiny = InstanceType("ml.c5.tiny", 2, 1, 2**30, 0.1)
    one = offer(replace(found, pilot=pilot(compute_bytes=10**9)), tiny)
    assert not one.fits
    assert "too little memory: up to" in one.reason
    assert one not in pareto_front([one])
    assert cheapest_within([one], 1000) is None


def test_offer__without_a_price_has_no_dollars(found):
    one = offer(found, catalogue().named("ml.m4.xlarge"))
    assert (one.dollars, one.spot_dollars) == (None, None)
    assert fastest_within([one], 1e9) is None


def test_offer__of_no_instances_is_refused(found):
    with pytest.raises(OptionError, match="number of instances is 0"):
        offer(found, catalogue().instances[0], n_instances=0)


def test_pareto_front__holds_whatever_nobody_beats(found):
    all_offers = offers(found, catalogue(), counts=COUNTS)
    front = pareto_front(all_offers)
    assert len(front) > 3
    for one, other in itertools.pairwise(front):
        assert one.dollars < other.dollars
        assert one.wall_seconds > other.wall_seconds
    for one in all_offers:
        if one.fits and one.dollars is not None:
            assert any(
                best.dollars <= one.dollars and best.wall_seconds <= one.wall_seconds * 1.0101
                for best in front
            )


def test_wishes__keep_to_their_limits(found):
    all_offers = offers(found, catalogue(), counts=COUNTS)
    cheap = cheapest_within(all_offers, 1.0)
    assert cheap.hours <= 1.0
    assert not [one for one in all_offers if one.dollars and one.dollars < cheap.dollars
                and one.hours <= 1.0 and one.fits]  # fmt: skip
    fast = fastest_within(all_offers, 20.0)
    assert fast.dollars <= 20.0
    assert cheapest_within(all_offers, 0.001) is None
    with pytest.raises(OptionError):
        cheapest_within(all_offers, float("nan"))
    with pytest.raises(OptionError):
        fastest_within(all_offers, 0.0)


@settings(max_examples=30)
@given(a=st.integers(1, 64), b=st.integers(1, 64), place=st.integers(0, 32))
def test_offer__more_instances_never_take_longer(a, b, place, tmp_path_factory):
    home = tmp_path_factory.getbasetemp()
    run = forecast(spec(1000), shape(20_000), pilot(), past=Experience(), home_folder=home)
    few, many = sorted((a, b))
    machine = catalogue().instances[place]
    assert (
        offer(run, machine, n_instances=many).wall_seconds
        <= offer(run, machine, n_instances=few).wall_seconds
    )


def test_offer__scikit_learn_in_processes_may_not_fit(tmp_path):
    run = replace(spec(engine=SCIKIT_LEARN), layout=LayoutSpec(n_processes=64, n_jobs=1))
    tried = pilot(targets_at_once=64, n_workers=64, n_genes_read=50_000)
    found = forecast(run, shape(50_000, 200), tried, past=Experience(), home_folder=tmp_path)
    one = offer(found, catalogue().named("ml.c7i.16xlarge"))
    assert "64 x 1 threads" in one.reason


def test_offer__shares_the_replicates_over_the_instances(tmp_path):
    def billed(confidence, n_instances):
        estimate = forecast(
            spec(1000, confidence=confidence),
            shape(20_000, 100),
            pilot(),
            past=Experience(),
            home_folder=tmp_path,
        )
        machine = catalogue().instances[0]
        return offer(estimate, machine, n_instances=n_instances).billed_seconds

    more = [billed(ConfidenceSpec(), count) - billed(None, count) for count in (1, 10)]
    assert more[0] == pytest.approx(10 * more[1], rel=0.05)
    assert more[0] > 0.4 * billed(None, 1)
