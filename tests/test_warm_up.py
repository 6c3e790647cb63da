from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from genie3_engine import warm_up
from genie3_engine.inference import boosting, compiled
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


@pytest.fixture
def compiled_kernels(monkeypatch, tmp_path):
    """Have kernels written to a file instead of compiled, with the process that does it."""
    file = tmp_path / "kernels"
    file.touch()

    def note(*kernel):
        with file.open("a") as lines:
            print(os.getpid(), *kernel, file=lines)

    monkeypatch.setattr(_jit, "CACHE_FOLDER", tmp_path)
    monkeypatch.setattr(
        compiled,
        "compile_kernels",
        lambda *size, has_random_splits: note(*size, has_random_splits),
    )
    monkeypatch.setattr(boosting, "compile_kernels", lambda: note("boosting"))
    return lambda: [line.split(maxsplit=1) for line in file.read_text().splitlines()]


def test_main__compiles_each_kernel_in_a_process_of_its_own(compiled_kernels):
    assert warm_up.main([]) == os.EX_OK
    processes, kernels = zip(*compiled_kernels(), strict=True)
    assert kernels == (
        *(f"{n} {m} {method}" for method in (False, True) for n, m in compiled.KERNEL_SIZES),
        "boosting",
    )
    assert len({*processes, str(os.getpid())}) == len(kernels) + 1


def test_main__compiles_nothing_where_the_code_cannot_be_stored(compiled_kernels, monkeypatch):
    monkeypatch.setattr(_jit, "CACHE_FOLDER", None)
    assert warm_up.main([]) == os.EX_OK
    assert not compiled_kernels()


def test_main__goes_on_after_a_kernel_that_cannot_be_compiled(compiled_kernels, monkeypatch):
    kernels = compiled.compile_kernels

    def compile_kernels(n_samples, n_levels, *, has_random_splits):
        if n_samples == 257:
            os._exit(1)  # as the system ends a process that takes too much memory
        kernels(n_samples, n_levels, has_random_splits=has_random_splits)

    monkeypatch.setattr(compiled, "compile_kernels", compile_kernels)
    assert warm_up.main([]) == os.EX_SOFTWARE
    assert len(compiled_kernels()) == 2 * len(compiled.KERNEL_SIZES) - 1
