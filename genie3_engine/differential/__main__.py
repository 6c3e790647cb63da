"""Process that computes a comparison, or the share of a task.

``python -m genie3_engine.differential FOLDER`` is what the page starts, and
``python -m genie3_engine.differential FOLDER --task 3/8`` what a scheduler does.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from genie3_engine import labels
from genie3_engine.differential import worker
from genie3_engine.differential.comparison_spec import ComparisonStatus
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.worker import run_program, task_of, worker_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute the comparison that is named on the command line, or the share of a task.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.

    Returns
    -------
    int
        0 when the comparison is done, or the task has done what is possible now; otherwise as
        `genie3_engine.worker.main`.
    """
    parser = worker_parser(
        "genie3_engine.differential",
        "Compute what is missing of a comparison.",
        metavar="COMPARISON_FOLDER",
    )
    parser.add_argument(
        "--task",
        type=task_of,
        metavar="I/N",
        help="compute the share of task I of N, from 1, as far as that is possible now, and print "
        "what is missing of the others; at the end run it without --task",
    )
    options = parser.parse_args(arguments)
    task: TaskName | None = options.task

    def run(folder: Path, **values: Any) -> None:  # noqa: ANN401 -- the worker's
        now = worker.run(folder, task=task, **values)
        if task is not None:
            print(_sentence(now))

    return run_program(run, options)


def _sentence(now: ComparisonStatus) -> str:
    """Return what is missing after a task."""
    if not now.pending:
        return "No forest is missing: run it without --task to write the results."
    return (
        f"{labels.step(now.pending)}: {labels.count(now.n_pending, 'forest')} of other tasks "
        "missing. Run this task again when the others have ended."
    )


if __name__ == "__main__":
    sys.exit(main())
