"""Archive a run in one file, and import archives of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from genie3_engine import archives, labels, people
from genie3_engine.runs import RunSummary
from ui import actions, places, sharing, state, text_format
from ui.people import at_own_home

_MOST_BY_PAGE = 500_000_000  # a download is held in memory
_TOLD, _MADE = "imported_archive", "made_archive"
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
    actions.show_error(f"import_{state.n_uploads()}", may_repeat=True)
    for sentence in st.session_state.pop(_TOLD, ()):
        st.info(text_format.plain(sentence, at_most=300), icon=":material/unarchive:")


def offer(summary: RunSummary) -> None:
    """Offer the archive of a run that is not at work."""
    if summary.status.state.may_change:
        return
    box = st.popover("Archive", icon=":material/archive:", key="archive", on_change="rerun")
    if not box.open:
        _forget_made()
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
        if not sharing.is_read_only():
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
    actions.show_error(licence, may_repeat=True)


def _state(summary: RunSummary) -> None:
    licence, authors = (state.value(f"archive_{name}_{summary.id}") for name in _FIELDS)
    _forget_made()
    lines = [line for line in authors.splitlines() if line.strip()]
    archives.save_deposit(summary.path, archives.Deposit.of(licence, lines))


def _file(summary: RunSummary, *, with_data: bool, n_bytes: int) -> None:
    if n_bytes > _MOST_BY_PAGE:
        without = () if with_data else ("--without-data",)
        places.offer_command(
            f"{labels.size(n_bytes)} are too much to download from a page.",
            *("genie3", "archive", summary.path, "-o", "run.genie3.zip", *without),
        )
        return
    actions.button(
        "Make the archive",
        _make,
        summary,
        with_data,
        icon=":material/archive:",
        key=f"archive_make_{summary.id}",
    )
    made: tuple[str, bool, bytes] | None = st.session_state.get(_MADE)
    if made is not None and made[:2] == (summary.id, with_data):
        st.download_button(
            f"Download it ({labels.size(len(made[2]))})",
            made[2],
            file_name=f"{text_format.file_name(summary.title)}.genie3.zip",
            mime="application/zip",
            icon=":material/download:",
            type="primary",
            key=f"archive_file_{summary.id}",
            on_click="ignore",
        )


def _make(summary: RunSummary, with_data: bool) -> None:
    _forget_made()
    with _progress("Making the archive…") as show:
        home = people.home()  # the group's, where others share the run
        with at_own_home():  # it is the reader who archives
            content = archives.archived_bytes(
                summary.path, with_data=with_data, on_bytes=show, home=home
            )
    st.session_state[_MADE] = (summary.id, with_data, content)


def _forget_made() -> None:
    """Release the archive that was made last, which is held in memory."""
    st.session_state.pop(_MADE, None)


def _import(key: str) -> None:
    file = state.value(key)
    if file is None:
        return
    with _progress("Importing the archive…") as show:
        found = archives.import_archive(file, on_bytes=show)
    state.forget_upload([file])
    st.session_state[_TOLD] = found.sentences
    state.put(state.RUN, found.path.name)


@contextmanager
def _progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how much of an archive is done."""
    bar, shown = st.progress(0, text), 0

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = int(100 * done / max(1, total))
        if percent > shown:
            shown = percent
            bar.progress(percent, text)

    try:
        yield show
    finally:
        bar.empty()
