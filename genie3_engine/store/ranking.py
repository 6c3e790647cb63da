"""Rank more links than fit in memory, always to the same bytes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.scheduler import scheduled_scratch
from genie3_engine.model import AGGREGATIONS, METHODS, RunSpec, TargetSummary
from genie3_engine.store.arrow_arrays import number_array, numbers_of, text_array
from genie3_engine.store.external_sort import LinkSource, sorted_links
from genie3_engine.store.parts import METADATA_KEY, part_schema
from genie3_engine.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

ROW_GROUP_LINKS = 1 << 20
SORT_MEMORY_BYTES = 256 * 10**6
MOST_SORT_MEMORY_BYTES = 16 * SORT_MEMORY_BYTES
SORT_THREADS = 2
_ROOM_FACTOR = 10  # of the bytes of the parts, which are compressed

_DICTIONARY_PAGE_BYTES = 1 << 28  # never give up the dictionary, however long the names


def provenance(spec: RunSpec) -> dict[str, Any]:
    """Return the provenance in ``links.parquet``: only what no layout or host changes.

    Parameters
    ----------
    spec : RunSpec
        What the run computes.
    """
    scale = METHODS[spec.forest.method].scale
    parents: dict[str, Any] = {}
    if "how" in spec.forest.settings():
        scale = AGGREGATIONS[spec.forest.how].scale
    if spec.parents:
        parents = {"parents": [parent.sha256 for parent in spec.parents]}
    return {
        "dataset": spec.dataset,
        "forest": spec.forest.to_dict(),
        "keep": spec.keep,
        "result_key": spec.result_key,
        "scale": f"raw: {scale}",
        "version": __version__,
        **parents,
    }


def rank_links(
    part_files: Sequence[Path],
    out_path: Path,
    genes: Sequence[str],
    *,
    about: Mapping[str, Any] | None = None,
    without: Mapping[Path, Collection[int]] | None = None,
    memory_bytes: int = SORT_MEMORY_BYTES,
    n_threads: int = SORT_THREADS,
    temporary: Path | None = None,
) -> int:
    """Sort the links of a network by importance into ``links.parquet``, on disk where needed.

    Parameters
    ----------
    part_files : sequence of Path
        Parts, or ranked links of shards; every link once in all.
    out_path : Path
        The ranked links: regulator, target (dictionaries over ``genes``) and importance
        (float32), strongest first, ties by regulator and target. The row is the rank.
    genes : sequence of str
        The data set's canonical gene list.
    about : mapping, optional
        Plain JSON values for the file's metadata, as `provenance` returns them.
    without : mapping, optional
        From a part to the positions of targets in it whose links another part holds too.
    memory_bytes : int
        What the sort may hold; about 100 MB come on top. It is tried again with more where
        that is not enough.
    n_threads : int
        Threads of the sort.
    temporary : Path, optional
        Folder for what does not fit in memory; made and removed. By default in the folder that a
        scheduler has given to this job for temporary files, if there is room, or else next to
        ``out_path``.

    Returns
    -------
    int
        Links written.

    Raises
    ------
    RunError
        When a file of links is damaged.
    StorageError
        When the disk is full or may not be written.
    MemoryError
        When 4 GB are not enough for the sort.

    Notes
    -----
    The bytes depend on the links, the gene list and ``about`` only: row groups have a fixed size
    however the batches arrive, and the order is total, since a pair occurs once. More than 32
    million links are sorted in bands of importance, one after the other, each from a reading of
    all parts: so the memory does not grow with the network.
    """
    temporary = temporary or _sorting_folder(part_files, out_path)
    while True:
        try:
            with atomic_write.storage_errors(temporary):
                temporary.mkdir(parents=True, exist_ok=True)
            source = LinkSource(part_files, without or {})
            links = sorted_links(
                source, memory_bytes=memory_bytes, n_threads=n_threads, temporary=temporary
            )
            with closing(links) as ranked:
                return _write_ranked(ranked, out_path, genes, links_schema(about or {}))

        except MemoryError:
            if memory_bytes >= MOST_SORT_MEMORY_BYTES:
                raise
            memory_bytes = min(2 * memory_bytes, MOST_SORT_MEMORY_BYTES)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _sorting_folder(part_files: Sequence[Path], out_path: Path) -> Path:
    """Return where to sort: on a disk of this machine rather than on one that many share."""
    scratch = scheduled_scratch()
    if scratch is not None:
        with suppress(OSError):
            needed = _ROOM_FACTOR * sum(file.stat().st_size for file in part_files)
            if shutil.disk_usage(scratch).free >= needed:
                return Path(tempfile.mkdtemp(prefix="genie3-sorting-", dir=scratch))
    return out_path.with_name(filenames.SORTING)


def write_targets(path: Path, summaries: Sequence[TargetSummary]) -> None:
    """Write ``targets.parquet``, by target.

    Parameters
    ----------
    path : Path
        The file.
    summaries : sequence of TargetSummary
        In any order; NaN becomes null. Columns of trees and out-of-bag gain are written where the
        method has them, those of workers and their times where they were recorded.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = sorted(summaries, key=lambda row: row.target)

    def numbers(name: str, type_: pa.DataType) -> pa.Array:
        values = np.array([getattr(row, name) for row in rows], np.float64)  # None becomes NaN
        return number_array(values, type_, nan_is_null=True)

    columns = {
        "target": text_array([row.target for row in rows]),
        "oob_r2": numbers("oob_r2", pa.float64()),
        "seconds": numbers("seconds", pa.float64()),
        "n_links": numbers("n_links", pa.int64()),
    }
    if any(row.n_trees is not None for row in rows):
        columns["n_trees"] = numbers("n_trees", pa.int32())
        columns["oob_gain"] = numbers("oob_gain", pa.float64())
    if any(row.worker for row in rows):
        columns["worker"] = text_array([row.worker for row in rows])
    for name in ("decay_rate", "oob_next_r", "began", "elapsed"):
        known = numbers(name, pa.float64())
        if known.null_count < len(rows):
            columns[name] = known
    table = pa.table(columns)
    with atomic_write.written_aside(path) as aside, aside.open("wb") as stream:
        pq.write_table(table, stream, compression="zstd")


def links_schema(about: Mapping[str, Any]) -> pa.Schema:
    """Return the columns of ``links.parquet``."""
    import pyarrow as pa

    gene = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            pa.field("regulator", gene, nullable=False),
            pa.field("target", gene, nullable=False),
            pa.field("importance", pa.float32(), nullable=False),
        ],
        metadata={METADATA_KEY: json.dumps(dict(about), sort_keys=True, ensure_ascii=False)},
    )


class _RowGroups:
    """Gathers batches of links into row groups of one size, however they arrive.

    Parameters
    ----------
    writer : pyarrow.parquet.ParquetWriter
        Of ``links.parquet``.
    genes : sequence of str
        The data set's canonical gene list.
    """

    def __init__(self, writer: pq.ParquetWriter, genes: Sequence[str]) -> None:
        import numpy as np

        self._writer = writer
        self._genes = text_array(genes)
        self._columns = {
            field.name: np.empty(ROW_GROUP_LINKS, field.type.to_pandas_dtype())
            for field in part_schema()
        }
        self._n_held = 0
        self.n_written = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch; write every row group that it fills."""
        first = 0
        while first < batch.num_rows:
            n_taken = min(batch.num_rows - first, ROW_GROUP_LINKS - self._n_held)
            for name, held in self._columns.items():
                taken = batch.column(name).slice(first, n_taken)
                held[self._n_held : self._n_held + n_taken] = numbers_of(taken)
            first += n_taken
            self._n_held += n_taken
            if self._n_held == ROW_GROUP_LINKS:
                self.write()

    def write(self) -> None:
        """Write what is held as a row group."""
        import pyarrow as pa

        held = {
            field.name: number_array(self._columns[field.name][: self._n_held], field.type)
            for field in part_schema()
        }
        arrays = [
            pa.DictionaryArray.from_arrays(held["regulator"], self._genes),
            pa.DictionaryArray.from_arrays(held["target"], self._genes),
            held["importance"],
        ]
        table = pa.Table.from_arrays(arrays, schema=self._writer.schema)
        self._writer.write_table(table, ROW_GROUP_LINKS)
        self.n_written += self._n_held
        self._n_held = 0

    def close(self) -> None:
        """Write the rest; a network without links has one empty row group."""
        if self._n_held or not self.n_written:
            self.write()


def _write_ranked(
    batches: Iterator[pa.RecordBatch], out_path: Path, genes: Sequence[str], schema: pa.Schema
) -> int:
    import pyarrow.parquet as pq

    with (
        atomic_write.written_aside(out_path) as aside,
        aside.open("wb") as stream,
        pq.ParquetWriter(
            stream,
            schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=["regulator", "target"],
            column_encoding={"importance": "BYTE_STREAM_SPLIT"},
            dictionary_pagesize_limit=_DICTIONARY_PAGE_BYTES,
        ) as writer,
    ):
        groups = _RowGroups(writer, genes)
        for batch in batches:
            groups.add(batch)
        groups.close()
    return groups.n_written
