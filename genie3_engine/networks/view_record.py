"""Views as plain JSON values, to be stored and read back."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from genie3_engine.errors import OptionError
from genie3_engine.networks.arrangement import Arrangement
from genie3_engine.networks.graph_layout import GraphLayout
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import LegendEntry, View

_ARRAY = {"dtype", "base64"}
_DTYPES = {"f": "<f4", "i": "<i4", "u": "<i4", "b": "<i4"}
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_COLOURS = ("colours", "link_colours", "legend")


def record_of(view: View) -> dict[str, Any]:
    """Return a view as plain JSON values, without the folder of its run.

    Parameters
    ----------
    view : View
        What is shown.

    Returns
    -------
    dict
        Columns of numbers are the bytes of little-endian arrays in base64, in single precision.
    """
    record: dict[str, Any] = _encoded(view)
    del record["run"]
    return record


def colours_of(view: View) -> dict[str, Any]:
    """Return what is different on a dark page: the colours of a view and its legend."""
    return {name: _encoded(getattr(view, name)) for name in _COLOURS}


def view_of(record: object, *, run: Path) -> View:
    """Return the view that a record holds.

    Parameters
    ----------
    record : object
        What `record_of` has written; entries of a later version are ignored.
    run : Path
        The run's folder.

    Raises
    ------
    ValueError
        When the record is not one of a view, or its columns do not belong together.
    """
    try:
        values = _fields(View, record, run=run)
        values["layout"] = GraphLayout(**_fields(GraphLayout, values["layout"]))
        values["threshold"] = Threshold.parse(values["threshold"])
        values["legend"] = tuple(
            LegendEntry(**_fields(LegendEntry, entry)) for entry in values["legend"]
        )
        values["arrangement"] = Arrangement.from_dict(values.get("arrangement"))
        view = View(**values)
        _check(view)
    except (KeyError, TypeError, AttributeError, OptionError, binascii.Error) as error:
        raise ValueError(f"no view: {error}") from error
    return view


def _encoded(value: Any) -> Any:  # noqa: ANN401 -- any field of a view
    if isinstance(value, Threshold):
        return str(value)
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value, dtype=_DTYPES[value.dtype.kind])
        return {
            "dtype": array.dtype.str,
            "base64": base64.b64encode(array.tobytes()).decode("ascii"),
        }
    if is_dataclass(value):
        return {each.name: _encoded(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _encoded(each) for name, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_encoded(each) for each in value]
    return value


def _fields(kind: type, record: object, **given: object) -> dict[str, Any]:
    """Return the values of a dataclass's fields from a record; `KeyError` where one lacks."""
    if not isinstance(record, Mapping):
        raise ValueError(f"{kind.__name__} is not a record")
    values = dict(given)
    for each in fields(kind):
        is_optional = each.default is not MISSING or each.default_factory is not MISSING
        if each.name not in values and (each.name in record or not is_optional):
            values[each.name] = _decoded(record[each.name])
    return values


def _decoded(value: Any) -> Any:  # noqa: ANN401 -- any value of JSON
    if isinstance(value, dict):
        if set(value) != _ARRAY:
            return value
        if value["dtype"] not in _DTYPES.values():
            raise ValueError(f"numbers of the type {value['dtype']!r}")
        data = base64.b64decode(value["base64"], validate=True)
        array = np.frombuffer(data, dtype=value["dtype"])
        return array.astype(np.float64 if array.dtype.kind == "f" else np.int32)
    return tuple(map(_decoded, value)) if isinstance(value, list) else value


def _check(view: View) -> None:
    """Refuse columns that do not belong together, and colours that are not #rrggbb."""
    shown = view.layout
    n_genes, n_links = len(shown.genes), len(shown.source)
    about = view.descriptions or shown.genes
    of_genes = (shown.x, shown.y, view.sizes, view.colours, view.gene_labels, about)
    of_links = (
        *(shown.source, shown.target, shown.importance, shown.rank),
        *(view.correlation, view.widths, view.opacities),
    )
    numbers = (shown.x, shown.y, view.sizes, *(each for each in of_links if each is not None))
    if not all(isinstance(column, np.ndarray) for column in numbers):
        raise ValueError("columns that are not numbers")
    if not all(isinstance(count, int) for count in (view.n_links, view.n_kept)):
        raise ValueError("counts that are not whole numbers")
    if any(len(column) != n_genes for column in of_genes) or any(
        column is not None and len(column) != n_links
        for column in (*of_links, view.link_colours or None)
    ):
        raise ValueError("columns of different lengths")
    ends = np.concatenate([shown.source, shown.target])
    if not ((ends >= 0) & (ends < n_genes)).all():
        raise ValueError("links of genes that are not there")
    if not (np.isfinite(shown.x).all() and np.isfinite(shown.y).all()):
        raise ValueError("places that are not finite")
    colours = {*view.colours, *view.link_colours, *(entry.colour for entry in view.legend)}
    if not all(_COLOUR.fullmatch(colour) for colour in colours):
        raise ValueError("colours that are not #rrggbb")
    names = [*shown.genes, *(entry.label for entry in view.legend), view.caution]
    names += [*view.labels, *view.descriptions]
    names += [name for name in (view.gene, view.to) if name is not None]
    if not all(isinstance(name, str) for name in names):
        raise ValueError("names that are not text")
