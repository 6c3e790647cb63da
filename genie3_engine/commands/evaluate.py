"""The command ``evaluate``: compare links with a gold standard."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from genie3_engine.commands import output
from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.errors import OptionError
from genie3_engine.evaluation import accuracy

_ROLE = re.compile(r"(?:^|,)\s*(\w+)\s*=")


def columns_of(texts: Sequence[str], option: str) -> dict[str, str]:
    """Return which column has which role, of ``ROLE=COLUMN,...`` given once or several times.

    Parameters
    ----------
    texts : sequence of str
        What the user gave; a column's name may hold commas.
    option : str
        The option, for the error.

    Returns
    -------
    dict of str to str
        A column's name or number by role.

    Raises
    ------
    OptionError
        When a text has another form.

    Examples
    --------
    >>> columns_of(["regulator=TF, symbol,target=gene"], "--gold-columns")
    {'regulator': 'TF, symbol', 'target': 'gene'}
    """
    found: dict[str, str] = {}
    for text in texts:
        parts = _ROLE.split(text)
        pairs = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
        if parts[0].strip() or not pairs or not all(pairs.values()):
            raise OptionError(
                f"{option} is {text!r}.", "Give ROLE=COLUMN,..., such as regulator=TF,target=gene."
            )
        found |= pairs
    return found


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


def evaluate(args: argparse.Namespace) -> int:
    """Judge ranked links against a gold standard, and print the measures."""
    found = accuracy.evaluate(
        args.links,
        args.gold,
        links_columns=columns_of(args.links_columns, "--links-columns"),
        gold_columns=columns_of(args.gold_columns, "--gold-columns"),
    )
    output.tell(found.decisions, also_clear=not args.json)
    if args.json:
        output.print_json({**found.to_dict(), "findings": _findings(found.decisions)})
        return 0
    chance = found.random_precision
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
    return 0
