"""Read lists of genes: one name per line, all names in a line, or a column of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.gene_spelling import GeneSpelling, plain_name
from genie3_engine.data.io.entry_lines import entry_lines
from genie3_engine.data.io.excel import EXCEL, sheet_lines
from genie3_engine.data.io.input_file import open_source, undecodable
from genie3_engine.data.io.text.cell_values import is_number
from genie3_engine.data.io.text.rows import WESTERN
from genie3_engine.data.link_words import Role, role_of_header
from genie3_engine.data.list_columns import (
    EVERY_CELL,
    WHOLE_LINE,
    ListColumn,
    columns_of_lines,
    is_derived,
    is_headed,
    likeness,
)
from genie3_engine.data.list_marks import RowMarks
from genie3_engine.data.regulators import matched, near_sentence, no_overlap_error
from genie3_engine.errors import InputError, OptionError

AUTO = "auto"
_SHOWN_AT_MOST = 5
_MOST_SIDE_BY_SIDE, _LONG_LIST = 3, 8


@dataclass(frozen=True, slots=True)
class ChosenNames:
    """The names that a list gives.

    Parameters
    ----------
    names : tuple of str
        Each once, in the list's order, spelt as the genes are where they are genes.
    column : str
        Label of the column that has them.
    n_genes : int
        How many of them are genes of the data; 0 without genes.
    decisions : tuple of Decision
        What was taken for what.
    """

    names: tuple[str, ...]
    column: str
    n_genes: int = 0
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class NameList:
    """A list as it was read, with every column that may hold the names.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    columns : tuple of ListColumn
        The columns of the table, then the whole line, then every cell.
    notes : tuple of Decision
        How the file was read.
    marks : RowMarks or None
        The column that marks which rows are regulators.
    sheet : str
        The sheet of the workbook that it is, where there are several with cells.
    other_sheets : tuple of NameList
        The others.
    """

    name: str
    columns: tuple[ListColumn, ...]
    notes: tuple[Decision, ...] = ()
    marks: RowMarks | None = None
    sheet: str = ""
    other_sheets: tuple[NameList, ...] = ()

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of the columns that a user can choose."""
        of_others = [
            f"{other.sheet}: {label}" for other in self.other_sheets for label in other.labels
        ]
        return (*(column.label for column in self.columns), *of_others)

    def guess(self, column: str = AUTO) -> tuple[str, ...]:
        """Return the names of a column, by default the likeliest while no gene is known.

        Raises
        ------
        OptionError
            When there is no such column.
        """
        if column != AUTO:
            listed, column = self._sheet_of(column)
            return listed.columns[listed._place_of(column)].names()
        columns = [each for each in self.columns if not each.is_choice]
        return max(columns, key=lambda column: likeness(column, columns)).names()

    def choose(
        self,
        genes: Sequence[str],
        *,
        column: str = AUTO,
        what: str = "regulator",
        required: bool = True,
    ) -> ChosenNames:
        """Take the names of the column that agrees best with the genes of the data.

        Parameters
        ----------
        genes : sequence of str
            The genes of the data set.
        column : str
            A column's header or number, `WHOLE_LINE`, `EVERY_CELL`, or ``auto``.
        what : str
            What is listed: ``regulator`` or ``target``; a header with this word is preferred.
        required : bool
            Whether it is an error when no column has a gene of the data; otherwise a guess is
            returned, and a decision records it.

        Returns
        -------
        ChosenNames
            The names. Where most of them differ from the genes in case or version only, they
            are spelt as the genes are.

        Raises
        ------
        OptionError
            When there is no such column.
        InputError
            When no column has a gene of the data, naming the columns.
        """
        if not self.other_sheets:
            return self._choose(genes, column, what=what, required=required)
        listed, wanted = self._sheet_of(column)
        own = listed._choose(genes, wanted, what=what, required=False)
        if column == AUTO:
            others = {
                each.sheet: (each, each._choose(genes, AUTO, what=what, required=False))
                for each in (replace(each, name=self.name) for each in self.other_sheets)
            }
            most = max(others.values(), key=lambda found: found[1].n_genes)
            if not own.n_genes and most[1].n_genes:
                others[self.sheet] = (self, own)
                listed, own = most
                del others[listed.sheet]
            elif required and not own.n_genes:
                return self._choose(genes, AUTO, what=what, required=True)
            found = {sheet: chosen for sheet, (_, chosen) in others.items()}
            own = replace(own, decisions=(_sheet_decision(listed, own, found), *own.decisions))
        return own

    def _sheet_of(self, column: str) -> tuple[NameList, str]:
        """Return the sheet that the label of a column names, and the label within it."""
        for each in (self, *self.other_sheets):
            prefix = f"{each.sheet}:"
            if each.sheet and column.casefold().startswith(prefix.casefold()):
                return replace(each, name=self.name, other_sheets=()), column[len(prefix) :].strip()
        return self, column

    def _choose(
        self, genes: Sequence[str], column: str, *, what: str, required: bool
    ) -> ChosenNames:
        """Take the names of a column of this sheet; see `choose`."""
        spelling = GeneSpelling(genes)
        columns = self._headed(spelling)
        found = [_found(each, spelling, what) for each in columns]
        has_words = any(
            each.header and role_of_header(each.header).role for each in columns if each.is_of_table
        )
        if column != AUTO:
            chosen = found[self._place_of(column)]
            return self._result(chosen, spelling, [], Certainty.TOLD)
        found = [each for each in found if not each.column.is_choice]
        usable = [each for each in found if each.hits and self._may_have_names(each, has_words)]
        if not usable:
            error = self._no_match(found, genes, what)
            if required:
                raise error
            none = Decision("list-column", error.message, certainty=Certainty.GUESS)
            return ChosenNames(self.guess(), "", 0, (*self.notes, none))
        ranked = sorted(
            usable, key=lambda each: (-(each.says_so and each.share > 0.3), -each.worth)
        )
        links = [each for each in ranked if each.share >= 0.5 and not each.is_derived]
        if len(links) > 1 and any(each.repeats > 1.4 for each in links) and not ranked[0].says_so:
            # A table of links: its regulators are the column that repeats its names most.
            sign = -1 if what == "regulator" else 1
            best = min(links, key=lambda each: sign * each.repeats)
            ranked = [best, *(each for each in links if each is not best)]
            rivals = ranked[1:]
        else:
            rivals = [each for each in ranked[1:] if _is_rival(each, ranked[0])]
        if ranked[0].column.label == EVERY_CELL:
            rivals = [each for each in usable if self._is_side_by_side(each)]
        few = ranked[0].hits < 0.1 * min(ranked[0].n_names, len(genes))
        certainty = Certainty.GUESS if rivals or few else Certainty.CLEAR
        return self._result(ranked[0], spelling, rivals, certainty)

    def _headed(self, spelling: GeneSpelling) -> tuple[ListColumn, ...]:
        """Return the columns; where the first row is genes, they are known by their numbers.

        It is a header where one of its cells is a word for headers and no gene, as in a table of
        ``TF`` and ``target`` of data with the gene TF.
        """
        table = [each for each in self.columns if each.is_of_table]
        if not any(each.has_header is None and spelling.is_gene(each.header) for each in table):
            return self.columns
        if any(is_headed(each) for each in table if not spelling.is_gene(each.header)):
            return tuple(replace(each, has_header=each.is_of_table) for each in self.columns)
        numbered = [
            ListColumn(str(i + 1), (each.header, *each.cells), is_count=each.is_count)
            for i, each in enumerate(table)
        ]
        return (*numbered, *self.columns[len(table) :])

    def _may_have_names(self, each: _Found, has_words: bool) -> bool:
        """Return whether a column can be what is listed: no numbers of rows, no repeated numbers.

        Numbers that repeat, as of chromosomes, are not identifiers; every cell of a table is only
        a list where nearly all are genes.
        """
        column = each.column
        if self.marks is not None and column.label in self.marks.labels:
            return False
        is_table = any(each.is_of_table for each in self.columns)
        if column.label == EVERY_CELL:
            is_each_once = len(set(column.cells)) >= 0.95 * len(column.cells)
            return not is_table or (each.share >= 0.6 and is_each_once and not has_words)
        if column.is_count:
            return not is_table
        if each.repeats > 1.25 and not each.says_so:
            is_numeric = all(is_number(cell) for cell in column.cells)
            return not is_numeric and each.share >= 0.3
        return True

    def _is_side_by_side(self, each: _Found) -> bool:
        """Return whether a column of a long, narrow table may be a list next to others."""
        n_columns = sum(column.is_of_table for column in self.columns)
        is_narrow = n_columns <= _MOST_SIDE_BY_SIDE and each.n_names >= _LONG_LIST
        return is_narrow and each.column.is_of_table and each.share >= 0.5

    def _place_of(self, wanted: str) -> int:
        labels = [label.casefold() for label in self.labels]
        if wanted.strip().casefold() in labels:
            return labels.index(wanted.strip().casefold())
        n_table = sum(each.is_of_table for each in self.columns)
        if wanted.strip().isdecimal() and 0 < int(wanted) <= n_table:
            return int(wanted) - 1
        known = ", ".join(repr(label) for label in self.labels)
        raise OptionError(
            f"{self.name} has no column {wanted!r}.", f"Its columns are {known}, or give a number."
        )

    def _result(
        self,
        chosen: _Found,
        spelling: GeneSpelling,
        rivals: Sequence[_Found],
        certainty: Certainty,
    ) -> ChosenNames:
        column = chosen.column
        names = column.names(spelling.is_gene)
        place = _in_words(column.label)
        share = f"{chosen.hits:,} of {len(names):,} names are genes of the data"
        decisions = list(self.notes)
        if self.marks is not None and not column.is_choice:
            other = f"{column.label}, {self.marks.other_rows}"
            decisions.append(self.marks.decision(self.name, other))
        if not chosen.hits:
            return ChosenNames(names, column.label, 0, tuple(decisions))
        if len(self.columns) > 1 or certainty is not Certainty.CLEAR:
            decisions.append(
                Decision(
                    subject="list-column",
                    taken=f"The names of {self.name} are taken from {place}.",
                    evidence=f"{share}.",
                    certainty=certainty,
                    alternatives=tuple(
                        Alternative(
                            f"{_in_words(rival.column.label)}, with {rival.hits:,} genes",
                            {"regulators_column": rival.column.label},
                        )
                        for rival in rivals
                    ),
                    names=(column.label,),
                )
            )
        if chosen.exact * 2 < chosen.hits:
            spelt = [spelling.of(name) for name in names]
            decisions.append(
                Decision(
                    subject="list-spelling",
                    taken=f"The names of {self.name} are matched without regard to case and "
                    "version.",
                    evidence=f"{chosen.exact:,} are spelt exactly as genes of the data, "
                    f"{chosen.hits:,} differ in case or version at most.",
                    certainty=Certainty.CLEAR,
                    names=tuple(
                        name for name, gene in zip(names, spelt, strict=True) if name != gene
                    )[:_SHOWN_AT_MOST],
                )
            )
            names = tuple(dict.fromkeys(spelt))
        return ChosenNames(names, column.label, chosen.hits, tuple(decisions))

    def _no_match(self, found: Sequence[_Found], genes: Sequence[str], what: str) -> InputError:
        shown = [each for each in found if not each.is_derived]
        match = matched(self.guess(), genes, what=what)
        if not shown:
            return no_overlap_error(match, genes)
        parts = []
        for each in shown[:8]:
            examples = ", ".join(each.column.cells[:3]) or each.column.header
            numbers = ", which numbers the rows" if each.column.is_count else ""
            parts.append(f"{_in_words(each.column.label)} ({examples}, ...){numbers}")
        listed = "; ".join(parts)
        first = "', '".join(genes[:3])
        return InputError(
            f"None of the {what}s of {self.name} is among the {len(genes):,} genes "
            f"('{first}', ...). It has {listed}." + near_sentence(match),
            "Give names of the same kind and spelling as in the expression file, or name the "
            "column (--regulators-column).",
        )


def _sheet_decision(
    listed: NameList, chosen: ChosenNames, others: Mapping[str, ChosenNames]
) -> Decision:
    """Return which sheet of a workbook is read, with the others that have genes of the data."""
    rivals = sorted((n for n in others if others[n].n_genes), key=lambda n: -others[n].n_genes)
    is_close = any(2 * others[name].n_genes >= chosen.n_genes for name in rivals)
    named = ", ".join(f"'{name}'" for name in others)
    return Decision(
        subject="sheet",
        taken=f"Sheet '{listed.sheet}' of {listed.name} is read.",
        evidence=f"There {'is' if len(others) == 1 else 'are'} also {named}.",
        certainty=Certainty.GUESS if is_close else Certainty.CLEAR,
        alternatives=tuple(
            Alternative(
                f"Sheet '{name}', with {others[name].n_genes:,} genes",
                {"regulators_column": f"{name}: {others[name].column}"},
            )
            for name in rivals[:_SHOWN_AT_MOST]
        ),
        names=(listed.sheet,),
    )


@dataclass(frozen=True)
class _Found:
    """How many names of a column are genes."""

    column: ListColumn
    hits: int
    exact: int
    n_names: int
    says_so: bool

    @property
    def is_derived(self) -> bool:
        return is_derived(self.column.label)

    @property
    def share(self) -> float:
        return self.hits / max(1, self.n_names)

    @property
    def repeats(self) -> float:
        """Return how often a name occurs in the column, on average."""
        return len(self.column.cells) / max(1, self.n_names)

    @property
    def worth(self) -> float:
        """Return what the columns are ranked by: hits, of which exact ones count a little more."""
        weight = 1.0 if not self.is_derived else 0.9
        if self.column.label == EVERY_CELL:
            weight = 0.45 if self.share < 0.9 else 0.8
        bonus = 4.0 if self.says_so else 1.0
        return float(bonus * weight * (self.hits + 0.2 * self.exact) * math.sqrt(self.share))


def _found(column: ListColumn, spelling: GeneSpelling, what: str) -> _Found:
    names = column.names(spelling.is_gene)
    role = role_of_header(column.header if column.has_header is not False else "")
    wanted = Role.REGULATOR if what == "regulator" else Role.TARGET
    return _Found(
        column,
        hits=len({spelling.of(name) for name in names if spelling.is_gene(name)}),
        exact=sum(name in spelling.known for name in names),
        n_names=len(names),
        says_so=role.role is wanted and role.is_strong,
    )


def _is_rival(other: _Found, best: _Found) -> bool:
    """Return whether another column might be meant as well: it gives about as many genes."""
    if other.is_derived or other.says_so < best.says_so:
        return False
    if other.hits * 2 < best.hits or other.share * 2 < best.share:
        return False
    return not {name.casefold() for name in other.column.cells} <= {
        plain_name(name) for name in best.column.cells
    } | {name.casefold() for name in best.column.cells}


def read_list(path: Path | str) -> NameList:
    """Read a list of genes with every column that may hold the names.

    Parameters
    ----------
    path : Path or str
        A text file, plain or gzip, in UTF-8, UTF-16 or Windows-1252: one name per line, all
        names in a line, or a table. Lines that start with ``#`` are comments.

    Returns
    -------
    NameList
        The columns.

    Raises
    ------
    InputError
        When the file cannot be read or has no names.
    """
    sheets, notes = sheets_of_file(path)
    (first, lines), *others = sheets.items()
    listed = replace(_list_of(path, lines), notes=notes, sheet=first)
    further = []
    for title, texts in others:
        with suppress(InputError):  # of a sheet without names
            further.append(replace(_list_of(path, texts), sheet=title))
    return replace(listed, other_sheets=tuple(further))


def _list_of(path: Path | str, lines: Sequence[str]) -> NameList:
    """Return the list that some lines are."""
    columns, marks = columns_of_lines(path, lines)
    return NameList(Path(path).name, columns, marks=marks)


def read_names(path: Path | str) -> tuple[str, ...]:
    """Read the names of a list when the genes of the data are not known; see `read_list`.

    Parameters
    ----------
    path : Path or str
        The list.

    Returns
    -------
    tuple of str
        The names of the likeliest column, each once, in the file's order.

    Raises
    ------
    InputError
        When the file cannot be read or has no names.
    """
    return read_list(path).guess()


def sheets_of_file(
    path: Path | str, *, keep_comments: bool = False
) -> tuple[dict[str, list[str]], tuple[Decision, ...]]:
    """Read the lines of a text file, or of each sheet of a workbook.

    Parameters
    ----------
    path : Path or str
        The file; text in UTF-8, UTF-16 or Windows-1252.
    keep_comments : bool
        Whether lines of a text that start with ``#`` are kept.

    Returns
    -------
    sheets : dict of str to list of str
        The lines that are not comments, by the name of the sheet, the longest first; a text has
        one sheet without a name.
    notes : tuple of Decision
        How the text is encoded, where it is not UTF-8.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    with open_source(path, content="one entry per line") as source:
        if EXCEL.sniff(source):
            return sheet_lines(source), ()
        try:
            found = entry_lines(source, may_be_json=True, keep_comments=keep_comments)
            return {"": [line for _, line in found]}, ()
        except InputError as error:
            cause = error.__cause__
            if not isinstance(cause, UnicodeError) or source.encoding != "utf-8":
                raise
        try:
            found = entry_lines(
                source, encoding=WESTERN, may_be_json=True, keep_comments=keep_comments
            )
            lines = [line for _, line in found]
        except InputError:
            raise undecodable(source, cause) from cause
    note = Decision(
        subject="encoding",
        taken=f"{Path(path).name} is read as Windows-1252.",
        evidence="It has bytes that are not UTF-8 text.",
        certainty=Certainty.CLEAR,
    )
    return {"": lines}, (note,)


def _in_words(label: str) -> str:
    if label == WHOLE_LINE:
        return "the whole line"
    if label == EVERY_CELL:
        return "every cell"
    return f"column {label}" if label.isdecimal() else f"column '{label}'"
