"""Widgets that read an upload in another way: its orientation, sheet or matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from genie3_engine.runs import Upload
from pages.data import session_dataset
from pages.data.session_dataset import Reading
from ui import actions, state, text_format

_AXES = {"genes-in-rows": "Rows", "genes-in-columns": "Columns"}


def orientation(upload: Upload, reading: Reading, *, current: str | None, label: str) -> None:
    """Ask where the genes are; another answer reads the upload again."""
    key = f"orientation_{upload.id[:16]}_{current}"

    def read() -> None:
        session_dataset.load(upload, replace(reading, orientation=state.value(key) or "auto"))

    st.segmented_control(
        label,
        list(_AXES),
        format_func=_AXES.__getitem__,
        default=current,
        required=current is not None,
        key=key,
        on_change=actions.perform,
        args=(key, read),
    )
    actions.show_error(key, may_repeat=True)


def sheet(upload: Upload, reading: Reading, report: Mapping[str, Any]) -> None:
    """Offer the other sheets or matrices of a file; nothing when there is one only."""
    for name, label in (("sheet", "Sheet"), ("layer", "Matrix")):
        names = [str(each) for each in report.get(f"{name}s") or ()]
        current = str(report.get(name) or "")
        if len(names) < 2:
            continue
        key = f"{name}_{upload.id[:16]}_{current}"

        def read(name: str = name, key: str = key) -> None:
            other: dict[str, Any] = {name: state.value(key), "recipe": ()}
            session_dataset.load(upload, replace(reading, **other))

        st.selectbox(
            label,
            names,
            index=names.index(current) if current in names else 0,
            format_func=text_format.shorten,
            key=key,
            on_change=actions.perform,
            args=(key, read),
        )
        actions.show_error(key, may_repeat=True)
