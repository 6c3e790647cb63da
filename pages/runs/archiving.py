"""Archive a run in one file, and import archives of runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, cast

import streamlit as st

from genie3_engine import archives, labels
from genie3_engine.runs import RunSummary
from ui import actions, downloads, sharing, state, text_format

_MOST_BY_PAGE = 500_000_000  # a download is held in memory
_TOLD = "imported_archive"
_FIELDS = ("licence", "authors")


def offer_import() -> None:
    """Offer to import the archive of a run, and show what became of the last one."""
    if sharing.is_read_only():
        return
    key = f"import_{state.n_uploads()}"
    with st.popover("Import", icon=":material/unarchive:", key=f"{key}_box"):
        st.file_uploader(
            "Archive of a run",
            type="zip",
            key=key,
            on_change=actions.perform,
            args=(key, _import, key),
        )
        st.caption(
            f"At most {st.get_option('server.maxUploadSize')} MB; larger ones: "
            "`genie3 import FILE`. Nothing is overwritten."
        )


def show_imported() -> None:
    """Show what became of the archive that was imported last, until the page is drawn again."""
    actions.show_error(f"import_{state.n_uploads()}")
    for sentence in st.session_state.pop(_TOLD, ()):
        st.info(text_format.plain(sentence, at_most=300), icon=":material/unarchive:")


def offer(summary: RunSummary) -> None:
    """Offer the archive of a run that is not at work."""
    if summary.status.state.may_change:
        return
    box = st.popover("Archive", icon=":material/archive:", key="archive", on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption(
            "One file with everything that the page shows of this run, for another installation "
            "or a repository. A run that was stopped can be resumed there."
        )
        n_bytes, of_data = archives.sizes(summary.path)
        with_data = st.checkbox(
            f"With its data set ({labels.size(of_data)})" if of_data else "With its data set",
            value=of_data > 0,
            disabled=not of_data,
            key=f"archive_data_{summary.id}",
        )
        _stated(summary)
        _file(summary, with_data=with_data, n_bytes=n_bytes + (of_data if with_data else 0))


def _stated(summary: RunSummary) -> None:
    """Ask for the licence and the authors, which are kept with the run."""
    deposit = archives.read_deposit(summary.path)
    licence, authors = (f"archive_{name}_{summary.id}" for name in _FIELDS)
    state.default(licence, deposit.licence)
    state.default(authors, "\n".join(str(author) for author in deposit.authors))
    st.text_input(
        "Licence",
        key=licence,
        placeholder="CC-BY-4.0",
        help="An identifier of SPDX, or an address; may be empty.",
        on_change=actions.perform,
        args=(licence, _state, summary),
    )
    st.text_area(
        "Authors",
        key=authors,
        height=80,
        placeholder="One on a line, with an ORCID if there is one",
        on_change=actions.perform,
        args=(licence, _state, summary),
    )
    actions.show_error(licence)


def _state(summary: RunSummary) -> None:
    licence, authors = (state.value(f"archive_{name}_{summary.id}") for name in _FIELDS)
    lines = [line for line in authors.splitlines() if line.strip()]
    archives.save_deposit(summary.path, archives.Deposit.of(licence, lines))


def _file(summary: RunSummary, *, with_data: bool, n_bytes: int) -> None:
    if n_bytes > _MOST_BY_PAGE:
        st.info(
            f"{labels.size(n_bytes)} are too much to download from a page. In a terminal:",
            icon=":material/info:",
        )
        without = "" if with_data else " --without-data"
        st.code(f"genie3 archive {summary.path} -o run.genie3.zip{without}", language="sh")
        return
    downloads.file_button(
        "Download the archive",
        lambda file: cast(
            "None",
            archives.archive_run(summary.path, cast("BinaryIO", file), with_data=with_data),
        ),
        file_name=f"{text_format.file_name(summary.title)}.genie3.zip",
        mime="application/zip",
        key=f"archive_file_{summary.id}",
    )


def _import(key: str) -> None:
    file = state.value(key)
    if file is None:
        return
    found = archives.import_archive(file, on_bytes=_progress())
    state.forget_upload()
    st.session_state[_TOLD] = found.sentences
    state.put(state.RUN, found.path.name)


def _progress() -> Callable[[int, int], None]:
    """Return what shows how much of an archive was taken."""
    bar = st.progress(0.0, "Importing the archive…")

    def show(done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), "Importing the archive…")
        if done >= total:
            bar.empty()

    return show
