"""Read HDF5 files in a separate process, because a damaged one can crash or stall the library.

The process has a limit on memory and on processor time. It starts when first needed and stays for
a while. Tables come back as plain arrays and JSON.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.sandbox.transfer import load_table
from genie3_engine.data.io.table import ReadOptions, Table, without_infinities
from genie3_engine.errors import InputError, OptionError

_WORKER = "genie3_engine.data.io.sandbox.worker"
_ROOT = Path(__file__).resolve().parents[4]
# Processor time is what a sound file costs on a machine however busy. Wall time ends a wait only
# where the process gets no processor time at all, or waits for a disk that does not answer.
CPU_SECONDS, CPU_SECONDS_PER_BYTE = 10.0, 2.0 / (1 << 20)
WALL_SECONDS, WALL_SECONDS_PER_BYTE = 300.0, 20.0 / (1 << 20)
_LOOK_SECONDS = 0.25
_KILLED = (-9, -15)  # by the system, short of memory, or by a person; the file may be sound


def isolated(module: str, function: str) -> Callable[[Source, ReadOptions], Table]:
    """Return a reader that calls another one in the separate process.

    Parameters
    ----------
    module : str
        A module of this package, by its last name.
    function : str
        A reader in it.

    Returns
    -------
    callable
        Reads a `Source` into a `Table`; raises what the other reader and `answer` raise.
    """

    def read(source: Source, options: ReadOptions) -> Table:
        folder = Path(tempfile.mkdtemp(prefix="genie3-read-"))
        try:
            asked = {**asdict(options), **_lists(options)}
            answer(source, module, function, options=asked, folder=str(folder))
            return without_infinities(load_table(folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return read


def answer(source: Source, module: str, function: str, **request: object) -> Any:  # noqa: ANN401 - JSON
    """Call a function in the separate process and return its answer.

    Parameters
    ----------
    source : Source
        The file to read.
    module, function : str
        What to call.
    **request : object
        Further arguments, in JSON's types.

    Raises
    ------
    InputError
        With the code ``damaged`` when the library crashes, or computes for much longer than a
        sound file of this size takes; with the code ``busy`` when the machine gave the process
        too little time or memory; else what the function raises.
    OptionError
        When the function raises one.
    """
    with source.on_disk() as path:
        size = path.stat().st_size
        question = {
            "path": str(path),
            "name": source.path.name,
            "size": size,
            "module": module,
            "function": function,
            **request,
        }
        try:
            reply = _WORKERS.ask(
                question,
                cpu_seconds=CPU_SECONDS + size * CPU_SECONDS_PER_BYTE,
                wall_seconds=WALL_SECONDS + size * WALL_SECONDS_PER_BYTE,
            )
        except _WorkerError as error:
            raise error.explained(source.path.name) from error
    if "error" in reply:
        kind, message, remedy, code = reply["error"]
        raise (OptionError if kind == "OptionError" else InputError)(message, remedy, code=code)
    return reply["answer"]


class _WorkerError(Exception):
    """The process gave no answer."""

    code = "damaged"
    sentence = ""
    remedy = "Copy or export the file again."

    def explained(self, name: str) -> InputError:
        """Return the error to raise about a file."""
        return InputError(f"{name} {self.sentence}", self.remedy, code=self.code)


class _CrashedError(_WorkerError):
    sentence = "is damaged: the library that reads such files crashes on it."


class _StalledError(_WorkerError):
    sentence = (
        "is damaged: the library that reads such files computes for longer than any sound file of "
        "its size needs."
    )


class _TimedOutError(_WorkerError):
    code = "busy"
    sentence = "was not read in time: the machine is busy, or its disk does not answer."
    remedy = "Try again when the machine has less to do."


class _KilledError(_WorkerError):
    code = "busy"
    sentence = (
        "was not read: the process that reads it was killed, most likely because the machine is "
        "short of memory."
    )
    remedy = "Try again when more memory is free."


class _EndedError(_WorkerError):
    """The process ended by itself before it took the question."""

    code = "busy"
    sentence = "was not read: the process that reads it does not start."
    remedy = "Try again; if it happens again, check the installation with 'genie3 doctor'."


class _Worker:
    """One process that answers one question at a time."""

    def __init__(self) -> None:
        environment = dict(os.environ)
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *([known] if known else [])])
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-m", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._received = b""
        self._is_ready = False

    def ask(
        self, question: dict[str, Any], *, cpu_seconds: float, wall_seconds: float
    ) -> dict[str, Any]:
        """Return the answer.

        Raises
        ------
        _WorkerError
            When there is none; the process is ended.
        """
        try:
            if not self._is_ready:  # the start is not counted
                self._line(cpu_seconds=float("inf"), wall_seconds=WALL_SECONDS)
                self._is_ready = True
            self._write(json.dumps(question))
            line = self._line(cpu_seconds=cpu_seconds, wall_seconds=wall_seconds)
        except _WorkerError:
            self.close()
            raise
        except OSError as error:
            failure = self._failure()
            self.close()
            raise failure from error
        reply: dict[str, Any] = json.loads(line)
        if reply.get("last"):
            self.close()
        return reply

    @property
    def is_alive(self) -> bool:
        """True while it can answer a question of this process."""
        return self.owner == os.getpid() and self._process.poll() is None

    def close(self) -> None:
        """End it."""
        if self.owner != os.getpid():
            return
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()

    def _write(self, text: str) -> None:
        stream = self._process.stdin
        if stream is not None:
            stream.write(f"{text}\n".encode())
            stream.flush()

    def _line(self, *, cpu_seconds: float, wall_seconds: float) -> bytes:
        """Read a whole line; the limits hold until its end has come."""
        stream = self._process.stdout
        if stream is None:
            raise _EndedError
        end, spent = time.monotonic() + wall_seconds, self._cpu_seconds()
        while b"\n" not in self._received:
            if select.select([stream], [], [], _LOOK_SECONDS)[0]:
                content = os.read(stream.fileno(), 1 << 16)
                if not content:
                    raise self._failure()
                self._received += content
            elif self._cpu_seconds() - spent > cpu_seconds:
                raise _StalledError
            elif time.monotonic() > end:
                raise _TimedOutError
        line, _, self._received = self._received.partition(b"\n")
        return line

    def _cpu_seconds(self) -> float:
        """Return the processor time that the process has used; 0 once it has ended."""
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def _failure(self) -> _WorkerError:
        """Return why the process, which has closed its end, gave no answer."""
        code = self._process.wait()
        if code in _KILLED:
            return _KilledError()
        if code == 0 or not self._is_ready:
            return _EndedError()
        return _CrashedError()


class _Workers:
    """Shares one process among threads; starts another one where it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def ask(
        self, question: dict[str, Any], *, cpu_seconds: float, wall_seconds: float
    ) -> dict[str, Any]:
        """Ask the process; wait for other threads that do; see `_Worker.ask`."""
        with self._lock:
            if self._worker is not None and self._worker.is_alive:
                with contextlib.suppress(_EndedError):  # it ended idle just now
                    return self._worker.ask(
                        question, cpu_seconds=cpu_seconds, wall_seconds=wall_seconds
                    )
            self.close()
            self._worker = _Worker()
            return self._worker.ask(question, cpu_seconds=cpu_seconds, wall_seconds=wall_seconds)

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None


_WORKERS = _Workers()


def close() -> None:
    """End the separate process; the next file starts another one."""
    _WORKERS.close()


atexit.register(close)


def _lists(options: ReadOptions) -> dict[str, list[str]]:
    """Return the options that hold several texts, which JSON has as lists."""
    return {key: list(getattr(options, key)) for key in ("regulators", "set_aside", "keep")}
