"""Sources of an expression table: upload, paste, path, sample, earlier data sets."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from genie3_engine import labels, runs
from genie3_engine.data.io import readable_names
from genie3_engine.errors import Genie3Error
from genie3_engine.runs import Upload
from pages.data import session_dataset
from pages.data.session_dataset import Reading
from ui import actions, cache, sharing, state, text_format, uploads


def choose() -> None:
    """Offer an upload, a paste, a path, the sample and the data sets used before."""
    own, others = st.columns([3, 2], gap="large")
    with own:
        names = ["Upload", "Paste"] + (["On this machine"] if uploads.may_give_paths() else [])
        tabs = dict(zip(names, st.tabs(names, key="ways_in"), strict=True))
        with tabs["Upload"]:
            _upload()
        with tabs["Paste"]:
            _paste()
        if "On this machine" in tabs:
            with tabs["On this machine"]:
                _path()
    with others:
        _sample()
        earlier()


def _load(upload: Upload, files: Sequence[UploadedFile] = ()) -> None:
    try:
        session_dataset.load(upload, Reading())
    except Genie3Error:
        runs.drop_upload(upload.id)
        raise
    state.forget_upload(files)


def _upload() -> None:
    key = f"upload_{state.n_uploads()}"
    st.file_uploader(
        "Drop a file here, or several that belong together",
        accept_multiple_files=True,
        key=key,
        on_change=actions.perform,
        args=(key, _load_files, key),
    )
    actions.show_error(key, may_repeat=True)
    *names, last = readable_names()
    st.caption(
        f"Formats: {', '.join(names)} or {last}. Format and orientation are detected. At most "
        f"{st.get_option('server.maxUploadSize')} MB: "
        + (
            "larger files are read from the disk by their path, under *On this machine*."
            if uploads.may_give_paths()
            else "larger files are read on the command line, `genie3 infer`."
        )
    )


def _load_files(key: str) -> None:
    files = state.value(key)
    if files:
        _load(uploads.keep([(file.name, file) for file in files]), files)


def _paste() -> None:
    key = f"paste_{state.n_uploads()}"
    st.text_area(
        "Cells copied from a spreadsheet, with names of genes and samples",
        height=140,
        key=key,
        placeholder="gene\tsample 1\tsample 2\nTP53\t5.2\t6.1",
    )
    actions.button(
        "Use the pasted table",
        _load_text,
        key,
        icon=":material/content_paste:",
        key="use_paste",
    )


def _load_text(key: str) -> None:
    _load(uploads.keep_text(state.value(key) or "", name="pasted table.tsv"))


def _path() -> None:
    key = f"path_{state.n_uploads()}"
    st.text_input(
        "Path of a file, or of a 10x folder",
        key=key,
        placeholder="/data/expression.h5ad",
    )
    st.caption("For files of any size: read from the server's disk, not uploaded.")
    actions.button("Use this file", _load_path, key, icon=":material/folder_open:", key="use_path")


def _load_path(key: str) -> None:
    _load(uploads.keep_path(state.value(key) or ""))


def _sample() -> None:
    actions.button("Use the sample data", _load_sample, icon=":material/science:", key="sample")
    st.caption("A simulated network with known links.")


def _load_sample() -> None:
    with st.spinner("Simulating…"):
        state.put(state.DATASET, cache.sample())
    state.put(state.UPLOAD, None)


def earlier() -> None:
    """Offer the data sets that are stored."""
    found = {info.fingerprint: info for info in runs.list_datasets()}
    if not found:
        return
    now = time.time()

    def label(fingerprint: str) -> str:
        info = found[fingerprint]
        size = f"{info.n_genes:,} × {info.n_samples:,}"
        name = text_format.shorten(info.name, at_most=40) or fingerprint[:12]
        return f"{name} ({size}, {labels.age(labels.moment(info.created), now)})"

    key = f"earlier_{state.n_uploads()}"
    title = f"Or one of {len(found):,} used before" if len(found) > 1 else "Or data used before"
    if sharing.is_read_only():
        title = "Data shared with the group"
    st.selectbox(
        title,
        list(found),
        index=None,
        format_func=label,
        key=key,
        placeholder="Choose",
        on_change=_choose_earlier,
        args=(key,),
    )


def _choose_earlier(key: str) -> None:
    state.put(state.DATASET, state.value(key))
    state.put(state.UPLOAD, None)
    state.forget_upload()
