"""List the stored data sets with their descriptions, without reading their values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.datasets.store import damaged, dataset_folder, read_about
from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.atomic_folder import delete_folder
from genie3_engine.jobs.labels import DatasetLabels, read_dataset_labels
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.jobs.user_directory import data_folder

_HEAD = ("fingerprint", "name", "n_genes", "n_samples", "created", "report")


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What is known of a stored data set without reading its values.

    Parameters
    ----------
    fingerprint : str
        Hash of its content, and its folder's name.
    name : str
        What it is called: by its label, else by the first who saved it.
    n_genes, n_samples : int
        Its shape.
    created : str
        ISO 8601 time in UTC.
    report : dict or None
        How its file was read.
    provides : tuple of str
        What its sample sheet provides of the things that a method may need.
    labels : DatasetLabels
        Labels that the user has given it since.
    """

    fingerprint: str
    name: str
    n_genes: int
    n_samples: int
    created: str
    report: dict[str, Any] | None
    provides: tuple[str, ...] = ()
    labels: DatasetLabels = field(default_factory=DatasetLabels)

    @property
    def recipe(self) -> tuple[str, ...]:
        """Return the fixes that made it of what was read, in order."""
        reading = self.labels.reading or {}
        if "recipe" in reading:
            return tuple(str(fix) for fix in reading["recipe"])
        steps = (self.report or {}).get("recipe", ())
        return tuple(str(step["fix"]) for step in steps)


def list_datasets(home: Path | None = None) -> list[DatasetInfo]:
    """Return the data sets of a home, the user's by default, newest first, without damaged ones."""
    infos = []
    for about_file in stored_paths(data_folder(home), f"[0-9a-f]*/{filenames.DATASET}"):
        try:
            infos.append(_info(about_file.parent))
        except (RunError, InputError):
            continue
    return sorted(infos, key=lambda info: (info.created, info.fingerprint), reverse=True)


def dataset_info(fingerprint: str, *, home: Path | None = None) -> DatasetInfo:
    """Return what is known of one data set.

    Parameters
    ----------
    fingerprint : str
        What `save_dataset` returned.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When it is not stored here.
    RunError
        When its files are damaged.
    """
    return _info(dataset_folder(fingerprint, home))


def delete_dataset(fingerprint: str, *, home: Path | None = None) -> None:
    """Delete a data set's folder; raises `StorageError` when the disk refuses.

    Whoever asks makes sure that no run at work needs it.
    """
    folder = dataset_folder(fingerprint, home)
    delete_folder(folder)


def _info(folder: Path) -> DatasetInfo:
    try:
        written = (folder / filenames.DATASET).stat().st_mtime_ns
    except OSError:
        written = 0
    about = _head(folder, written)
    labels = read_dataset_labels(folder)
    return replace(about, name=labels.name or about.name, labels=labels)


@lru_cache(maxsize=1024)
def _head(folder: Path, written: int) -> DatasetInfo:
    """Return what never changes of a data set; its names of genes are many, so read once."""
    about = read_about(folder)
    try:
        sheet = SampleSheet.from_dict(about["sheet"]) if "sheet" in about else None
        provides = () if sheet is None else tuple(sorted(sheet.provides))
        return DatasetInfo(**{key: about[key] for key in _HEAD}, provides=provides)
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise damaged(folder) from error
