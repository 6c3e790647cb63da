"""Which genes may regulate others?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from genie3_engine.data.regulators import match_names, read_names
from ui import errors, state, uploads, words

ALL, UPLOAD, PASTE = "All genes", "Upload a list", "Paste a list"
_SHOWN = 12


def choose(dataset: str, genes: Sequence[str]) -> None:
    """Ask for the candidate regulators and show how they overlap with the data."""
    st.subheader("Regulators", anchor=False)
    chosen = state.regulators(dataset)
    kind = st.segmented_control(
        "Who may regulate?",
        [ALL, UPLOAD, PASTE],
        default=ALL if chosen is None else PASTE,
        required=True,
        key=f"regulators_{dataset[:16]}",
        help="Transcription factors, when they are known: fewer candidates, better ranks.",
    )
    if kind == ALL:
        state.put_regulators(dataset, None)
        st.caption(f"Every one of the {words.count(len(genes), 'gene')} may regulate the others.")
        return
    with errors.shown():
        names = _uploaded() if kind == UPLOAD else _pasted(dataset, chosen)
        if names:
            state.put_regulators(dataset, None)
            _match(dataset, names, genes)
        elif kind == PASTE:
            state.put_regulators(dataset, None)
            st.caption("Until names are given, every gene may regulate.")


def _uploaded() -> tuple[str, ...]:
    file = st.file_uploader(
        "One name a line", type=list(uploads.ENDINGS), key="regulator_file", max_upload_size=20
    )
    if file is None:
        return ()
    path = uploads.keep(file, name=file.name)
    try:
        with uploads.called(words.shorten(file.name), path):
            return tuple(read_names(path))
    finally:
        path.unlink()


def _pasted(dataset: str, chosen: tuple[str, ...] | None) -> tuple[str, ...]:
    key = f"regulator_text_{dataset[:16]}"
    state.default(key, "\n".join(chosen or ()))
    text = st.text_area("Names, one a line or separated by commas", key=key, height=150)
    between = r"[\n\t,;]+" if re.search(r"[\n\t,;]", text.strip()) else r"\s+"
    return tuple(name.strip() for name in re.split(between, text) if name.strip())


def _match(dataset: str, names: tuple[str, ...], genes: Sequence[str]) -> None:
    match = match_names(names, genes)
    state.put_regulators(dataset, tuple(sorted(set(match.found))))
    st.success(
        f"{len(match.found):,} of {words.count(len(names), 'name')} are in the data.",
        icon=":material/check:",
    )
    if match.missing:
        with st.expander(f"{words.count(len(match.missing), 'name')} not in the data"):
            st.dataframe(
                {
                    "Name": list(match.missing[:1000]),
                    "Nearest in the data": [
                        ", ".join(match.near.get(name, ())) for name in match.missing[:1000]
                    ],
                },
                hide_index=True,
                key="missing",
            )
