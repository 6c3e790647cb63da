from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from genie3_engine.errors import Genie3Error, InputError
from genie3_engine.inference.layout import infer_targets
from tests.inference import fakes
from tests.inference.plans import (
    ROOT,
    TWO_PROCESSES,
    plan,
)
from tests.waiting import HANG_SECONDS, wait_until


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


def test_infer_targets__in_processes_libraries_have_one_thread():
    found = list(infer_targets(plan(TWO_PROCESSES, build=fakes.thread_counting_forests)))
    assert {links.oob_r2 for links in found} == {1.0}


def test_infer_targets__processes_are_deaf_to_the_signals_of_their_group():
    before = set(psutil.Process().children())  # such as the browser of other tests
    found = infer_targets(plan(TWO_PROCESSES, build=fakes.slow_forests))
    first = next(found)
    for child in set(psutil.Process().children()) - before:
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGUSR1)
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
