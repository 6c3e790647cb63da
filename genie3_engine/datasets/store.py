"""Store expression matrices, each once, under the hash of its content."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.datasets.sample_annotations import (
    Annotations,
    grouping,
    read_annotations,
    write_annotations,
)
from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs import admission, atomic_write, filenames
from genie3_engine.jobs.atomic_folder import folder_aside, put_in_place
from genie3_engine.jobs.stored_files import open_matrix
from genie3_engine.jobs.user_directory import data_folder
from genie3_engine.people.log import Action, record

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression
    from genie3_engine.data.gene_table import GeneTable
    from genie3_engine.data.sparse_genes import GeneRows

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 24
_GROUPS_OF_SHEET = ("series", "block", "perturbation")


def dataset_folder(fingerprint: str, home: Path | None = None) -> Path:
    """Return where a data set is, or would be, stored.

    Parameters
    ----------
    fingerprint : str
        Hash of its content, 64 hexadecimal digits.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When the fingerprint is none.
    """
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise InputError(
            f"{fingerprint!r} is not a fingerprint of a data set.", "Give 64 hexadecimal digits."
        )
    return data_folder(home) / fingerprint


def save_dataset(
    expression: Expression,
    *,
    name: str = "",
    report: Mapping[str, Any] | None = None,
    home: Path | None = None,
) -> str:
    """Store a data set in canonical order; one that is stored already keeps its values and name.

    Parameters
    ----------
    expression : Expression
        The data, in any order of genes and named samples. Annotations that group the samples are
        stored next to them, also of a data set that is stored already; its gene table too, unless
        there is one already.
    name : str
        What the user calls it.
    report : mapping, optional
        How its file was read, as plain JSON values.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    str
        The fingerprint that `open_dataset` takes.

    Raises
    ------
    LimitError
        When it would take more of the disk than the limits of the server allow.
    StorageError
        When the disk is full or may not be written.
    """
    canonical = expression.canonical()
    fingerprint = canonical.fingerprint
    folder = dataset_folder(fingerprint, home)
    with atomic_write.storage_errors(folder, resumable=False):
        is_stored = (folder / filenames.DATASET).is_file()
    if is_stored:
        write_annotations(folder, canonical.annotations)
        _write_gene_table(folder, canonical.gene_table)
        return fingerprint
    n_bytes = canonical.values.nbytes
    admission.require_room(n_bytes, "this data set", folder.parent, home_folder=home)
    with folder_aside(folder.parent) as aside:
        _write_values(aside, canonical.values)
        write_annotations(aside, canonical.annotations)
        _write_gene_table(aside, canonical.gene_table)
        atomic_write.write_json(
            aside / filenames.DATASET,
            {
                "fingerprint": fingerprint,
                "name": name,
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "n_genes": canonical.n_genes,
                "n_samples": canonical.n_samples,
                "has_sample_names": canonical.has_sample_names,
                "report": None if report is None else dict(report),
                "samples": list(canonical.samples),
                "genes": list(canonical.genes),
                **({} if canonical.sheet is None else {"sheet": canonical.sheet.to_dict()}),
            },
        )
        put_in_place(aside, folder, whole=filenames.DATASET)
    record(Action.STORED, f"data set {fingerprint}", text=name)
    return fingerprint


def open_dataset(fingerprint: str, *, home: Path | None = None) -> Expression:
    """Open a stored data set; its values stay on disk until they are used.

    Parameters
    ----------
    fingerprint : str
        What `save_dataset` returned.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Expression
        In canonical order, the values memory-mapped and read-only.

    Raises
    ------
    InputError
        When it is not stored here.
    RunError
        When its files are damaged.
    """
    return open_dataset_folder(dataset_folder(fingerprint, home))


def sample_annotations(fingerprint: str, *, home: Path | None = None) -> Annotations:
    """Return the annotations that group a data set's samples; raises as `open_dataset`.

    Those of its sample sheet come first, named ``series``, ``block`` and ``perturbation``.
    """
    folder = dataset_folder(fingerprint, home)
    about = read_about(folder)
    sheet = about.get("sheet") or {}
    of_sheet = {name: sheet[name] for name in _GROUPS_OF_SHEET if name in sheet}
    stored = read_annotations(folder, n_samples=len(about["samples"]))
    return {**grouping(of_sheet), **stored}


def open_dataset_folder(folder: Path) -> Expression:
    """Open the data set that lies in a folder, wherever that is; see `open_dataset`."""
    import numpy as np

    from genie3_engine.data.expression import Expression
    from genie3_engine.data.sample_sheet import SampleSheet

    about = read_about(folder)
    try:
        values = _open_values(folder)
        expression = Expression(
            values=values,
            genes=tuple(about["genes"]),
            samples=tuple(about["samples"]),
            has_sample_names=bool(about["has_sample_names"]),
            sheet=SampleSheet.from_dict(about["sheet"]) if "sheet" in about else None,
        )
    except (InputError, OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder) from error
    if values.dtype != np.float64:
        raise damaged(folder)
    return expression


def read_about(folder: Path) -> dict[str, Any]:
    """Return what a data set's folder records, apart from the values."""
    try:
        about = atomic_write.read_json(folder / filenames.DATASET)
    except FileNotFoundError as error:
        raise InputError(
            f"The data set {folder.name[:12]} is not stored in {folder.parent}.",
            "Read its expression file again.",
        ) from error
    except (OSError, ValueError) as error:
        raise damaged(folder) from error
    if not isinstance(about, dict):
        raise damaged(folder)
    return about


def damaged(folder: Path) -> RunError:
    """Return the error for a data set whose files cannot be read."""
    return RunError(
        f"The stored data set in {folder} is damaged.",
        "Delete that folder and read the expression file again.",
    )


def _write_gene_table(folder: Path, table: GeneTable) -> None:
    """Write the gene table of the expression file; one that is there is the user's choice."""
    if table and not (folder / filenames.GENE_TABLE).is_file():
        atomic_write.write_json(folder / filenames.GENE_TABLE, table.to_dict())


def values_file(folder: Path) -> Path:
    """Return the file with the expression of a stored data set, dense or sparse."""
    sparse = folder / filenames.SPARSE_VALUES
    return sparse if os.path.isfile(sparse) else folder / filenames.VALUES


def _open_values(folder: Path) -> GeneRows:

    from genie3_engine.data.gene_file import GeneFile
    from genie3_engine.data.sparse_genes import FiledGenes

    path = values_file(folder)
    if path.name == filenames.SPARSE_VALUES:
        return FiledGenes(GeneFile(path))
    return open_matrix(path)


def _write_values(folder: Path, values: GeneRows) -> None:
    """Write sparse expression by gene, and dense expression as an ``.npy`` file.

    Unlike with `numpy.save`, a full disk keeps the system's error number.
    """
    import numpy as np

    from genie3_engine.data.sparse_genes import SparseGenes, write_genes

    if isinstance(values, SparseGenes):
        path = folder / filenames.SPARSE_VALUES
        with atomic_write.written_aside(path) as aside, aside.open("wb") as stream:
            write_genes(values, stream)
        return
    rows = np.ascontiguousarray(values, dtype=np.float64)
    step = max(1, _CHUNK_BYTES // max(1, rows.shape[1] * rows.itemsize))
    path = folder / filenames.VALUES
    with atomic_write.written_aside(path) as aside, aside.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, np.lib.format.header_data_from_array_1_0(rows))
        for first in range(0, rows.shape[0], step):
            stream.write(rows[first : first + step].data)
