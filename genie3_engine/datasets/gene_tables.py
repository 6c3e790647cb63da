"""Store the gene table of a data set next to its values.

It is not a part of the fingerprint, because no network depends on it: runs that were made before a
table was attached show its symbols as well.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.datasets.store import dataset_folder
from genie3_engine.errors import InputError
from genie3_engine.jobs import atomic_write, filenames


def gene_table(fingerprint: str, *, home: Path | None = None) -> GeneTable:
    """Return the gene table of a data set.

    Parameters
    ----------
    fingerprint : str
        Hash of the content of the data set.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    GeneTable
        A table without rows where there is none, where the data set is not stored, and where the
        file cannot be read.
    """
    try:
        path = dataset_folder(fingerprint, home) / filenames.GENE_TABLE
        return _read(path, atomic_write.last_written(path))
    except (InputError, OSError, ValueError, LookupError, TypeError, AttributeError):
        return NO_GENE_TABLE


def save_gene_table(fingerprint: str, table: GeneTable, *, home: Path | None = None) -> None:
    """Attach a gene table to a stored data set, in the place of the one before.

    Parameters
    ----------
    fingerprint : str
        Hash of the content of the data set.
    table : GeneTable
        Its rows are of genes of the data set; one without rows removes the one before.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When the data set is not stored.
    StorageError
        When the disk is full or may not be written.
    """
    folder = dataset_folder(fingerprint, home)
    if not os.path.isfile(folder / filenames.DATASET):
        raise InputError(
            f"The data set {fingerprint[:12]} is not stored here.",
            "Read its expression file again.",
        )
    path = folder / filenames.GENE_TABLE
    if table:
        atomic_write.write_json(path, table.to_dict())
        return
    with atomic_write.storage_errors(path):
        path.unlink(missing_ok=True)


@lru_cache(maxsize=8)
def _read(path: Path, written: tuple[int, int, int]) -> GeneTable:
    """Return the table of a file as it was last written, which names its content."""
    return GeneTable.from_dict(atomic_write.read_json(path))
