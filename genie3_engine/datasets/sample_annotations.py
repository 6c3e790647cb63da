"""Store the annotations that group the samples of a data set, next to its values.

They are not a part of the fingerprint, because no network depends on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from genie3_engine.errors import InputError
from genie3_engine.jobs import atomic_write, filenames

MOST_GROUPS = 100
MOST_PAIRS = 10_000
MOST_COLUMNS = 50

Annotations = dict[str, tuple[str, ...]]


def grouping(annotations: Mapping[str, Sequence[str]]) -> Annotations:
    """Return the annotations that group samples, 50 columns at most.

    Parameters
    ----------
    annotations : mapping of str to sequence of str
        A label for each sample, by the name of the column; blank where there is none.

    Returns
    -------
    dict of str to tuple of str
        Columns with 2 to 100 different labels, and fewer than samples; up to 10,000 where there
        are at least two samples for each label, such as pairs.

    Examples
    --------
    >>> grouping({"batch": ["1", "1", "2"], "barcode": ["a", "b", "c"], "tissue": ["x"] * 3})
    {'batch': ('1', '1', '2')}
    """
    columns: Annotations = {}
    for name, labels in annotations.items():
        n_groups = len(set(labels) - {""})
        n_labelled = sum(label != "" for label in labels)
        most = max(MOST_GROUPS, min(n_labelled // 2, MOST_PAIRS))
        if 2 <= n_groups <= most and n_groups < len(labels) and len(columns) < MOST_COLUMNS:
            columns[name] = tuple(labels)
    return columns


def write_annotations(folder: Path, annotations: Mapping[str, Sequence[str]]) -> None:
    """Write what groups the samples into the folder of a data set; nothing when nothing does.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    """
    columns = {}
    for name, labels in grouping(annotations).items():
        groups = sorted(set(labels))
        places = {label: place for place, label in enumerate(groups)}
        columns[name] = {"groups": groups, "samples": [places[label] for label in labels]}
    if columns:
        atomic_write.write_json(folder / filenames.ANNOTATIONS, columns)


def read_annotations(folder: Path, *, n_samples: int) -> Annotations:
    """Return what groups the samples of the data set in a folder.

    Parameters
    ----------
    folder : Path
        The data set's folder.
    n_samples : int
        Its samples.

    Returns
    -------
    dict of str to tuple of str
        A label for each sample, by the name of the column; empty when nothing is stored.

    Raises
    ------
    InputError
        When the file is damaged.
    """
    path = folder / filenames.ANNOTATIONS
    try:
        columns = {
            str(name): tuple(str(column["groups"][place]) for place in column["samples"])
            for name, column in atomic_write.read_json(path).items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise _damaged(path) from error
    if any(len(labels) != n_samples for labels in columns.values()):
        raise _damaged(path)
    return columns


def _damaged(path: Path) -> InputError:
    return InputError(f"{path} is damaged.", "Delete it and read the expression file again.")
