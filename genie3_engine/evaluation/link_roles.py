"""Decide which columns of a table of links are its regulators and its targets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.link_words import Role
from genie3_engine.errors import InputError, OptionError
from genie3_engine.evaluation.link_columns import LinkColumn

_SURE = 4.0
_HEADER, _WEAK_HEADER, _OTHER_HEADER = 6.0, 1.5, 5.0
_OVERLAP, _REGULATORS, _FEWER, _FIRST = 5.0, 6.0, 1.2, 1.5
_NONE = "none"


@dataclass(frozen=True)
class LinkFile:
    """A table of links before its columns have roles.

    Parameters
    ----------
    name : str
        The file's name.
    option : str
        The option that overrules the roles, as a keyword: ``links_columns`` or ``gold_columns``.
    columns : tuple of LinkColumn
        Its columns.
    wanted : mapping of str to str
        The user's choice: a column, by name or number, for a role.
    """

    name: str
    option: str
    columns: tuple[LinkColumn, ...]
    wanted: Mapping[str, str] = field(default_factory=dict)

    def wanted_column(self, *roles: str) -> LinkColumn | None:
        """Return the column that the user named for one of some roles.

        Raises
        ------
        OptionError
            When there is no such column.
        """
        wanted = next((self.wanted[role] for role in roles if role in self.wanted), None)
        if wanted is None or wanted == _NONE:
            return None
        exact = [column for column in self.columns if column.name == wanted]
        alike = [column for column in self.columns if column.name.casefold() == wanted.casefold()]
        if exact or alike:
            return (exact or alike)[0]
        if wanted.isdecimal() and 0 < int(wanted) <= len(self.columns):
            return self.columns[int(wanted) - 1]
        known = ", ".join(column.label for column in self.columns)
        raise OptionError(
            f"{self.name} has no column {wanted!r}.",
            f"Its columns are {known}; give a name or a number from 1.",
        )

    def has_wanted(self, *roles: str) -> bool:
        """Return whether the user named a column, or none, for one of some roles."""
        return any(role in self.wanted for role in roles)


@dataclass(frozen=True)
class Pair:
    """The columns of regulators and targets.

    Parameters
    ----------
    regulator, target : LinkColumn
        The columns.
    margin : float
        The weight of evidence for them against the reverse; 4 and more is clear.
    evidence : tuple of str
        Evidence for them, clauses.
    against : tuple of str
        Evidence against them.
    is_told : bool
        Whether it is the user's choice.
    """

    regulator: LinkColumn
    target: LinkColumn
    margin: float = math.inf
    evidence: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    is_told: bool = False

    @property
    def is_sure(self) -> bool:
        """Return whether the order is clear, and no weighty evidence is against it."""
        return self.margin >= _SURE and not self.against

    @property
    def has_headers(self) -> bool:
        """Return whether a header names the role."""
        return self.regulator.header.is_strong or self.target.header.is_strong

    def decision(self, file: LinkFile) -> Decision:
        """Return what was taken for what."""
        regulator, target = self.regulator, self.target
        certainty = Certainty.CLEAR if self.is_sure else Certainty.GUESS
        if self.is_told:
            certainty = Certainty.TOLD
        reverse = f"regulator={target.option},target={regulator.option}"
        reasons = [*self.evidence, *(f"but {clause}" for clause in self.against)]
        return Decision(
            subject="roles",
            taken=f"In {file.name}, column {regulator.label} is the regulator and column "
            f"{target.label} the target.",
            evidence=_sentence(reasons),
            certainty=certainty,
            alternatives=()
            if certainty is not Certainty.GUESS
            else (Alternative("The reverse", {file.option: reverse}),),
            names=(regulator.option, target.option),
        )


def _sentence(clauses: Sequence[str]) -> str:
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def find_pairs(links: LinkFile, gold: LinkFile) -> tuple[Pair, Pair]:
    """Decide which columns of two tables are regulators and targets.

    Parameters
    ----------
    links, gold : LinkFile
        The tables. Each is evidence for the other: their genes are the same, and so are their
        regulators.

    Returns
    -------
    tuple of two Pairs
        Of the links, and of the gold standard.

    Raises
    ------
    InputError
        When a table has no two columns that can be names.
    """
    first = [_pair_of(file, other, None) for file, other in ((links, gold), (gold, links))]
    surer, other = (0, 1) if first[0].margin >= first[1].margin else (1, 0)
    files = (links, gold)
    if first[surer].margin >= _SURE:
        first[other] = _pair_of(files[other], files[surer], first[surer])
    if first[other].margin >= _SURE:
        first[surer] = _pair_of(files[surer], files[other], first[other])
    return first[0], first[1]


def _pair_of(file: LinkFile, other: LinkFile, known: Pair | None) -> Pair:
    regulator, target = file.wanted_column("regulator"), file.wanted_column("target")
    columns = [column for column in file.columns if column.may_have_names]
    if regulator is not None and regulator is target:
        raise OptionError(
            f"Column {regulator.label} of {file.name} is named as regulator and as target.",
            "Name two columns, by their numbers where their headers are the same.",
        )
    if regulator is not None and target is not None:
        return Pair(regulator, target, evidence=("as the user states",), is_told=True)
    genes = _names_of(other)
    shared = [column for column in columns if not column.is_numeric and column.names & genes]
    if len(shared) > 1:  # numbers next to two columns of the other file's genes are not names
        columns = [column for column in columns if not column.is_numeric]
    weigh = _Weigh(file, other, known)
    pairs = [
        (one, two)
        for one, two in itertools.permutations(columns, 2)
        if (regulator is None or one is regulator) and (target is None or two is target)
    ]
    if regulator is not None and not pairs:
        pairs = [(regulator, column) for column in file.columns if column is not regulator]
    if not pairs:
        shown = ", ".join(f"{c.label} ({', '.join(c.values[:2])}, ...)" for c in file.columns[:6])
        raise InputError(
            f"{file.name} has no two columns of names: its columns are {shown}.",
            "Give regulator and target in columns, with a score or a label.",
        )
    scores = {pair: weigh.total(*pair) for pair in pairs}
    best = max(pairs, key=lambda pair: scores[pair])
    if regulator is not None or target is not None:
        return Pair(*best, evidence=("as the user states",), is_told=True)
    margin = scores[best] - scores[best[1], best[0]]
    clauses = weigh.clauses(*best)
    return Pair(
        *best,
        margin=margin,
        evidence=tuple(text for weight, text in clauses if weight > 0),
        against=tuple(text for weight, text in clauses if weight < -2.0),
    )


class _Weigh:
    """Weigh the evidence that one column is the regulators and another the targets."""

    def __init__(self, file: LinkFile, other: LinkFile, known: Pair | None) -> None:
        self._genes = _names_of(other)
        self._regulators: frozenset[str] = frozenset()
        if known is not None:
            regulators, targets = known.regulator.names, known.target.names
            if len(regulators) < 0.7 * len(regulators | targets):
                self._regulators = regulators
        self._n_columns = len(file.columns)

    def total(self, one: LinkColumn, two: LinkColumn) -> float:
        return (
            self._alone(one, Role.REGULATOR)
            + self._alone(two, Role.TARGET)
            + self._stems(one, two)
            + self._fewer(one, two)
            + self._listed(one, two)
            + (2 * _FIRST if one.place < two.place else 0.0)
            + (0.3 if abs(one.place - two.place) == 1 else 0.0)
        )

    def clauses(self, one: LinkColumn, two: LinkColumn) -> list[tuple[float, str]]:
        """Return the weight of each piece of evidence on the order, with a clause for it."""
        found: list[tuple[float, str]] = []
        header = self._header(one, Role.REGULATOR) + self._header(two, Role.TARGET)
        if header > 0 and (one.name or two.name):
            found.append((2 * header, "their headers name them"))
        listed = self._listed(one, two)
        if listed:
            n_listed = len(one.names & self._regulators)
            found.append(
                (
                    2 * listed,
                    f"{n_listed:,} of the {len(one.names):,} names of column {one.label} and "
                    f"{len(two.names & self._regulators):,} of the {len(two.names):,} of column "
                    f"{two.label} are regulators of the other file",
                )
            )
        fewer = self._fewer(one, two)
        if abs(fewer) > 0.3 and header <= 3:
            found.append((2 * fewer, f"they have {one.n_linked:,} and {two.n_linked:,} names"))
        if header <= 3:
            first = one.place < two.place
            text = "regulators usually stand first" if first else "targets stand first"
            found.append((2 * _FIRST if first else 0.0, text))
        return found

    def _alone(self, column: LinkColumn, role: Role) -> float:
        weight = self._header(column, role)
        if self._genes:
            common = len(column.names & self._genes)
            weight += _OVERLAP * common / max(1, min(len(column.names), len(self._genes)))
        if column.is_sign:
            weight -= 6.0
        if len(column.names) < 2:
            weight -= 1.0
        return weight

    def _header(self, column: LinkColumn, role: Role) -> float:
        header = column.header
        if not column.name or header.role is Role.NONE:
            return 0.0
        if header.role in (Role.REGULATOR, Role.TARGET):
            weight = _HEADER if header.is_strong else _WEAK_HEADER
            return weight if header.role is role else -weight
        return -_OTHER_HEADER

    def _stems(self, one: LinkColumn, two: LinkColumn) -> float:
        if one.header.role is Role.NONE or two.header.role is Role.NONE:
            return 0.0
        return (1.5 if one.header.stem else 0.5) if one.header.stem == two.header.stem else 0.0

    def _fewer(self, one: LinkColumn, two: LinkColumn) -> float:
        if one.is_cut_short or two.is_cut_short:
            return 0.0
        n_one, n_two = max(1, one.n_linked), max(1, two.n_linked)
        ratio = max(-3.0, min(3.0, math.log2(n_two / n_one)))
        return _FEWER * ratio * min(1.0, (n_one + n_two) / 12)

    def _listed(self, one: LinkColumn, two: LinkColumn) -> float:
        if not self._regulators:
            return 0.0
        shares = [
            len(column.names & self._regulators) / max(1, len(column.names & self._genes))
            for column in (one, two)
        ]
        return _REGULATORS * (shares[0] - shares[1])


def _names_of(file: LinkFile) -> frozenset[str]:
    """Return all texts of a file's columns that can be names of genes."""
    columns = [
        column
        for column in file.columns
        if column.may_have_names
        and not column.is_sign
        and column.header.role in (Role.REGULATOR, Role.TARGET, Role.NONE)
    ]
    return frozenset(itertools.chain.from_iterable(column.names for column in columns))
