"""Find what each column of a sample sheet holds, by its header and by its entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from genie3_engine.data.io.text.cell_values import is_missing
from genie3_engine.data.perturbations import (
    GeneNames,
    is_unperturbed,
    kind_of,
    may_state_kind,
    read_perturbation,
)
from genie3_engine.data.sample_sheet import PERTURBATIONS
from genie3_engine.data.time_points import UNIT_OF, time_point
from genie3_engine.errors import OptionError

NO_COLUMN = "none"
_UNIT = "|".join(sorted(UNIT_OF, key=len, reverse=True))
_LONG_UNIT = "|".join(word for word in UNIT_OF if len(word) > 1)


class SheetRole(StrEnum):
    """What a column of a sample sheet may hold."""

    SAMPLE = "sample"
    SERIES = "series"
    TIME = "time"
    PERTURBED = "perturbed"
    PERTURBATION = "perturbation"
    REPLICATE = "replicate"
    BLOCK = "block"


# Headers of each role, the surest first, as `plain_header` writes them.
_HEADERS: dict[SheetRole, tuple[str, ...]] = {
    SheetRole.SAMPLE: (
        r"samples?( ?(names?|ids?|titles?|numbers?))?",
        r"names?|ids?|index|row ?names?|unnamed 0|gsm|geo accession|(run )?accession|barcodes?"
        r"|cells?( ?(names?|ids?))?|librar(y|ies)( ?(names?|ids?))?|arrays?( ?(names?|ids?))?"
        r"|files?( ?names?)?|columns?|experiments?( ?(names?|ids?))?",
    ),
    SheetRole.SERIES: (
        r"(time ?)?(series|courses?)( ?(names?|ids?|numbers?|no))?",
        r"conditions?|treatments?|stimul(us|i|ation)|arms?",
        r"trajector(y|ies)|experiments?( ?ids?)?|groups?",
        r"strains?|(cell ?)?lines?|genotypes?",
        r"subjects?|patients?|donors?|individuals?|animals?|participants?|plants?",
        r"doses?|concentrations?|tissues?|medi(um|a)",
    ),
    SheetRole.TIME: (
        rf"(sampling )?time ?(points?)?s?( ?(in )?({_UNIT}))?",
        rf"({_LONG_UNIT})( (post|after|since|of) .*)?|t( ({_UNIT}))?",
    ),
    SheetRole.PERTURBED: (
        r"perturbed( genes?)?|genes? perturbed|perturb(ation|ed)? (genes?|targets?)|target genes?"
        r"|ko|kd|oe|(ko|kd|oe) genes?|knock(ed)? ?(outs?|downs?)( genes?)?|deletions?"
        r"|deleted genes?|over ?express(ed|ion)( genes?)?|silenced genes?",
        r"perturbations?|mutants?|mutations?|genotypes?|guides?( (targets?|genes?|ids?))?"
        r"|(sg|si|sh) ?rnas?|crispr|genes?|targets?",
        r"strains?|conditions?|treatments?",
    ),
    SheetRole.PERTURBATION: (
        r"how|perturb(ation|ed)? ?(types?|kinds?|hows?|methods?|modes?)|types? of perturbation"
        r"|perturbed how",
        r"perturbations?|types?|kinds?|methods?|modes?",
    ),
    SheetRole.REPLICATE: (
        r"((biological|technical|bio|tech) ?)?rep(l|licates?|s|licats?)?( ?(ids?|no|numbers?))?",
    ),
    SheetRole.BLOCK: (
        r"(batch(es)?|blocks?)( ?(ids?|no|numbers?))?",
        r"plates?|runs?|lanes?|dates?",
    ),
}
_FORMS = {role: [re.compile(form) for form in forms] for role, forms in _HEADERS.items()}
_PSEUDO = re.compile(r"pseudo|latent|velocity|cell ?cycle")
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")
_WORDS_FOR_GENES = 2  # the headers of perturbed genes that need no proof by their entries


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sample sheet.

    Parameters
    ----------
    label : str
        Its header, or its number from 1.
    entries : tuple of str
        One text per row.
    """

    label: str
    entries: tuple[str, ...]

    @property
    def different(self) -> frozenset[str]:
        """Return the entries, each once, which are few even for many cells."""
        return frozenset(self.entries)

    @property
    def is_blank(self) -> bool:
        """Return whether no entry holds anything."""
        return all(is_missing(entry) for entry in self.different)


@dataclass(frozen=True, slots=True)
class SheetRoles:
    """Which column has which role.

    Parameters
    ----------
    columns : mapping of SheetRole to SheetColumn
        Those that were found.
    kind : str
        How genes were perturbed where a header or the user states it for all samples.
    rivals : mapping of SheetRole to tuple of str
        Labels of other columns that could have a role.
    unused : tuple of str
        Labels of the columns without a role.
    """

    columns: Mapping[SheetRole, SheetColumn]
    kind: str = ""
    rivals: Mapping[SheetRole, tuple[str, ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def entries(self, role: SheetRole) -> tuple[str, ...] | None:
        """Return the entries of a role; None where no column has it."""
        column = self.columns.get(role)
        return None if column is None else column.entries


def plain_header(header: str) -> str:
    """Return a header in lower case, with single spaces between its words.

    Examples
    --------
    >>> plain_header("Time_(h)"), plain_header("sampleName")
    ('time h', 'sample name')
    """
    return " ".join(filter(None, _SPLIT.split(header))).lower()


def strength(header: str, role: SheetRole) -> int:
    """Return how surely a header means a role: from 1, the larger the less sure; 0 for no."""
    plain = plain_header(header)
    if role is SheetRole.TIME and _PSEUDO.search(plain):
        return 0
    forms = enumerate(_FORMS[role], start=1)
    return next((place for place, form in forms if form.fullmatch(plain)), 0)


def is_header(text: str) -> bool:
    """Return whether a text is a header of any role."""
    return any(strength(text, role) for role in SheetRole)


def is_time_header(header: str) -> bool:
    """Return whether a header means times, such as ``Time``, ``time_points`` or ``hours``."""
    return strength(header, SheetRole.TIME) > 0


def find_roles(
    columns: Sequence[SheetColumn],
    genes: GeneNames,
    *,
    chosen: Mapping[str, str] | None = None,
    sample_column: SheetColumn | None = None,
) -> SheetRoles:
    """Decide what each column holds.

    Parameters
    ----------
    columns : sequence of SheetColumn
        The sheet, or annotations of samples.
    genes : GeneNames
        The genes of the data.
    chosen : mapping of str to str, optional
        The user's word: a column's name or its number from 1 by role, ``none`` for no column, and
        for ``perturbation`` also KO, KD or OE.
    sample_column : SheetColumn, optional
        The column whose entries are the names of the samples, where one is.

    Returns
    -------
    SheetRoles
        One column at most per role. A column of perturbed genes may name the series as well.

    Raises
    ------
    OptionError
        When the user names a role or a column that does not exist.
    """
    chosen = dict(chosen or {})
    found: dict[SheetRole, SheetColumn] = {}
    rivals: dict[SheetRole, tuple[str, ...]] = {}
    if sample_column is not None:
        found[SheetRole.SAMPLE] = sample_column
    kind = _chosen_columns(columns, chosen, found)
    asked = {SheetRole(role) for role in chosen}
    free = [each for each in columns if each not in found.values() and not each.is_blank]
    for role in (SheetRole.TIME, SheetRole.PERTURBED, SheetRole.PERTURBATION, *SheetRole):
        if role in asked or role in found or role is SheetRole.SAMPLE:
            continue
        accepts = _ACCEPTS.get(role, _accept_all)
        ranked = [
            (place, each)
            for each in free
            if (place := strength(each.label, role)) and accepts(each, place, genes)
        ]
        if not ranked:
            continue
        ranked.sort(key=lambda pair: pair[0])
        best = ranked[0]
        found[role] = best[1]
        rivals[role] = tuple(each.label for place, each in ranked[1:] if place == best[0])
        free = [each for each in free if each is not best[1]]
    _add_by_content(free, genes, found, asked)
    perturbed = found.get(SheetRole.PERTURBED)
    if not kind and perturbed is not None:
        kind = _kind_of_header(perturbed.label)
    used = {column.label for column in found.values()}
    unused = tuple(each.label for each in columns if each.label not in used)
    return SheetRoles(found, kind, rivals, unused)


def _chosen_columns(
    columns: Sequence[SheetColumn], chosen: Mapping[str, str], found: dict[SheetRole, SheetColumn]
) -> str:
    """Take the columns that the user names; return how genes were perturbed, where chosen."""
    kind = ""
    for role, wanted in chosen.items():
        if role not in list(SheetRole):
            raise OptionError(
                f"--sheet-columns has no role {role!r}.",
                f"Its roles are {', '.join(SheetRole)}.",
            )
        if role == SheetRole.PERTURBATION and wanted.upper() in PERTURBATIONS:
            kind = wanted.upper()
        elif wanted.casefold() != NO_COLUMN:
            found[SheetRole(role)] = column_named(columns, wanted)
    return kind


def column_named(columns: Sequence[SheetColumn], wanted: str) -> SheetColumn:
    """Return the column of a name, or of a number from 1.

    Raises
    ------
    OptionError
        When there is none.
    """
    by_label = {each.label.casefold(): each for each in reversed(columns)}
    column = by_label.get(wanted.strip().casefold())
    if column is None and wanted.strip().isdecimal() and 0 < int(wanted) <= len(columns):
        column = columns[int(wanted) - 1]
    if column is None:
        known = ", ".join(f"'{each.label}'" for each in columns[:20])
        raise OptionError(
            f"The sample sheet has no column {wanted!r}.", f"Its columns are {known}."
        )
    return column


def _accept_all(column: SheetColumn, place: int, genes: GeneNames) -> bool:
    del column, place, genes
    return True


def _accept_times(column: SheetColumn, place: int, genes: GeneNames) -> bool:
    """Return whether entries are times: some under a sure header, all under another one."""
    del genes
    texts = [entry for entry in column.different if not is_missing(entry)]
    n_times = sum(time_point(entry.replace(",", ".")) is not None for entry in texts)
    return n_times > 0 if place == 1 else n_times == len(texts)


def _accept_genes(column: SheetColumn, place: int, genes: GeneNames) -> bool:
    """Return whether entries are perturbed genes; conditions and strains must state how."""
    if place == 1:
        return not all(map(is_unperturbed, column.different))
    return names_genes(column, genes, how_is_stated=place > _WORDS_FOR_GENES)


def names_genes(column: SheetColumn, genes: GeneNames, *, how_is_stated: bool) -> bool:
    """Return whether a column names perturbed genes of the data.

    Parameters
    ----------
    column : SheetColumn
        The column.
    genes : GeneNames
        The genes of the data.
    how_is_stated : bool
        Whether entries count only when they state how, such as ``TP53 KO``.
    """
    entries = {entry for entry in column.different if not is_unperturbed(entry)}
    if how_is_stated and 2 * sum(map(may_state_kind, entries)) < len(entries):
        return False  # the usual case, fast also for many cells
    found = [read_perturbation(entry, genes) for entry in sorted(entries)]
    named = [
        each
        for each in found
        if each.genes and not each.unknown and (each.kinds or not how_is_stated)
    ]
    return 2 * len(named) >= len(entries) > 0


def _accept_kinds(column: SheetColumn, place: int, genes: GeneNames) -> bool:
    """Return whether entries are kinds of perturbation."""
    del genes
    are_kinds = [bool(kind_of(entry)) for entry in column.different if not is_unperturbed(entry)]
    return any(are_kinds) if place == 1 else bool(are_kinds) and all(are_kinds)


def _accept_groups(column: SheetColumn, place: int, genes: GeneNames) -> bool:
    """Return whether entries put samples into groups; a sure header needs no proof."""
    del genes
    texts = [entry for entry in column.entries if not is_missing(entry)]
    return place == 1 or len(set(texts)) < max(2, len(texts))


_ACCEPTS: dict[SheetRole, Callable[[SheetColumn, int, GeneNames], bool]] = {
    SheetRole.TIME: _accept_times,
    SheetRole.PERTURBED: _accept_genes,
    SheetRole.PERTURBATION: _accept_kinds,
    SheetRole.SERIES: _accept_groups,
    SheetRole.BLOCK: _accept_groups,
}


def _add_by_content(
    free: Sequence[SheetColumn],
    genes: GeneNames,
    found: dict[SheetRole, SheetColumn],
    asked: set[SheetRole],
) -> None:
    """Find times with units and genes with how they were perturbed under any header."""
    for column in free:
        texts = [entry for entry in column.different if not is_missing(entry)]
        are_times = all(entry[:1].isdecimal() and _has_unit(entry) for entry in texts)
        is_age = "age" in plain_header(column.label).split()
        if SheetRole.TIME not in {*found, *asked} and are_times and texts and not is_age:
            found[SheetRole.TIME] = column
        elif SheetRole.PERTURBED not in {*found, *asked} and names_genes(
            column, genes, how_is_stated=True
        ):
            found[SheetRole.PERTURBED] = column
    series = found.get(SheetRole.SERIES)
    may_be_genes = SheetRole.PERTURBED not in {*found, *asked} and series is not None
    if may_be_genes and series and names_genes(series, genes, how_is_stated=True):
        found[SheetRole.PERTURBED] = series


def _has_unit(entry: str) -> bool:
    point = time_point(entry)
    return point is not None and bool(point.unit)


def _kind_of_header(header: str) -> str:
    words = plain_header(header)
    for pair in (words, words.replace(" ", ""), *words.split()):
        if kind_of(pair):
            return kind_of(pair)
    return next((kind_of(word) for word in _heads(words) if kind_of(word)), "")


def _heads(words: str) -> list[str]:
    """Return a header's words without ``gene`` at the end, with and without gaps."""
    plain = re.sub(r" genes?$", "", words)
    return [plain, plain.replace(" ", ""), plain.replace(" ", "-")]
