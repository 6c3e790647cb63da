"""Read ranked links in batches."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.stored_files import require_stored
from genie3_engine.model import ImportanceScale
from genie3_engine.store.parts import METADATA_KEY

COLUMNS = ["regulator", "target", "importance"]

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Positions = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Group:
    """Links of one row group: their ranks, positions of their genes, and importance."""

    ranks: NDArray[np.int64]
    regulators: Positions
    targets: Positions
    importance: NDArray[np.float32]


class RankedLinks:
    """The ranked links of a network, on disk; one row group (a million links) is held at a time.

    Parameters
    ----------
    path : Path
        A ``links.parquet``, or the run folder that holds one.

    Raises
    ------
    RunError
        When the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        import numpy as np

        self.path = path / filenames.LINKS if os.path.isdir(path) else path
        with self._open() as links:
            metadata: pq.FileMetaData = links.metadata
            about = (metadata.metadata or {}).get(METADATA_KEY)
            if about is None or links.schema_arrow.names != COLUMNS:
                raise RunError(f"{self.path} holds no ranked links.", "Give the folder of a run.")
            try:
                self._about: dict[str, Any] = dict(json.loads(about))
            except (ValueError, TypeError) as error:
                raise self._damaged() from error
            sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._genes: tuple[str, ...] | None = None
        self._totals: Floats | None = None

    def __len__(self) -> int:
        """Return the number of links."""
        return int(self._starts[-1])

    @property
    def about(self) -> dict[str, Any]:
        """Where the links come from: data set, forests, links kept, scale, version."""
        return dict(self._about)

    @property
    def genes(self) -> tuple[str, ...]:
        """The data set's canonical gene list; empty when the network has no link at all."""
        if self._genes is None:
            import pyarrow as pa

            try:
                with self._open() as links:
                    first = next(links.iter_batches(1, columns=["regulator"]), None)
                names = [] if first is None else first["regulator"].dictionary.to_pylist()
            except (OSError, ValueError, AttributeError, pa.ArrowException) as error:
                raise self._damaged() from error
            self._genes = tuple(names)
        return self._genes

    def page(
        self,
        offset: int,
        limit: int,
        *,
        min_importance: float | None = None,
        scale: ImportanceScale = ImportanceScale.RAW,
    ) -> pd.DataFrame:
        """Return some of the links, strongest first.

        Parameters
        ----------
        offset : int
            Links to leave out first.
        limit : int
            Links to return at most.
        min_importance : float, optional
            The weakest link wanted, on the raw scale.
        scale : ImportanceScale
            What the score column holds.

        Returns
        -------
        DataFrame
            ``rank`` (int64, of the whole network, from 1), ``regulator`` and ``target``
            (categories over the gene list), and the score: ``importance`` (float32) on the raw
            scale, ``share`` (float64), or no further column when the scale is the rank.
        """
        import pyarrow as pa

        batches = self.batches(
            offset, limit, min_importance=min_importance, scale=scale, at_least_one=True
        )
        table: pd.DataFrame = pa.Table.from_batches(batches).to_pandas()
        return table

    def batches(
        self,
        offset: int = 0,
        limit: int | None = None,
        *,
        min_importance: float | None = None,
        scale: ImportanceScale = ImportanceScale.RAW,
        at_least_one: bool = False,
    ) -> Iterator[pa.RecordBatch]:
        """Yield the links of `page` in batches of a million at most, for exports of any size.

        Parameters
        ----------
        offset : int
            Links to leave out first.
        limit : int or None
            Links to yield at most; None yields all.
        min_importance : float, optional
            The weakest link wanted, on the raw scale.
        scale : ImportanceScale
            What the score column holds.
        at_least_one : bool
            Yield one empty batch when there is no link, for its columns.

        Yields
        ------
        pyarrow.RecordBatch
            The columns of `page`.
        """
        import numpy as np

        left = len(self) if limit is None else limit
        n_batches = 0
        first_group = int(np.searchsorted(self._starts, offset, side="right")) - 1
        offset -= int(self._starts[min(first_group, len(self._starts) - 1)])
        if left > 0:
            for group in self._groups(first_group, min_importance):
                n_skipped = min(offset, len(group.ranks))
                offset -= n_skipped
                rows = slice(n_skipped, n_skipped + left)
                n_rows = len(group.ranks[rows])
                if n_rows:
                    yield self._batch(group, rows, scale)
                    n_batches += 1
                left -= n_rows
                if left <= 0:
                    break
        if at_least_one and not n_batches:
            none = np.zeros(0, np.int32)
            empty = _Group(none.astype(np.int64), none, none, none.astype(np.float32))
            yield self._batch(empty, slice(0), scale)

    def _batch(self, group: _Group, rows: slice, scale: ImportanceScale) -> pa.RecordBatch:
        import pyarrow as pa

        genes = pa.array(self.genes, pa.string())
        columns = {
            "rank": pa.array(group.ranks[rows]),
            "regulator": pa.DictionaryArray.from_arrays(pa.array(group.regulators[rows]), genes),
            "target": pa.DictionaryArray.from_arrays(pa.array(group.targets[rows]), genes),
        }
        if scale is ImportanceScale.RAW:
            columns["importance"] = pa.array(group.importance[rows])
        elif scale is ImportanceScale.SHARE:
            totals = self.target_totals()[group.targets[rows]]
            columns["share"] = pa.array(group.importance[rows] / totals)
        return pa.RecordBatch.from_pydict(columns)

    def target_totals(self) -> Floats:
        """Sum each target's kept importance, in the order of the ranks: the same bits always.

        Returns
        -------
        (n_genes,) float64
            In the order of `genes`; what a share is a share of.
        """
        import numpy as np

        if self._totals is None:
            totals = np.zeros(len(self.genes))
            for group in self._groups():
                totals += np.bincount(group.targets, group.importance, len(totals))
            self._totals = totals
        return self._totals

    def _groups(
        self, first_group: int = 0, min_importance: float | None = None
    ) -> Iterator[_Group]:
        """Read row group by row group, until the links are weaker than what is wanted."""
        import numpy as np

        with self._open() as links:
            for number in range(first_group, links.num_row_groups):
                if self._starts[number] == self._starts[number + 1]:
                    continue  # the one row group of a network without links
                table = self._read(links, number)
                importance = table["importance"].to_numpy()
                n_rows = len(importance)
                if min_importance is not None:
                    n_rows = int(np.count_nonzero(importance >= min_importance))
                yield _Group(
                    np.arange(self._starts[number] + 1, self._starts[number] + 1 + n_rows),
                    _positions(table["regulator"])[:n_rows],
                    _positions(table["target"])[:n_rows],
                    importance[:n_rows],
                )
                if n_rows < len(importance):
                    return

    def _open(self) -> pq.ParquetFile:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return pq.ParquetFile(require_stored(self.path))
        except FileNotFoundError as error:
            raise RunError(
                f"There are no ranked links in {self.path.parent}.",
                "Wait until the run is done, or resume it.",
            ) from error
        except (OSError, ValueError, pa.ArrowException) as error:
            raise self._damaged() from error

    def _read(self, links: pq.ParquetFile, group: int) -> pa.Table:
        import pyarrow as pa

        try:
            return links.read_row_group(group, columns=COLUMNS)
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise self._damaged() from error

    def _damaged(self) -> RunError:
        return RunError(f"{self.path} cannot be read.", "Merge or run the network again.")


def _positions(column: pa.ChunkedArray) -> Positions:
    import numpy as np

    chunks = [chunk.indices.to_numpy() for chunk in column.chunks]
    return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)
