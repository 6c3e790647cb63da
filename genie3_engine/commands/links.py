"""The command ``links``: print or export ranked links."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from genie3_engine.commands.places import print_or_write, suffix_of
from genie3_engine.errors import OptionError
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.export_selection import kept_links
from genie3_engine.networks.exports import (
    FORMATS,
    ExportFormat,
    Links,
    export_format,
    links_of_run,
)
from genie3_engine.networks.thresholds import Threshold


def links(args: argparse.Namespace) -> int:
    """Print or export the ranked links of a run."""
    if args.top is not None and args.top < 1:
        raise OptionError(f"--top is {args.top}.", "Give a whole number from 1.")
    if args.min_importance is not None and not math.isfinite(args.min_importance):
        raise OptionError(f"--min-importance is {args.min_importance}.", "Give a number.")
    form = _format(args.format, args.output)
    selected = _selected(args)
    if args.output is None or str(args.output) == "-":
        _refuse_terminal(form)
    print_or_write(args.output, lambda file: form.write(selected, file))
    return 0


def _selected(args: argparse.Namespace) -> Links:
    scale = ImportanceScale(args.scale)
    if args.threshold is None:
        return links_of_run(args.run, top=args.top, min_importance=args.min_importance, scale=scale)
    if args.top is not None or args.min_importance is not None:
        raise OptionError(
            "--threshold is given together with --top or --min-importance.", "Give one of them."
        )
    return kept_links(args.run, Threshold.parse(args.threshold), scale=scale)


def _format(name: str | None, path: Path | None) -> ExportFormat:
    """Return the requested format, otherwise that of the file's name."""
    suffix = suffix_of(path)
    if name is not None:
        return export_format(name).for_suffix(suffix)
    return next((form for form in FORMATS.values() if form.suffix == suffix), FORMATS["tsv"])


def _refuse_terminal(form: ExportFormat) -> None:
    if not form.is_text and sys.stdout.isatty():
        raise OptionError(f"{form.name} is not for a terminal.", "Give a file with -o.")
