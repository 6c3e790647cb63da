"""How is a file read by a library that a damaged file can crash, hang or make greedy?

HDF5 is such a library. It runs in a process of its own with a limit on memory and on time, which is
started when first needed and kept for a while. What it read comes back as plain arrays and JSON.
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
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from genie3_engine.data.input_file import Source
from genie3_engine.data.io.table import Asked, Table
from genie3_engine.data.io.table_transfer import load_table
from genie3_engine.errors import InputError, OptionError

_CHILD = "genie3_engine.data.io.sandbox_worker"
_START_SECONDS = 60.0
_BASE_SECONDS = 4.0
_BYTES_A_SECOND = 1 << 20
_ROOT = Path(__file__).resolve().parents[3]


def isolated(module: str, function: str) -> Callable[[Source, Asked], Table]:
    """Return a reader that calls another one in the process apart.

    Parameters
    ----------
    module : str
        Of this package, by its last name.
    function : str
        A reader in it.

    Returns
    -------
    callable
        Reads a `Source` into a `Table`. It raises what the other one raises, and an InputError
        when the library crashes, or takes much longer or more memory than a sound file needs.
    """

    def read(source: Source, asked: Asked) -> Table:
        folder = Path(tempfile.mkdtemp(prefix="genie3-read-"))
        try:
            request = {"asked": {**asdict(asked), "regulators": list(asked.regulators)}}
            answer(source, module, function, **request, folder=str(folder))
            return load_table(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return read


def answer(source: Source, module: str, function: str, **request: object) -> Any:  # noqa: ANN401 - JSON
    """Call a function of the process apart, and return its answer.

    Parameters
    ----------
    source : Source
        The file that it is about.
    module, function : str
        What to call.
    **request : object
        What else it needs, in JSON's types.

    Raises
    ------
    InputError, OptionError
        When it raises one, or does not answer.
    """
    with source.on_disk() as path:
        size = path.stat().st_size
        told = {
            "path": str(path),
            "name": source.path.name,
            "size": size,
            "module": module,
            "function": function,
            **request,
        }
        said = _CHILDREN.ask(told, seconds=_BASE_SECONDS + size / _BYTES_A_SECOND)
    if said is None:
        raise InputError(
            f"{source.path.name} is damaged: the library that reads such files crashes, stalls or "
            "needs more memory than any sound file of its size.",
            "Copy or export the file again.",
            code="damaged",
        )
    if "error" in said:
        kind, message, remedy, code = said["error"]
        raise (OptionError if kind == "OptionError" else InputError)(message, remedy, code=code)
    return said["answer"]


class _Child:
    """One process that answers one question at a time."""

    def __init__(self) -> None:
        environment = dict(os.environ)
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *([known] if known else [])])
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._is_ready = False

    def ask(self, told: dict[str, Any], *, seconds: float) -> dict[str, Any] | None:
        """Return the answer; None when there is none, which ends the process."""
        if not self._is_ready and self._line(_START_SECONDS) is None:
            return None
        self._is_ready = True
        try:
            self._write(json.dumps(told))
            line = self._line(seconds)
        except OSError:
            line = None
        if line is None:
            self.close()
            return None
        said: dict[str, Any] = json.loads(line)
        if said.get("last"):
            self.close()
        return said

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
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

    def _line(self, seconds: float) -> bytes | None:
        stream = self._process.stdout
        if stream is None or not select.select([stream], [], [], seconds)[0]:
            return None
        return stream.readline() or None


class _Children:
    """The one process there is, or a new one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def ask(self, told: dict[str, Any], *, seconds: float) -> dict[str, Any] | None:
        """Ask it; wait for others who do."""
        with self._lock:
            if self._child is None or not self._child.is_alive:
                self.close()
                self._child = _Child()
            return self._child.ask(told, seconds=seconds)

    def close(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.close()
            self._child = None


_CHILDREN = _Children()


def close() -> None:
    """End the process apart; the next file starts another one."""
    _CHILDREN.close()


atexit.register(close)
