"""How are counts and intensities put on a scale on which variance means something?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from genie3_engine.data.logarithm import log1p
from genie3_engine.data.raw_expression import FloatMatrix, RawExpression
from genie3_engine.data.recipes.fix import FixKind, Value
from genie3_engine.data.summary_statistics import dense_blocks, library_sizes
from genie3_engine.errors import InputError

_MILLION = 1e6


def _log1p_cpm(raw: RawExpression, _: Value | None) -> RawExpression:
    """Return log(1 + counts per million), the natural logarithm."""
    _refuse_negative(raw, "log1p-cpm")
    sizes = library_sizes(raw.values)
    empty = np.flatnonzero(sizes == 0)
    if len(empty):
        raise InputError(
            f"Sample '{raw.samples[empty[0]]}' has no counts at all, so it has no counts per "
            "million.",
            "Apply the fix drop-empty-samples first.",
        )
    factors = _MILLION / sizes
    return _mapped(raw, lambda values, columns: log1p(values * factors[columns]))


def _log1p(raw: RawExpression, _: Value | None) -> RawExpression:
    """Return log(1 + value), the natural logarithm."""
    _refuse_negative(raw, "log1p")
    return _mapped(raw, lambda values, _: log1p(values))


def _mapped(
    raw: RawExpression,
    function: Callable[[FloatMatrix, slice | np.ndarray], FloatMatrix],
) -> RawExpression:
    """Apply a function that keeps zeros to all values, told their columns."""
    if raw.is_sparse:
        values = raw.sparse.copy()
        values.data = function(values.data.astype(np.float64), values.indices)
        return replace(raw, values=values)
    mapped = np.empty(raw.values.shape)
    for rows, block in dense_blocks(raw.values):
        mapped[rows] = function(block, slice(None))
    mapped.flags.writeable = False
    return replace(raw, values=mapped)


def _refuse_negative(raw: RawExpression, fix: str) -> None:
    if raw.is_sparse and not (raw.sparse.data < 0).any():
        return
    for rows, block in dense_blocks(raw.values):
        below = np.argwhere(block < 0)
        if len(below):
            row, column = (int(place) for place in below[0])
            gene, sample = raw.genes[rows.start + row], raw.samples[column]
            raise InputError(
                f"Gene '{gene}' is {block[row, column]:g} in sample '{sample}', so {fix} cannot "
                "be: logarithms and counts per million are for values from 0.",
                "Leave that fix out; these values are on a logarithmic or a centred scale already.",
            )


SCALE = (
    FixKind(
        "log1p-cpm",
        "Log counts per million",
        "turn counts into log(1 + counts per million)",
        "counts were scaled to counts per million of each sample and transformed by log(1 + x)",
        _log1p_cpm,
    ),
    FixKind(
        "log1p",
        "Take logarithms",
        "take log(1 + value) of every value",
        "values were transformed by log(1 + x)",
        _log1p,
    ),
)
