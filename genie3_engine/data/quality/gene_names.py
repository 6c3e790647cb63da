"""Can the genes be told apart by their names, and are these the names they were born with?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from genie3_engine.data.gene_identifiers import (
    RECORDS,
    restored,
    spreadsheet_damage,
    without_version,
)
from genie3_engine.data.quality.context import Case, count, percent, some
from genie3_engine.data.quality.findings import Fact, Finding, Severity
from genie3_engine.data.quality.references import EXCEL


def describe(case: Case) -> Iterator[Fact]:
    """Say what the genes are called, and of which species they seem to be."""
    found = case.identifiers
    if not found.kind:
        yield Fact("Identifiers", "of no kind that is known here")
        return
    version = ""
    if found.kind.startswith("Ensembl"):
        version = " with version" if found.with_version > 0.5 else " without version"
    share = "" if found.share > 0.99 else f", {percent(found.share, 1)} of the names"
    species = f"; species: {found.species}" if found.species else "; species unknown"
    if found.kind == "numbered names":
        species = ", as simulated or anonymous data have"
    yield Fact("Identifiers", f"{found.kind}{version}{share}{species}")


def duplicates(case: Case) -> Iterator[Finding]:
    """Report gene names that occur twice."""
    counts = Counter(name for name in case.raw.genes if name)
    repeated = [name for name, number in counts.items() if number > 1]
    if not repeated:
        return
    n_rows = sum(counts[name] for name in repeated)
    verb = "occurs" if len(repeated) == 1 else "occur"
    yield Finding(
        "duplicate-genes",
        Severity.PROBLEM,
        f"{count(len(repeated), 'gene name')} {verb} more than once ({n_rows:,} rows): "
        f"{some(repeated)}.",
        "Links are between names. Two rows of one gene also explain each other almost perfectly, "
        "which would hide its real regulators.",
        ("average-duplicates", "suffix-duplicates"),
    )


def nameless(case: Case) -> Iterator[Finding]:
    """Report genes without a name."""
    n_nameless = sum(not name for name in case.raw.genes)
    if n_nameless:
        verb = "has" if n_nameless == 1 else "have"
        yield Finding(
            "nameless-genes",
            Severity.PROBLEM,
            f"{count(n_nameless, 'gene')} {verb} no name.",
            "A link needs a name at either end.",
            ("drop-nameless",),
        )


def spreadsheet(case: Case) -> Iterator[Finding]:
    """Report names that a spreadsheet turned into dates or numbers."""
    damaged = [name for name in case.raw.genes if spreadsheet_damage(name)]
    if not damaged or len(damaged) > 0.5 * case.raw.n_genes:  # then they are dates
        return
    can_mend = any(restored(name) for name in damaged)
    looks = "looks" if len(damaged) == 1 else "look"
    yield Finding(
        "spreadsheet-names",
        Severity.WARNING,
        f"{count(len(damaged), 'gene name')} {looks} damaged by a spreadsheet: {some(damaged)}.",
        "Excel reads SEPT7 and MARCH1 as dates and RIKEN names such as 2310009E13 as numbers "
        f"({EXCEL}); under such a name nobody finds the gene, nor does a list of regulators.",
        ("restore-excel-names",) if can_mend else (),
    )


def versions(case: Case) -> Iterator[Finding]:
    """Say that versions part the names from lists that have none."""
    if case.identifiers.with_version < 0.05:
        return
    example = next(name for name in case.raw.genes if without_version(name) != name)
    yield Finding(
        "versions",
        Severity.NOTE,
        f"Identifiers carry versions, such as '{example}'.",
        "Lists of regulators and other people's networks mostly have none, and names must be "
        "spelt alike to be found.",
        ("strip-versions",),
    )


def records(case: Case) -> Iterator[Finding]:
    """Report rows that are no genes."""
    found = [name for name in case.raw.genes if RECORDS.fullmatch(name)]
    if not found or len(found) == case.raw.n_genes:
        return
    verb = "is no gene" if len(found) == 1 else "are no genes"
    yield Finding(
        "records",
        Severity.WARNING,
        f"{count(len(found), 'row')} {verb}: {some(found)}.",
        "Counts of unassigned reads and spike-ins follow the library's size, so they look like "
        "regulators of everything.",
        ("drop-records",),
    )


def mixed(case: Case) -> Iterator[Finding]:
    """Say that a part of the names is of another kind."""
    found = case.identifiers
    if not found.kind or found.share > 0.95 or found.share < 0.5:
        return
    if found.kind in {"gene symbols", "numbered names"}:
        return
    rest = percent(1 - found.share, 1)
    yield Finding(
        "mixed-identifiers",
        Severity.NOTE,
        f"{rest} of the gene names are no {found.kind}, such as {some(found.others)}.",
        "Names of two kinds may hide the same gene twice.",
    )
