"""Process that computes a comparison in the background.

``python -m genie3_engine.differential FOLDER`` is what the page starts.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from genie3_engine.differential.worker import run
from genie3_engine.errors import Genie3Error
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs.queue import held_ticket


def main() -> int:
    """Compute the comparison that is named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m genie3_engine.differential")
    parser.add_argument("folder", type=Path, metavar="COMPARISON_FOLDER")
    parser.add_argument("--ticket", nargs=2, metavar=("FILE", "DESCRIPTOR"))
    options = parser.parse_args()
    ticket = held_ticket(options.ticket)
    try:
        with stop_on_signals(second_ends=False) as should_stop:
            run(options.folder, should_stop=should_stop, ticket=ticket)
    except Genie3Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
