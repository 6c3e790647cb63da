"""Links as exports read them: batches of a run or of a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.further_columns import FurtherColumns, columns_of_run
from genie3_engine.networks.gene_names import gene_table_of_run
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder

PIECE_ROWS = 1 << 16
_RAW = "raw: "  # before the words in the footer of ``links.parquet``
SCORE_COLUMNS = {
    ImportanceScale.RAW: "importance",
    ImportanceScale.SHARE: "share",
    ImportanceScale.RANK: "rank",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Ranked links that an export can read several times.

    Parameters
    ----------
    batches : callable
        Returns all links from the first: record batches whose first three columns are the
        regulator and the target (strings, plain or dictionary-encoded) and the score, and that
        have the rank where a further column needs it; strongest first.
    scale : ImportanceScale
        The scale of the score. It names the score's column in every export: ``importance`` is the
        method's own scale, ``share`` sums to 1 over a target's links, ``rank`` counts from 1.
    method_scale : str
        What the method's importance is, in words; empty when unknown.
    further : tuple of FurtherColumns
        Columns besides the score, such as ``knockout_factor`` or ``q``.
    gene_table : GeneTable
        Symbols and more: attributes of the genes in a graph, and two columns in a table.
    """

    batches: Callable[[], Iterable[pa.RecordBatch]]
    scale: ImportanceScale = ImportanceScale.RAW
    method_scale: str = ""
    further: tuple[FurtherColumns, ...] = ()
    gene_table: GeneTable = NO_GENE_TABLE

    def pieces(self) -> Iterator[pa.RecordBatch]:
        """Yield all links in pieces that are small as text too; none is empty."""
        for batch in self.batches():
            for start in range(0, batch.num_rows, PIECE_ROWS):
                yield batch.slice(start, PIECE_ROWS)

    @property
    def further_fields(self) -> list[pa.Field]:
        """Names and types of the further columns."""
        return [field for columns in self.further for field in columns.schema]

    def further_of(self, batch: pa.RecordBatch) -> list[pa.Array]:
        """Return the further columns of a batch of links."""
        return [column for columns in self.further for column in columns.of_batch(batch)]

    @property
    def score_column(self) -> str:
        """The score's name in the export."""
        return SCORE_COLUMNS[self.scale]

    @property
    def score_meaning(self) -> str:
        """What the score is, in one sentence."""
        own = f": {self.method_scale}" if self.method_scale else ""
        return {
            ImportanceScale.RAW: f"importance{own}",
            ImportanceScale.SHARE: "share: importance over the sum of the target's links",
            ImportanceScale.RANK: "rank: 1 is the strongest link",
        }[self.scale]

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the further columns."""
        return tuple(columns.note for columns in self.further if columns.note)

    @property
    def description(self) -> str:
        """What the score is, and what to know about the further columns."""
        return ". ".join([self.score_meaning, *self.notes])


def open_links(run: Path) -> RankedLinks:
    """Open the ranked links of a run.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.

    Returns
    -------
    RankedLinks
        The links on the disk.

    Raises
    ------
    RunError
        When there is no run, or it has no ranked links.
    """
    if not os.path.isfile(run) and not os.path.isfile(RunFolder(run).links_path):
        RunFolder.open(run)
    return RankedLinks(run)


def links_of_run(
    run: Path,
    *,
    top: int | None = None,
    min_importance: float | None = None,
    scale: ImportanceScale = ImportanceScale.RAW,
) -> Links:
    """Return ranked links for an export, read from the disk as they are written.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    top : int, optional
        The strongest links only.
    min_importance : float, optional
        Links of this importance at least, on the raw scale.
    scale : ImportanceScale
        Scale of the score. A share is of all kept links of the target, exported or not.

    Returns
    -------
    Links
        To be written by a format of `genie3_engine.networks.exports`.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    links = open_links(run)
    columns = list(dict.fromkeys(["regulator", "target", SCORE_COLUMNS[scale], "rank"]))

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in links.batches(0, top, min_importance=min_importance, scale=scale):
            yield batch.select(columns)

    further, genes = columns_of_run(run), gene_table_of_run(run)
    return Links(batches, scale, method_scale(links), further, genes)


def method_scale(links: RankedLinks) -> str:
    """Return what importance is, in the words of the method; empty where the file has none."""
    return str(links.about.get("scale", "")).removeprefix(_RAW)
