"""Summary of a whole network: links of each gene, links by threshold."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from genie3_engine.networks.exports.link_source import open_links
from genie3_engine.networks.link_evidence import evidence_of
from genie3_engine.networks.thresholds import RULES, ThresholdKind
from genie3_engine.store.evidence import STABILITY, Q
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder

_POINTS = 120
_MOST_OF_A_TARGET = 1000

_MARKS = {  # thresholds of the curves by evidence
    Q: np.unique([*np.geomspace(1e-6, 1, _POINTS + 1), 0.01, 0.05, 0.1, 0.2]),
    STABILITY: np.linspace(0, 1, 21),
}

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkSummary:
    """One reading of all links of a network.

    Parameters
    ----------
    genes : DataFrame
        One row a gene with a link or a forest, by name: gene (str), n_targets, n_regulators
        (int64), strength (float64, the sum of the importance of its links to targets), and oob_r2
        (float64, NaN where there is none).
    by_rank : DataFrame
        Results of thresholds by rank, at ranks spread over the network: n_links, importance (of the
        last link kept), n_genes and n_regulators that have a link.
    by_target : DataFrame
        Results of thresholds by links per target: per_target, n_links.
    by_evidence : mapping of str to DataFrame
        Results of thresholds by a column of evidence: a column of that name with the values, and
        n_links, n_genes and n_regulators. Empty for a network without evidence.
    """

    genes: pd.DataFrame
    by_rank: pd.DataFrame
    by_target: pd.DataFrame
    by_evidence: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def curve(self, kind: ThresholdKind) -> tuple[str, pd.DataFrame]:
        """Return the results of thresholds of a kind, and which of their columns is the value."""
        column = RULES[kind].column
        if column:
            return column, self.by_evidence[column]
        if kind is ThresholdKind.TARGET:
            return "per_target", self.by_target
        return ("importance" if kind is ThresholdKind.SCORE else "n_links"), self.by_rank


def network_summary(run: Path, *, links: Path | None = None) -> NetworkSummary:
    """Read all links of a network once.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    links : Path, optional
        A file of the run's links in another order; the run's own by default.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    ranked = open_links(run if links is None else links)
    n = len(ranked.genes)
    never = len(ranked) + 1
    first = {"regulator": np.full(n, never), "target": np.full(n, never)}
    counts = {name: np.zeros(n, np.int64) for name in first}
    strength = np.zeros(n)
    marks = _spread(len(ranked))
    importance: list[float] = []
    evidence = evidence_of(run if links is None else links)
    known = () if evidence is None else evidence.columns
    curves = [_Curve(name, n) for name in _MARKS if name in known]
    for batch in ranked.batches():
        ranks = batch.column("rank").to_numpy()
        scores = batch.column("importance").to_numpy()
        for name in first:
            codes = batch.column(name).indices.to_numpy()
            counts[name] += np.bincount(codes, minlength=n)
            unseen = np.flatnonzero(first[name][codes] == never)[::-1]
            first[name][codes[unseen]] = ranks[unseen]  # the last one written is the earliest
        strength += np.bincount(batch.column("regulator").indices.to_numpy(), scores, minlength=n)
        inside = marks[(marks >= ranks[0]) & (marks <= ranks[-1])]
        importance += scores[inside - ranks[0]].tolist()
        if evidence is not None:
            rows = evidence.rows(ranks)
            for curve in curves:
                curve.add(batch, rows)
    seen = np.sort(np.minimum(first["regulator"], first["target"]))
    regulators = np.sort(first["regulator"])
    by_rank = pd.DataFrame(
        {
            "n_links": marks,
            "importance": importance,
            "n_genes": np.searchsorted(seen, marks, side="right"),
            "n_regulators": np.searchsorted(regulators, marks, side="right"),
        }
    )
    return NetworkSummary(
        _genes(run, ranked.genes, counts, strength),
        by_rank,
        _by_target(counts["target"]),
        {curve.column: curve.table() for curve in curves},
    )


class _Curve:
    """Counts what thresholds by a column of evidence keep, as links are read.

    Every column is turned so that small values are kept first.
    """

    def __init__(self, column: str, n_genes: int) -> None:
        self.column = column
        self._sign = -1 if column == STABILITY else 1
        self._values = np.sort(self._sign * _MARKS[column])
        self._marks = self._values.astype(np.float32)
        self._n_links = np.zeros(len(self._marks) + 1, np.int64)
        self._first = {name: np.full(n_genes, np.inf) for name in ("regulator", "target")}

    def add(self, links: pa.RecordBatch, evidence: pa.RecordBatch) -> None:
        """Count more links."""
        values = self._sign * evidence.column(self.column).to_numpy(zero_copy_only=False)
        places = np.searchsorted(self._marks, values)  # of the first threshold that keeps it
        self._n_links += np.bincount(places, minlength=len(self._n_links))
        for name, first in self._first.items():
            np.minimum.at(first, links.column(name).indices.to_numpy(), values)

    def table(self) -> pd.DataFrame:
        """Return what each threshold keeps, of those that keep any link."""
        regulators = np.sort(self._first["regulator"])
        genes = np.sort(np.minimum(self._first["regulator"], self._first["target"]))
        table = pd.DataFrame(
            {
                self.column: self._sign * self._values + 0.0,  # no -0
                "n_links": self._n_links[:-1].cumsum(),
                "n_genes": np.searchsorted(genes, self._marks, side="right"),
                "n_regulators": np.searchsorted(regulators, self._marks, side="right"),
            }
        )
        return table[table["n_links"] > 0].reset_index(drop=True)


def _spread(n_links: int) -> Counts:
    """Return ranks from the first to the last, evenly on a logarithmic scale."""
    if n_links == 0:
        return np.zeros(0, np.int64)
    marks: Counts = np.unique(np.geomspace(1, n_links, _POINTS).round().astype(np.int64))
    return marks


def _genes(
    run: Path,
    names: tuple[str, ...],
    counts: dict[str, Counts],
    strength: npt.NDArray[np.float64],
) -> pd.DataFrame:
    rows = read_targets(RunFolder(run).targets_path) if os.path.isdir(run) else ()
    fit = {row.target: row.oob_r2 for row in rows}
    table = pd.DataFrame(
        {
            "gene": pd.Series(names, dtype="str"),
            "n_targets": counts["regulator"],
            "n_regulators": counts["target"],
            "strength": strength,
            "oob_r2": [fit.get(name, np.nan) for name in names],
        }
    )
    is_known = (table["n_targets"] > 0) | (table["n_regulators"] > 0) | table["gene"].isin(fit)
    return table[is_known].sort_values("gene").reset_index(drop=True)


def _by_target(n_regulators: Counts) -> pd.DataFrame:
    most = min(int(n_regulators.max(initial=0)), _MOST_OF_A_TARGET)
    per_target = np.arange(1, most + 1)
    having = np.bincount(np.minimum(n_regulators, most + 1), minlength=most + 2)
    at_least = having[::-1].cumsum()[::-1][1 : most + 1]  # targets with 1, 2, ... links or more
    return pd.DataFrame({"per_target": per_target, "n_links": at_least.cumsum()})
