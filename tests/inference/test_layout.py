from __future__ import annotations

import threading

import psutil
import pytest

from genie3_engine.inference import plan as plans
from genie3_engine.inference.layout import infer_targets
from genie3_engine.model import PRECISION, ForestSpec, LayoutSpec
from tests.inference import fakes
from tests.inference.plans import (
    LAYOUTS,
    REFERENCE,
    TWO_PROCESSES,
    TWO_THREADS,
    bits,
    is_worker,
    plan,
)


@pytest.mark.parametrize("layout", [LayoutSpec(n_jobs=2), TWO_PROCESSES], ids=["jobs", "processes"])
def test_infer_targets__scikit_learn_gives_the_same_bits_for_every_layout(layout):
    build = plans.build_engine
    assert bits(infer_targets(plan(layout, build=build, forest=REFERENCE))) == bits(
        infer_targets(plan(build=build, forest=REFERENCE))
    )


@pytest.mark.parametrize("layout", [TWO_THREADS, LayoutSpec(n_processes=3, n_threads=2)])
def test_infer_targets__any_engine_gives_the_same_bits_for_every_layout(layout):
    assert bits(infer_targets(plan(layout, keep=4))) == bits(infer_targets(plan(keep=4)))


@pytest.mark.parametrize("layout", [TWO_THREADS, TWO_PROCESSES], ids=["threads", "processes"])
def test_infer_targets__precision_gives_the_same_bits_for_every_layout(layout):
    forest, build = ForestSpec(PRECISION), plans.build_engine
    whole = bits(infer_targets(plan(build=build, forest=forest)))
    some = bits(infer_targets(plan(layout, build=build, forest=forest, targets=[1, 4, 9])))
    links = slice(0, 3)  # there is no out-of-bag R²
    assert [row[links] for row in some] == [row[links] for row in whole if row[0] in {1, 4, 9}]


@LAYOUTS
def test_infer_targets__answers_for_the_targets_asked_only(layout):
    found = list(infer_targets(plan(layout, targets=[7, 2])))
    assert sorted(links.target for links in found) == [2, 7]
    assert all(links.regulators.size == 11 and links.seconds >= 0 for links in found)


def test_infer_targets__of_nothing_is_nothing():
    steps = []
    assert list(infer_targets(plan(targets=[]), on_step=steps.append)) == []
    assert steps == []


@LAYOUTS
def test_infer_targets__tells_its_steps(layout):
    steps = []
    list(infer_targets(plan(layout, build=fakes.compiling_forests), on_step=steps.append))
    assert steps == ["preparing", "compiling", "computing"]


@LAYOUTS
def test_infer_targets__stops_after_the_targets_under_way(layout):
    found = infer_targets(plan(layout, build=fakes.slow_forests), should_stop=lambda: True)
    assert len(list(found)) <= 2


@LAYOUTS
def test_infer_targets__yields_what_was_under_way_when_stopped(layout):
    asked = threading.Event()
    found = infer_targets(plan(layout, build=fakes.slow_forests), should_stop=asked.is_set)
    first = next(found)
    asked.set()
    rest = list(found)
    assert 1 <= 1 + len(rest) <= 6
    assert bits([first, *rest]) == bits(
        infer_targets(plan(targets=sorted(links.target for links in [first, *rest])))
    )


@LAYOUTS
def test_infer_targets__in_a_closed_iterator_nothing_goes_on(layout):
    found = infer_targets(plan(layout))
    next(found)
    found.close()
    assert not [child for child in psutil.Process().children() if is_worker(child)]


def test_infer_targets__passes_an_error_on_from_a_thread():
    with pytest.raises(ValueError, match="no forest for gene 5"):
        list(infer_targets(plan(TWO_THREADS, build=fakes.failing_forests)))
