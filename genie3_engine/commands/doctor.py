"""What does the command ``doctor`` do?"""

from __future__ import annotations

import argparse
from typing import Any

from genie3_engine.commands import output
from genie3_engine.data.expression import read_expression
from genie3_engine.data.regulators import match_names, read_names

_SHOWN = 5


def doctor(args: argparse.Namespace) -> int:
    """Say how an expression file is read, and how far a list of regulators fits it."""
    wanted = None if args.regulators is None else read_names(args.regulators)
    expression, report = read_expression(
        args.expression, orientation=args.orientation, regulators=wanted
    )
    found: dict[str, Any] = {"file": str(args.expression), **report.to_dict()}
    if wanted is not None:
        match = match_names(wanted, expression.genes)
        found["regulators"] = {
            "n_listed": len(wanted),
            "n_found": len(match.found),
            "missing": list(match.missing),
        }
    if args.json:
        output.print_json(found)
        return 0
    facts = [
        ("File", f"{args.expression} ({report.format}, {report.delimiter}, {report.encoding})"),
        ("Genes", f"{report.n_genes:,}, such as {_some(expression.genes)}"),
        ("Samples", f"{report.n_samples:,}, such as {_some(expression.samples)}"),
        ("Orientation", f"{report.orientation}: {report.orientation_reason}"),
    ]
    if wanted is not None:
        text = f"{len(match.found):,} of {len(wanted):,} listed are genes of the file"
        if match.missing:
            text += f"; missing: {_some(match.missing)}"
        facts.append(("Regulators", text))
    facts += [("Warning", warning) for warning in report.warnings]
    if not report.warnings:
        facts.append(("Warnings", "none"))
    output.print_facts(facts)
    return 0


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}, …" if len(names) > _SHOWN else shown
