"""Find the column of a list that marks which of its rows are regulators.

Such a column answers *Is TF?* with yes and no, or has categories: *TF*, *co-factor* and others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.io.text.cell_values import is_number
from genie3_engine.data.link_words import Role, role_of_header

ALL_ROWS, MARKED_ROWS = "all rows", "marked rows"
_NO = frozenset({"no", "false", "0", "f", "n", "nein", "non"})
_YES = frozenset({"yes", "true", "1", "t", "y", "ja", "oui"})
_NOT = re.compile(r"(not|no|non)[\W_]+(an?[\W_]+)?(?P<what>.+)")
_SAYS_REGULATOR = re.compile(
    r"(^|[\W_])(tfs?|regulators?|transcription[\W_]*factors?)([\W_]|$)", re.I
)
# A category of regulators: words such as *putative*, and a word for a regulator at the end.
_IS_REGULATOR = re.compile(
    r"([a-z][a-z-]*[\W_]+){0,4}?(tf|transcription[\W_]*factor|(transcriptional[\W_]*)?regulator)s?",
    re.I,
)
_IS_NO_REGULATOR = re.compile(r"(^|[\W_])(co|non?|not|un\w+|pseudo|former)([\W_]|$)", re.I)
_FEWEST_ROWS = 4
_MOST_CATEGORIES = 12
_SHOWN_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class RowMarks:
    """A column of yes and no, or of categories.

    Parameters
    ----------
    place : int
        Which column.
    header : str
        Its header; empty without one.
    unmarked : frozenset of int
        The rows with no, or of other categories than regulators; without the header.
    n_rows : int
        How many rows there are.
    are_left_out : bool
        Whether the rows with no are left out of the list.
    certainty : Certainty
        How sure that is.
    categories : tuple of (str, int)
        The categories with their numbers of rows, the most frequent first; empty for yes and no.
    """

    place: int
    header: str
    unmarked: frozenset[int]
    n_rows: int
    are_left_out: bool
    certainty: Certainty
    categories: tuple[tuple[str, int], ...] = ()

    @property
    def other_rows(self) -> str:
        """Return which rows the other reading takes."""
        return ALL_ROWS if self.are_left_out else MARKED_ROWS

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what the column may be called."""
        return tuple(filter(None, (self.header, str(self.place + 1))))

    def decision(self, file: str, other: str) -> Decision:
        """Return what is done with the rows, given the choice of column for the other reading."""
        column = f"column '{self.header}'" if self.header else f"column {self.place + 1}"
        n, left = len(self.unmarked), self.n_rows - len(self.unmarked)
        if self.categories:
            shown = [f"'{text}' ({k:,})" for text, k in self.categories[:_SHOWN_AT_MOST]]
            more = len(self.categories) - len(shown)
            shown += [f"{more} others"] * (more > 0)
            taken = f"All rows of {file} are taken; {column} has {', '.join(shown)}."
            evidence = "Not all of these are names for regulators."
        elif self.are_left_out:
            taken = f"{n:,} rows of {file} are left out: {column} marks them with no."
            evidence = f"{left:,} rows are left."
        else:
            taken = f"All rows of {file} are taken, also {n:,} that {column} marks with no."
            evidence = "The header does not state that it marks regulators."
        label = f"The {left:,} {'regulators' if self.categories else 'marked rows'} only"
        label = "All rows" if self.are_left_out else label
        return Decision(
            subject="list-rows",
            taken=taken,
            evidence=evidence,
            certainty=self.certainty,
            alternatives=(Alternative(label, {"regulators_column": other}),)
            if self.certainty is Certainty.GUESS
            else (),
            names=(self.header or str(self.place + 1),),
        )


def marks_of(rows: Sequence[Sequence[str]], *, has_header: bool) -> RowMarks | None:
    """Find the column that marks which rows are regulators.

    Parameters
    ----------
    rows : sequence of sequences of str
        The cells of the table, its header first where it has one.
    has_header : bool
        Whether it has.

    Returns
    -------
    RowMarks or None
        None where there is no column of yes and no, or where it means something else. Without a
        header it is a guess, and only where another column has a name of its own in each row, as
        a list has and a table of links has not.
    """
    body = rows[1:] if has_header else rows
    columns = list(zip(*body, strict=True))
    found: list[RowMarks] = []
    for place, cells in enumerate(columns):
        header = rows[0][place].strip() if has_header else ""
        verdict = _verdict(header, cells, has_names=_have_names(columns))
        if verdict is not None:
            no = _words_for_no({_word(cell) for cell in cells})
            unmarked = frozenset(i for i, cell in enumerate(cells) if _word(cell) in no)
            found.append(RowMarks(place, header, unmarked, len(body), *verdict))
    if not found:
        headers = rows[0] if has_header else [""] * len(columns)
        found = [each for i, text in enumerate(headers) for each in _categories(i, text, columns)]
    return min(
        found,
        key=lambda each: (each.certainty is Certainty.GUESS, not each.are_left_out),
        default=None,
    )


def is_yes_or_no(cell: str) -> bool:
    """Return whether a cell is a word for yes or no, not a number."""
    return _word(cell) in _YES | _NO and not is_number(cell)


def _verdict(
    header: str, cells: Sequence[str], *, has_names: bool
) -> tuple[bool, Certainty] | None:
    """Return whether the rows with no are left out, and how sure that is."""
    answers = {_word(cell) for cell in cells}
    no = _words_for_no(answers)
    if not no:
        return None
    role = role_of_header(header)
    if _SAYS_REGULATOR.search(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)):
        return True, Certainty.CLEAR
    if len(cells) < _FEWEST_ROWS or not answers - no - {""} or not has_names:
        return None
    if not header or role.role is Role.LABEL:
        return True, Certainty.GUESS
    return (False, Certainty.GUESS) if role.role is Role.NONE else None


def _categories(place: int, header: str, columns: Sequence[Sequence[str]]) -> list[RowMarks]:
    """Return the column as one of categories, of which some are regulators; or nothing."""
    cells = [cell.strip() for cell in columns[place]]
    counts = Counter(filter(None, cells))
    most = min(_MOST_CATEGORIES, len(cells) // 2)
    if not 1 < len(counts) <= most or role_of_header(header).role in (Role.REGULATOR, Role.TARGET):
        return []
    regulators = {text for text in counts if _is_regulator(text)}
    if not 0 < len(regulators) < len(counts):
        return []
    unmarked = frozenset(i for i, cell in enumerate(cells) if cell not in regulators)
    return [
        RowMarks(
            place,
            header.strip(),
            unmarked,
            len(cells),
            are_left_out=False,
            certainty=Certainty.GUESS,
            categories=tuple(counts.most_common()),
        )
    ]


def _is_regulator(text: str) -> bool:
    return _IS_REGULATOR.fullmatch(text) is not None and not _IS_NO_REGULATOR.search(text)


def _words_for_no(answers: set[str]) -> frozenset[str]:
    """Return the answers that mean no, also ``not a TF`` next to ``TF``; none of other words."""
    if answers <= _YES | _NO | {""}:
        return frozenset(answers & _NO)
    found = {answer: _NOT.fullmatch(answer) for answer in answers if answer}
    no = frozenset(answer for answer, match in found.items() if match and match["what"] in answers)
    return no if len(found) == 2 else frozenset()


def _have_names(columns: Sequence[Sequence[str]]) -> bool:
    """Return whether a column has a different name in each row."""
    return any(
        len(set(cells)) == len(cells) and not all(map(is_number, cells)) for cells in columns
    )


def _word(cell: str) -> str:
    return cell.strip().lower()
