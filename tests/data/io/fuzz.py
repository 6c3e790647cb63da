"""Read damaged files: each becomes a matrix or one clear error, in little memory.

Run in a process of its own by `test_fuzz`, which would outlive a crash: it prints a line for each
file before it reads it, so that the one that stopped it is known.
"""

from __future__ import annotations

import faulthandler
import json
import resource
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from genie3_engine.data.io.sandbox import client as sandbox
from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs.machine import peak_memory_bytes
from tests.data.io.mutations import mutated
from tests.waiting import HANG_SECONDS


def main() -> None:
    """Read the files of the seeds from ... to ..., and print what became of them as JSON."""
    first, last, step = (int(word) for word in sys.argv[1:4])
    warnings.simplefilter("error")
    ends: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as place:
        originals, folder = Path(place) / "sound", Path(place) / "damaged"
        folder.mkdir()
        for seed in range(first, last, step):
            print(seed, flush=True)
            path = mutated(seed, originals, folder)
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            end, fault = outcome(path, raw=seed % 3 == 0)
            faulthandler.cancel_dump_traceback_later()
            ends[end] += 1
            if fault:
                faults.append(f"seed {seed}, {path.name}: {fault}")
    sandbox.close()  # a process is counted once it has ended
    peak = peak_memory_bytes() / 2**20
    peak_apart = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    facts = {"ends": ends, "faults": faults}
    print(json.dumps({**facts, "peak_mib": peak, "peak_mib_apart": peak_apart}))


def outcome(path: Path, *, raw: bool) -> tuple[str, str]:
    """Return what became of a file, and what is wrong with that."""
    try:
        expression = (read_raw if raw else read_expression)(path)[0]
    except Genie3Error as error:
        text = str(error)
        is_clear = bool(error.message and error.remedy) and len(text.splitlines()) == 1
        return error.code, "" if is_clear else f"no clear error: {text!r}"
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a fault
        return "fault", f"{type(error).__name__}: {error}"
    values = expression.values
    if not raw and not (np.isfinite(values).all() and expression.n_genes >= 3):
        return "fault", "a matrix that is none"
    return "matrix", ""


if __name__ == "__main__":
    main()
