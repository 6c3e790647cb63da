"""Divide links by target into files, of which one at a time fits in memory."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.jobs import atomic_write

if TYPE_CHECKING:
    from types import TracebackType
    from typing import BinaryIO

    from numpy.typing import NDArray

BUCKET_LINKS = 2_000_000
_MOST_BUCKETS = 256  # files that are open at the same time
_ROW = np.dtype([("key", "<i8"), ("value", "<f8")])


class TargetBuckets:
    """The links of one list, in a file for each bucket of targets.

    Parameters
    ----------
    folder : Path
        A folder to create.
    n_genes : int
        Length of the gene list of all lists.
    n_buckets : int
        Buckets; target ``t`` is in bucket ``t % n_buckets``.

    Notes
    -----
    A context manager: links are added inside, and read afterwards.
    """

    def __init__(self, folder: Path, n_genes: int, n_buckets: int) -> None:
        self._folder = folder
        self._n_genes = n_genes
        self._n_buckets = n_buckets
        self._stack = ExitStack()
        self._files: list[BinaryIO] = []

    def __enter__(self) -> TargetBuckets:
        """Create the files."""
        with atomic_write.storage_errors(self._folder):
            self._folder.mkdir(parents=True)
            self._files = [
                self._stack.enter_context(self._path(bucket).open("wb"))
                for bucket in range(self._n_buckets)
            ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files."""
        with atomic_write.storage_errors(self._folder):
            self._stack.close()

    def add(
        self,
        regulators: NDArray[np.int32],
        targets: NDArray[np.int32],
        values: NDArray[np.floating],
    ) -> None:
        """Add links; those of a gene with itself, or without a name, are left out.

        Parameters
        ----------
        regulators, targets : (n,) int32
            Positions in the gene list; -1 for a gene without a name.
        values : (n,) float
            What is kept with each.

        Raises
        ------
        StorageError
            When the disk is full or may not be written.
        """
        is_link = (regulators != targets) & (regulators >= 0) & (targets >= 0)
        rows = np.empty(int(np.count_nonzero(is_link)), _ROW)
        rows["key"] = targets[is_link].astype(np.int64) * self._n_genes + regulators[is_link]
        rows["value"] = values[is_link]
        bucket = targets[is_link] % self._n_buckets
        order = np.argsort(bucket, kind="stable")
        parts = np.split(rows[order], np.cumsum(np.bincount(bucket, minlength=self._n_buckets)))
        with atomic_write.storage_errors(self._folder):
            for file, part in zip(self._files, parts, strict=False):
                file.write(part.tobytes())

    def read(self, bucket: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the links of a bucket: keys ``target * n_genes + regulator``, and values.

        Returns
        -------
        keys : (n,) int64
            Ascending.
        values : (n,) float64
            Their values.
        """
        rows = np.fromfile(self._path(bucket), _ROW)
        order = np.argsort(rows["key"], kind="stable")
        return rows["key"][order], rows["value"][order]

    def best(self, bucket: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the links of a bucket as `read` does, each pair once with its largest value."""
        keys, values = self.read(bucket)
        order = np.lexsort((-values, keys))
        keys, values = keys[order], values[order]
        is_first = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
        return keys[is_first], values[is_first]

    def _path(self, bucket: int) -> Path:
        return self._folder / str(bucket)


def bucket_count(n_links: int) -> int:
    """Return how many buckets keep their memory bounded for a number of links in all lists."""
    return min(_MOST_BUCKETS, max(1, -(-n_links // BUCKET_LINKS)))
