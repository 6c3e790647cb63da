"""Recognise tables of one sample, and of results of a test, which are not a matrix."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from genie3_engine.data.io.table import Table
from genie3_engine.data.role_names import (
    READS_WITHOUT_GENE,
    NamedRole,
    is_measure,
    roles_named,
    words_of,
)
from genie3_engine.errors import InputError

_MOST_COLUMNS = 24
_STAR_COLUMNS = 3
_STAR = "STAR's table of one sample (counts for three kinds of strandedness)"
_STRANDS = frozenset(
    (  # noqa: SIM905 -- a list of words is read best as one
        "unstranded stranded strand strands forward reverse fwd rev sense antisense plus minus "
        "first second st nd read reads count counts yes no htseq star both"
    ).split()
)
_ANY_COLUMN = re.compile(r"(v|x|c|col|column|count|counts|unnamed|field)? ?\d*")
_MANY_READS, _SOME_READS, _ENOUGH_GENES, _FEWEST_GENES = 40, 10, 20, 6
_MOST_ROWS_OF_READS, _FEWEST_LONG_ROWS, _MOST_LONG_COLUMNS = 20, 9, 3
_JOIN = (
    "Join the tables of all samples into one, with the genes in rows and a column for each sample"
)


@dataclass(frozen=True, slots=True)
class _Program:
    """A program that writes a table for each sample.

    Parameters
    ----------
    name : str
        What it is called.
    columns : frozenset of str
        Columns that its table has, as `words_of` writes them.
    take : str
        Which of its columns to join.
    """

    name: str
    columns: frozenset[str]
    take: str


_PROGRAMS = (
    _Program("kallisto", frozenset({"eff length", "est counts", "tpm"}), "tpm or est_counts"),
    _Program("salmon", frozenset({"effective length", "tpm", "num reads"}), "TPM or NumReads"),
    _Program(
        "RSEM", frozenset({"effective length", "expected count", "tpm"}), "TPM or expected_count"
    ),
    _Program("StringTie", frozenset({"coverage", "fpkm", "tpm"}), "TPM"),
    _Program("Cufflinks", frozenset({"fpkm", "fpkm conf lo"}), "FPKM"),
)


def refuse_single_sample(
    table: Table, named: Mapping[int, NamedRole], *, keep: Collection[str]
) -> None:
    """Refuse a table of one sample, and a table of test results.

    Parameters
    ----------
    table : Table
        What was read.
    named : mapping of int to NamedRole
        The columns whose names state what they hold.
    keep : collection of str
        Columns that the user calls samples; where there are some, nothing is refused.

    Raises
    ------
    InputError
        With how to join the tables of several samples.
    """
    columns, rows = table.column_names, table.row_names
    if rows is not None and rows and _count_reads_only(rows):
        raise InputError(
            f"This table counts reads by what became of them ('{rows[0]}', ...), not by gene.",
            "Give the table of counts that the program wrote next to it.",
        )
    if rows is not None and not keep:
        _refuse_long_form(table, rows)
    if keep or table.n_columns > _MOST_COLUMNS or rows is None:
        return
    is_headless = columns is None or all(name.isdecimal() for name in columns)
    if _counts_reads([table.corner, *rows] if is_headless else rows):
        if table.n_columns == 1:
            raise _refused("htseq-count's table of one sample", "the counts")
        if is_headless and table.n_columns == _STAR_COLUMNS:
            raise _refused(_STAR, "the column that fits your library")
    if _names_strands(columns) and _counts_each_strand(table):
        raise _refused(_STAR, "the column that fits your library")
    if columns is None or len(columns) < 2:
        return
    words = {words_of(name) for name in columns}
    for program in _PROGRAMS:
        if program.columns <= words:
            raise _refused(f"{program.name}'s table of one sample", program.take)
    measures = [i for i, name in enumerate(columns) if i not in named and is_measure(name)]
    if len(measures) + len(named) < len(columns):
        return
    if measures and (named or len(measures) > 1):
        shown = ", ".join(f"'{columns[i]}'" for i in measures)
        raise _refused("a table of one sample", shown)
    nouns = {each.role.noun for each in named.values() if each.is_sure}
    if {"p-values", "test results"} <= nouns:
        raise InputError(
            f"This is not an expression matrix: its columns are {', '.join(sorted(nouns))} "
            f"({', '.join(repr(name) for name in columns[:6])}), and none is a sample.",
            "Give the table of expression from which they were computed.",
        )


def _count_reads_only(rows: list[str]) -> bool:
    """Return whether no row is a gene, as in the summary that featureCounts writes."""
    if len(rows) > _MOST_ROWS_OF_READS:
        return False
    named = roles_named(rows)
    return len(named) == len(rows) and all(
        each.role is READS_WITHOUT_GENE for each in named.values()
    )


def _refuse_long_form(table: Table, rows: list[str]) -> None:
    """Refuse a table with a row for each gene of each sample."""
    if table.n_columns > _MOST_LONG_COLUMNS or len(rows) < _FEWEST_LONG_ROWS:
        return
    n_genes = len(set(rows))
    if 2 * n_genes > len(rows):
        return
    for name, texts in table.row_annotations.items():
        n_others = len(set(texts))
        pairs = set(zip(rows, texts, strict=True)) if len(texts) == len(rows) else set()
        if 2 * n_others <= len(rows) == len(pairs) and 2 * len(rows) >= n_genes * n_others > 4:
            raise InputError(
                f"The table has a row for each gene of each sample: its names repeat, and column "
                f"'{name}' distinguishes the rows of one name.",
                "Give a table with one row a gene and one column a sample, such as "
                "pandas.DataFrame.pivot or tidyr's pivot_wider makes of it.",
            )


def _refused(what: str, take: str) -> InputError:
    return InputError(
        f"This is {what}, not an expression matrix.",
        f"{_JOIN} ({take}); tximport in R does that.",
    )


def _names_strands(columns: list[str] | None) -> bool:
    """Return whether the columns of a table may be strands: no names, numbers, or such words."""
    words = [words_of(name) for name in columns or ()]
    return all(_ANY_COLUMN.fullmatch(each) or _STRANDS.issuperset(each.split()) for each in words)


def _counts_each_strand(table: Table) -> bool:
    """Return whether one of three columns counts the reads of the two others together.

    The counts of both strands are the sum of the counts of each but for genes that overlap, which
    are many in large genomes; three samples agree so in hardly any gene.
    """
    if table.n_columns != _STAR_COLUMNS or table.sparse is not None:
        return False
    counts = np.concatenate(table.blocks)
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        return False
    if (counts != np.floor(counts)).any() or not counts.any(axis=0).all():
        return False
    reads = counts.sum(axis=1)
    usable = reads >= _MANY_READS
    if usable.sum() < _ENOUGH_GENES:
        usable = reads >= _SOME_READS
    if usable.sum() < _FEWEST_GENES:
        return False
    both = counts[usable]
    missing = np.abs(2 * both - reads[usable, None])
    share = (missing <= 1 + 0.02 * both).mean(axis=0)
    return float(share.max()) >= (0.4 if len(both) >= _ENOUGH_GENES else 0.8)


def _counts_reads(rows: list[str]) -> bool:
    """Return whether rows at an end count the reads that have no gene."""
    named = roles_named((*rows[:6], *rows[-6:])).values()
    return any(each.role is READS_WITHOUT_GENE for each in named)
