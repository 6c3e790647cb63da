"""Print results, warnings and errors, for people or as JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import Genie3Error

if TYPE_CHECKING:
    from genie3_engine.data.decisions import Decision


# Decisions of a reading that are printed although they are clear.
_ALWAYS_TOLD = ("set-aside", "joined-files", "sample-sheet")


def complain(text: str) -> None:
    """Print an error, in one line on standard error."""
    print(f"genie3: error: {' '.join(text.split())}", file=sys.stderr, flush=True)


def note(text: str) -> None:
    """Print a note or warning, in one line on standard error."""
    print(f"genie3: {' '.join(text.split())}", file=sys.stderr, flush=True)


def tell(decisions: Iterable[Decision], *, also_clear: bool = False) -> None:
    """Print the guesses of a reading as warnings, and what is set aside; or all decisions."""
    for decision in decisions:
        is_guess = decision.certainty == "guess"
        if is_guess or also_clear or decision.subject in _ALWAYS_TOLD:
            word = "warning: this is a guess: " if is_guess else ""
            note(f"{word}{decision.sentence} {decision.advice}".rstrip())


def print_json(values: Mapping[str, Any]) -> None:
    """Print one JSON object, on one line; what is not a number becomes null."""
    print(json.dumps(_plain(values), allow_nan=False, ensure_ascii=False))


def print_pretty(values: Mapping[str, Any]) -> None:
    """Print one JSON object for a person, or for a file that another program reads."""
    print(json.dumps(_plain(values), indent=2, ensure_ascii=False))


def print_error_json(error: Genie3Error) -> None:
    """Print an error for a script."""
    print_json({"error": {"code": error.code, "message": error.message, "remedy": error.remedy}})


def print_facts(facts: Sequence[tuple[str, object]]) -> None:
    """Print names and values in two columns."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        print(f"{name:<{width}}  {value}")


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells below headings, in columns."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _plain(value: Any) -> Any:  # noqa: ANN401 -- JSON is any value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
