from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from genie3_engine import warm_up
from genie3_engine.inference import compiled
from genie3_engine.jobs.process import environment, start_of
from genie3_engine.kernels import _jit
from tests.waiting import HANG_SECONDS, wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(3600)"]
PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid())])
print(child.pid, flush=True)
"""
WATCHER = """
import sys
from genie3_engine import warm_up
warm_up._end_with(int(sys.argv[1]))
"""


@pytest.fixture
def started(monkeypatch):
    """Commands that `in_background` starts, each replaced by one that waits."""
    commands = []
    real = subprocess.Popen

    def start(command, **options):
        commands.append(command)
        return real(SLEEPER, **options)

    monkeypatch.setattr(warm_up.subprocess, "Popen", start)
    monkeypatch.delenv(warm_up.VARIABLE, raising=False)
    return commands


def test_in_background__starts_a_process_that_ends_with_the_block(started):
    with warm_up.in_background() as process:
        assert process.poll() is None
        assert started[0][-2:] == ["--parent", str(os.getpid())]
    assert process.poll() is not None


def test_in_background__starts_nothing_when_it_is_switched_off(started, monkeypatch):
    monkeypatch.setenv(warm_up.VARIABLE, warm_up.OFF)
    with warm_up.in_background() as process:
        assert process is None
    assert not started


def test_in_background__goes_on_without_a_process(monkeypatch, caplog):
    def refuse(*_, **__):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(warm_up.subprocess, "Popen", refuse)
    monkeypatch.delenv(warm_up.VARIABLE, raising=False)
    with warm_up.in_background() as process:
        assert process is None
    assert "not compiled in advance" in caplog.text


def test_in_background__ends_with_a_parent_that_was_killed():
    parent = subprocess.run(
        [sys.executable, "-c", PARENT, WATCHER],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    child = int(parent.stdout)
    wait_until(lambda: start_of(child) is None)


def test_alone__waits_for_the_other_process(tmp_path):
    entered = threading.Event()

    def second():
        with warm_up.alone(tmp_path):
            entered.set()

    thread = threading.Thread(target=second)
    with warm_up.alone(tmp_path):
        thread.start()
        assert not entered.wait(0.1)
    assert entered.wait(HANG_SECONDS)
    thread.join()


@pytest.mark.parametrize("is_stored", [True, False])
def test_main__compiles_every_size_where_the_code_can_be_stored(monkeypatch, tmp_path, is_stored):
    seen = []
    monkeypatch.setattr(_jit, "CACHE_FOLDER", tmp_path if is_stored else None)
    monkeypatch.setattr(
        compiled,
        "compile_kernels",
        lambda *size, has_random_splits: seen.append((has_random_splits, size)),
    )
    assert warm_up.main([]) == os.EX_OK
    every = [(method, size) for method in (False, True) for size in compiled.KERNEL_SIZES]
    assert seen == (every if is_stored else [])
