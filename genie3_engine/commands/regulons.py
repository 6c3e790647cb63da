"""The command ``regulons``: export the regulons of a run."""

from __future__ import annotations

import argparse
from typing import Any

from genie3_engine.commands import output
from genie3_engine.commands.places import print_or_write, refuse_file, suffix_of
from genie3_engine.regulons.exports import regulon_format
from genie3_engine.regulons.regulon import RegulonSet
from genie3_engine.regulons.rules import parse_rules
from genie3_engine.regulons.selection import RegulonOptions, regulons_of


def options_of(args: argparse.Namespace) -> RegulonOptions:
    """Return how regulons are made, from the options of a command."""
    return RegulonOptions(parse_rules(args.rule), args.sign, args.min_genes)


def facts_of(regulons: RegulonSet, options: RegulonOptions) -> dict[str, Any]:
    """Return the settings and the sizes of regulons, for a script."""
    return {
        "rules": [str(rule) for rule in options.rules],
        "sign": options.signs,
        "min_genes": options.min_genes,
        "n_regulons": len(regulons),
        "regulons": [
            {
                "name": each.name,
                "regulator": each.regulator,
                "sign": each.sign.value,
                "rule": each.rule,
                "n_genes": len(each),
            }
            for each in regulons
        ],
    }


def warn_if_none(regulons: RegulonSet, options: RegulonOptions) -> None:
    """Write a note on standard error when there are no regulons."""
    if not len(regulons):
        output.note(
            f"No regulon has {options.min_genes} genes or more. Try a smaller --min-genes, another "
            "--rule, or --sign both."
        )


def regulons(args: argparse.Namespace) -> int:
    """Print or export the regulons of a run."""
    form = regulon_format(args.format, suffix_of(args.output))
    if args.output is not None:
        refuse_file(args.output)
    options = options_of(args)
    found = regulons_of(args.run, options)
    warn_if_none(found, options)
    write = form.for_suffix(suffix_of(args.output))
    if args.output is not None or not args.json:
        print_or_write(args.output, lambda file: write(found, file))
    if args.json:
        output.print_json(facts_of(found, options))
    return 0
