"""Read a matrix of regulators and targets as links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.link_words import HeaderRole, Role
from genie3_engine.errors import OptionError
from genie3_engine.evaluation.link_columns import LinkColumn
from genie3_engine.evaluation.link_roles import LinkFile

_ROWS, _COLUMNS = "rows", "columns"
_BATCH_CELLS = 1 << 20


@dataclass(frozen=True)
class LinkMatrix:
    """A matrix with regulators on one axis and targets on the other.

    Parameters
    ----------
    rows, columns : tuple of str
        The names of its axes.
    values : (n_rows, n_columns) float64
        Its cells; NaN where one is empty.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: npt.NDArray[np.float64]

    def batches(self, *, regulators_in_rows: bool) -> Iterator[pa.RecordBatch]:
        """Yield regulators, targets and values of all cells but those of a gene with itself."""
        rows, columns = pa.array(self.rows), pa.array(self.columns)
        step = max(1, _BATCH_CELLS // max(1, len(self.columns)))
        same = {name: i for i, name in enumerate(self.columns)}
        for start in range(0, len(self.rows), step):
            stop = min(start + step, len(self.rows))
            values = self.values[start:stop].copy()
            for row, name in enumerate(self.rows[start:stop]):
                if name in same:
                    values[row, same[name]] = np.nan
            i, j = np.nonzero(np.isfinite(values))
            axes = (
                pa.DictionaryArray.from_arrays(pa.array((i + start).astype(np.int32)), rows),
                pa.DictionaryArray.from_arrays(pa.array(j.astype(np.int32)), columns),
            )
            yield pa.RecordBatch.from_arrays(
                [*(axes if regulators_in_rows else axes[::-1]), pa.array(values[i, j])],
                names=["regulator", "target", "value"],
            )


def is_matrix(columns: tuple[LinkColumn, ...], genes: frozenset[str]) -> bool:
    """Return whether a table is a matrix: a column of names, and numbers below names of genes.

    Parameters
    ----------
    columns : tuple of LinkColumn
        The columns of a table with a header.
    genes : frozenset of str
        Names of the other file.
    """
    if len(columns) < 4 or not all(column.is_numeric for column in columns[1:]):
        return False
    names = columns[0].names
    if len(names) < len(columns[0].codes) or columns[0].is_count:
        return False
    headers = [column.name for column in columns[1:]]
    n_known = sum(header in genes or header in names for header in headers)
    return all(headers) and n_known >= 0.5 * len(headers)


def matrix_of(columns: tuple[LinkColumn, ...]) -> LinkMatrix:
    """Return the matrix that all rows of a table are."""
    first, *others = columns
    values = np.column_stack([column.numbers[column.codes] for column in others])
    return LinkMatrix(
        tuple(first.values[code] for code in first.codes),
        tuple(column.name for column in others),
        values,
    )


def regulators_in_rows(
    matrix: LinkMatrix, file: LinkFile, known: frozenset[str]
) -> tuple[bool, Decision]:
    """Decide which axis of a matrix has the regulators.

    Parameters
    ----------
    matrix : LinkMatrix
        The matrix.
    file : LinkFile
        The file, for the message and the user's word.
    known : frozenset of str
        The regulators of the other file, where they are fewer than its genes.

    Returns
    -------
    tuple of bool and Decision
        Whether they are in the rows, and what was taken for what.

    Raises
    ------
    OptionError
        When the user's word is neither ``rows`` nor ``columns``.
    """
    rows, columns = set(matrix.rows), set(matrix.columns)
    shape = f"{len(matrix.rows):,} x {len(matrix.columns):,}"
    wanted = file.wanted.get("regulator")
    if wanted is not None:
        if wanted not in (_ROWS, _COLUMNS):
            raise OptionError(
                f"{file.name} is a matrix of {shape}.",
                f"Give regulator={_ROWS} or regulator={_COLUMNS}.",
            )
        in_rows = wanted == _ROWS
        return in_rows, _decision(file, shape, in_rows, certainty=Certainty.TOLD)
    clues: list[tuple[float, str]] = []  # weights, above 0 for the rows
    if known:
        shares = [len(axis & known) / max(1, len(axis)) for axis in (rows, columns)]
        if abs(shares[0] - shares[1]) > 0.05:
            weight = 10 * (shares[0] - shares[1])
            clues.append((weight, "the names of that axis are regulators of the other file"))
    corner = file.columns[0].header if file.columns else HeaderRole(Role.NONE)
    if corner.is_strong and corner.role in (Role.REGULATOR, Role.TARGET):
        weight = 3.0 if corner.role is Role.REGULATOR else -3.0
        clues.append((weight, f"the cell above the names of the rows is '{file.columns[0].name}'"))
    if len(rows) != len(columns):
        ratio = np.log2(len(columns) / len(rows))
        weight = 2.0 * float(np.clip(ratio, -3, 3)) + 2.0 * float(np.sign(ratio))
        clues.append((weight, "that axis has fewer names"))
    filled = np.nan_to_num(matrix.values)
    n_empty = [int((~filled.any(axis=axis)).sum()) for axis in (1, 0)]
    if len(rows) == len(columns) and n_empty[0] != n_empty[1]:
        # A few genes without a link are on either axis by chance.
        weight = 8.0 * float(np.clip((n_empty[0] - n_empty[1]) / len(rows), -0.5, 0.5))
        clues.append((weight, "genes without any link are on that axis"))
    score = 0.5 + sum(weight for weight, _ in clues)
    in_rows = score > 0
    is_clear = abs(score) >= 2.5
    reason = "; ".join(text for weight, text in clues if (weight > 0) == in_rows)
    if not is_clear and in_rows:
        reason = "a row stands for a regulator in most programs"
    certainty = Certainty.CLEAR if is_clear else Certainty.GUESS
    return in_rows, _decision(file, shape, in_rows, reason=reason, certainty=certainty)


def _decision(
    file: LinkFile, shape: str, in_rows: bool, *, certainty: Certainty, reason: str = ""
) -> Decision:
    axis, other = (_ROWS, _COLUMNS) if in_rows else (_COLUMNS, _ROWS)
    return Decision(
        subject="roles",
        taken=f"{file.name} is a matrix of {shape}: regulators are in the {axis}, targets in the "
        f"{other}.",
        evidence=f"{reason[0].upper()}{reason[1:]}." if reason else "",
        certainty=certainty,
        alternatives=(Alternative("The reverse", {file.option: f"regulator={other}"}),)
        if certainty is Certainty.GUESS
        else (),
        names=(axis,),
    )
