"""Columns of exported links besides the score: knock-out factors, correlations, evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from genie3_engine.data.expression import Expression
from genie3_engine.networks import knock_outs
from genie3_engine.networks.link_evidence import COLUMNS, MEANING_OF_Q, evidence_of
from genie3_engine.networks.link_signs import RankCorrelation, signs
from genie3_engine.store.evidence import RIVAL, Evidence, Q

SIGN, SPEARMAN = "sign", "spearman"


@dataclass(frozen=True, slots=True)
class FurtherColumns:
    """Columns that are found together.

    Parameters
    ----------
    schema : pyarrow.Schema
        Their names and types.
    of_batch : callable
        From a batch of links with the columns regulator, target and rank, one array a column.
    note : str
        What to know about them, one sentence or more; empty where there is nothing.
    """

    schema: pa.Schema
    of_batch: Callable[[pa.RecordBatch], Sequence[pa.Array]]
    note: str = ""


def columns_of_run(run: Path) -> tuple[FurtherColumns, ...]:
    """Return what exports of a run's links have besides the score.

    Parameters
    ----------
    run : Path
        A run folder, or a file of its ranked links.

    Returns
    -------
    tuple of FurtherColumns
        Knock-out factors, where the data have knock-outs; sign, correlation and evidence, where the
        run has evidence. A file of links in another order has none.
    """
    expression = knock_outs.expression_of_run(run)
    evidence = evidence_of(run)
    found = []
    factors = knock_outs.factors_of(expression)
    if factors is not None:
        schema = pa.schema([(knock_outs.COLUMN, pa.float32())])
        found.append(FurtherColumns(schema, lambda batch: [factors.of_batch(batch)]))
    if evidence is not None and expression is not None:
        found.append(_correlation(expression))
    if evidence is not None:
        found.append(_evidence(evidence))
    return tuple(found)


def _correlation(expression: Expression) -> FurtherColumns:
    correlation = RankCorrelation(expression)
    n_samples = len(expression.samples)

    def of_batch(batch: pa.RecordBatch) -> Sequence[pa.Array]:
        found = correlation.of_batch(batch)
        # 0 is unclear, and no sign is known of a gene that is constant.
        sign = pa.array(signs(found, n_samples=n_samples), mask=np.isnan(found))
        return sign, pa.array(found.astype(np.float32), from_pandas=True)

    return FurtherColumns(pa.schema([(SIGN, pa.int8()), (SPEARMAN, pa.float32())]), of_batch)


def _evidence(evidence: Evidence) -> FurtherColumns:
    names = [name for name in COLUMNS if name in evidence.columns]
    schema = pa.schema([(name, pa.string() if name == RIVAL else pa.float32()) for name in names])

    def of_batch(batch: pa.RecordBatch) -> Sequence[pa.Array]:
        rows = evidence.rows(batch.column("rank").to_numpy())
        return [rows.column(name) for name in names]

    return FurtherColumns(schema, of_batch, MEANING_OF_Q if Q in names else "")
