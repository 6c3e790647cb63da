"""Gene sets that a user keeps: uploads with a name."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from genie3_engine.datasets.uploads import Upload, keep_upload, open_upload
from genie3_engine.errors import InputError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.labels import tidy_name
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.jobs.user_directory import uploads_folder
from genie3_engine.people.log import Action, record


@dataclass(frozen=True, slots=True)
class KeptSets:
    """Files of gene sets in the home.

    Parameters
    ----------
    upload : Upload
        The files.
    name : str
        What the user calls them.
    columns : mapping of str to str
        The columns ``gene`` and ``set`` of tables, where the user chose them.
    """

    upload: Upload
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The upload's id."""
        return self.upload.id


def keep_gene_sets(
    files: Sequence[tuple[str, BinaryIO]], *, name: str = "", home: Path | None = None
) -> KeptSets:
    """Keep files of gene sets; the same files are kept once, with their columns.

    Parameters
    ----------
    files : sequence of (str, binary stream)
        Name and content of each.
    name : str
        What the user calls them; the first file's name by default.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When there is no file.
    OptionError
        When the name is too long.
    StorageError
        When the disk is full or may not be written.
    """
    upload = keep_upload(files, home=home)
    columns: Mapping[str, str] = {}
    with suppress(InputError):  # not kept before
        columns = open_gene_sets(upload.id, home=home).columns
    describe_gene_sets(upload.id, name=name or files[0][0], columns=columns, home=home)
    return open_gene_sets(upload.id, home=home)


def describe_gene_sets(
    upload: str,
    *,
    name: str,
    columns: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> None:
    """Name gene sets, and choose the columns of their tables; raises as `keep_gene_sets`."""
    about: dict[str, Any] = {"name": tidy_name(name) or "Gene sets", "columns": dict(columns or {})}
    atomic_write.write_json(_file(open_upload(upload, home=home).id, home), about)
    record(Action.STORED, f"gene sets {upload}", text=about["name"])


def open_gene_sets(upload: str, *, home: Path | None = None) -> KeptSets:
    """Return kept gene sets by the id of their upload.

    Raises
    ------
    InputError
        When they are not kept here.
    """
    found = open_upload(upload, home=home)
    try:
        about = atomic_write.read_json(_file(found.id, home))
        columns = {str(role): str(column) for role, column in about["columns"].items()}
        return KeptSets(found, str(about["name"]), columns)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("These gene sets are not kept here.", "Upload them again.") from error


def list_gene_sets(home: Path | None = None) -> list[KeptSets]:
    """Return the gene sets of a home, the user's by default, by name."""
    found = []
    for about in stored_paths(uploads_folder(home), f"[0-9a-f]*/{filenames.GENE_SETS}"):
        try:
            found.append(open_gene_sets(about.parent.name, home=home))
        except InputError:
            continue
    return sorted(found, key=lambda sets: (sets.name.casefold(), sets.id))


def are_gene_sets(upload: str, *, home: Path | None = None) -> bool:
    """Return whether an upload is kept as gene sets."""
    return os.path.isfile(_file(upload, home))


def forget_gene_sets(upload: str, *, home: Path | None = None) -> None:
    """Keep an upload no longer as gene sets; its files stay."""
    path = _file(open_upload(upload, home=home).id, home)
    with atomic_write.storage_errors(path):
        path.unlink(missing_ok=True)
    record(Action.DELETED, f"gene sets {upload}")


def _file(upload: str, home: Path | None) -> Path:
    return uploads_folder(home) / upload / filenames.GENE_SETS
