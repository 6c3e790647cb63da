"""Decide whether the first row of a table of links is a header."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from genie3_engine.data.io.text.cell_values import is_missing, is_number
from genie3_engine.data.link_words import Role, is_only_header, role_of_header
from genie3_engine.evaluation.link_columns import LinkColumn


def find_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool | None:
    """Decide whether the first row of a table is a header.

    Parameters
    ----------
    first : sequence of str
        The cells of the first row.
    body : sequence of sequences of str
        The cells of the rows below it.

    Returns
    -------
    bool or None
        None where only the genes of the other file can decide; see `settle_header`.
    """
    if not body:
        return False
    if not all(first):
        return True
    columns = list(itertools.zip_longest(*body, fillvalue=""))[: len(first)]
    for cell, column in zip(first, columns, strict=False):
        if is_number(cell) or is_missing(cell):
            continue
        values = [each for each in column if not is_missing(each)]
        if values and all(map(is_number, values)):
            return True
    n_texts = sum(not any(map(is_number, column)) for column in columns)
    numbered = [[str(i + start) for i in range(len(first))] for start in (0, 1)]
    if list(first) in numbered and n_texts > 1:
        return True
    if any(is_number(cell) for cell in first):
        return False
    if any(_heads_few_values(cell, each) for cell, each in zip(first, columns, strict=False)):
        return True
    cells = {each for column in columns for each in column}
    if any(cell in cells for cell in first):
        return _names_both_roles(first, columns)
    return None


def settle_header(
    words: Sequence[str], columns: Sequence[LinkColumn], *, is_gene: Callable[[str], bool]
) -> bool:
    """Decide whether the first row is a header, by the genes of the other file.

    Parameters
    ----------
    words : sequence of str
        The cells of the first row, of which `find_header` returns None.
    columns : sequence of LinkColumn
        The columns without the first row.
    is_gene : callable
        Whether a text is a gene of the other file.

    Returns
    -------
    bool
        True for words that are headers, or that are not genes while those below are, and do not
        look like them.
    """
    cells = {value for column in columns for value in column.names}
    if any(is_gene(word) for word in words):  # TF is a gene, too
        others = [word for word in words if not (is_gene(word) or word in cells)]
        return any(map(is_only_header, others))
    if any(word in cells for word in words):
        return False
    roles = [role_of_header(word) for word in words]
    known = [each for each in roles if each.role is not Role.NONE]
    if any(each.is_strong for each in known) or len(known) >= 2:
        return True
    named = [column for column in columns if column.may_have_names and not column.is_sign]
    shares = [sum(map(is_gene, column.names)) / max(1, len(column.names)) for column in named]
    if shares and max(shares) > 0.5:
        return True
    return all(not _looks_like(words[column.place], column.names) for column in named)


def _names_both_roles(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Return whether two words mean regulator and target for certain, and stand only there."""
    found = {
        role_of_header(cell).role
        for cell, column in zip(first, columns, strict=False)
        if role_of_header(cell).is_strong and cell not in column
    }
    return {Role.REGULATOR, Role.TARGET} <= found


def _heads_few_values(word: str, cells: Sequence[str]) -> bool:
    """Return whether a column repeats a few values, and a known header is above it."""
    values = set(cells)
    is_few = len(values) <= 5 and len(cells) >= 4 * len(values)
    role = role_of_header(word).role
    is_pair = role in (Role.REGULATOR, Role.TARGET, Role.NONE)
    return is_few and not is_pair and word not in values


def _looks_like(word: str, names: frozenset[str]) -> bool:
    """Return whether a word has the shape of most names: letters and digits in the same order."""
    shape = _shape(word)
    some = list(names)[:200]
    return sum(_shape(name) == shape for name in some) >= 0.05 * len(some)


def _shape(name: str) -> str:
    return re.sub(r"[A-Z]+", "A", re.sub(r"[a-z]+", "a", re.sub(r"\d+", "0", name)))
