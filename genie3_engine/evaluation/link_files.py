"""Read ranked links and a gold standard together: each is evidence for the other's columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from genie3_engine.data.decisions import Decision
from genie3_engine.errors import OptionError
from genie3_engine.evaluation.link_columns import LinkColumn
from genie3_engine.evaluation.link_headers import settle_header
from genie3_engine.evaluation.link_matrix import (
    LinkMatrix,
    is_matrix,
    matrix_of,
    regulators_in_rows,
)
from genie3_engine.evaluation.link_roles import LinkFile, Pair, find_pairs
from genie3_engine.evaluation.link_rows import FirstRows, first_rows, read_batches, sample_columns
from genie3_engine.evaluation.link_tables import LinkTable, open_table, refuse_rows_of_targets
from genie3_engine.evaluation.link_values import (
    Label,
    Order,
    Score,
    find_label,
    find_score,
    linked_rows,
)

LINK_ROLES = ("regulator", "target", "score", "rank", "size", "sheet")
GOLD_ROLES = ("regulator", "target", "label", "sheet")


@dataclass
class _Side:
    """One of the two files while it is read."""

    table: LinkTable
    file: LinkFile
    first: FirstRows
    matrix: LinkMatrix | None = None
    in_rows: bool = True
    decisions: list[Decision] = field(default_factory=list)

    @property
    def columns(self) -> tuple[LinkColumn, ...]:
        return self.file.columns


@dataclass(frozen=True)
class LinkReading:
    """How ranked links are read.

    Parameters
    ----------
    table : LinkTable
        The file.
    pair : Pair or None
        Its columns of regulators and targets; None for a matrix.
    score : Score
        Its score.
    matrix : LinkMatrix or None
        The matrix, where it is one.
    in_rows : bool
        Whether the regulators of the matrix are in its rows.
    first : FirstRows or None
        The first rows, where they have been read.
    """

    table: LinkTable
    pair: Pair | None
    score: Score
    matrix: LinkMatrix | None = None
    in_rows: bool = True
    first: FirstRows | None = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield regulators, targets and scores."""
        if self.matrix is not None:
            yield from self.matrix.batches(regulators_in_rows=self.in_rows)
            return
        assert self.pair is not None
        places = [self.pair.regulator.place, self.pair.target.place]
        if self.score.column is not None:
            places.append(self.score.column.place)
        yield from read_batches(self.table, places, value_type=pa.float64(), first=self.first)


@dataclass(frozen=True)
class GoldReading:
    """How a gold standard is read.

    Parameters
    ----------
    table : LinkTable
        The file.
    pair : Pair or None
        Its columns of regulators and targets; None for a matrix.
    label : Label
        Its label.
    matrix : LinkMatrix or None
        The matrix, where it is one.
    in_rows : bool
        Whether the regulators of the matrix are in its rows.
    first : FirstRows or None
        The first rows, where they have been read.
    """

    table: LinkTable
    pair: Pair | None
    label: Label
    matrix: LinkMatrix | None = None
    in_rows: bool = True
    first: FirstRows | None = None

    def batches(self) -> Iterator[tuple[pa.RecordBatch, npt.NDArray[np.bool_]]]:
        """Yield pairs of names, and which of them are links."""
        if self.matrix is not None:
            for batch in self.matrix.batches(regulators_in_rows=self.in_rows):
                yield batch, batch.column(2).to_numpy() != 0
            return
        assert self.pair is not None
        places = [self.pair.regulator.place, self.pair.target.place]
        column = self.label.column
        if column is not None:
            places.append(column.place)
        value_type = pa.dictionary(pa.int32(), pa.string())
        for batch in read_batches(self.table, places, value_type=value_type, first=self.first):
            yield batch, _is_link(batch, self.label)


def _is_link(batch: pa.RecordBatch, label: Label) -> npt.NDArray[np.bool_]:
    if label.column is None:
        return np.ones(batch.num_rows, dtype=np.bool_)
    cells = batch.column(2)
    if not isinstance(cells, pa.DictionaryArray):
        cells = cells.dictionary_encode()
    texts = [str(text).strip() for text in cells.dictionary.to_pylist()]
    known = np.array([text not in label.false for text in texts], np.bool_)
    is_link: npt.NDArray[np.bool_] = known[cells.indices.to_numpy(zero_copy_only=False)]
    return is_link


def read_together(
    links: Path,
    gold: Path,
    *,
    links_columns: Mapping[str, str] | None = None,
    gold_columns: Mapping[str, str] | None = None,
) -> tuple[LinkReading, GoldReading, tuple[Decision, ...]]:
    """Decide what each column of ranked links and of a gold standard is.

    Parameters
    ----------
    links, gold : Path
        The files.
    links_columns, gold_columns : mapping of str to str, optional
        The user's word: a column, by name or by number from 1, for a role. Roles of links are
        ``regulator``, ``target`` and one of ``score`` (the largest is the best), ``rank`` (the
        smallest) and ``size`` (the largest without its sign); of a gold standard ``regulator``,
        ``target`` and ``label``. ``score`` and ``label`` may be ``none``. For a matrix,
        ``regulator`` is ``rows`` or ``columns``. ``sheet`` is the name or number of a workbook's
        sheet.

    Returns
    -------
    tuple of LinkReading, GoldReading and the decisions
        How each is read, and what was taken for what.

    Raises
    ------
    InputError
        When a file cannot be read, or has no columns of names.
    OptionError
        When the user names a role or a column that does not exist.
    """
    sides = [
        _side(links, "links_columns", links_columns, roles=LINK_ROLES, whole=False),
        _side(gold, "gold_columns", gold_columns, roles=GOLD_ROLES, whole=True),
    ]
    _settle_both(sides)
    is_true = linked_rows(sides[1].columns)
    if is_true is not None:
        columns = tuple(replace(column, is_true=is_true) for column in sides[1].columns)
        sides[1].file = replace(sides[1].file, columns=columns)
    pairs = _decide_pairs(sides)
    of_links, of_gold = sides
    reading, label = _link_reading(of_links, pairs[0]), Label(None)
    if pairs[1] is not None:
        label = find_label(of_gold.file, pairs[1])
        of_gold.decisions += [label.decision] if label.decision else []
    return (
        reading,
        GoldReading(of_gold.table, pairs[1], label, of_gold.matrix, of_gold.in_rows, of_gold.first),
        (*of_links.decisions, *of_gold.decisions),
    )


def read_beside(
    links: Path, other: Path, *, links_columns: Mapping[str, str] | None = None
) -> tuple[LinkReading, tuple[Decision, ...]]:
    """Decide what each column of ranked links is, with another list of the same genes.

    Parameters
    ----------
    links : Path
        The file.
    other : Path
        The other list: evidence for regulators and targets.
    links_columns : mapping of str to str, optional
        The user's word, as in `read_together`.

    Returns
    -------
    tuple of LinkReading and the decisions
        How the file is read, and what was taken for what.

    Raises
    ------
    InputError
        When a file cannot be read, or has no columns of names.
    OptionError
        When the user names a role or a column that does not exist.
    """
    sides = [
        _side(links, "links_columns", links_columns, roles=LINK_ROLES, whole=False),
        _side(other, "links_columns", None, roles=LINK_ROLES, whole=False),
    ]
    _settle_both(sides)
    reading = _link_reading(sides[0], _decide_pairs(sides)[0])
    return reading, tuple(sides[0].decisions)


def _decide_pairs(sides: list[_Side]) -> list[Pair | None]:
    """Decide which columns, or axes of a matrix, are regulators and targets in both files."""
    pairs: list[Pair | None] = [None, None]
    if all(side.matrix is None for side in sides):
        pairs = list(find_pairs(sides[0].file, sides[1].file))
    else:
        for i, side in enumerate(sides):
            if side.matrix is None:
                pairs[i] = find_pairs(side.file, _as_file(sides[1 - i]))[0]
        for i, side in enumerate(sides):
            if side.matrix is not None:
                known = _regulators(pairs[1 - i])
                side.in_rows, decision = regulators_in_rows(side.matrix, side.file, known)
                side.decisions.append(decision)
    for side, pair in zip(sides, pairs, strict=True):
        if pair is not None:
            side.decisions.append(pair.decision(side.file))
    return pairs


def _link_reading(side: _Side, pair: Pair | None) -> LinkReading:
    """Decide what the score of a list of links is."""
    score = Score(None, Order.SIGNED)
    if pair is not None:
        score = find_score(side.file, pair)
        side.decisions += [score.decision] if score.decision else []
    return LinkReading(side.table, pair, score, side.matrix, side.in_rows, side.first)


def columns_of(path: Path) -> tuple[LinkColumn, ...]:
    """Return the columns of a table by its first rows, for a choice of their roles.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    table = open_table(path)
    columns = sample_columns(table)
    if table.has_header is None and not settle_header(table.first, columns, is_gene=_is_unknown):
        columns = sample_columns(table.without_header())
    return columns


def _is_unknown(name: str) -> bool:
    """Return False: without another file, no name is known to be a gene."""
    del name
    return False


def _side(
    path: Path,
    option: str,
    wanted: Mapping[str, str] | None,
    *,
    roles: tuple[str, ...],
    whole: bool,
) -> _Side:
    wanted = wanted or {}
    for role in wanted:
        if role not in roles:
            raise OptionError(
                f"There is no role {role!r} in {option.replace('_', ' ')}.",
                f"Give {', '.join(roles)}.",
            )
    table = open_table(path, sheet=wanted.get("sheet"), option=option)
    first = first_rows(table, whole=whole)
    file = LinkFile(path.name, option, first.columns(table, whole=whole), wanted)
    return _Side(table, file, first, decisions=list(table.notes))


def _settle_both(sides: list[_Side]) -> None:
    """Decide on headers and matrices, and refuse a table with several targets in a row."""
    for one, other in (sides, sides[::-1]):
        _settle(one, other)
    _find_matrices(sides)
    for one, other in (sides, sides[::-1]):
        if one.matrix is None and not one.file.wanted:
            refuse_rows_of_targets(one.table.path, one.columns, _genes_of(other))


def _settle(side: _Side, other: _Side) -> None:
    """Decide whether the first row is a header, where that is open."""
    if side.table.has_header is not None:
        return
    genes = _cells(other)
    if settle_header(side.table.first, side.columns, is_gene=genes.__contains__):
        side.table = replace(side.table, has_header=True)
        return
    side.table = side.table.without_header()
    whole = side.columns[0].is_whole
    side.first = side.first.below(side.table.first)
    side.file = replace(side.file, columns=side.first.columns(side.table, whole=whole))


def _cells(side: _Side) -> frozenset[str]:
    columns = [column for column in side.columns if column.may_have_names and not column.is_sign]
    return frozenset().union(*(column.names for column in columns))


def _genes_of(side: _Side) -> frozenset[str]:
    """Return the names of a table, or those along a matrix."""
    if side.matrix is None:
        return _cells(side)
    return frozenset(side.matrix.rows) | frozenset(side.matrix.columns)


def _find_matrices(sides: list[_Side]) -> None:
    for side, other in (sides, sides[::-1]):
        if side.table.has_header and is_matrix(side.columns, _cells(other)):
            columns = side.columns
            if not columns[0].is_whole:
                columns = sample_columns(side.table, whole=True)
            side.matrix = matrix_of(columns)


def _as_file(side: _Side) -> LinkFile:
    """Return the axes of a matrix as two columns, as evidence for the other file."""
    if side.matrix is None:
        return side.file
    axes = (side.matrix.rows, side.matrix.columns)
    in_rows, _ = regulators_in_rows(side.matrix, side.file, frozenset())
    axes = axes if in_rows else axes[::-1]
    columns = tuple(
        LinkColumn("", i, pa.array(names, pa.string()), np.arange(len(names)))
        for i, names in enumerate(axes)
    )
    return LinkFile(side.file.name, side.file.option, columns)


def _regulators(pair: Pair | None) -> frozenset[str]:
    if pair is None or not pair.is_sure:
        return frozenset()
    regulators, targets = pair.regulator.names, pair.target.names
    return regulators if len(regulators) < 0.9 * len(regulators | targets) else frozenset()
