"""A process that holds a job of any kind until it is asked to stop.

``python -m tests.contracts.idle_job FOLDER MODULE:CLASS``
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

from genie3_engine.errors import Genie3Error
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.status import JobState


def main() -> int:
    module, name = sys.argv[2].split(":")
    folder = getattr(importlib.import_module(module), name).open(Path(sys.argv[1]))
    try:
        with (
            stop_on_signals(second_ends=False) as should_stop,
            Attempt(folder, should_stop=should_stop) as attempt,
        ):
            attempt.update(state=JobState.RUNNING, step="idle")
            while not attempt.should_stop():
                time.sleep(0.02)
            raise attempt.interrupted()
    except Genie3Error as error:
        print(error, flush=True)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
