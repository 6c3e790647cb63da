"""The log of a server without the names of runs and data, newest entry first."""

from __future__ import annotations

import json
from dataclasses import asdict

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.people import log
from ui import downloads

_SHOWN = 500
_FINGERPRINT = 64  # characters of one, whole


def show() -> None:
    """Show the newest entries, and offer all of them as a file."""
    st.subheader("Log", anchor=False)
    newest = [entry.without_names() for entry in log.newest(_SHOWN)]
    st.caption(
        f"The newest {labels.count(len(newest), 'entry', 'entries')}. Entries are only ever "
        "appended; times are in UTC."
    )
    rows = [
        (
            entry.when[:19].replace("T", " "),
            entry.name,
            entry.action,
            _short(entry.subject),
            entry.text,
        )
        for entry in newest
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=["When", "Who", "What", "Of what", "How"]),
        hide_index=True,
        key="log",
    )
    downloads.file_button(
        "Whole log",
        _write,
        file_name="log.jsonl",
        mime="application/jsonl",
        key="download_log",
        is_packed=True,
    )


def _short(subject: str) -> str:
    """Return what an entry is about with a fingerprint cut to its first characters."""
    return " ".join(word[:12] if len(word) == _FINGERPRINT else word for word in subject.split())


def _write(file: downloads.Writable) -> None:
    for entry in log.entries():
        file.write(json.dumps(asdict(entry.without_names())).encode() + b"\n")
