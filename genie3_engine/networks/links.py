"""Strongest links of a finished run, and one gene's links."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.exports.link_source import open_links
from genie3_engine.networks.link_evidence import evidence_of, no_evidence
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder

__all__ = [
    "LinkPage",
    "fits",
    "gene_names",
    "link_page",
    "links_between",
    "links_with_evidence",
    "n_links",
    "ranked_links",
]


@dataclass(frozen=True, slots=True, eq=False)
class LinkPage:
    """One page of the links that match a search.

    Parameters
    ----------
    links : DataFrame
        Columns rank (of the whole network, from 1), regulator, target and importance.
    n_found : int
        All links that match, on this page or another.
    n_leaving : int
        Those of them whose regulator matches.
    """

    links: pd.DataFrame
    n_found: int
    n_leaving: int = 0


def n_links(run: Path) -> int:
    """Return the number of links of a run; raises as `open_links`."""
    return len(open_links(run))


def gene_names(run: Path) -> tuple[str, ...]:
    """Return the genes that occur in a link, sorted by name."""
    links = open_links(run)
    occurs = np.zeros(len(links.genes), dtype=np.bool_)
    for batch in links.batches():
        for name in ("regulator", "target"):
            occurs[batch.column(name).indices.to_numpy()] = True
    return tuple(
        sorted(gene for gene, is_there in zip(links.genes, occurs, strict=True) if is_there)
    )


def ranked_links(
    run: Path,
    *,
    top: int = 300,
    offset: int = 0,
    gene: str | None = None,
    search: str | None = None,
    scale: ImportanceScale = ImportanceScale.RAW,
) -> pd.DataFrame:
    """Return the strongest links, of the network or around a gene.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    top : int
        Links to return at most.
    offset : int
        Links to leave out first.
    gene : str, optional
        Only links from or to this gene.
    search : str, optional
        Only links from or to a gene whose name contains this text, in any case.
    scale : ImportanceScale
        Scale of the score; it names the column.

    Returns
    -------
    DataFrame
        Columns rank (of the whole network, from 1), regulator and target (str), and importance or
        share unless the scale is the rank.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    links = open_links(run)
    if gene is None and not search:
        table = links.page(offset, top, scale=scale)
    else:
        wanted = _matching(links.genes, gene=gene, search=search)
        table = _around(links, wanted, offset=offset, top=top, scale=scale)
    for name in ("regulator", "target"):
        table[name] = table[name].astype(str)
    return table


def link_page(
    run: Path,
    *,
    offset: int,
    size: int,
    gene: str | None = None,
    search: str | None = None,
    gene_table: GeneTable = NO_GENE_TABLE,
) -> LinkPage:
    """Return one page of the ranked links, and how many match in all.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    offset, size : int
        Matching links to leave out first, and to return at most.
    gene : str, optional
        Only links from or to this gene.
    search : str, optional
        Only links from or to a gene whose name or symbol contains this text, in any case.
    gene_table : GeneTable
        Symbols of the genes.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    if gene is None and not search:
        return LinkPage(ranked_links(run, top=size, offset=offset), n_links(run))
    links = open_links(run)
    wanted = _matching(links.genes, gene=gene, search=search, gene_table=gene_table)
    batches: list[pa.RecordBatch] = []
    n_found = n_leaving = 0
    for batch in links.batches(at_least_one=True):
        leaves = wanted[batch.column("regulator").indices.to_numpy()]
        n_leaving += int(np.count_nonzero(leaves))
        rows = np.flatnonzero(leaves | wanted[batch.column("target").indices.to_numpy()])
        inside = rows[max(0, offset - n_found) : max(0, offset + size - n_found)]
        batches.append(batch.take(pa.array(inside)))
        n_found += len(rows)
    table: pd.DataFrame = pa.Table.from_batches(batches).to_pandas()
    for name in ("regulator", "target"):
        table[name] = table[name].astype(str)
    return LinkPage(table, n_found, n_leaving)


def links_with_evidence(run: Path, column: str) -> Iterator[pa.RecordBatch]:
    """Yield all links of a run with a column of their evidence.

    Parameters
    ----------
    run : Path
        A run folder.
    column : str
        The column.

    Yields
    ------
    pyarrow.RecordBatch
        Columns regulator and target (dictionary-encoded) and the evidence.

    Raises
    ------
    OptionError
        When the run has no such evidence.
    RunError
        When the run has no ranked links.
    """
    evidence = evidence_of(run)
    if evidence is None or column not in evidence.columns:
        raise no_evidence(column)
    for batch in open_links(run).batches():
        rows = evidence.rows(batch.column("rank").to_numpy())
        columns = {name: batch.column(name) for name in ("regulator", "target")}
        yield pa.RecordBatch.from_pydict({**columns, column: rows.column(column)})


def fits(run: Path) -> dict[str, float]:
    """Return the out-of-bag R² of each target's forest, where it has one."""
    if not os.path.isdir(run):
        return {}
    rows = read_targets(RunFolder(run).targets_path)
    return {row.target: row.oob_r2 for row in rows if not math.isnan(row.oob_r2)}


def links_between(run: Path, first: str, second: str) -> pd.DataFrame:
    """Return the links between two genes, either way; at most two.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    first, second : str
        The genes.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    links = open_links(run)
    genes = {gene: place for place, gene in enumerate(links.genes)}
    places = genes.get(first, -1), genes.get(second, -1)
    batches: list[pa.RecordBatch] = []
    limit = None if min(places) >= 0 else 0
    for batch in links.batches(0, limit, at_least_one=True):
        regulators, targets = (
            batch.column(name).indices.to_numpy() for name in ("regulator", "target")
        )
        is_one = np.zeros(batch.num_rows, np.bool_)
        for a, b in (places, places[::-1]):
            is_one |= (regulators == a) & (targets == b)
        batches.append(batch.take(pa.array(np.flatnonzero(is_one))))
        if sum(part.num_rows for part in batches) == 2:
            break
    table: pd.DataFrame = pa.Table.from_batches(batches).to_pandas()
    for name in ("regulator", "target"):
        table[name] = table[name].astype(str)
    return table


def _matching(
    genes: tuple[str, ...],
    *,
    gene: str | None,
    search: str | None,
    gene_table: GeneTable = NO_GENE_TABLE,
) -> npt.NDArray[np.bool_]:
    if gene:
        return np.array([name == gene for name in genes], np.bool_)
    return np.array([gene_table.matches(name, search or "") for name in genes], np.bool_)


def _touches(batch: pa.RecordBatch, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    touches = np.zeros(batch.num_rows, dtype=np.bool_)
    for name in ("regulator", "target"):
        touches |= wanted[batch.column(name).indices.to_numpy()]
    return touches


def _around(
    links: RankedLinks,
    wanted: npt.NDArray[np.bool_],
    *,
    offset: int,
    top: int,
    scale: ImportanceScale,
) -> pd.DataFrame:
    """Return the strongest links of some genes, read until there are enough."""
    tables: list[pd.DataFrame] = []
    left = offset + top
    for batch in links.batches(scale=scale, at_least_one=True):
        rows = np.flatnonzero(_touches(batch, wanted))[:left]
        tables.append(batch.take(pa.array(rows)).to_pandas())
        left -= len(rows)
        if left <= 0:
            break
    return pd.concat(tables, ignore_index=True).iloc[offset:].reset_index(drop=True)
