"""Evidence for the ranked links of a network, one row for each link."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.stored_files import require_stored
from genie3_engine.store.arrow_arrays import number_array, text_array
from genie3_engine.store.parts import METADATA_KEY

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

P, Q, STABILITY = "p", "q", "stability"
RIVAL, RIVAL_CORRELATION = "rival", "rival_correlation"
RELATIVE_IMPORTANCE = "relative_importance"
NO_RIVAL = -1  # in place of a gene's position
COLUMNS = (P, Q, STABILITY, RIVAL, RIVAL_CORRELATION, RELATIVE_IMPORTANCE)


def evidence_schema(columns: Sequence[str], about: Mapping[str, Any]) -> pa.Schema:
    """Return the schema of ``evidence.parquet``.

    Parameters
    ----------
    columns : sequence of str
        Names out of `COLUMNS`, in any order; the file has them in that order.
    about : mapping
        Plain JSON values for the footer.
    """
    import pyarrow as pa

    gene = pa.dictionary(pa.int32(), pa.string())
    fields = [
        pa.field(name, gene if name == RIVAL else pa.float32())
        for name in COLUMNS
        if name in columns
    ]
    text = json.dumps(dict(about), sort_keys=True, ensure_ascii=False)
    return pa.schema(fields, metadata={METADATA_KEY: text})


class EvidenceWriter:
    """Writes the evidence for the links of a network, in the order of their ranks.

    The file appears when the context ends without an error, whole.

    Parameters
    ----------
    path : Path
        The file.
    genes : sequence of str
        The data set's canonical gene list.
    columns : sequence of str
        Names out of `COLUMNS`.
    about : mapping
        Plain JSON values: how the evidence was computed. Only what no layout or host changes.

    Notes
    -----
    Each `add` writes one row group, so the bytes are the same for the same calls: call it once for
    each row group of the links.
    """

    def __init__(
        self, path: Path, *, genes: Sequence[str], columns: Sequence[str], about: Mapping[str, Any]
    ) -> None:
        self._path = path
        self._genes = text_array(genes)
        self._schema = evidence_schema(columns, about)
        self._stack = ExitStack()

    def __enter__(self) -> EvidenceWriter:
        """Open the file under another name; raises `StorageError`."""
        import pyarrow.parquet as pq

        with ExitStack() as stack:
            aside = stack.enter_context(atomic_write.written_aside(self._path))
            stream = stack.enter_context(aside.open("wb"))
            floats = [field.name for field in self._schema if field.name != RIVAL]
            self._writer = stack.enter_context(
                pq.ParquetWriter(
                    stream,
                    self._schema,
                    compression="zstd",
                    compression_level=3,
                    use_dictionary=[RIVAL] if RIVAL in self._schema.names else False,
                    column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
                    dictionary_pagesize_limit=1 << 28,
                )
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the file in its place, or remove it after an error."""
        self._stack.__exit__(kind, error, trace)

    def add(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Write the evidence for the next row group of links.

        Parameters
        ----------
        columns : mapping of str to (n_links,) array
            Numbers by column; NaN where there is none. ``rival`` holds positions in the gene list,
            `NO_RIVAL` where there is none.
        """
        import pyarrow as pa

        arrays = []
        for field in self._schema:
            values = columns[field.name]
            if field.name == RIVAL:
                positions = pa.array(values, pa.int32(), mask=values == NO_RIVAL)
                arrays.append(pa.DictionaryArray.from_arrays(positions, self._genes))
            else:
                arrays.append(number_array(values, field.type, nan_is_null=True))
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        self._writer.write_table(table, max(1, table.num_rows))


class Evidence:
    """The evidence for the ranked links of a network, on disk; one row group is held at a time.

    Parameters
    ----------
    path : Path
        An ``evidence.parquet``.

    Raises
    ------
    RunError
        When the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path = path
        try:
            with pq.ParquetFile(require_stored(path)) as stored:
                self._schema = stored.schema_arrow
                metadata = stored.metadata
                self.about: dict[str, Any] = json.loads(metadata.metadata[METADATA_KEY])
                sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise self._damaged() from error
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._held: tuple[int, pa.Table] | None = None

    @classmethod
    def open(cls, run: Path) -> Evidence | None:
        """Open the evidence in a run folder; None where there is none.

        Raises
        ------
        RunError
            When it is damaged.
        """
        path = run / filenames.EVIDENCE
        return cls(path) if os.path.isfile(path) else None

    def __len__(self) -> int:
        """Return the number of links."""
        return int(self._starts[-1])

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, out of `COLUMNS`."""
        return tuple(self._schema.names)

    def rows(self, ranks: NDArray[np.int64]) -> pa.RecordBatch:
        """Return the evidence for some links.

        Parameters
        ----------
        ranks : (n_links,) int64
            Ranks of the links in the whole network, from 1; in any order.

        Returns
        -------
        pyarrow.RecordBatch
            A row for each rank, with the columns of the file; the rival is a text.

        Raises
        ------
        RunError
            When the file is damaged, or has no such rank.
        """
        import numpy as np
        import pyarrow as pa

        places = np.asarray(ranks, np.int64) - 1
        if places.size and not 0 <= places.min() <= places.max() < len(self):
            raise self._damaged()
        groups = np.searchsorted(self._starts, places, side="right") - 1
        tables = [self._texts(self._schema.empty_table())]
        order = np.argsort(groups, kind="stable")
        for group in np.unique(groups).tolist():
            inside = places[groups == group] - self._starts[group]
            tables.append(self._texts(self._group(group).take(pa.array(inside))))
        back = np.empty(places.size, np.int64)
        back[order] = np.arange(places.size)
        found = pa.concat_tables(tables).take(pa.array(back)).combine_chunks()
        batches = found.to_batches()
        return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=found.schema)

    def values(self, name: str) -> NDArray[np.float32]:
        """Return a whole column of numbers, by rank; NaN where there is none.

        Parameters
        ----------
        name : str
            A name out of `columns`, not the rival's.

        Raises
        ------
        RunError
            When the file is damaged, or has no such column.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._require(name)
        try:
            with pq.ParquetFile(require_stored(self._path)) as stored:
                column = stored.read(columns=[name])[name]
        except (OSError, ValueError, pa.ArrowException) as error:
            raise self._damaged() from error
        values: NDArray[np.float32] = column.to_numpy()
        return values

    def count(self, name: str, *, least: float = -math.inf, most: float = math.inf) -> int:
        """Return the number of links whose value lies between two limits, both included.

        Parameters
        ----------
        name : str
            A name out of `columns`, not the rival's.
        least, most : float
            The limits. A link without a value is not counted.

        Raises
        ------
        RunError
            When the file is damaged, or has no such column.
        """
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._require(name)
        number = 0
        try:
            with pq.ParquetFile(require_stored(self._path)) as stored:
                for batch in stored.iter_batches(columns=[name]):
                    values = batch.column(0).to_numpy(zero_copy_only=False)
                    inside = (values >= np.float32(least)) & (values <= np.float32(most))
                    number += int(np.count_nonzero(inside))
        except (OSError, ValueError, pa.ArrowException) as error:
            raise self._damaged() from error
        return number

    def _require(self, name: str) -> None:
        if name not in self.columns:
            raise RunError(
                f"{self._path} has no column {name}.", "Compute the confidence of the run for it."
            )

    def _group(self, number: int) -> pa.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        held = self._held  # another thread may replace it at any time
        if held is None or held[0] != number:
            try:
                with pq.ParquetFile(require_stored(self._path)) as stored:
                    held = number, stored.read_row_group(number, columns=list(self.columns))
            except (OSError, ValueError, pa.ArrowException) as error:
                raise self._damaged() from error
            self._held = held
        return held[1]

    def _texts(self, table: pa.Table) -> pa.Table:
        """Return a table whose rival is a plain text."""
        import pyarrow as pa

        if RIVAL not in table.column_names:
            return table
        place = table.column_names.index(RIVAL)
        return table.set_column(place, RIVAL, table[RIVAL].cast(pa.string()))

    def _damaged(self) -> RunError:
        return RunError(
            f"{self._path} cannot be read, or does not belong to the links.",
            "Remove it, and compute the confidence of the run again.",
        )
