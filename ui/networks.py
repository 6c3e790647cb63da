"""Cached networks: ranked links, layouts and views of a run.

The links of a finished run never change, and its evidence is written once, so answers are kept by
the run's folder and these two moments. What holds links is kept for a few runs only: the rest is on
disk, and a whole network is read in a fraction of a second.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache as cache_once
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from genie3_engine import runs
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.errors import Genie3Error
from genie3_engine.evaluation import calibration
from genie3_engine.evaluation.calibration import PrecisionBin
from genie3_engine.evaluation.gold_standard import GoldStandard
from genie3_engine.networks import (
    communities,
    further_columns,
    knock_outs,
    link_evidence,
    link_signs,
    views,
)
from genie3_engine.networks import links as networks
from genie3_engine.networks import summary as summaries
from genie3_engine.networks.graph_layout import GraphLayout
from genie3_engine.networks.hub_weighting import favour_hubs
from genie3_engine.networks.link_evidence import Evidence
from genie3_engine.networks.links import LinkPage
from genie3_engine.networks.summary import NetworkSummary
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.runs import RunSummary
from ui import cache

FIRST_THRESHOLD = Threshold(ThresholdKind.RANK, 300)

_prepared: set[str] = set()
_preparing_lock = threading.Lock()
_weighting_lock = threading.Lock()
_WEIGHTED_FILES = 8


@dataclass(frozen=True, slots=True)
class Network:
    """A finished run's network, as the pages show it.

    Parameters
    ----------
    run : str
        The run's id.
    folder : Path
        Its folder.
    path : Path
        Its links: the folder, or a file of them in another order.
    ended : float or None
        When it was done: with the folder, the name of its content.
    dataset : str
        The fingerprint of its data.
    n_links : int
        Links on disk.
    genes : sequence of str
        Names of all genes with a link, sorted.
    evidence : tuple of str
        Columns of the evidence of its links; empty where there is none.
    evidence_written : float or None
        When the evidence was written: it may come long after the run was done.
    gene_table : GeneTable
        Symbols and descriptions of the genes, which may come later still.
    """

    run: str
    folder: Path
    path: Path
    ended: float | None
    dataset: str
    n_links: int
    genes: Sequence[str]
    evidence: tuple[str, ...] = ()
    evidence_written: float | None = None
    gene_table: GeneTable = NO_GENE_TABLE

    @property
    def version(self) -> str:
        """Names the content."""
        hubs = "-hubs" if self.favours_hubs else ""
        evidence = "" if self.evidence_written is None else f"-{self.evidence_written}"
        return f"{self.run}-{self.ended}{hubs}{evidence}"

    def has(self, column: str) -> bool:
        """Return whether a column of evidence is known of its links."""
        return column in self.evidence

    @property
    def favours_hubs(self) -> bool:
        """Whether the links are weighted by the variance of their regulator."""
        return self.path != self.folder


def network(summary: RunSummary, *, favours_hubs: bool = False) -> Network:
    """Return the network of a run that is done, in its own order or with hubs favoured."""
    path, ended = summary.path, summary.status.ended
    links = _weighted(path, f"{summary.id} {ended}") if favours_hubs else path
    written = link_evidence.written_at(links)
    found = _network(summary.id, path, links, ended, summary.spec.dataset, written)
    return replace(found, gene_table=runs.gene_table(found.dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _network(
    run: str, folder: Path, links: Path, ended: float | None, dataset: str, written: float | None
) -> Network:
    n_links, genes = networks.n_links(links), networks.gene_names(links)
    evidence = None if written is None else link_evidence.evidence_of(links)
    columns = () if evidence is None else evidence.columns
    return Network(run, folder, links, ended, dataset, n_links, genes, columns, written)


def _weighted(run: Path, version: str) -> Path:
    """Return a run's links with hubs favoured: a file of this server, made when there is none."""
    name = hashlib.sha256(f"{run} {version}".encode()).hexdigest()
    file = _weighted_folder() / f"{name}.parquet"
    with _weighting_lock:
        file.parent.mkdir(exist_ok=True)  # an old temporary folder may have been removed
        if not os.path.exists(file):
            with st.spinner("Weighting the links…"):
                favour_hubs(run, file)
            others = sorted(file.parent.glob("*.parquet"), key=lambda each: each.stat().st_mtime)
            for old in others[:-_WEIGHTED_FILES]:
                old.unlink(missing_ok=True)
    return file


@cache_once
def _weighted_folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="genie3-views-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


PAGE_ROWS = 200  # of the ranked links

# Hashing all names of genes for every answer would take longer than many an answer.
_BY_VERSION: dict[str | type, Callable[[Any], str]] = {
    Network: lambda of: f"{of.path} {of.version}"
}


def link_page(
    of: Network, *, offset: int, size: int, gene: str | None = None, search: str | None = None
) -> LinkPage:
    """Return one page of the ranked links.

    Of all, of one gene, or of those whose identifiers or symbols hold a text.
    """
    names = of.gene_table.version if search else ""
    return _link_page(of, names, offset=offset, size=size, gene=gene, search=search)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_BY_VERSION)
def _link_page(
    of: Network, names: str, *, offset: int, size: int, gene: str | None, search: str | None
) -> LinkPage:
    """Return one page of the links; `names` is the version of the gene table."""
    return networks.link_page(
        of.path, offset=offset, size=size, gene=gene, search=search, gene_table=of.gene_table
    )


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY_VERSION)
def fits(of: Network) -> dict[str, float]:
    """Return the out-of-bag R² of each target's forest, where it has one."""
    return networks.fits(of.folder)


@st.cache_data(max_entries=256, show_spinner=False, hash_funcs=_BY_VERSION)
def links_between(of: Network, first: str, second: str) -> pd.DataFrame:
    """Return the links between two genes, either way."""
    return networks.links_between(of.path, first, second)


@st.cache_resource(max_entries=8, show_spinner="Reading all links…", hash_funcs=_BY_VERSION)
def network_summary(of: Network) -> NetworkSummary:
    """Return the results of one reading of all links."""
    return summaries.network_summary(of.folder, links=of.path)


@st.cache_resource(max_entries=48, show_spinner="Laying out the graph…", hash_funcs=_BY_VERSION)
def graph_layout(of: Network, threshold: Threshold) -> tuple[GraphLayout, int]:
    """Return the links that a threshold draws, and how many it keeps.

    Pictures by rank are parts of a few that hold one another, each started from the one before, so
    that genes stay where they are from one threshold to the next.
    """
    if threshold.kind is ThresholdKind.RANK:
        n_kept = min(int(threshold.value), of.n_links)
        return views.first_links(_level(of, views.level_of(n_kept)), n_kept), n_kept
    return views.threshold_layout(of.path, threshold, start=_level(of, views.level_of(1)))


@st.cache_resource(max_entries=24, show_spinner=False, hash_funcs=_BY_VERSION)
def _level(of: Network, level: int) -> GraphLayout:
    before = views.previous_level(level)
    start = None if before is None else _level(of, before)
    return views.ranked_layout(of.path, level, start=start)


def prepare(of: Network) -> None:
    """Compute the larger layouts in the background, so that the next threshold does not wait."""
    with _preparing_lock:
        if of.version in _prepared or of.n_links <= FIRST_THRESHOLD.value:
            return
        _prepared.add(of.version)
    threading.Thread(target=_arrange, args=(of,), name="arrange", daemon=True).start()


def _arrange(of: Network) -> None:
    with suppress(Genie3Error, OSError):  # the run may be deleted meanwhile
        _level(of, views.level_of(views.BUDGET))


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=_BY_VERSION)
def around(of: Network, gene: str) -> GraphLayout:
    """Return the strongest links of one gene, laid out on their own."""
    return views.surroundings(networks.ranked_links(of.path, gene=gene))


def score_of(of: Network, rank: int) -> float:
    """Return the importance of the link of a rank, or of the last one."""
    at = max(0, min(rank, of.n_links) - 1)
    return float(link_page(of, offset=at, size=1).links["importance"].iloc[0])


@st.cache_data(max_entries=32, show_spinner="Finding modules…", hash_funcs=_BY_VERSION)
def detect_modules(of: Network, threshold: Threshold) -> npt.NDArray[np.int64]:
    """Return each gene's module among the displayed links."""
    return communities.detect_modules(graph_layout(of, threshold)[0])


def has_modules(of: Network, threshold: Threshold) -> bool:
    """Return whether the displayed links form modules."""
    return communities.has_modules(detect_modules(of, threshold))


def module_table(of: Network, threshold: Threshold) -> pd.DataFrame:
    """Return the modules among the displayed links."""
    return _module_table(of, threshold, of.gene_table.version)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=_BY_VERSION)
def _module_table(of: Network, threshold: Threshold, names: str) -> pd.DataFrame:
    shown, modules = graph_layout(of, threshold)[0], detect_modules(of, threshold)
    return communities.module_table(shown, modules, gene_table=of.gene_table)


@st.cache_data(max_entries=32, show_spinner="Computing centralities…", hash_funcs=_BY_VERSION)
def centralities(of: Network, threshold: Threshold) -> pd.DataFrame:
    """Return how central each gene is among the displayed links."""
    return communities.centralities(graph_layout(of, threshold)[0])


def hubs(of: Network, threshold: Threshold) -> pd.DataFrame:
    """Return the regulators among the displayed links, with their targets."""
    return _hubs(of, threshold, of.gene_table.version)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=_BY_VERSION)
def _hubs(of: Network, threshold: Threshold, names: str) -> pd.DataFrame:
    return communities.hubs(graph_layout(of, threshold)[0], gene_table=of.gene_table)


@st.cache_data(
    max_entries=32, show_spinner="Correlating regulators and targets…", hash_funcs=_BY_VERSION
)
def correlation(of: Network, threshold: Threshold, *, gene: str | None) -> npt.NDArray[np.float64]:
    """Return Spearman's correlation of the links drawn, or of those around one gene."""
    shown = graph_layout(of, threshold)[0] if gene is None else around(of, gene)
    regulators, targets = (
        [shown.genes[place] for place in places] for places in (shown.source, shown.target)
    )
    return link_signs.spearman(cache.expression(of.dataset), regulators, targets)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_VERSION)
def _evidence(of: Network) -> Evidence | None:
    return link_evidence.evidence_of(of.path)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=_BY_VERSION)
def stability(of: Network, threshold: Threshold, *, gene: str | None) -> npt.NDArray[np.float64]:
    """Return the stability of the links drawn, or of those around one gene."""
    shown = graph_layout(of, threshold)[0] if gene is None else around(of, gene)
    evidence = _evidence(of)
    assert evidence is not None
    rows = evidence.rows(shown.rank.astype(np.int64))
    found: npt.NDArray[np.float64] = rows.column("stability").to_numpy(zero_copy_only=False)
    return found.astype(np.float64)


@st.cache_data(max_entries=8, show_spinner="Counting true links…", hash_funcs=_BY_VERSION)
def expected_precision(of: Network, _gold: GoldStandard, name: str) -> tuple[PrecisionBin, ...]:
    """Return the precision of links by their stability; `name` identifies the gold standard."""
    return calibration.expected_precision(networks.links_with_evidence(of.path, "stability"), _gold)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_VERSION)
def _knock_out_factors(of: Network) -> knock_outs.KnockOutFactors | None:
    return knock_outs.factors_of_run(of.folder)


def with_further_columns(of: Network, links: pd.DataFrame) -> pd.DataFrame:
    """Return links with what else is known of them.

    Parameters
    ----------
    of : Network
        Their network.
    links : DataFrame
        Columns rank, regulator and target.

    Returns
    -------
    DataFrame
        With knock-out factors, where the data have knock-outs; with Spearman's correlation and the
        evidence, where the network has evidence.
    """
    regulators, targets = (links[name].tolist() for name in ("regulator", "target"))
    factors = _knock_out_factors(of)
    if factors is not None:
        links = links.assign(**{knock_outs.COLUMN: factors.of_links(regulators, targets)})
    evidence = _evidence(of)
    if evidence is None:
        return links
    with suppress(Genie3Error):  # the data may have been deleted
        expression = cache.expression(of.dataset)
        links = links.assign(
            **{further_columns.SPEARMAN: link_signs.spearman(expression, regulators, targets)}
        )
    return link_evidence.with_evidence(evidence, links)
