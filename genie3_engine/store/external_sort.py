"""Sort more links than fit in memory."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.stored_files import require_stored
from genie3_engine.store.arrow_arrays import number_array, numbers_of
from genie3_engine.store.parts import part_schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

SORT_LINKS = 32_000_000  # as many as 256 MB sort well
READ_LINKS = 1 << 17

_EVERY_BAND = range(1 << 16)
_ORDER = "importance desc, regulator, target"


@dataclass(frozen=True, slots=True)
class LinkSource:
    """The links to rank, in parts and ranked files, which can be read several times.

    Parameters
    ----------
    files : sequence of Path
        Parts, or ranked links of shards.
    without : mapping
        From a file to the positions of targets in it whose links another file holds too.
    """

    files: Sequence[Path]
    without: Mapping[Path, Collection[int]]

    def bands(self) -> list[range]:
        """Cut the links into bands of importance, strongest first, that are sorted one by one.

        A band is a range of the first half of a float32's bits, which grow with its value. Links
        of one such half stay together, so a band can be larger than wanted where many are equal.
        """
        import numpy as np

        if sum(self._count(path) for path in self.files) <= SORT_LINKS:
            return [_EVERY_BAND]
        counts = np.zeros(len(_EVERY_BAND), np.int64)
        for batch in self.batches():
            counts += np.bincount(_halves(batch["importance"]), minlength=len(counts))
        bands, upper, n_links = [], len(counts), 0
        for half in reversed(_EVERY_BAND):
            if n_links and n_links + counts[half] > SORT_LINKS:
                bands.append(range(half + 1, upper))
                upper, n_links = half + 1, 0
            n_links += int(counts[half])
        return [*bands, range(upper)]

    def batches(self, band: range = _EVERY_BAND) -> Iterator[pa.RecordBatch]:
        """Yield the links of a band, as positions in the gene list."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = part_schema()
        for path in self.files:
            targets = np.array(sorted(self.without.get(path, ())), np.int32)
            unwanted = number_array(targets, pa.int32())
            try:
                with pq.ParquetFile(require_stored(path)) as links:
                    for batch in links.iter_batches(READ_LINKS, columns=schema.names):
                        columns = [
                            column.indices if isinstance(column, pa.DictionaryArray) else column
                            for column in batch.columns
                        ]
                        rows = pa.RecordBatch.from_arrays(columns, schema=schema)
                        yield _only(rows, unwanted, band)
            except (OSError, ValueError, pa.ArrowException) as error:
                raise _unreadable(path) from error

    def _count(self, path: Path) -> int:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            n_links: int = pq.read_metadata(require_stored(path)).num_rows
        except (OSError, ValueError, pa.ArrowException) as error:
            raise _unreadable(path) from error
        return n_links


def sorted_links(
    source: LinkSource, *, memory_bytes: int, n_threads: int, temporary: Path
) -> Generator[pa.RecordBatch]:
    """Yield links by importance, the strongest first, ties by regulator and target.

    Parameters
    ----------
    source : LinkSource
        The links.
    memory_bytes : int
        What the sort may hold.
    n_threads : int
        Its threads.
    temporary : Path
        A folder for what does not fit in memory.

    Yields
    ------
    pyarrow.RecordBatch
        Of the columns of a part.

    Raises
    ------
    RunError
        When a file of links is damaged.
    StorageError
        When the disk is full or may not be written.
    MemoryError
        If there is not enough memory.
    """
    for band in source.bands():
        yield from _sorted_band(source, band, memory_bytes, n_threads, temporary)


def _sorted_band(
    source: LinkSource, band: range, memory_bytes: int, n_threads: int, temporary: Path
) -> Generator[pa.RecordBatch]:
    import duckdb
    import pyarrow as pa

    failed: list[RunError] = []  # of an error inside only the text gets through the sort
    unsorted = pa.RecordBatchReader.from_batches(
        part_schema(), _remembering(source.batches(band), failed)
    )
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_bytes // 10**6}MB",
        "threads": n_threads,
        "temp_directory": str(temporary),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(config=config) as connection:
            relation = connection.from_arrow(unsorted).order(_ORDER)
            # Releases of DuckDB differ in the method's name.
            stream = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
            yield from stream(READ_LINKS)
    except (duckdb.Error, OSError, pa.ArrowException) as error:
        if failed:
            raise failed[0] from error
        if "Out of Memory" in str(error) and "max_temp_directory_size" not in str(error):
            raise MemoryError(str(error)) from error
        raise atomic_write.storage_error(temporary, error) from error


def _remembering(
    batches: Iterator[pa.RecordBatch], failed: list[RunError]
) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    except RunError as error:
        failed.append(error)
        raise


def _unreadable(path: Path) -> RunError:
    return RunError(f"{path} cannot be read.", "Remove it and resume the run.")


def _only(rows: pa.RecordBatch, unwanted: pa.Array, band: range) -> pa.RecordBatch:
    """Leave out unwanted targets and other bands."""
    import pyarrow as pa

    if len(unwanted):
        import pyarrow.compute as pc

        rows = rows.filter(pc.invert(pc.is_in(rows["target"], unwanted)))
    if band == _EVERY_BAND:
        return rows
    halves = _halves(rows["importance"])
    return rows.filter(pa.array((halves >= band.start) & (halves < band.stop)))


def _halves(importance: pa.Array) -> NDArray[np.uint32]:
    """Return the first half of each importance's bits; importance is never negative."""
    import numpy as np

    halves: NDArray[np.uint32] = numbers_of(importance).view(np.uint32) >> np.uint32(16)
    return halves
