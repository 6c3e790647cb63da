"""Tests of reading HDF5 files in a separate process."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios
import threading

import psutil
import pytest

from genie3_engine.data.io.input_file import open_source
from genie3_engine.data.io.sandbox import client as sandbox
from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError
from tests.data.io.samples import GENES, WRITERS
from tests.waiting import wait_until

N_LOOKS = 10  # at a process that gets no time


@pytest.fixture
def loom(tmp_path):
    path = tmp_path / "cells.loom"
    WRITERS["loom"][1](path)
    return path


@pytest.fixture
def worker(loom):
    """Return the process that reads, which is running and idle."""
    read_expression(loom)
    yield only_worker()
    sandbox.close()


def only_worker():
    children = psutil.Process().children()
    return next(child for child in children if "sandbox" in " ".join(child.cmdline()))


def kind_by_worker(path):
    with open_source(path) as source:
        return sandbox.answer(source, "hdf5.safe_file", "top_of")


def error_of(path, read=read_expression):
    with pytest.raises(InputError) as caught:
        read(path)
    return caught.value


def test_answer__waits_for_a_machine_that_is_busy(loom, worker, monkeypatch):
    monkeypatch.setattr(sandbox, "_LOOK_SECONDS", 0.01)
    looks = threading.Semaphore(0)
    cpu_seconds = sandbox._Worker._cpu_seconds
    monkeypatch.setattr(
        sandbox._Worker, "_cpu_seconds", lambda self: looks.release() or cpu_seconds(self)
    )
    worker.suspend()

    def resume():
        for _ in range(N_LOOKS):
            looks.acquire()
        worker.resume()

    thread = threading.Thread(target=resume)
    thread.start()
    try:
        assert kind_by_worker(loom) == "loom"
    finally:
        thread.join()


def test_answer__calls_a_file_damaged_that_takes_too_much_computing(loom, worker, monkeypatch):
    monkeypatch.setattr(sandbox, "CPU_SECONDS", -1.0)
    monkeypatch.setattr(sandbox, "_LOOK_SECONDS", 0.0)
    worker.suspend()  # it would otherwise answer before the first look
    error = error_of(loom)
    assert error.code == "damaged"
    assert "computes for longer" in error.message
    monkeypatch.undo()
    assert read_expression(loom)[0].genes == GENES


def test_answer__calls_no_file_damaged_when_there_was_no_time(loom, worker, monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.0)
    worker.suspend()
    error = error_of(loom)
    assert error.code == "busy"
    assert "machine is busy" in error.message
    monkeypatch.undo()
    assert read_expression(loom)[0].genes == GENES


def is_read_by_nobody(pipe):
    """Return whether something was written into a pipe and waits there."""
    n_bytes = fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))
    return int.from_bytes(n_bytes, sys.byteorder) > 0


def when_asked(worker, code):
    """Send a signal to the process once it has a question, so that it ends without an answer."""
    worker.suspend()
    pipe = sandbox._WORKERS._worker._process.stdin

    def end():
        wait_until(lambda: is_read_by_nobody(pipe))
        worker.send_signal(code)
        worker.resume()

    thread = threading.Thread(target=end)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("code", "verdict", "pattern"),
    [(signal.SIGSEGV, "damaged", "crashes"), (signal.SIGKILL, "busy", "killed")],
)
def test_answer__tells_a_crash_from_a_kill(code, verdict, pattern, loom, worker):
    thread = when_asked(worker, code)
    error = error_of(loom, kind_by_worker)
    thread.join()
    assert error.code == verdict
    assert pattern in error.message
    assert read_expression(loom)[0].genes == GENES


def test_answer__asks_again_when_the_process_ended_idle(loom, worker, monkeypatch):
    monkeypatch.setattr(sandbox._Worker, "is_alive", property(lambda _: True))
    sandbox._WORKERS._worker._process.stdin.close()  # the process takes it for the end
    worker.wait()
    reader = os.fdopen(os.open(os.devnull, os.O_WRONLY), "wb")
    sandbox._WORKERS._worker._process.stdin = reader
    assert read_expression(loom)[0].genes == GENES


def test_answer__passes_on_what_the_reader_refuses(tmp_path):
    path = tmp_path / "cells.h5ad"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(500))
    error = error_of(path)
    assert error.code == "input"
    assert "damaged" in error.message
    assert path.name in error.message


def test_line__keeps_its_limit_within_a_line(monkeypatch):
    read, write = os.pipe()
    os.write(write, b"half a line")

    class Silent:
        pid, stdout = os.getpid(), os.fdopen(read, "rb")

    half = object.__new__(sandbox._Worker)
    half._process, half._received = Silent(), b""
    with pytest.raises(sandbox._TimedOutError):
        half._line(cpu_seconds=float("inf"), wall_seconds=0.0)
    os.close(write)
    Silent.stdout.close()
