"""How does an upload become a stored data set?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from genie3_engine import runs
from genie3_engine.data.expression import Expression, ReadReport, read_expression
from genie3_engine.runs import Upload
from ui import cached, state, uploads


@dataclass(frozen=True, slots=True)
class Reading:
    """How an upload is read: what the user has decided, the rest is detected.

    Parameters
    ----------
    orientation : str
        ``auto``, ``genes-in-rows`` or ``genes-in-columns``.
    sheet, layer : str or None
        Which sheet of a workbook, which layer of a single-cell file.
    recipe : tuple of str
        Fixes, in their order.
    """

    orientation: str = "auto"
    sheet: str | None = None
    layer: str | None = None
    recipe: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Reading:
        """Rebuild a reading; what is missing or unknown is as when nothing was decided."""
        known = {key: values[key] for key in cls.__dataclass_fields__ if values and key in values}
        known["recipe"] = tuple(known.get("recipe") or ())
        return cls(**known)


def read(upload: Upload, reading: Reading) -> str:
    """Read an upload, store what it holds and choose it; until that works it is in the address.

    Raises
    ------
    Genie3Error
        When it cannot be used as it is.
    """
    state.put(state.DATASET, None)
    state.put(state.UPLOAD, upload.id)
    state.put_reading(upload.id, reading)
    with uploads.called(upload):
        expression, report = expression_of(upload, reading)
    dataset = cached.save(expression, name=upload.name, report=report)
    runs.remember_reading(dataset, upload=upload.id, reading=reading.to_dict())
    state.put(state.DATASET, dataset)
    state.put(state.UPLOAD, None)
    return dataset


def expression_of(upload: Upload, reading: Reading) -> tuple[Expression, ReadReport]:
    """Read an upload's expression table, and mend it as its recipe says."""
    return read_expression(upload.path, orientation=reading.orientation)
