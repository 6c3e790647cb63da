"""Listed regulators: report those that are not genes of the data, or constant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from genie3_engine.data.gene_identifiers import identifiers, without_version
from genie3_engine.data.quality.context import QualityContext, some
from genie3_engine.data.quality.cost import core_time
from genie3_engine.data.quality.findings import Fact, Finding, Severity
from genie3_engine.data.regulators import Match, matched, spelt_alike
from genie3_engine.labels import count

_FEW = 10
MANY_GENES = 2_000  # genes, from which the cost of trying all of them is worth a warning
# Measured on 300 targets of E. coli with 200 trees; see the guide.
WHY_A_LIST = (
    "Most of the strongest links then begin at genes that are expressed together with the target "
    "and do not regulate it: on E. coli, 5 % of the strongest 1,000 links begin at a transcription "
    "factor, and 4 of the 1,000 are known, compared with 47 with a list."
)
_WHY = "A regulator that is not found cannot be given a target, and nothing else reports it."


def describe(context: QualityContext) -> Iterator[Fact]:
    """Report how many of the listed regulators are genes of the data."""
    if context.wanted is None:
        proposed = context.proposed_list
        lists = "" if proposed is None else f"; proposed: {proposed.listed.phrase}"
        yield Fact("Regulators", f"no list given: every gene is a candidate{lists}")
        return
    match = matched(context.wanted, context.raw.genes)
    n_listed = len(match.found) + len(match.missing)
    yield Fact("Regulators", f"{len(match.found):,} of {n_listed:,} listed are genes of the data")


def every_gene(context: QualityContext) -> Iterator[Finding]:
    """Report that thousands of genes are all candidates, with what it costs."""
    raw = context.raw
    if context.wanted is not None or raw.n_genes < MANY_GENES:
        return
    sentence = (
        f"All {raw.n_genes:,} genes are candidate regulators: "
        f"{core_time(raw.n_genes, raw.n_samples, raw.n_genes)} of one core"
    )
    proposed = context.proposed_list
    if proposed is not None:
        less = core_time(raw.n_genes, raw.n_samples, len(proposed.genes))
        sentence += f", or {less} with the {proposed.listed.phrase}. {proposed.sentence}"
    yield Finding("every-gene", Severity.WARNING, f"{sentence.rstrip('.')}.", WHY_A_LIST)


def overlap(context: QualityContext) -> Iterator[Finding]:
    """Report listed regulators that are not genes, with the names that may have been meant."""
    if context.wanted is None:
        return
    match = matched(context.wanted, context.raw.genes)
    if not match.missing:
        return
    n_listed = len(match.found) + len(match.missing)
    fixes = ("strip-versions",) if _stripping_helps(context, match) else ()
    if not match.found:
        kinds = identifiers(match.missing).kind, context.identifiers.kind
        named = f" ({some(match.missing)})" if n_listed > 1 else f" '{match.missing[0]}'"
        listed = count(n_listed, "listed regulator")
        sentence = f"None of the {listed}{named} is a gene of the data."
        if all(kinds) and kinds[0] != kinds[1]:
            sentence += f" The list has {kinds[0]}, the data have {kinds[1]}."
        yield Finding("no-regulators", Severity.PROBLEM, sentence + _meant(match), _WHY, fixes)
        return
    half = len(match.missing) * 2 > n_listed
    be = "is" if len(match.missing) == 1 else "are"
    yield Finding(
        "missing-regulators",
        Severity.WARNING if half or _almost(match) else Severity.NOTE,
        f"{len(match.missing):,} of {count(n_listed, 'listed regulator')} {be} not "
        f"{'a gene' if len(match.missing) == 1 else 'genes'} of the data: {some(match.missing)}."
        + _meant(match),
        _WHY + " Lists made for a whole genome always name some that were not measured.",
        fixes,
    )


def constant_regulators(context: QualityContext) -> Iterator[Finding]:
    """Report how many regulators never vary."""
    if context.wanted is None or context.raw.n_samples < 2:
        return
    constant = context.measures.is_constant
    rows = {name: row for row, name in enumerate(context.raw.genes)}
    found = [rows[name] for name in context.wanted if name in rows]
    flat = [context.raw.genes[row] for row in found if constant[row]]
    if not flat or bool(np.all(constant)):
        return
    be = "is" if len(flat) == 1 else "are"
    yield Finding(
        "constant-regulators",
        Severity.NOTE,
        f"{len(flat):,} of the {len(found):,} regulators found {be} constant: {some(flat)}.",
        "A regulator that never varies is never chosen.",
        ("drop-constants",),
    )


def _almost(match: Match) -> dict[str, str]:
    """Return what was probably meant.

    Names that differ in case, punctuation or version only are certain enough; names a letter away
    are listed where a few are missing, as in a list typed by hand: in the list of a whole genome
    they are other genes.
    """
    few = len(match.missing) <= _FEW
    return {name: near[0] for name, near in match.near.items() if few or spelt_alike(name, near[0])}


def _meant(match: Match) -> str:
    almost = _almost(match)
    if not almost:
        return ""
    pairs = ", ".join(f"'{name}' may be '{gene}'" for name, gene in list(almost.items())[:3])
    more = len(almost) - 3
    return f" Names that almost match: {pairs}" + (f" and {more:,} more." if more > 0 else ".")


def _stripping_helps(context: QualityContext, match: Match) -> bool:
    bare = {without_version(name) for name in context.raw.genes}
    return any(name in bare for name in match.missing)
