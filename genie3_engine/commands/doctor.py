"""The command ``doctor``: check an expression file, after fixes."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from genie3_engine.commands import output
from genie3_engine.commands.parsing import reading_options
from genie3_engine.commands.regulator_option import RegulatorOption
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.quality import Diagnosis, RecipeResult, apply, diagnose, parse_recipe
from genie3_engine.data.quality.report import write_report
from genie3_engine.data.raw_expression import ReadReport
from genie3_engine.data.regulator_lists import proposed_list
from genie3_engine.data.regulators import matched


def doctor(args: argparse.Namespace) -> int:
    """Examine an expression file, after the requested fixes.

    Parameters
    ----------
    args : argparse.Namespace
        The options.

    Returns
    -------
    int
        0, whatever the findings are. ``ready`` in the JSON object is true
        when a run is possible.

    Raises
    ------
    Genie3Error
        When the file cannot be read at all, or a fix cannot be applied.
    """
    recipe = parse_recipe(args.fix)
    listed = RegulatorOption.of(args)
    raw, report = read_raw(
        args.expression,
        regulators=None if listed is None else listed.guess(),
        **reading_options(args),
    )
    result = apply(raw, recipe)
    wanted, column = None, ""
    if listed is not None:
        chosen = listed.choose(result.raw.genes, required=False)
        wanted, column = chosen.names, chosen.column
        report = replace(report, decisions=(*report.decisions, *chosen.decisions))
    diagnosis = diagnose(result.raw, report, regulators=wanted, recipe=recipe)
    if args.json:
        facts = {"file": str(args.expression), **_as_json(result, report, diagnosis)}
        if wanted is not None:
            match = matched(wanted, result.raw.genes)
            facts["regulators"] = {
                "column": column,
                "n_listed": len(wanted),
                "n_found": len(match.found),
                "missing": list(match.missing),
            }
        elif (proposed := proposed_list(result.raw.genes)) is not None:
            facts["proposed_regulators"] = {
                "list": proposed.listed.name,
                "n_listed": proposed.listed.size,
                "n_found": proposed.n_found,
            }
        output.print_json(facts)
    else:
        print(write_report(diagnosis, name=str(args.expression), effects=result.effects))
        proposed = proposed_list(result.raw.genes) if wanted is None else None
        if proposed is not None:
            print("\nTo take the proposed regulators, here and on infer:")
            print(f"  --regulators {proposed.listed.name}")
    return 0


def _as_json(result: RecipeResult, report: ReadReport, diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        **report.to_dict(),
        "n_genes": result.raw.n_genes,
        "n_samples": result.raw.n_samples,
        "recipe": [effect.to_dict() for effect in result.effects],
        **diagnosis.to_dict(),
    }
