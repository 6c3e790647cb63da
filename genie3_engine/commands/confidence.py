"""The command ``confidence``: compute the evidence for the links of a finished run."""

from __future__ import annotations

import argparse
import shlex
import sys
import time

from genie3_engine import confidence_worker, runs
from genie3_engine.commands import output, summary
from genie3_engine.commands.options import layout_of
from genie3_engine.commands.progress import Progress, progress_text
from genie3_engine.commands.turn import ticket_for
from genie3_engine.errors import RunError, RunInterruptedError
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.runs.confidence import HAS_EVIDENCE
from genie3_engine.store.run_folder import RunFolder


def confidence(args: argparse.Namespace) -> int:
    """Compute the evidence for the links of a finished run here and now, and print a summary.

    Parameters
    ----------
    args : argparse.Namespace
        The options, and as ``argv`` the command as it was typed, for the hint how to go on.

    Returns
    -------
    int
        0 when the evidence is there.

    Raises
    ------
    Genie3Error
        When there can be no such evidence, or on an interrupt; what is computed is kept.
    """
    began = time.monotonic()
    run = RunFolder.open(args.run.absolute())
    args.engine, args.shard = run.spec.forest.engine, None
    layout = layout_of(args, n_cores=usable_cores())
    try:
        job = runs.create_confidence(run.path, args.only)
    except RunError as error:
        if error.code != HAS_EVIDENCE:
            raise
        output.note(f"{error.message} Nothing was computed.")
    else:
        ticket = ticket_for(job, layout)
        progress = Progress(sys.stderr, progress_text)
        try:
            with stop_on_signals(second_ends=True) as should_stop:
                confidence_worker.run(
                    job.path,
                    on_progress=progress.show,
                    should_stop=should_stop,
                    layout=layout,
                    ticket=ticket,
                )
        except RunInterruptedError as error:
            raise RunInterruptedError(
                f"interrupted; what is computed of the evidence is kept in {job.path}.",
                f"Go on with: {shlex.join(args.argv)}",
            ) from error
        finally:
            progress.close()
    facts = {
        "run": str(run.path),
        "seconds": round(time.monotonic() - began, 3),
        **summary.evidence_facts(run.path),
    }
    if args.json:
        output.print_json(facts)
    else:
        summary.print_evidence(facts)
    return 0
