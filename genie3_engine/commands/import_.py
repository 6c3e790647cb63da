"""The command ``import``: take the archive of a run into the home."""

from __future__ import annotations

import argparse

from genie3_engine.archives import import_archive
from genie3_engine.commands import output
from genie3_engine.errors import InputError
from genie3_engine.jobs.stored_files import open_stored


def import_(args: argparse.Namespace) -> int:
    """Import an archive, and print where the run is."""
    try:
        file = open_stored(args.archive)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise InputError(
            f"{args.archive} cannot be read: {reason}.", "Give the file of an archive."
        ) from error
    with file:
        found = import_archive(file)
    if args.json:
        output.print_json(
            {
                "run": str(found.path),
                "is_new": found.is_new,
                "archived_as": found.archived_as,
                "has_data": found.has_data,
            }
        )
        return 0
    print(" ".join([*found.sentences, f"Its folder: {found.path}"]))
    return 0
