"""Knock-out factors of links: how far the target moves where the regulator is knocked out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import Genie3Error
from genie3_engine.inference.knock_outs import KnockOuts
from genie3_engine.model import KNOCK_OUTS
from genie3_engine.networks.link_signs import coded
from genie3_engine.store.links import RankedLinks

COLUMN = "knockout_factor"

Floats = npt.NDArray[np.float64]


class KnockOutFactors:
    """The factors of links by the names of their genes.

    Parameters
    ----------
    expression : Expression
        The data that the network was inferred from, with a sample sheet.
    """

    def __init__(self, expression: Expression) -> None:
        self._knock_outs = KnockOuts(expression)
        self._places = {gene: place for place, gene in enumerate(expression.genes)}
        knocked = self._knock_outs.genes.tolist()
        self._rows = {expression.genes[place]: row for row, place in enumerate(knocked)}

    def of_links(self, regulators: Sequence[str], targets: Sequence[str]) -> Floats:
        """Return the factor of each link.

        Parameters
        ----------
        regulators, targets : sequences of str
            The two genes of each link.

        Returns
        -------
        (n_links,) float64
            NaN for a regulator that is never knocked out, and where `KnockOuts` has none.
        """
        return self._factors(*coded(pa.array(regulators)), *coded(pa.array(targets)))

    def of_batch(self, batch: pa.RecordBatch) -> pa.Array:
        """Return the factors of a batch of links, float32; null where there is none."""
        factors = self._factors(*coded(batch.column(0)), *coded(batch.column(1)))
        return pa.array(factors.astype(np.float32), pa.float32(), from_pandas=True)

    def _factors(
        self,
        regulators: list[str],
        regulator_of: npt.NDArray[np.int64],
        targets: list[str],
        target_of: npt.NDArray[np.int64],
    ) -> Floats:
        factors = np.full(len(regulator_of), math.nan)
        rows = np.array([self._rows.get(name, -1) for name in regulators], np.int64)[regulator_of]
        order = np.argsort(target_of, kind="stable")
        order = order[rows[order] >= 0]
        ends = np.searchsorted(target_of[order], np.arange(len(targets) + 1))
        for number, target in enumerate(targets):
            links = order[ends[number] : ends[number + 1]]
            if links.size and target in self._places:
                factors[links] = self._knock_outs.factors(self._places[target])[rows[links]]
        return factors


def expression_of_run(run: Path) -> Expression | None:
    """Return the data of a run's links; None when they are not stored.

    Parameters
    ----------
    run : Path
        A run folder, or a file of its ranked links, which names the data.
    """
    try:
        return open_dataset(str(RankedLinks(run).about.get("dataset") or ""))
    except Genie3Error:
        return None


def factors_of(expression: Expression | None) -> KnockOutFactors | None:
    """Return the knock-out factors of links of some data; None without knock-outs or data."""
    if expression is None or KNOCK_OUTS not in expression.provides:
        return None
    return KnockOutFactors(expression)


def factors_of_run(run: Path) -> KnockOutFactors | None:
    """Return the knock-out factors of a run's links; None without knock-outs or data."""
    return factors_of(expression_of_run(run))
