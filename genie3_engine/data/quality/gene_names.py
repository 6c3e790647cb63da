"""Gene names: duplicates, version suffixes, damage by spreadsheets, rows that are not genes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from genie3_engine.data.gene_identifiers import (
    RECORDS,
    restored,
    spreadsheet_damage,
    without_version,
)
from genie3_engine.data.quality.context import QualityContext, some
from genie3_engine.data.quality.findings import EXCEL, Fact, Finding, Severity
from genie3_engine.data.quality.recipe import FixKind, Value
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sparse_genes import FloatMatrix, replaced_genes, taken_genes
from genie3_engine.labels import count, proportion

# A day as spreadsheets count them, 1982 to 2036, or 2310009E13 as the number that it is to them.
_SERIAL = re.compile(r"([34]\d{4}|\d{1,7}0{7,})(\.0)?")


def describe(context: QualityContext) -> Iterator[Fact]:
    """Describe the identifiers of the genes and their species."""
    found = context.identifiers
    if not found.kind:
        yield Fact("Identifiers", "of an unknown kind")
        return
    version = ""
    if found.kind.startswith("Ensembl"):
        version = " with version" if found.with_version > 0.5 else " without version"
    share = "" if found.share > 0.99 else f", {proportion(found.share, 1)} of the names"
    species = f"; species: {found.species}" if found.species else "; species unknown"
    if found.kind == "numbered names":
        species = ", as simulated or anonymous data have"
    yield Fact("Identifiers", f"{found.kind}{version}{share}{species}")


def duplicates(context: QualityContext) -> Iterator[Finding]:
    """Report gene names that occur twice."""
    if len(set(context.raw.genes)) == len(context.raw.genes):
        return
    counts = Counter(name for name in context.raw.genes if name)
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


def nameless(context: QualityContext) -> Iterator[Finding]:
    """Report genes without a name."""
    n_nameless = context.raw.genes.count("")
    if n_nameless:
        verb = "has" if n_nameless == 1 else "have"
        yield Finding(
            "nameless-genes",
            Severity.PROBLEM,
            f"{count(n_nameless, 'gene')} {verb} no name.",
            "A link needs a name at either end.",
            ("drop-nameless",),
        )


def spreadsheet(context: QualityContext) -> Iterator[Finding]:
    """Report names that a spreadsheet turned into dates or numbers."""
    genes = context.raw.genes
    damaged = [name for name in genes if spreadsheet_damage(name)]
    serials = [name for name in genes if _SERIAL.fullmatch(name)]
    if len(serials) <= 0.05 * len(genes) and _share_of_numbers(genes) <= 0.05:
        damaged += serials
    if not damaged or len(damaged) > 0.5 * context.raw.n_genes:  # then they are dates
        return
    can_mend = any(restored(name) for name in damaged)
    looks = "looks" if len(damaged) == 1 else "look"
    yield Finding(
        "spreadsheet-names",
        Severity.WARNING,
        f"{count(len(damaged), 'gene name')} {looks} damaged by a spreadsheet: {some(damaged)}.",
        "Excel reads SEPT7 and MARCH1 as dates and RIKEN names such as 2310009E13 as numbers "
        f"({EXCEL}); under such a name neither a search nor a list of regulators finds the gene.",
        ("restore-excel-names",) if can_mend else (),
    )


def _share_of_numbers(genes: Sequence[str]) -> float:
    return sum(name.isdecimal() for name in genes) / max(1, len(genes))


def versions(context: QualityContext) -> Iterator[Finding]:
    """Report version suffixes, which lists of regulators rarely have."""
    if context.identifiers.with_version < 0.05:
        return
    example = next(name for name in context.raw.genes if without_version(name) != name)
    yield Finding(
        "versions",
        Severity.NOTE,
        f"Identifiers carry versions, such as '{example}'.",
        "Lists of regulators and other people's networks mostly have none, and names must be "
        "spelt alike to be found.",
        ("strip-versions",),
    )


def records(context: QualityContext) -> Iterator[Finding]:
    """Report rows that are not genes."""
    found = [name for name in context.raw.genes if RECORDS.fullmatch(name)]
    if not found or len(found) == context.raw.n_genes:
        return
    verb = "is not a gene" if len(found) == 1 else "are not genes"
    yield Finding(
        "records",
        Severity.WARNING,
        f"{count(len(found), 'row')} {verb}: {some(found)}.",
        "Counts of unassigned reads and spike-ins follow the library's size, so they look like "
        "regulators of everything.",
        ("drop-records",),
    )


def mixed(context: QualityContext) -> Iterator[Finding]:
    """Report names of another kind."""
    found = context.identifiers
    if not found.kind or found.share > 0.95 or found.share < 0.5:
        return
    if found.kind in {"gene symbols", "numbered names"}:
        return
    rest = proportion(1 - found.share, 1)
    yield Finding(
        "mixed-identifiers",
        Severity.NOTE,
        f"{rest} of the gene names are not {found.kind}, such as {some(found.others)}.",
        "Names of two kinds may hide the same gene twice.",
    )


def _average(raw: RawExpression, _: Value | None) -> RawExpression:
    """Put the mean of genes of one name in the place of the first; gaps are left out of it."""
    rows = _rows_of(raw.genes)
    if len(rows) == len(raw.genes):
        return raw
    firsts = np.array([places[0] for places in rows])
    values = taken_genes(raw.values, firsts)
    repeated = {row: places for row, places in enumerate(rows) if len(places) > 1}
    means = {row: _mean(raw.values[places]) for row, places in repeated.items()}
    values = replaced_genes(values, means)
    genes = tuple(raw.genes[places[0]] for places in rows)
    return replace(raw, values=values, genes=genes, odd_cells=(), n_odd=0)


def _mean(copies: FloatMatrix) -> FloatMatrix:
    """Return the mean of each column, the same in whatever order its values come."""
    ordered = np.sort(copies, axis=0)
    n = (~np.isnan(ordered)).sum(axis=0)
    sums = np.nan_to_num(ordered).sum(axis=0)
    return np.where(n > 0, sums / np.maximum(1, n), np.nan)


def _suffix(raw: RawExpression, _: Value | None) -> RawExpression:
    """Call the second of one name ``name-2``, the third ``name-3``, and so on."""
    taken = set(raw.genes)
    seen: Counter[str] = Counter()
    names = []
    for name in raw.genes:
        seen[name] += 1
        new, number = name, seen[name]
        if name and number > 1:
            new = f"{name}-{number}"
            while new in taken:
                number += 1
                new = f"{name}-{number}"
            seen[name] = number
            taken.add(new)
        names.append(new)
    return replace(raw, genes=tuple(names))


def _rows_of(genes: tuple[str, ...]) -> list[list[int]]:
    """Return the rows of each name, in the order of the first; each nameless row by itself."""
    rows: dict[str | int, list[int]] = defaultdict(list)
    for row, name in enumerate(genes):
        rows[name or row].append(row)
    return list(rows.values())


def _strip(raw: RawExpression, _: Value | None) -> RawExpression:
    return _renamed(raw, without_version)


def _restore(raw: RawExpression, _: Value | None) -> RawExpression:
    """Give back the names that a spreadsheet took for dates, where one gene alone is possible."""
    as_mouse = sum(bool(re.fullmatch(r"[A-Z][a-z]\w+", name)) for name in raw.genes)
    title = as_mouse * 2 > len(raw.genes)
    return _renamed(raw, lambda name: restored(name, title=title) or name)


def _renamed(raw: RawExpression, new_name: Callable[[str], str]) -> RawExpression:
    """Rename the genes, those that the sample sheet calls perturbed too."""
    sheet = raw.sheet
    if sheet is not None:
        sheet = sheet.rename({gene: new_name(gene) for genes in sheet.perturbed for gene in genes})
    return replace(raw, genes=tuple(map(new_name, raw.genes)), sheet=sheet)


def _drop_nameless(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = np.array([bool(name) for name in raw.genes])
    return raw.keep_genes(kept, reason="is without a name")


def _drop_records(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = np.array([not RECORDS.fullmatch(name) for name in raw.genes])
    return raw.keep_genes(kept, reason="is a record of the counting program or a control")


FIXES = (
    FixKind(
        "average-duplicates",
        "Average the copies",
        "replace genes of one name by their mean",
        "rows of one gene name were averaged",
        _average,
    ),
    FixKind(
        "suffix-duplicates",
        "Number the copies",
        "keep genes of one name apart as name, name-2, name-3",
        "rows of one gene name were kept apart under numbered names",
        _suffix,
    ),
    FixKind(
        "strip-versions",
        "Strip the versions",
        "cut version numbers off identifiers, ENSG00000141510.17 to ENSG00000141510",
        "version numbers were cut off the identifiers",
        _strip,
    ),
    FixKind(
        "restore-excel-names",
        "Restore the names",
        "give back gene names that a spreadsheet turned into dates, 7-Sep to SEPT7, where only one "
        "gene can be meant",
        "gene names that a spreadsheet had turned into dates were restored where unambiguous",
        _restore,
    ),
    FixKind(
        "drop-nameless",
        "Drop the nameless",
        "drop the genes that have no name",
        "rows without a gene name were removed",
        _drop_nameless,
    ),
    FixKind(
        "drop-records",
        "Drop these rows",
        "drop rows that are not genes: records of counting programs, spike-ins, array controls",
        "records of the counting program, spike-ins and array controls were removed",
        _drop_records,
    ),
)
