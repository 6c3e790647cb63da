"""Process that runs an experiment in the background.

``python -m genie3_engine.benchmark FOLDER`` is what the page starts.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from genie3_engine.benchmark.runner import conduct
from genie3_engine.errors import Genie3Error
from genie3_engine.interrupts import stop_on_signals


def main() -> int:
    """Conduct the experiment that is named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m genie3_engine.benchmark")
    parser.add_argument("folder", type=Path, metavar="EXPERIMENT_FOLDER")
    options = parser.parse_args()
    try:
        with stop_on_signals(second_ends=False) as should_stop:
            conduct(options.folder, should_stop=should_stop)
    except Genie3Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
