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
        said = _answer(json.loads(line))
        print(json.dumps(said), file=answers, flush=True)
        if said.get("last"):
            return


def _warm_up() -> None:
    """Load what is needed anyway, so that no file's time is spent on it."""
    for name in ("h5py", "scipy.sparse", f"{_PACKAGE}.hdf5.anndata", f"{_PACKAGE}.hdf5.loom"):
        importlib.import_module(name)


def _answer(told: dict[str, Any]) -> dict[str, Any]:
    try:
        _limit(int(told["size"]))
        return {"answer": _call(told)}
    except Genie3Error as error:
        error.message = error.message.replace(Path(told["path"]).name, told["name"])
        return {"error": [type(error).__name__, error.message, error.remedy, error.code]}
    except OSError as error:  # the reader has explained its own; this is of what was read
        text = f"{told['name']} was read and could not be handed on: {error.strerror or error}."
        return {"error": ["InputError", text, "Free some space for temporary files.", "input"]}
    except MemoryError:
        text = f"{told['name']} needs more memory than a sound file of its size."
        return {"error": ["InputError", text, "Export the file again.", "bomb"], "last": True}


def _call(told: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    function = getattr(importlib.import_module(f"{_PACKAGE}.{told['module']}"), told["function"])
    with open_source(told["path"]) as source:
        if "asked" not in told:
            return function(source)
        tempfile.tempdir = told["folder"]  # the asking process removes it, whatever happens here
        table = function(source, ReadOptions(**told["asked"]))
        if isinstance(table, Table):
            save_table(table, Path(told["folder"]))
        return None


def _limit(size: int) -> None:
    """Refuse memory beyond what a file of this size can need."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_BASE_BYTES + _BYTES_A_BYTE * size, most))


if __name__ == "__main__":
    main()
