"""Which genes may regulate others?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.regulators import Match, match_names, read_names
from genie3_engine.runs import DatasetInfo
from pages.data import regulator_filter
from ui import errors, state, text_format, uploads

ALL, UPLOAD, PASTE, PICK = "All genes", "Upload a list", "Paste a list", "Pick by a filter"
_MOST_SHOWN = 1_000


def choose(info: DatasetInfo, genes: Sequence[str]) -> None:
    """Ask for the candidate regulators and show how they overlap with the data."""
    st.subheader("Regulators", anchor=False)
    kept = info.labels.regulators
    key = f"regulators_{info.fingerprint[:16]}"
    state.default(key, ALL if kept is None else PASTE)
    kind = st.segmented_control(
        "Who may regulate?",
        [ALL, UPLOAD, PASTE, PICK],
        required=True,
        key=key,
        help="Transcription factors, when they are known: fewer candidates, better ranks.",
    )
    if kind == ALL:
        runs.choose_regulators(info.fingerprint, None)
        st.caption(
            f"Every one of the {text_format.count(len(genes), 'gene')} may regulate the others."
        )
        return
    with errors.shown():
        if kind == PICK:
            _pick(info)
        elif kind == UPLOAD:
            _upload(info, genes)
        else:
            _paste(info, genes)


def _upload(info: DatasetInfo, genes: Sequence[str]) -> None:
    file = st.file_uploader(
        "One name a line", type=list(uploads.LISTS), key="regulator_file", max_upload_size=20
    )
    if file is None:
        _say_kept(info)
        return
    upload = uploads.keep([(file.name, file)])
    try:
        with uploads.called(upload):
            names = read_names(upload.path)
    finally:
        runs.delete_upload(upload.id)
    _match(info, names, genes, chosen_from=f"the list {text_format.shorten(file.name)}")


def _paste(info: DatasetInfo, genes: Sequence[str]) -> None:
    key = _text_key(info)
    state.default(key, "\n".join(info.labels.regulators or ()))
    text = st.text_area("Names, one a line or separated by commas", key=key, height=150)
    between = r"[\n\t,;]+" if re.search(r"[\n\t,;]", text.strip()) else r"\s+"
    names = tuple(name.strip() for name in re.split(between, text) if name.strip())
    if not names:
        runs.choose_regulators(info.fingerprint, None)
        st.caption("Until names are given, every gene may regulate.")
        return
    kept = info.labels
    is_kept = kept.regulators is not None and set(names) == set(kept.regulators)
    _match(info, names, genes, chosen_from=kept.regulators_from if is_kept else "a pasted list")


def _pick(info: DatasetInfo) -> None:
    names, rule = regulator_filter.choose(info)
    if not names:
        st.caption("No gene passes. Until some do, the regulators stay as they were.")
        _say_kept(info)
        return
    runs.choose_regulators(info.fingerprint, names, chosen_from=f"a filter: {rule}")
    st.success(
        f"{text_format.count(len(names), 'gene')} may regulate: "
        f"{text_format.plain(rule, at_most=160)}.",
        icon=":material/check:",
    )


def _match(
    info: DatasetInfo, names: tuple[str, ...], genes: Sequence[str], *, chosen_from: str
) -> None:
    match = match_names(names, genes)
    found = set(match.found)
    runs.choose_regulators(info.fingerprint, found, chosen_from=chosen_from)
    st.success(
        f"{len(found):,} of {text_format.count(len(names), 'name')} are in the data.",
        icon=":material/check:",
    )
    if match.missing:
        _missing(info, match)


def _missing(info: DatasetInfo, match: Match) -> None:
    """Show the names that are no genes, with the genes that may be meant."""
    meant = {name: near[0] for name, near in match.near.items() if len(near) == 1}
    with st.expander(f"{text_format.count(len(match.missing), 'name')} not in the data"):
        shown = match.missing[:_MOST_SHOWN]
        st.dataframe(
            {
                "Name": list(shown),
                "Nearest in the data": [", ".join(match.near.get(name, ())) for name in shown],
            },
            hide_index=True,
            key="missing",
        )
        if meant:
            st.button(
                f"Take the nearest gene for {text_format.count(len(meant), 'name')}",
                icon=":material/spellcheck:",
                key="take_near",
                on_click=_take_near,
                args=(info, (*match.found, *meant.values())),
            )


def _take_near(info: DatasetInfo, names: Sequence[str]) -> None:
    state.set_value(_text_key(info), "\n".join(dict.fromkeys(names)))
    state.set_value(f"regulators_{info.fingerprint[:16]}", PASTE)


def _say_kept(info: DatasetInfo) -> None:
    kept = info.labels
    if kept.regulators is None:
        st.caption("Until a choice is made, every gene may regulate.")
    else:
        st.caption(
            f"Now: {text_format.count(len(kept.regulators), 'regulator')}, from "
            f"{text_format.plain(kept.regulators_from or 'your list', at_most=120)}."
        )


def _text_key(info: DatasetInfo) -> str:
    return f"regulator_text_{info.fingerprint[:16]}"
