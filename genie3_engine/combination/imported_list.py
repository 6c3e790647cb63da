"""Import a list of links from another tool as ranked links."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.combination.target_buckets import TargetBuckets, bucket_count
from genie3_engine.errors import InputError
from genie3_engine.evaluation.link_values import Order, has_both_signs, sign_decision
from genie3_engine.jobs import atomic_write
from genie3_engine.store.parts import part_schema
from genie3_engine.store.ranking import rank_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from genie3_engine.data.decisions import Decision
    from genie3_engine.evaluation.link_files import LinkReading

    Floats = NDArray[np.float64]

_LARGEST = np.finfo(np.float32).max
_LARGEST_BITS = np.float32(_LARGEST).view(np.uint32)
_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)  # below it, numbers lose digits and become 0


@dataclass(frozen=True, slots=True)
class ImportedList:
    """How a list was imported.

    Parameters
    ----------
    has_scores : bool
        True when importance is the list's score or its size; False when it only has its order.
    decision : Decision or None
        How scores of both signs are ranked; None where there are none.
    """

    has_scores: bool
    decision: Decision | None = None


def import_list(reading: LinkReading, out: Path, *, temporary: Path) -> ImportedList:
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
    ImportedList
        What importance is.

    Raises
    ------
    InputError
        When the list has no links, or a score is not a number.
    StorageError
        When the disk is full or may not be written.

    Notes
    -----
    Scores become 32-bit numbers, as a run's importance is; an infinite one counts as the largest or
    the smallest finite one. Where the smallest score is the best, or the row is the rank, the bits
    of the number are counted down from those of the largest one, which reverses the order and joins
    nothing. P-values below the range of 32-bit numbers are replaced by their negative logarithms,
    which are linear between powers of two, so that their bits are the same on every machine.
    """
    contents = _Contents(reading)
    places = {name: place for place, name in enumerate(contents.genes)}
    n_buckets = bucket_count(contents.n_links)
    with TargetBuckets(temporary / "divided", len(places), n_buckets) as divided:
        for regulators, targets, scores in _batches(reading):
            divided.add(
                _positions(regulators, places),
                _positions(targets, places),
                contents.importance(scores),
            )
    unsorted = temporary / "unsorted.parquet"
    _write_best(divided, n_buckets, unsorted, len(places))
    rank_links([unsorted], out, contents.genes, about={"source": reading.table.path.name})
    return ImportedList(contents.has_scores, contents.sign_decision)


class _Contents:
    """What a list holds: its genes, how many links, and which order its scores have."""

    def __init__(self, reading: LinkReading) -> None:
        names: set[str] = set()
        self.n_links = 0
        self._lowest, self._highest, self._least_positive = np.inf, -np.inf, np.inf
        self._n_negative = 0
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
            self._n_negative += int(np.count_nonzero(scores < 0.0))
            finite = scores[np.isfinite(scores)]
            self._lowest = float(finite.min(initial=self._lowest))
            self._highest = float(finite.max(initial=self._highest))
            self._least_positive = float(finite[finite > 0.0].min(initial=self._least_positive))
        if not self.n_links:
            raise InputError(f"{reading.table.path.name} has no links.", "Give another list.")
        if not self._lowest <= self._highest:
            raise InputError(
                f"All scores of {reading.table.path.name} are infinite.", "Give finite scores."
            )
        self.genes = sorted(names)
        self._score, self._order = reading.score, reading.score.order
        if reading.matrix is None and reading.score.column is None:
            self._order = Order.SMALLEST
        elif self._order is Order.SIGNED:
            is_signed = has_both_signs(self._lowest, self._highest, self._n_negative / self.n_links)
            self._order = Order.SIZE if is_signed else Order.LARGEST

    @property
    def sign_decision(self) -> Decision | None:
        """How scores of both signs are ranked."""
        return sign_decision(self._score, order=self._order, n_negative=self._n_negative)

    @property
    def has_scores(self) -> bool:
        """True when importance is the list's score or its size, not only its order."""
        is_shifted = self._order is not Order.LARGEST or self._lowest < 0.0
        return self._order is Order.SIZE or not is_shifted

    def importance(self, scores: Floats) -> NDArray[np.float32]:
        """Return numbers from 0 in the order of the scores, the best one the largest."""
        scores = np.clip(scores, self._lowest, self._highest)
        if self._order is Order.SIZE:
            return _as_32_bits(np.abs(scores))
        if self._order is Order.SMALLEST and self._lowest >= 0.0 and self._has_tiny:
            least = self._least_positive / 2.0 or self._least_positive
            return _as_32_bits(_log2(self._highest) - _log2(np.maximum(scores, least)))
        shifted = _as_32_bits(scores - min(self._lowest, 0.0))
        if self._order is Order.SMALLEST:
            return (_LARGEST_BITS - shifted.view(np.uint32)).view(np.float32)
        return shifted

    @property
    def _has_tiny(self) -> bool:
        return self._least_positive < _SMALLEST_NORMAL


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
    """Return the places of a column's names in the gene list; -1 for a missing name."""
    known = np.array([places.get(name, -1) for name in names.dictionary.to_pylist()] + [-1])
    codes = names.indices.fill_null(len(known) - 1).to_numpy(zero_copy_only=False)
    positions: NDArray[np.int32] = known[codes].astype(np.int32)
    return positions


def _log2(values: Floats | float) -> Floats:
    """Return logarithms to base 2 plus 1, exact for powers of two and linear between them.

    The last bit of `numpy.log2` depends on the processor; only the order counts here.
    """
    fractions, powers = np.frexp(values)
    logarithms: Floats = powers + 2.0 * fractions - 1.0
    return logarithms


def _as_32_bits(values: Floats) -> NDArray[np.float32]:
    return np.minimum(values, _LARGEST).astype(np.float32)


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
