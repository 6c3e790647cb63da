"""The command ``combine``: combine finished runs, and lists of other tools, into one network."""

from __future__ import annotations

import argparse
import time

from genie3_engine.combined_runs import create_combination
from genie3_engine.commands import output, summary
from genie3_engine.commands.evaluate import link_columns
from genie3_engine.commands.infer import compute
from genie3_engine.jobs.path_checks import refuse_place
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder


def combine(args: argparse.Namespace) -> int:
    """Combine lists of links into a run folder, here and now.

    Parameters
    ----------
    args : argparse.Namespace
        The options, and as ``argv`` the command as it was typed, for the hint how to resume.

    Returns
    -------
    int
        0 when the network is done.

    Raises
    ------
    Genie3Error
        When a list or the folder is wrong, or on an interrupt; the run can be resumed.
    """
    refuse_place(args.out)
    began = time.monotonic()
    created = create_combination(
        args.sources,
        args.out,
        how=args.how,
        keep=None if args.keep == "all" else args.keep,
        links_columns=link_columns(args.links_columns, "--links-columns"),
        name=args.out.name,
        resume=args.resume,
    )
    output.tell(created.decisions, also_clear=True)
    run = RunFolder.open(created.path)
    if run.has_result and run.read_status().state is JobState.DONE:
        output.note(f"The run in {run.path} is done already; nothing was computed.")
    else:
        compute(run, run.spec, args.argv)
    facts = summary.summarise(run, seconds=time.monotonic() - began)
    if args.json:
        output.print_json({**facts, "decisions": [each.to_dict() for each in created.decisions]})
    else:
        summary.print_summary(facts)
    return 0
