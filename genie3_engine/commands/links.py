"""The command ``links``: print or export ranked links."""

from __future__ import annotations

import argparse
import gzip
import math
import sys
from pathlib import Path
from typing import IO, cast

from genie3_engine.commands.places import refuse_file
from genie3_engine.errors import OptionError
from genie3_engine.jobs.atomic_write import storage_errors, written_aside
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.exports import FORMATS, ExportFormat, Links, export_format, links_of_run

_GZIP = ".gz"


def links(args: argparse.Namespace) -> int:
    """Print or export the ranked links of a run."""
    if args.top is not None and args.top < 1:
        raise OptionError(f"--top is {args.top}.", "Give a whole number from 1.")
    if args.min_importance is not None and not math.isfinite(args.min_importance):
        raise OptionError(f"--min-importance is {args.min_importance}.", "Give a number.")
    form = _format(args.format, args.output)
    selected = links_of_run(
        args.run,
        top=args.top,
        min_importance=args.min_importance,
        scale=ImportanceScale(args.scale),
    )
    if args.output is None or str(args.output) == "-":
        _print(selected, form)
    else:
        _save(selected, form, args.output)
    return 0


def _format(name: str | None, path: Path | None) -> ExportFormat:
    """Return the requested format, otherwise that of the file's name."""
    suffix = "" if path is None else Path(path.name.lower().removesuffix(_GZIP)).suffix
    if name is not None:
        return export_format(name).for_suffix(suffix)
    return next((form for form in FORMATS.values() if form.suffix == suffix), FORMATS["tsv"])


def _print(selected: Links, form: ExportFormat) -> None:
    if not form.is_text and sys.stdout.isatty():
        raise OptionError(f"{form.name} is not for a terminal.", "Give a file with -o.")
    sys.stdout.flush()
    form.write(selected, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _save(selected: Links, form: ExportFormat, path: Path) -> None:
    """Write a file that is whole whenever it is there; a pipe or a device as it comes."""
    refuse_file(path)
    if path.exists() and not path.is_file():
        with storage_errors(path, resumable=False), path.open("wb") as file:
            form.write(selected, file)
        return
    with written_aside(path, resumable=False) as aside, aside.open("wb") as file:
        if path.name.lower().endswith(_GZIP):
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                form.write(selected, cast("IO[bytes]", packed))
        else:
            form.write(selected, file)
