"""Where does the expression table come from?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from genie3_engine.data.expression import ReadReport, read_expression
from ui import cached, errors, state, uploads, words


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read in this session: what it is called, where it lies, what was found."""

    name: str
    path: Path
    report: ReadReport


def choose() -> None:
    """Offer an upload, the sample and the data sets used before."""
    upload, others = st.columns([3, 2], gap="large")
    with upload:
        _upload()
    with others:
        _sample()
        _earlier()


def _upload() -> None:
    file = st.file_uploader(
        "Expression table (CSV, TSV or text, plain or gzip)",
        type=list(uploads.ENDINGS),
        key=f"upload_{state.n_uploads()}",
    )
    st.caption("Genes in rows or in columns, with names: which it is gets detected.")
    if file is None:
        return
    with errors.shown(), st.spinner("Reading the table…"):
        path = uploads.keep(file, name=file.name)
        read(path, name=words.shorten(file.name, at_most=200))
        state.forget_upload()
        st.rerun()


def read(path: Path, *, name: str, orientation: str = "auto") -> None:
    """Read a kept upload, store it and choose it.

    Raises
    ------
    InputError
        When the file cannot be used as it is.
    """
    with uploads.called(name, path):
        expression, report = read_expression(path, orientation=orientation)
    dataset = cached.save(expression, name=name, report=report)
    state.put(state.DATASET, dataset)
    state.put_reading(dataset, Reading(name, path, report))


def _sample() -> None:
    if st.button("Use the sample data", icon=":material/science:", key="sample"):
        with st.spinner("Simulating…"):
            dataset = cached.sample()
            state.put(state.DATASET, dataset)
            state.put_regulators(dataset, cached.sample_regulators())
        st.rerun()
    st.caption("A simulated network with known links, in a second.")


def _earlier() -> None:
    found = {info.fingerprint: info for info in cached.datasets()}
    if not found:
        return

    def label(fingerprint: str) -> str:
        info = found[fingerprint]
        size = f"{info.n_genes:,} × {info.n_samples:,}"
        return f"{words.shorten(info.name, at_most=40) or fingerprint[:12]} ({size})"

    chosen = st.selectbox(
        "Or data used before",
        list(found),
        index=None,
        format_func=label,
        key=f"earlier_{state.n_uploads()}",
        placeholder="Choose",
    )
    if chosen is not None:
        state.put(state.DATASET, chosen)
        state.forget_upload()
        st.rerun()
