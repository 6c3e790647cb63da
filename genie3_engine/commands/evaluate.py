"""The command ``evaluate``: compare links with a gold standard."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from genie3_engine import labels
from genie3_engine.commands import output
from genie3_engine.commands.places import print_or_write, refuse_file
from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.data.role_options import columns_of
from genie3_engine.errors import OptionError
from genie3_engine.evaluation import comparison
from genie3_engine.evaluation.comparison import MEASURES, MeasuredList

_EXAMPLE = "regulator=TF,target=gene"


def link_columns(texts: Sequence[str], option: str) -> dict[str, str]:
    """Return the chosen columns of a table of links; see `columns_of`."""
    return columns_of(texts, option, example=_EXAMPLE)


def _findings(decisions: Sequence[Decision]) -> list[dict[str, str]]:
    """Return guesses as warnings, other decisions as notes."""
    return [
        {
            "code": decision.subject,
            "severity": "warning" if decision.certainty is Certainty.GUESS else "note",
            "sentence": f"{decision.sentence} {decision.advice}".rstrip(),
        }
        for decision in decisions
    ]


def _sources(args: argparse.Namespace) -> tuple[dict[str, Path], Path]:
    """Return the lists by their names, and the gold standard: the last file or ``--gold``."""
    *lists, gold = args.links if args.gold is None else (*args.links, args.gold)
    if not lists:
        raise OptionError(
            "There is no gold standard.", "Give it as the last file, or with --gold FILE."
        )
    paths = dict.fromkeys(lists)
    is_short = len({path.name for path in paths}) == len(paths)
    return {path.name if is_short else str(path): path for path in paths}, gold


def evaluate(args: argparse.Namespace) -> int:
    """Judge ranked links against a gold standard, and print the measures."""
    sources, gold = _sources(args)
    to_stdout = str(args.output) == "-"
    if args.output is not None and not to_stdout:
        refuse_file(args.output)
    lists = comparison.compare(
        sources,
        gold,
        links_columns=link_columns(args.links_columns, "--links-columns"),
        gold_columns=link_columns(args.gold_columns, "--gold-columns"),
    )
    lists = comparison.ranked(lists, args.sort)
    output.tell(comparison.decisions(lists), also_clear=not args.json)
    if args.output is not None:
        table = comparison.as_tsv(lists).encode()

        def write(file: IO[bytes]) -> None:
            file.write(table)

        print_or_write(args.output, write)
    if to_stdout:
        return 0
    if args.json:
        output.print_json(_as_json(lists))
    elif len(lists) == 1:
        _print_one(lists[0])
    else:
        _print_several(lists)
    return 0


def _as_json(lists: Sequence[MeasuredList]) -> dict[str, Any]:
    """Return the measures of one list as before, those of several under ``lists``."""
    rows = [{**each.to_dict(), "findings": _findings(each.accuracy.decisions)} for each in lists]
    said = {"cautions": comparison.cautions(lists)}
    if len(rows) == 1:
        return {**rows[0], **said}
    differences = [each.to_dict() for each in comparison.all_differences(lists)]
    return {"lists": rows, "differences": differences, **said}


def _print_one(of: MeasuredList) -> None:
    found, chance = of.accuracy, of.accuracy.random_precision
    output.print_facts(
        [
            ("AUROC", f"{found.auroc:.4f}   (random 0.5)"),
            ("AUPR", f"{found.aupr:.4f}   (random {chance:.4f}; as DREAM5 computes it)"),
            ("  as DREAM4 does", f"{found.aupr_dream4:.4f}"),
            ("  as scikit-learn", f"{found.average_precision:.4f}   (average precision)"),
            (
                "Early precision",
                f"{found.early_precision:.4f}   ({found.early_precision_ratio:.2f} times random, in"
                f" the first {found.n_positives:,} links)",
            ),
            *(
                (f"95 % of {MEASURES[measure]}", f"{low:.4f} to {high:.4f}   (other targets)")
                for measure, (low, high) in of.intervals().items()
            ),
            ("True links", f"{found.n_positives:,}"),
            ("Universe", found.universe),
            (
                "Links",
                f"{found.n_links:,} in the list: {found.n_scored:,} judged, {found.n_ignored:,}"
                " outside the universe ignored",
            ),
            ("Absent pairs", f"{found.n_absent:,}, ranked last in random order"),
        ]
    )


def _print_several(lists: Sequence[MeasuredList]) -> None:
    """Print the table, the differences to its first row, and what the numbers leave out."""
    first = lists[0].accuracy
    headings = ("List", "Method", *MEASURES.values(), "Absent pairs")
    rows = [
        (
            each.name,
            each.method or "another tool",
            *(_number(each, measure) for measure in MEASURES),
            f"{each.accuracy.n_absent:,}",
        )
        for each in lists
    ]
    output.print_table(headings, rows)
    settings = [f"{each.name}: {each.settings}" for each in lists if each.settings]
    print("".join(f"\n{line}" for line in settings))
    differences = [
        found
        for each in lists[1:]
        for measure in MEASURES
        if (found := comparison.difference(lists[0], each, measure)) is not None
    ]
    if differences:
        print(f"\nDifference: the measure of {lists[0].name} minus that of the other list")
        output.print_table(
            ("Other list", "Measure", "Difference (95 %)", "Verdict"),
            [
                (
                    each.other,
                    MEASURES[each.measure],
                    f"{each.value:+.4f} ({each.interval.low:+.4f} to {each.interval.high:+.4f})",
                    f"{each.verdict}; above 0 in {labels.percent(each.share_above, digits=1)} of "
                    "resamples",
                )
                for each in differences
            ],
        )
    print(
        f"\nTrue links: {first.n_positives:,} in {first.universe}. A random order has an AUPR of "
        f"{first.random_precision:.4f} and an AUROC of 0.5; the top is the first "
        f"{first.n_positives:,} links."
    )
    for sentence in comparison.cautions(lists):
        print(sentence)


def _number(of: MeasuredList, measure: str) -> str:
    interval = of.interval(measure)
    ends = "" if interval is None else f" ({interval.low:.4f} to {interval.high:.4f})"
    return f"{getattr(of.accuracy, measure):.4f}{ends}"
