from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from genie3_engine.commands.interrupts import stop_on_signals

TWICE = """
import signal
from genie3_engine.commands.interrupts import stop_on_signals
with stop_on_signals() as should_stop:
    signal.raise_signal(signal.SIGINT)
    print(should_stop(), flush=True)
    signal.raise_signal(signal.SIGINT)
    print("never", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_on_signals__asks_for_a_stop_and_cleans_up(number):
    before = signal.getsignal(number)
    with stop_on_signals() as should_stop:
        assert not should_stop()
        signal.raise_signal(number)
        assert should_stop()
    assert signal.getsignal(number) is before


def test_stop_on_signals__second_signal_ends_at_once():
    run = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (130, "True\n")


def test_stop_on_signals__other_threads_cannot_be_interrupted():
    found = []

    def work():
        with stop_on_signals() as should_stop:
            found.append(should_stop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]
