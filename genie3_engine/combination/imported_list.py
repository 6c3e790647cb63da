"""Import a list of links from another tool as ranked links."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.combination.target_buckets import TargetBuckets, bucket_count
from genie3_engine.errors import InputError
from genie3_engine.evaluation.link_values import Order, has_both_signs
from genie3_engine.jobs import atomic_write
from genie3_engine.store.parts import part_schema
from genie3_engine.store.ranking import rank_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from genie3_engine.evaluation.link_files import LinkReading

    Floats = NDArray[np.float64]

_LARGEST_BITS = np.float32(np.finfo(np.float32).max).view(np.uint32)


def import_list(reading: LinkReading, out: Path, *, temporary: Path) -> bool:
    """Write a list of links as ranked links, each pair once with its best score.

    Parameters
    ----------
    reading : LinkReading
        How the list is read.
    out : Path
        The ranked links, as `RankedLinks` reads them.
    temporary : Path
        A new folder for links on disk; removed by the caller.

    Returns
    -------
    bool
        True when importance is the list's score or its size; False when it only has its order.

    Raises
    ------
    InputError
        When the list has no links, or a score is not a number.
    StorageError
        When the disk is full or may not be written.

    Notes
    -----
    Scores become 32-bit numbers, as a run's importance is. Where the smallest score is the best, or
    the row is the rank, the bits of the number are counted down from those of the largest one,
    which reverses the order and joins nothing.
    """
    contents = _Contents(reading)
    order = contents.order
    places = {name: place for place, name in enumerate(contents.genes)}
    n_buckets = bucket_count(contents.n_links)
    with TargetBuckets(temporary / "divided", len(places), n_buckets) as divided:
        for regulators, targets, scores in _batches(reading):
            divided.add(
                _positions(regulators, places),
                _positions(targets, places),
                _importance(scores, order, lowest=contents.lowest),
            )
    unsorted = temporary / "unsorted.parquet"
    _write_best(divided, n_buckets, unsorted, len(places))
    rank_links([unsorted], out, contents.genes, about={"source": reading.table.path.name})
    return order is Order.SIZE or (order is Order.LARGEST and contents.lowest >= 0.0)


class _Contents:
    """What a list holds: its genes, how many links, and which order its scores have."""

    def __init__(self, reading: LinkReading) -> None:
        names: set[str] = set()
        self.n_links = 0
        self.lowest, highest, n_negative = np.inf, -np.inf, 0
        for regulators, targets, scores in _batches(reading):
            for column in (regulators, targets):
                names.update(name for name in column.dictionary.to_pylist() if name is not None)
            n_missing = int(np.isnan(scores).sum())
            if n_missing:
                raise InputError(
                    f"{n_missing:,} links of {reading.table.path.name} have a score that is not a "
                    "number.",
                    "Fill or remove them.",
                )
            self.n_links += len(scores)
            if len(scores):
                self.lowest = min(self.lowest, float(scores.min()))
                highest = max(highest, float(scores.max()))
                n_negative += int(np.count_nonzero(scores < 0.0))
        if not self.n_links:
            raise InputError(f"{reading.table.path.name} has no links.", "Give another list.")
        self.genes = sorted(names)
        self.order = reading.score.order
        if reading.matrix is None and reading.score.column is None:
            self.order = Order.SMALLEST
        elif self.order is Order.SIGNED:
            is_signed = has_both_signs(self.lowest, highest, n_negative / self.n_links)
            self.order = Order.SIZE if is_signed else Order.LARGEST


def _batches(reading: LinkReading) -> Iterator[tuple[pa.Array, pa.Array, Floats]]:
    """Yield regulators, targets and scores; the number of the row where there are no scores."""
    n_rows = 0
    for batch in reading.batches():
        if batch.num_columns > 2:
            scores = batch.column(2).to_numpy(zero_copy_only=False).astype(np.float64)
        else:
            scores = np.arange(n_rows, n_rows + batch.num_rows, dtype=np.float64)
        n_rows += batch.num_rows
        yield batch.column(0), batch.column(1), scores


def _positions(names: pa.DictionaryArray, places: Mapping[str, int]) -> NDArray[np.int32]:
    """Return where the names of a column are in the gene list; -1 where there is none."""
    known = np.array([places.get(name, -1) for name in names.dictionary.to_pylist()] + [-1])
    codes = names.indices.fill_null(len(known) - 1).to_numpy(zero_copy_only=False)
    positions: NDArray[np.int32] = known[codes].astype(np.int32)
    return positions


def _importance(scores: Floats, order: Order, *, lowest: float) -> NDArray[np.float32]:
    """Return numbers from 0 in the order of the scores, the best one the largest."""
    if order is Order.SIZE:
        return np.abs(scores).astype(np.float32)
    shifted = (scores - min(lowest, 0.0)).astype(np.float32)
    if order is Order.SMALLEST:
        return (_LARGEST_BITS - shifted.view(np.uint32)).view(np.float32)
    return shifted


def _write_best(divided: TargetBuckets, n_buckets: int, path: Path, n_genes: int) -> None:
    """Write each pair once, with its largest importance."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = part_schema()
    with (
        atomic_write.storage_errors(path),
        path.open("wb") as stream,
        pq.ParquetWriter(stream, schema, compression="zstd") as writer,
    ):
        for bucket in range(n_buckets):
            keys, values = divided.best(bucket)
            targets, regulators = np.divmod(keys, n_genes)
            arrays: Sequence[pa.Array] = [
                pa.array(regulators.astype(np.int32)),
                pa.array(targets.astype(np.int32)),
                pa.array(values.astype(np.float32)),
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
