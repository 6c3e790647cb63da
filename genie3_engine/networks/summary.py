"""Summary of a whole network: links of each gene, links by threshold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.networks.exports.link_source import open_links
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder

_POINTS = 120
_MOST_OF_A_TARGET = 1000

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
    """

    genes: pd.DataFrame
    by_rank: pd.DataFrame
    by_target: pd.DataFrame


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
        _genes(run, ranked.genes, counts, strength), by_rank, _by_target(counts["target"])
    )


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
    rows = read_targets(RunFolder(run).targets_path) if run.is_dir() else ()
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
