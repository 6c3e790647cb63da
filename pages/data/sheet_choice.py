"""Choose the sheet of a workbook, or the matrix of a single-cell file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from genie3_engine.runs import Upload
from pages.data.reading import Reading, take
from ui import text_format

_PARTS = (("sheet", "Sheet"), ("layer", "Matrix"))


def choose(upload: Upload, asked: Reading, report: Mapping[str, Any]) -> None:
    """Offer what else the file holds, and read that when it is chosen; nothing for one alone."""
    for name, label in _PARTS:
        there = [str(each) for each in report.get(f"{name}s") or ()]
        found = str(report.get(name) or "")
        if len(there) < 2:
            continue
        chosen = st.selectbox(
            label,
            there,
            index=there.index(found) if found in there else 0,
            format_func=text_format.shorten,
            key=f"{name}_{upload.id[:16]}_{found}",
        )
        if chosen != found:
            wanted: dict[str, Any] = {name: chosen, "recipe": ()}
            take(upload, replace(asked, **wanted))
            st.rerun()
