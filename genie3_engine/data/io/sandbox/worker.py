"""The separate process that reads HDF5 files; run as ``python -m``.

Each line on standard input is a question, each on standard output an answer, both JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import sys
import tempfile
from pathlib import Path
from typing import Any

from genie3_engine.data.io.input_file import open_source
from genie3_engine.data.io.sandbox.transfer import save_table
from genie3_engine.data.io.table import ReadOptions, Table
from genie3_engine.errors import Genie3Error

_PACKAGE = "genie3_engine.data.io"
_IDLE_SECONDS = 60.0
_BASE_BYTES = 900 << 20
_BYTES_A_BYTE = 40


def main() -> None:
    """Answer questions until the input ends or stays silent."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is not an answer
    _warm_up()
    print("ready", file=answers, flush=True)
    while select.select([0], [], [], _IDLE_SECONDS)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        reply = _answer(json.loads(line))
        print(json.dumps(reply), file=answers, flush=True)
        if reply.get("last"):
            return


def _warm_up() -> None:
    """Load what is needed anyway, so that no file's time is spent on it."""
    for name in ("h5py", "scipy.sparse", f"{_PACKAGE}.hdf5.anndata", f"{_PACKAGE}.hdf5.loom"):
        importlib.import_module(name)


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    try:
        _limit(int(question["size"]))
        return {"answer": _call(question)}
    except Genie3Error as error:
        error.message = error.message.replace(Path(question["path"]).name, question["name"])
        return {"error": [type(error).__name__, error.message, error.remedy, error.code]}
    except OSError as error:  # the reader has explained its own; this is of what was read
        text = f"{question['name']} was read and could not be handed on: {error.strerror or error}."
        return {"error": ["InputError", text, "Free some space for temporary files.", "input"]}
    except MemoryError:
        text = f"{question['name']} needs more memory than a sound file of its size."
        return {"error": ["InputError", text, "Export the file again.", "bomb"], "last": True}


def _call(question: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    function = getattr(
        importlib.import_module(f"{_PACKAGE}.{question['module']}"), question["function"]
    )
    with open_source(question["path"]) as source:
        if "options" not in question:
            return function(source)
        # The asking process removes this folder, whatever happens here.
        tempfile.tempdir = question["folder"]
        table = function(source, ReadOptions(**question["options"]))
        if isinstance(table, Table):
            save_table(table, Path(question["folder"]))
        return None


def _limit(size: int) -> None:
    """Refuse memory beyond what a file of this size can need."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_BASE_BYTES + _BYTES_A_BYTE * size, most))


if __name__ == "__main__":
    main()
