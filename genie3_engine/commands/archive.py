"""The command ``archive``: write a run into one file."""

from __future__ import annotations

import argparse
from typing import BinaryIO, cast

from genie3_engine import labels
from genie3_engine.archives import Deposit, archive_run, read_deposit, save_deposit
from genie3_engine.commands import output
from genie3_engine.commands.places import refuse_file
from genie3_engine.jobs.atomic_write import written_aside
from genie3_engine.store.run_folder import RunFolder


def archive(args: argparse.Namespace) -> int:
    """Write the archive of a run, and print what it holds."""
    run = RunFolder.open(args.run).path.absolute()
    refuse_file(args.output)
    if args.licence is not None or args.author is not None:
        before = read_deposit(run)
        licence = before.licence if args.licence is None else args.licence
        authors = args.author or list(map(str, before.authors))
        save_deposit(run, Deposit.of(licence, authors))
    with (
        written_aside(args.output, resumable=False) as aside,
        aside.open("w+b") as file,
    ):
        written = archive_run(run, cast("BinaryIO", file), with_data=not args.without_data)
    if written.lacks_data and not args.without_data:
        output.note("The data set of the run is not stored here, so it is not in the archive.")
    if args.json:
        output.print_json(
            {
                "archive": str(args.output),
                "bytes": written.n_bytes,
                "run": written.manifest.run,
                "dataset": written.manifest.dataset,
                "files": len(written.manifest.files) + 1,
            }
        )
        return 0
    what = "with" if written.manifest.dataset else "without"
    n_files = labels.count(len(written.manifest.files) + 1, "file")
    print(
        f"{args.output}: {n_files}, {labels.size(written.n_bytes)}, {what} the data set. "
        f"Open it elsewhere: genie3 import {args.output.name}"
    )
    return 0
