"""Read an upload and store it as a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.prepare import Prepared
from genie3_engine.data.quality import finalise
from genie3_engine.errors import Genie3Error
from genie3_engine.model import ErrorRecord
from genie3_engine.runs import Upload
from pages.data import diagnosis
from ui import state, uploads


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


def read(upload: Upload, asked: Reading) -> str:
    """Read an upload, store what it holds and choose it; until that works it is in the address.

    Raises
    ------
    Genie3Error
        When it cannot be used as it is.
    """
    state.put(state.DATASET, None)
    state.put(state.UPLOAD, upload.id)
    state.put_reading(upload.id, asked)
    with uploads.called(upload):
        prepared = _prepared(upload, asked)
    dataset = runs.save_dataset(prepared.expression, name=upload.name, report=prepared.to_report())
    runs.remember_reading(dataset, upload=upload.id, reading=asked.to_dict())
    state.put(state.DATASET, dataset)
    state.put(state.UPLOAD, None)
    return dataset


def take(upload: Upload, asked: Reading) -> None:
    """Read an upload; when it is refused, remember why for the page to show."""
    try:
        with st.spinner("Reading the table…"):
            read(upload, asked)
    except Genie3Error as error:
        state.put_refusal(upload.id, ErrorRecord(error.code, error.message, error.remedy))


def _prepared(upload: Upload, asked: Reading) -> Prepared:
    """Do what `genie3_engine.data.prepare.prepare` does, with what was read before if it is kept.

    The command line's ``--fix`` and the page's buttons must give the same matrix.
    """
    result, report = diagnosis.apply_recipe(
        upload.id, asked.orientation, asked.sheet, asked.layer, asked.recipe
    )
    expression = finalise(result.raw, name=upload.name)
    return Prepared(expression, report, result.effects)
