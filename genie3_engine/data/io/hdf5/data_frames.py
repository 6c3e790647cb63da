"""Read names and columns of labels from an AnnData file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from genie3_engine.data.io.hdf5 import safe_file
from genie3_engine.data.io.hdf5.safe_file import Node, child
from genie3_engine.errors import InputError

_COLUMNS_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Frame:
    """Names and columns of labels.

    Parameters
    ----------
    names : list of str
        The index.
    columns : dict of str to list of str
        Columns of labels: categories, texts, whole numbers, yes or no.
    """

    names: list[str]
    columns: dict[str, list[str]] = field(default_factory=dict)


def read_frame(node: Node | None, what: str) -> Frame:
    """Read ``obs`` or ``var``.

    Parameters
    ----------
    node : h5py.Group or h5py.Dataset
        A group of columns, or as old versions wrote it, one table.
    what : str
        What the names are, for messages.

    Returns
    -------
    Frame
        What was found.

    Raises
    ------
    InputError
        When there are no names.
    """
    import h5py

    if isinstance(node, h5py.Dataset) and node.dtype.names:
        return _old_frame(node, what)
    index = node.attrs.get("_index", "_index") if isinstance(node, h5py.Group) else "_index"
    index = index.decode("utf-8") if isinstance(index, bytes) else str(index)
    names_at = child(node, index) if node is not None else None
    names = None if names_at is None or node is None else _labels(node, index, what, are_names=True)
    if node is None or names is None:
        raise InputError(f"The file lacks {what}.", "Write it again, with obs and var.")
    columns = {}
    for key in list(node)[:_COLUMNS_AT_MOST]:
        if key not in (index, "__categories"):
            labels = _labels(node, key, f"the column {key}")
            if labels is not None and len(labels) == len(names):
                columns[str(key)] = labels
    return Frame(names, columns)


def _old_frame(node: Node, what: str) -> Frame:
    """Read one table of records, where a field ``index`` or the first one holds the names."""
    safe_file.check(node, what)
    records = node[:]
    key = "index" if "index" in records.dtype.names else records.dtype.names[0]
    fields = {
        name: [
            c.decode("utf-8") if isinstance(c, bytes) else str(c) for c in records[name].tolist()
        ]
        for name in records.dtype.names[:_COLUMNS_AT_MOST]
        if records.dtype[name].kind in "SOUiub" or name == key
    }
    return Frame(fields.pop(key), fields)


def _labels(frame: Node, key: str, what: str, *, are_names: bool = False) -> list[str] | None:
    """Return a column's labels; None when it is absent, or of fractions, which are not names."""
    import h5py

    node = child(frame, key)
    if isinstance(node, h5py.Group):
        return _encoded(node, what)
    if node is None:
        return None
    categories = child(frame, "__categories")
    levels = None if categories is None else child(categories, key)
    if levels is not None:
        return _categorical(levels, node, what)
    if node.dtype.kind == "f" and not are_names:
        return None
    is_text = h5py.check_string_dtype(node.dtype) is not None
    return (
        safe_file.texts(node, what)
        if node.ndim == 1 and (is_text or node.dtype.kind in "iufb")
        else None
    )


def _encoded(node: Node, what: str) -> list[str] | None:
    """Return the labels of a column that is kept as a group."""
    categories, codes = child(node, "categories"), child(node, "codes")
    if categories is not None and codes is not None:
        return _categorical(categories, codes, what)
    values, mask = child(node, "values"), child(node, "mask")
    if values is None or mask is None:
        return None
    labels = safe_file.texts(values, what)
    missing = safe_file.sequence(mask, what, dtype=np.bool_)
    return ["" if no else label for label, no in zip(labels, missing.tolist(), strict=True)]


def _categorical(categories: Node, codes: Node, what: str) -> list[str]:
    import h5py

    if isinstance(categories, h5py.Group):
        levels = _encoded(categories, what) or []
    else:
        levels = safe_file.texts(categories, what)
    numbers = safe_file.sequence(codes, what, dtype=np.int64).tolist()
    return [levels[code] if 0 <= code < len(levels) else "" for code in numbers]
