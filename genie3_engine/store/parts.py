"""Write the links of finished targets to part files while a run is computed."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import RunError, StorageError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.atomic_folder import make_folder
from genie3_engine.jobs.stored_files import require_stored
from genie3_engine.model import TargetLinks, TargetSummary
from genie3_engine.store.arrow_arrays import number_array

if TYPE_CHECKING:
    import pyarrow as pa

METADATA_KEY = b"genie3"
MAX_BUFFERED_LINKS = 2_000_000
MAX_BUFFERED_TARGETS = 4_096
FLUSH_SECONDS = 2.0
LONGEST_FLUSH_SECONDS = 10.0
FLUSH_SHARE = 1 / 400
STALE_SECONDS = 3600.0  # no write takes so long

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A part file, as its footer describes it.

    Parameters
    ----------
    path : Path
        The file.
    targets : tuple of TargetSummary
        The targets whose links it holds, in the order of its rows.
    """

    path: Path
    targets: tuple[TargetSummary, ...]

    def read(self, *columns: str) -> pa.Table:
        """Read columns of its links; see `part_schema`.

        Raises
        ------
        RunError
            When the file is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            # pq.read_table() would import pandas
            with pq.ParquetFile(require_stored(self.path)) as stored:
                return stored.read(columns=list(columns)).select(list(columns))
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise RunError(f"{self.path} cannot be read.", "Delete it, and resume.") from error


class PartWriter:
    """Writes the links of finished targets in batches, each one file that is whole or absent.

    Parameters
    ----------
    folder : Path
        The run's parts.
    fingerprint : str
        The data set's.
    shard_index, n_shards : int
        Which shard writes.
    genes : sequence of str
        The data set's canonical gene list.
    clock : callable
        Seconds, from any start.

    Notes
    -----
    A batch ends after two seconds at first. In long runs it may last 1/400 of the time spent so
    far, ten seconds at most: a kill loses little, and 49,196 targets make about 3,000 files.
    Not thread-safe: one thread takes results and writes. Writers of several shards, and even of the
    same one, may write into a folder at the same time: a part never replaces another.
    """

    def __init__(
        self,
        folder: Path,
        fingerprint: str,
        *,
        shard_index: int = 0,
        n_shards: int = 1,
        genes: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._shard = (shard_index, n_shards)
        self._genes = genes
        self._clock = clock
        with atomic_write.storage_errors(folder):
            make_folder(folder)
            remove_leftover_parts(folder, shard_index=shard_index, n_shards=n_shards)
            taken = [
                name.batch
                for name, _ in _part_files(folder)
                if name.n_shards == n_shards and name.shard_index == shard_index
            ]
        self._batch = max(taken, default=0) + 1
        self._buffer: list[TargetLinks] = []
        self._n_links = 0
        self._workers: dict[int, str] = {}
        self._started = self._flushed = clock()

    def __enter__(self) -> PartWriter:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is buffered, also when a run is interrupted; not again on a full disk."""
        if not isinstance(error, StorageError):
            self.flush()

    def add(self, links: TargetLinks) -> bool:
        """Take the links of one finished target.

        Parameters
        ----------
        links : TargetLinks
            The arrays are kept, not copied, until they are written.

        Returns
        -------
        bool
            True when a batch was written, so that all targets so far are on disk.

        Raises
        ------
        StorageError
            When the disk is full or may not be written; nothing buffered is lost by that.
        """
        self._buffer.append(links)
        self._n_links += len(links.regulators)
        return self.flush_if_due()

    def flush_if_due(self) -> bool:
        """Write the batch when it is old or large enough; True when it was written."""
        if not self._buffer:
            return False
        now = self._clock()
        patience = min(
            LONGEST_FLUSH_SECONDS, max(FLUSH_SECONDS, (now - self._started) * FLUSH_SHARE)
        )
        is_due = (
            now - self._flushed >= patience
            or self._n_links >= MAX_BUFFERED_LINKS
            or len(self._buffer) >= MAX_BUFFERED_TARGETS
        )
        if is_due:
            self.flush()
        return is_due

    def flush(self) -> None:
        """Write what is buffered as one part.

        Raises
        ------
        StorageError
            When the disk is full or may not be written; the buffer is kept.
        """
        if not self._buffer:
            return
        was_swept = False
        while True:
            try:
                self._write()
            except FileExistsError:  # another attempt at this shard was faster
                self._batch += 1
            except StorageError as error:  # one whose clock is ahead took it for a leftover
                was_removed = isinstance(error.__cause__, FileNotFoundError)
                if was_swept or not (was_removed and self._folder.is_dir()):
                    raise
                was_swept = True
            else:
                break
        self._batch += 1
        self._buffer.clear()
        self._n_links = 0
        self._flushed = self._clock()

    def _write(self) -> None:
        """Write the buffer as the part of the batch; raises `FileExistsError` if there is one."""
        import pyarrow.parquet as pq

        path = self._folder / str(filenames.PartName(*self._shard, self._batch))
        with (
            atomic_write.written_aside(path, may_replace=False) as aside,
            aside.open("wb") as stream,
        ):
            pq.write_table(self._table(), stream, compression="zstd", use_dictionary=["target"])

    def _table(self) -> pa.Table:
        import numpy as np
        import pyarrow as pa

        counts = [len(links.regulators) for links in self._buffer]
        record = {
            "fingerprint": self._fingerprint,
            "targets": [
                _row(self._genes[links.target], links, count, worker=self._worker(links.thread))
                for links, count in zip(self._buffer, counts, strict=True)
            ],
        }
        columns = {
            "regulator": np.concatenate([links.regulators for links in self._buffer]),
            "target": np.repeat([links.target for links in self._buffer], counts),
            "importance": np.concatenate([links.importance for links in self._buffer]),
        }
        schema = part_schema().with_metadata({METADATA_KEY: json.dumps(record)})
        arrays = [number_array(columns[column.name], column.type) for column in schema]
        return pa.Table.from_arrays(arrays, schema=schema)

    def _worker(self, thread: int) -> str:
        """Return the number of a thread, by the order in which threads have finished a target."""
        if not thread:
            return ""
        index, n_shards = self._shard
        number = str(len(self._workers) + 1)
        return self._workers.setdefault(
            thread, number if n_shards == 1 else f"{index + 1}.{number}"
        )


def remove_leftover_parts(folder: Path, *, shard_index: int, n_shards: int) -> None:
    """Remove the half-written parts of a writer that was killed.

    Parameters
    ----------
    folder : Path
        The run's parts.
    shard_index, n_shards : int
        The shard whose lock the caller holds. Other shards have writers of their own, and a shard
        may have another attempt at work on another machine: leftovers go when they are an hour old.
        Those of an undivided run, which has one writer, go immediately.
    """
    prefix = filenames.PartName.prefix(shard_index, n_shards)
    if n_shards == 1:
        atomic_write.remove_leftovers(folder, starting=prefix)
        atomic_write.remove_leftovers(folder, older_than_seconds=STALE_SECONDS)
    else:
        atomic_write.remove_leftovers(folder, starting=prefix, older_than_seconds=STALE_SECONDS)


def _row(name: str, links: TargetLinks, n_links: int, *, worker: str) -> list[Any]:
    """Return what a part's footer holds of a target, without what is not known of it."""
    row: list[Any] = [name, _known(links.oob_r2), float(links.seconds), n_links, links.n_trees]
    row += map(_known, (links.oob_gain, links.decay_rate, links.oob_next_r, links.carried_r2))
    row += [worker or None, _known(round(links.began, 4)), _known(round(links.elapsed, 6))]
    while row[-1] is None:
        row.pop()
    return row


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _summary(
    target: str,
    oob_r2: float | None,
    seconds: float,
    n_links: int,
    n_trees: int | None = None,
    oob_gain: float | None = None,
    decay_rate: float | None = None,
    oob_next_r: float | None = None,
    carried_r2: float | None = None,
    worker: str | None = None,
    began: float | None = None,
    elapsed: float | None = None,
) -> TargetSummary:
    """Return what is known of a target, from plain values."""
    fit, gain, decay, next_r, carried, start, spent = (
        math.nan if value is None else value
        for value in (oob_r2, oob_gain, decay_rate, oob_next_r, carried_r2, began, elapsed)
    )
    return TargetSummary(
        target,
        fit,
        seconds,
        n_links,
        n_trees,
        gain,
        decay,
        next_r,
        carried,
        worker=worker or "",
        began=start,
        elapsed=spent,
    )


def part_schema() -> pa.Schema:
    """Return the columns of a part: positions in the canonical gene list, and the importance."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("regulator", pa.int32(), nullable=False),
            pa.field("target", pa.int32(), nullable=False),
            pa.field("importance", pa.float32(), nullable=False),
        ]
    )


def list_parts(folder: Path, fingerprint: str) -> list[Part]:
    """Return the parts in a folder, by shard and batch.

    Parameters
    ----------
    folder : Path
        The run's parts; it may not exist yet.
    fingerprint : str
        The data set that they must belong to.

    Returns
    -------
    list of Part
        Only footers are read. A part whose footer cannot be read is left out, and the log reports
        so: its targets are computed again.

    Raises
    ------
    RunError
        When a part belongs to another data set.
    """
    return list(iter_parts(folder, fingerprint))


def iter_parts(
    folder: Path, fingerprint: str, *, shard: tuple[int, int] | None = None
) -> Iterator[Part]:
    """Yield the parts in a folder one by one, where all would not fit in memory; see `list_parts`.

    Parameters
    ----------
    folder : Path
        The parts; it may not exist yet.
    fingerprint : str
        The data set that they must belong to.
    shard : tuple of int, optional
        Index and number of shards: only parts that may hold targets of this shard are read. Those
        of other shards in the same division cannot, and thousands of tasks would read them all.

    Raises
    ------
    RunError
        When a part belongs to another data set.
    """
    for name, path in _part_files(folder):
        if shard is not None and name.n_shards == shard[1] and name.shard_index != shard[0]:
            continue
        record = _read_record(path)
        if record is None:
            log.warning("%s is damaged: its targets are computed again.", path)
            continue
        if record["fingerprint"] != fingerprint:
            raise RunError(
                f"{path} belongs to data set {record['fingerprint'][:12]}, "
                f"this run to {fingerprint[:12]}.",
                "Remove that file, or start the run in another folder.",
            )
        yield Part(path, tuple(_summary(*row) for row in record["targets"]))


def finished_targets(
    folder: Path, fingerprint: str, *, shard: tuple[int, int] | None = None
) -> dict[str, TargetSummary]:
    """Return the targets whose links are in a folder of parts; see `list_parts`.

    Parameters
    ----------
    folder : Path
        The run's parts; it may not exist yet.
    fingerprint : str
        The data set that they must belong to.
    shard : tuple of int, optional
        As `iter_parts` takes it; targets of other shards may be missing then.

    Returns
    -------
    dict
        From the target's name to what is known of it.

    Raises
    ------
    RunError
        When a part belongs to another data set.
    """
    finished: dict[str, TargetSummary] = {}
    for part in iter_parts(folder, fingerprint, shard=shard):
        for summary in part.targets:
            finished.setdefault(summary.target, summary)
    return finished


def read_targets(path: Path) -> list[TargetSummary]:
    """Read ``targets.parquet``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list of TargetSummary
        By target.

    Raises
    ------
    RunError
        When it is missing or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = TargetSummary.__dataclass_fields__
    try:
        with pq.ParquetFile(require_stored(path)) as stored:  # pq.read_table() would import pandas
            table = stored.read()
        rows = table.select([name for name in names if name in table.column_names]).to_pylist()
        return [_summary(**row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise RunError(f"{path} cannot be read.", "Start the run again.") from error


def _part_files(folder: Path) -> Iterator[tuple[filenames.PartName, Path]]:
    """Yield the parts of a folder by shard and batch."""
    try:
        named = [(filenames.PartName.parse(path.name), path) for path in folder.iterdir()]
    except FileNotFoundError:
        return
    yield from sorted((name, path) for name, path in named if name is not None)


def _read_record(path: Path) -> dict[str, Any] | None:
    """Read a part's footer; None when it cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(require_stored(path))
        record: dict[str, Any] = json.loads(metadata.metadata[METADATA_KEY])
        n_links = sum(row[3] for row in record["targets"])
    except (OSError, ValueError, KeyError, TypeError, IndexError, pa.ArrowException):
        return None
    is_whole = isinstance(record["fingerprint"], str) and n_links == metadata.num_rows
    return record if is_whole else None
