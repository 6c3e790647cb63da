"""Operations on stored data sets: list, name, annotate, delete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.datasets.catalogue import (
    DatasetInfo,
    dataset_info,
    delete_dataset,
    list_datasets,
)
from genie3_engine.datasets.gene_set_library import are_gene_sets, forget_gene_sets
from genie3_engine.datasets.gene_tables import save_gene_table
from genie3_engine.datasets.store import dataset_folder
from genie3_engine.datasets.uploads import delete_upload
from genie3_engine.errors import RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs import labels as stored
from genie3_engine.people.group import forget
from genie3_engine.people.log import Action, person_at_work, record
from genie3_engine.runs.listing import RunSummary, history
from genie3_engine.runs.needs import needed_data


def label_dataset(
    fingerprint: str, *, name: str | None = None, note: str | None = None, home: Path | None = None
) -> None:
    """Name a data set, or note something about it; what is None stays.

    Parameters
    ----------
    fingerprint : str
        Hash of its content.
    name, note : str, optional
        The new ones.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When it is not stored here.
    OptionError
        When a text is too long.
    StorageError
        When the disk refuses.
    """
    changes = {}
    if name is not None:
        changes["name"] = stored.tidy_name(name)
    if note is not None:
        changes["note"] = stored.tidy_note(note)
    _change_labels(fingerprint, home, **changes)


def choose_regulators(
    fingerprint: str,
    regulators: Iterable[str] | None,
    *,
    chosen_from: str = "",
    home: Path | None = None,
) -> None:
    """Keep a data set's candidate regulators with it; raises as `label_dataset`.

    Parameters
    ----------
    fingerprint : str
        Hash of its content.
    regulators : iterable of str or None
        Names of genes; None means all genes.
    chosen_from : str
        Where the choice came from, in a user's words.
    home : Path, optional
        The home; the user's by default.
    """
    names = None if regulators is None else tuple(sorted(set(regulators)))
    _change_labels(fingerprint, home, regulators=names, regulators_from=chosen_from[:200])


def remember_reading(
    fingerprint: str, *, upload: str, reading: Mapping[str, Any], home: Path | None = None
) -> None:
    """Keep with a data set which upload it came from, and how that was read.

    Parameters
    ----------
    fingerprint : str
        Hash of its content.
    upload : str
        The upload's id.
    reading : mapping
        Plain JSON values: orientation, sheet, layer, recipe.
    home : Path, optional
        The home; the user's by default.
    """
    _change_labels(fingerprint, home, upload=upload, reading=dict(reading))


def attach_gene_table(
    fingerprint: str, table: GeneTable, *, upload: str = "", home: Path | None = None
) -> None:
    """Attach a gene table to a data set, in the place of the one before.

    Parameters
    ----------
    fingerprint : str
        Hash of its content.
    table : GeneTable
        Its rows are of genes of the data set; one without rows removes the one before.
    upload : str
        The upload that it was read from; empty when there is none.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When the data set is not stored here.
    StorageError
        When the disk refuses.
    """
    before = dataset_info(fingerprint, home=home).labels.gene_table
    save_gene_table(fingerprint, table, home=home)
    _change_labels(fingerprint, home, gene_table=upload)
    if before and before != upload:
        drop_upload(before, home=home)


def runs_using(fingerprint: str, *, home: Path | None = None) -> list[RunSummary]:
    """Return the runs on a data set, newest first."""
    return [run for run in history(home) if run.spec.dataset == fingerprint]


def delete_data(fingerprint: str, *, home: Path | None = None) -> None:
    """Delete a data set, and its upload when no other data set was read from it.

    Networks that were inferred from it stay; they can neither be resumed nor show expression.

    Parameters
    ----------
    fingerprint : str
        Hash of its content.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When it is not stored here.
    RunError
        When a job at work or in the queue needs it.
    StorageError
        When it may not be deleted.
    """
    info = dataset_info(fingerprint, home=home)
    if (job := needed_data(home).get(fingerprint)) is not None:
        raise RunError(f"The {job} needs this data set.", "Cancel it first, or wait.")
    delete_dataset(fingerprint, home=home)
    record(Action.DELETED, f"data set {fingerprint}", text=info.name)
    forget(filenames.DATA, fingerprint, owner=person_at_work())
    for upload in uploads_of(info):
        drop_upload(upload, home=home)


def drop_upload(upload: str, *, home: Path | None = None) -> None:
    """Delete an upload, unless it is kept as gene sets, or a data set uses it.

    Parameters
    ----------
    upload : str
        Its id.
    home : Path, optional
        The home; the user's by default.
    """
    if are_gene_sets(upload, home=home):
        return
    if all(upload not in uploads_of(info) for info in list_datasets(home)):
        delete_upload(upload, home=home)


def delete_gene_sets(upload: str, *, home: Path | None = None) -> None:
    """Delete kept gene sets.

    Parameters
    ----------
    upload : str
        The id of their upload.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When they are not kept here.
    StorageError
        When they may not be deleted.
    """
    forget_gene_sets(upload, home=home)
    drop_upload(upload, home=home)


def uploads_of(info: DatasetInfo) -> tuple[str, ...]:
    """Return the uploads that a data set, its sample sheet and gene table were read from."""
    reading = info.labels.reading or {}
    return info.labels.upload, str(reading.get("sample_sheet", "")), info.labels.gene_table


def _change_labels(fingerprint: str, home: Path | None, **changes: Any) -> None:  # noqa: ANN401 -- fields of DatasetLabels
    dataset_info(fingerprint, home=home)  # refuses a data set that is not stored
    folder = dataset_folder(fingerprint, home)
    stored.update_dataset_labels(folder, lambda labels: replace(labels, **changes))
    record(Action.CHANGED, f"data set {fingerprint}", text=changes.get("name", ""))
