"""How is a part of the genes or of the samples taken?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.errors import InputError


def only_genes(raw: RawExpression, kept: NDArray[np.bool_], *, reason: str) -> RawExpression:
    """Keep some genes.

    Parameters
    ----------
    raw : RawExpression
        The data.
    kept : (n_genes,) bool
        Which.
    reason : str
        Why the others go, for the error when none is left, such as ``is constant``.

    Raises
    ------
    InputError
        When no gene is left.
    """
    if kept.all():
        return raw
    if not kept.any():
        raise InputError(f"Every gene {reason}, so none is left.", "Leave that fix out.")
    rows = np.flatnonzero(kept)
    places = {int(old): new for new, old in enumerate(rows)}
    odd = tuple(
        replace(cell, gene=places[cell.gene]) for cell in raw.odd_cells if cell.gene in places
    )
    return replace(
        raw,
        values=raw.values[rows],
        genes=tuple(raw.genes[row] for row in rows),
        odd_cells=odd,
        n_odd=_odd_left(raw, len(odd)),
    )


def only_samples(raw: RawExpression, kept: NDArray[np.bool_], *, reason: str) -> RawExpression:
    """Keep some samples; see `only_genes`."""
    if kept.all():
        return raw
    if not kept.any():
        raise InputError(f"Every sample {reason}, so none is left.", "Leave that fix out.")
    columns = np.flatnonzero(kept)
    places = {int(old): new for new, old in enumerate(columns)}
    odd = tuple(
        replace(cell, sample=places[cell.sample]) for cell in raw.odd_cells if cell.sample in places
    )
    values = raw.values[:, columns]
    return replace(
        raw,
        values=np.ascontiguousarray(values) if isinstance(values, np.ndarray) else values,
        samples=tuple(raw.samples[column] for column in columns),
        annotations={
            name: tuple(entries[column] for column in columns)
            for name, entries in raw.annotations.items()
        },
        odd_cells=odd,
        n_odd=_odd_left(raw, len(odd)),
    )


def _odd_left(raw: RawExpression, n_shown: int) -> int:
    """Return how many odd cells are left; a guess from those shown when they are not all."""
    if not raw.odd_cells:
        return 0
    return round(raw.n_odd * n_shown / len(raw.odd_cells))
