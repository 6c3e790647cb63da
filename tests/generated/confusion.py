"""Read labelled tables, and count how often the reading is right, warned of or wrong in silence.

Run ``python -m tests.generated.confusion 20000`` for the whole table of figures.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.quality import diagnose
from genie3_engine.data.quality.findings import Severity
from genie3_engine.errors import Genie3Error
from tests.generated.tables import Labelled, make

RIGHT, WARNED, REFUSED, VAGUE, SILENT = "right", "warned", "refused", "warned vaguely", "silent"
OUTCOMES = (RIGHT, WARNED, REFUSED, VAGUE, SILENT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a file was read.

    Parameters
    ----------
    kind : str
        ``right``; ``warned`` when the reading is wrong but a guess names the right one, whose
        options give it; ``refused``; ``warned vaguely`` when a warning names no right reading;
        ``silent`` when nothing is said.
    detail : str
        What is wrong.
    """

    kind: str
    detail: str = ""


def outcome_of(labelled: Labelled, **options: object) -> Outcome:
    """Read a file, and compare the reading with what the file holds."""
    try:
        raw, report = read_raw(labelled.path, **options)
    except Genie3Error as error:
        return Outcome(REFUSED, str(error))
    wrong = difference(labelled, raw)
    if not wrong:
        return Outcome(RIGHT)
    guesses = [each for each in report.decisions if each.certainty is Certainty.GUESS]
    for alternative in (other for each in guesses for other in each.alternatives):
        try:
            again, _ = read_raw(labelled.path, **{**options, **alternative.options})
        except Genie3Error:
            continue
        if not difference(labelled, again):
            return Outcome(WARNED, wrong)
    warnings = [
        finding.sentence
        for finding in diagnose(raw, report).findings
        if finding.severity is not Severity.NOTE and finding.code not in _OF_DATA
    ]
    return Outcome(VAGUE if guesses or warnings else SILENT, f"{wrong}; {warnings}")


# Findings about data that were read right.
_OF_DATA = frozenset(
    {"few-samples", "many-genes", "counts", "blocks", "linear-scale", "wide-scale", "library-sizes"}
)


def difference(labelled: Labelled, raw: object) -> str:
    """Return what a reading has wrong; nothing when it is right."""
    genes, samples = list(raw.genes), list(raw.samples)  # type: ignore[attr-defined]
    values = raw.values  # type: ignore[attr-defined]
    values = values if isinstance(values, np.ndarray) else values.toarray()
    if values.shape != labelled.values.shape:
        return f"{values.shape} for {labelled.values.shape}, genes {genes[:3]}"
    if genes != labelled.genes:
        return f"genes {genes[:3]} for {labelled.genes[:3]}"
    if labelled.samples is not None and samples != labelled.samples:
        return f"samples {samples[:3]} for {labelled.samples[:3]}"
    return "" if np.array_equal(values, labelled.values) else "values"


def outcomes(seeds: Iterable[int]) -> Iterator[tuple[int, Labelled, Outcome]]:
    """Make and read one file after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            labelled = make(seed, Path(folder))
            yield seed, labelled, outcome_of(labelled)
            labelled.path.unlink()


def table(counts: Counter[str]) -> str:
    """Return the counts of outcomes as a table of Markdown."""
    n = sum(counts.values())
    lines = ["| outcome | files | share |", "|---|---:|---:|"]
    lines += [f"| {kind} | {counts[kind]:,} | {counts[kind] / n:.2%} |" for kind in OUTCOMES]
    return "\n".join(lines)


class Made(Protocol):
    """A generated file, or several that belong together."""

    @property
    def parts(self) -> dict[str, str]:
        """Return the parts that it was made of, by their kind."""


def print_figures(
    outcomes: Callable[[Iterable[int]], Iterator[tuple[int, Made, Outcome]]], purpose: str | None
) -> None:
    """Print how often files are read right, by outcome and by part, as a command.

    Parameters
    ----------
    outcomes : callable
        Makes and reads the files of some seeds.
    purpose : str or None
        Description of the command.
    """
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("n_files", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--show", type=int, default=20, help="wrong files to show per outcome")
    args = parser.parse_args()
    counts: Counter[str] = Counter()
    of_parts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    shown: Counter[str] = Counter()
    for seed, made, outcome in outcomes(range(args.first, args.first + args.n_files)):
        counts[outcome.kind] += 1
        for part, label in made.parts.items():
            for each in label.split("+") if part == "extra" else [label]:
                of_parts[part, each][outcome.kind] += 1
        if outcome.kind != RIGHT and shown[outcome.kind] < args.show:
            shown[outcome.kind] += 1
            print(f"{seed} {outcome.kind}: {outcome.detail[:600]}\n    {made.parts}")
    print(table(counts))
    print("\n| part | " + " | ".join(OUTCOMES) + " |\n|---|" + "---:|" * len(OUTCOMES))
    for (part, label), found in sorted(of_parts.items()):
        cells = " | ".join(f"{found[kind]:,}" for kind in OUTCOMES)
        print(f"| {part}: {label or 'empty'} | {cells} |")


if __name__ == "__main__":
    print_figures(outcomes, __doc__)
