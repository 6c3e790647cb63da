"""Write a diagnosis as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from genie3_engine.data.quality import FIXES, Effect, parse_fix
from genie3_engine.data.quality.findings import Diagnosis, Finding, Severity

_WIDTH = 88
_PLURAL = {Severity.PROBLEM: "problems", Severity.WARNING: "warnings", Severity.NOTE: "notes"}


def write_report(diagnosis: Diagnosis, *, name: str, effects: Sequence[Effect] = ()) -> str:
    """Write a diagnosis for a person.

    Parameters
    ----------
    diagnosis : Diagnosis
        What was found.
    name : str
        The file's name.
    effects : sequence of Effect
        What the fixes did that were applied before.

    Returns
    -------
    str
        Lines of at most 88 characters where words allow, without a line end at the end.
    """
    width = max(len(fact.name) for fact in diagnosis.facts)
    lines = [name, ""]
    for fact in diagnosis.facts:
        lines += _hanging(f"  {fact.name:<{width}}  ", fact.text)
    if effects:
        lines += ["", "Fixes applied, in this order"]
        for number, effect in enumerate(effects, start=1):
            lines += _hanging(f"  {number}. {effect.fix}: ", f"{effect.sentence}.", hang=5)
    lines += ["", _summary(diagnosis)]
    for finding in diagnosis.findings:
        lines += ["", *_finding(finding)]
    advice = recommended_fixes(diagnosis)
    if advice:
        lines += ["", "To begin with, here and on infer:"]
        lines += [f"  {' '.join(f'--fix {fix}' for fix in advice)}"]
    return "\n".join(line.rstrip() for line in lines)


def recommended_fixes(diagnosis: Diagnosis) -> list[str]:
    """Return the first fix of each problem and warning, in an order that makes sense.

    Swaps come first, then gaps and names, then scale, then the choice of genes, as they are
    listed in `FIXES`.
    """
    chosen = {
        finding.fixes[0]
        for finding in diagnosis.findings
        if finding.fixes and finding.severity is not Severity.NOTE and finding.code != "orientation"
    }
    places = {name: place for place, name in enumerate(FIXES)}
    return sorted(chosen, key=lambda fix: places[parse_fix(fix).name])


def _summary(diagnosis: Diagnosis) -> str:
    if not diagnosis.findings:
        return "No problems found."
    counts = []
    for severity in Severity:
        number = len(diagnosis.of(severity))
        if number:
            counts.append(f"{number} {severity.value if number == 1 else _PLURAL[severity]}")
    ready = "" if diagnosis.is_ready else "; GENIE3 cannot run before the problems are fixed"
    return f"{', '.join(counts)}{ready}"


def _finding(finding: Finding) -> list[str]:
    label = finding.severity.value.capitalize()
    lines = _hanging(f"{label:<9}", finding.sentence)
    lines += _hanging(f"{'':9}Why: ", finding.why, hang=14)
    for place, fix in enumerate(finding.fixes):
        intro = "Fix: " if place == 0 else "or:  "
        text = f"--fix {fix}  ({parse_fix(fix).description})"
        lines += _hanging(f"{'':9}{intro}", text, hang=14)
    return lines


def _hanging(first: str, text: str, *, hang: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * (len(first) if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
