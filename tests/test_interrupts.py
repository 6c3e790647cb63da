from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from genie3_engine.interrupts import stop_on_signals

TWICE = """
import signal
from genie3_engine.interrupts import stop_on_signals
with stop_on_signals(second_ends=True) as should_stop:
    signal.raise_signal(signal.SIGINT)
    print(should_stop(), flush=True)
    signal.raise_signal(signal.SIGINT)
    print("never", flush=True)
"""


@contextmanager
def handled(number, how):
    """Let a signal be handled so, whatever these tests were started with."""
    before = signal.signal(number, how)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize(
    ("number", "how"),
    [
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGINT, signal.SIG_IGN),  # a shell's background job
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGHUP, signal.SIG_DFL),
        (signal.SIGUSR1, signal.SIG_DFL),
        (signal.SIGUSR2, signal.SIG_DFL),
    ],
)
def test_stop_on_signals__asks_for_a_stop_and_cleans_up(number, how):
    with handled(number, how):
        with stop_on_signals(second_ends=True) as should_stop:
            assert not should_stop()
            signal.raise_signal(number)
            assert should_stop()
        assert signal.getsignal(number) is how


def test_stop_on_signals__leaves_nohup_alone():
    with handled(signal.SIGHUP, signal.SIG_IGN), stop_on_signals(second_ends=True) as should_stop:
        signal.raise_signal(signal.SIGHUP)
        assert not should_stop()


def test_stop_on_signals__second_signal_ends_at_once():
    run = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (130, "True\n")


def test_stop_on_signals__second_signal_of_a_launcher_changes_nothing():
    with stop_on_signals(second_ends=False) as should_stop:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert should_stop()


def test_stop_on_signals__tells_the_end_of_a_jobs_time_from_other_requests():
    with stop_on_signals(second_ends=True) as should_stop:
        signal.raise_signal(signal.SIGTERM)
        assert not should_stop.is_time_up
        signal.raise_signal(signal.SIGUSR1)  # it does not end the program
        assert should_stop.is_time_up
        assert should_stop()


def test_stop_on_signals__other_threads_cannot_be_interrupted():
    found = []

    def work():
        with stop_on_signals(second_ends=True) as should_stop:
            found.append(should_stop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]
