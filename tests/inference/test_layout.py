from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from genie3_engine.errors import Genie3Error, InputError
from genie3_engine.inference import plan as plans
from genie3_engine.inference.layout import InferencePlan, infer_targets
from genie3_engine.model import COMPILED, SCIKIT_LEARN, ForestSpec, LayoutSpec
from tests.inference import fakes
from tests.waiting import HANG_SECONDS, wait_until

ROOT = Path(__file__).parents[2]
ALL = np.arange(12, dtype=np.int32)
REFERENCE = ForestSpec(n_trees=5, seed=3, engine=SCIKIT_LEARN)
ONE, TWO_THREADS = LayoutSpec(n_threads=1), LayoutSpec(n_threads=2)
TWO_PROCESSES = LayoutSpec(n_processes=2, n_threads=1)
LAYOUTS = pytest.mark.parametrize(
    "layout", [ONE, TWO_THREADS, TWO_PROCESSES], ids=["one", "threads", "processes"]
)


def plan(layout=ONE, *, build=fakes.hash_forests, forest=None, keep=None, targets=ALL):
    return InferencePlan(
        open_expression=fakes.small_expression,
        regulators=ALL,
        targets=np.asarray(targets, np.int32),
        forest=forest or ForestSpec(seed=3),
        keep=keep,
        layout=layout,
        build=build,
    )


def bits(found):
    return sorted(
        (links.target, links.regulators.tobytes(), links.importance.tobytes(), links.oob_r2)
        for links in found
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


def is_worker(process):
    """Return whether a live process was spawned to infer targets.

    Other tests of the same session may leave children that have ended and are not yet reaped.
    """
    try:
        command = process.cmdline()
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return False
    return "spawn_main" in " ".join(command) and "tracker" not in command[-1]


def test_infer_targets__says_which_signal_killed_a_process():
    with pytest.raises(Genie3Error, match="signal 9 \\(SIGKILL\\)") as caught:
        list(infer_targets(plan(TWO_PROCESSES, build=fakes.killed_forests)))
    assert "fewer processes" in caught.value.remedy


def test_infer_targets__says_which_code_a_process_ended_with():
    with pytest.raises(Genie3Error, match="exit code 3"):
        list(infer_targets(plan(TWO_PROCESSES, build=fakes.exiting_forests)))


def test_infer_targets__passes_a_users_error_on_from_a_process():
    with pytest.raises(InputError, match="too many samples") as caught:
        list(infer_targets(plan(TWO_PROCESSES, build=fakes.refusing_forests)))
    assert caught.value.remedy == "Take fewer."


def test_infer_targets__passes_an_unforeseen_error_on_from_a_process(capfd):
    with pytest.raises(Genie3Error, match="ValueError: no forest for gene 5"):
        list(infer_targets(plan(TWO_PROCESSES, build=fakes.failing_forests)))
    assert "Traceback" in capfd.readouterr().err


def test_infer_targets__passes_an_unforeseen_error_on_from_a_process_that_gets_ready(capfd):
    with pytest.raises(Genie3Error, match="TypeError: no such engine"):
        list(infer_targets(plan(TWO_PROCESSES, build=fakes.broken_forests)))
    assert "Traceback" in capfd.readouterr().err


def test_infer_targets__passes_an_error_on_from_a_thread():
    with pytest.raises(ValueError, match="no forest for gene 5"):
        list(infer_targets(plan(TWO_THREADS, build=fakes.failing_forests)))


def test_infer_targets__in_processes_libraries_have_one_thread():
    found = list(infer_targets(plan(TWO_PROCESSES, build=fakes.thread_counting_forests)))
    assert {links.oob_r2 for links in found} == {1.0}


def test_infer_targets__processes_are_deaf_to_the_signals_of_their_group():
    found = infer_targets(plan(TWO_PROCESSES, build=fakes.slow_forests))
    first = next(found)
    for child in psutil.Process().children():
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGTERM)
    assert len([first, *found]) == 12


def test_infer_targets__processes_end_with_their_parent():
    program = textwrap.dedent("""
        from tests.inference.test_layout import TWO_PROCESSES, fakes, infer_targets, plan
        if __name__ == "__main__":
            next(infer_targets(plan(TWO_PROCESSES, build=fakes.endless_forests)))
    """)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as parent:
        watched = psutil.Process(parent.pid)
        wait_until(lambda: len(watched.children()) >= 3)  # two and the resource tracker
        children = watched.children()
        os.kill(parent.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=HANG_SECONDS)
    assert alive == []


@pytest.mark.parametrize(
    ("layout", "engine", "expected"),
    [
        (LayoutSpec(n_threads=3, n_processes=2), COMPILED, (2, 3)),
        (LayoutSpec(), COMPILED, (1, 8)),
        (LayoutSpec(n_processes=3), COMPILED, (3, 2)),
        (LayoutSpec(n_processes=99), COMPILED, (12, 1)),
        (LayoutSpec(n_threads=3, n_processes=2, n_jobs=4), SCIKIT_LEARN, (2, 1)),
    ],
)
def test_inference_plan__counts_processes_and_threads(monkeypatch, layout, engine, expected):
    monkeypatch.setattr(plans, "usable_cores", lambda: 8)
    counted = plan(layout, forest=ForestSpec(engine=engine))
    assert (counted.n_processes, counted.n_threads) == expected
