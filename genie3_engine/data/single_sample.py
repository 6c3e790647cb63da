"""Recognise tables of one sample, and of results of a test, which are not a matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

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
    if keep or table.n_columns > _MOST_COLUMNS or rows is None:
        return
    is_headless = columns is None or all(name.isdecimal() for name in columns)
    if _counts_reads([table.corner, *rows] if is_headless else rows):
        if table.n_columns == 1:
            raise _refused("htseq-count's table of one sample", "the counts")
        if is_headless and table.n_columns == _STAR_COLUMNS:
            raise _refused(
                "STAR's table of one sample (counts for three kinds of strandedness)",
                "the column that fits your library",
            )
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


def _refused(what: str, take: str) -> InputError:
    return InputError(
        f"This is {what}, not an expression matrix.",
        f"{_JOIN} ({take}); tximport in R does that.",
    )


def _counts_reads(rows: list[str]) -> bool:
    """Return whether rows at an end count the reads that have no gene."""
    named = roles_named((*rows[:6], *rows[-6:])).values()
    return any(each.role is READS_WITHOUT_GENE for each in named)
