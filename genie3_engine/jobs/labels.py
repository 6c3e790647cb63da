"""Labels that users give to runs and data sets: name, tags, note, candidate regulators."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from genie3_engine.errors import OptionError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.locks import locked

_LONGEST_NAME, _LONGEST_TAG, LONGEST_NOTE = 300, 60, 10_000
_MOST_TAGS = 20
_LOCK = ".labels.lock"


@dataclass(frozen=True, slots=True)
class RunLabels:
    """Labels of a run, given since it was started.

    Parameters
    ----------
    name : str
        Its name now; empty when it was never renamed.
    tags : tuple of str
        Words that it is found by.
    note : str
        Free text.
    """

    name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatasetLabels:
    """Properties of a data set that may change, unlike its values.

    Parameters
    ----------
    name : str
        Its name now; empty when it was never renamed.
    note : str
        Free text.
    regulators : tuple of str or None
        Candidate regulators that its runs start from; None means all genes.
    regulators_from : str
        Where that choice came from, in words for the user.
    upload : str
        The upload that it was read from; empty when there is none.
    reading : dict
        How the upload was read: orientation, sheet, layer, recipe.
    gene_table : str
        The upload that its gene table was read from; empty when there is none.
    """

    name: str = ""
    note: str = ""
    regulators: tuple[str, ...] | None = None
    regulators_from: str = ""
    upload: str = ""
    reading: dict[str, Any] | None = None
    gene_table: str = ""


def tidy_name(name: str) -> str:
    """Return a name on one line.

    Raises
    ------
    OptionError
        When it is too long to be a name.
    """
    line = " ".join(name.split())
    if len(line) > _LONGEST_NAME:
        raise OptionError(
            f"The name has {len(line):,} characters.",
            f"Give {_LONGEST_NAME} at most; a note may be longer.",
        )
    return line


def tidy_note(note: str) -> str:
    """Return a note without space around it; raises `OptionError` when it is too long."""
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise OptionError(f"The note has {len(text):,} characters.", f"Give {LONGEST_NOTE:,}.")
    return text


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags on one line each, every one once, in their order.

    Raises
    ------
    OptionError
        When there are too many, or one is too long.
    """
    tidy = tuple(dict.fromkeys(line for tag in tags if (line := " ".join(tag.split()))))
    if len(tidy) > _MOST_TAGS:
        raise OptionError(f"There are {len(tidy)} tags.", f"Give {_MOST_TAGS} at most.")
    for tag in tidy:
        if len(tag) > _LONGEST_TAG:
            raise OptionError(
                f"The tag {tag[:20]!r}… has {len(tag)} characters.",
                f"Give {_LONGEST_TAG} at most.",
            )
    return tidy


def read_run_labels(folder: Path) -> RunLabels:
    """Return a run's labels; none when there are none, or when the file cannot be read."""
    values = _read(folder)
    return RunLabels(
        name=_text(values, "name"), tags=_texts(values, "tags") or (), note=_text(values, "note")
    )


def read_dataset_labels(folder: Path) -> DatasetLabels:
    """Return a data set's labels; none when there are none, or the file cannot be read."""
    values = _read(folder)
    reading = values.get("reading")
    return DatasetLabels(
        name=_text(values, "name"),
        note=_text(values, "note"),
        regulators=_texts(values, "regulators"),
        regulators_from=_text(values, "regulators_from"),
        upload=_text(values, "upload"),
        reading=reading if isinstance(reading, dict) else None,
        gene_table=_text(values, "gene_table"),
    )


LabelsT = TypeVar("LabelsT", RunLabels, DatasetLabels)


def update_run_labels(folder: Path, change: Callable[[RunLabels], RunLabels]) -> None:
    """Change a run's labels; concurrent changes by other processes wait for each other.

    Parameters
    ----------
    folder : Path
        The run's folder.
    change : callable
        Takes the present labels and returns the new ones.

    Raises
    ------
    StorageError
        When the labels cannot be written.
    """
    _update(folder, read_run_labels, change)


def update_dataset_labels(folder: Path, change: Callable[[DatasetLabels], DatasetLabels]) -> None:
    """Change a data set's labels; parameters and errors are those of `update_run_labels`."""
    _update(folder, read_dataset_labels, change)


def _update(
    folder: Path, read: Callable[[Path], LabelsT], change: Callable[[LabelsT], LabelsT]
) -> None:
    with locked(folder / _LOCK):
        old = read(folder)
        new = change(old)
        if new != old:
            atomic_write.write_json(folder / filenames.LABELS, asdict(new))


def _read(folder: Path) -> dict[str, Any]:
    try:
        values = atomic_write.read_json(folder / filenames.LABELS)
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _texts(values: dict[str, Any], key: str) -> tuple[str, ...] | None:
    value = values.get(key)
    if not isinstance(value, list):
        return None
    return tuple(text for text in value if isinstance(text, str))
