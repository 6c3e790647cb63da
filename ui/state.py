"""Session state of the pages, and the part of it that the address holds.

Every session key of the pages is named here. The run and the data set are also in the address, so
that a link or a refresh opens the same view.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

RUN = "run"
DATASET = "data"
EXPERIMENT = "experiment"
UPLOAD = "upload"
LIKE = "like"
GENE = "gene"
TO = "to"
THRESHOLD = "cut"
GOLD = "gold"
WITH = "with"
RULE = "rule"
SIGN = "sign"
MIN_GENES = "genes"
GROUP = "group"
HUBS = "hubs"
SETS = "sets"
VIEW = "view"
COMPARE = "compare"
COMPARISON = "comparison"
CONDITION = "condition"
LINKS = "links"
MOST_Q = "q"
SECOND = "second"
TOP = "top"
ITEM = "item"
WHOSE = "whose"
LAUNCHER = "launcher"
_N_UPLOADS = "n_uploads"
_READINGS = "readings"
_GOLDS = "golds"
_TAKEN_OVER = "taken_over"
_GENERATIONS = "generations"
_SHOWN_VIEW = "shown_view"
_OF_VIEWS = (THRESHOLD, HUBS, GENE, TO)  # what a saved view stands for in the address


def get(key: str) -> str | None:
    """Return what is chosen: by the address first, else, gene aside, earlier in this session."""
    chosen = st.query_params.get(key)
    if chosen is None and key != GENE:
        chosen = st.session_state.get(f"chosen_{key}")
    if chosen is None:
        return None
    put(key, chosen)
    return str(chosen)


def peek(key: str) -> str | None:
    """Return what is chosen as `get` does, and leave the address and the session alone."""
    chosen = st.query_params.get(key)
    return st.session_state.get(f"chosen_{key}") if chosen is None else chosen


def asked(key: str) -> str | None:
    """Return what the address asks for, itself or by a saved view, and nothing from earlier."""
    found = st.query_params.get(key)
    if found is None and key in _OF_VIEWS:
        return _values_of_view().get(key)
    return found


def show_view(view: str, values: Mapping[str, str]) -> None:
    """Make a saved view in the address stand for values of the address.

    Parameters
    ----------
    view : str
        The view's id.
    values : mapping of str to str
        Of the threshold, the hubs and the genes in focus, where they are chosen.
    """
    st.session_state[_SHOWN_VIEW] = (view, dict(values))


def open_view(view: str) -> None:
    """Put a saved view into the address, in place of what it stands for."""
    query = {key: value for key, value in st.query_params.items() if key not in _OF_VIEWS}
    st.query_params.from_dict({**query, VIEW: view})


def leave_view() -> None:
    """Put what the saved view in the address stands for there, in place of the view."""
    if VIEW in st.query_params:
        query = {**_values_of_view(), **st.query_params.to_dict()}
        del query[VIEW]
        st.query_params.from_dict(query)


def _values_of_view() -> Mapping[str, str]:
    view, values = st.session_state.get(_SHOWN_VIEW, ("", {}))
    return values if st.query_params.get(VIEW) == view else {}


def put(key: str, value: str | None) -> None:
    """Choose something, or nothing, in the session and in the address.

    What a saved view stands for is no longer that view once it is chosen anew.
    """
    if key in _OF_VIEWS:
        leave_view()
    st.session_state[f"chosen_{key}"] = value
    if value is None:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != value:
        st.query_params[key] = value


def leave() -> None:
    """Forget all that is chosen in the address and by `put`: another home is looked at."""
    for key in [each for each in st.session_state if str(each).startswith("chosen_")]:
        del st.session_state[key]
    st.query_params.clear()


def n_uploads() -> int:
    """Return how many uploads were taken in this session; part of the uploader's key."""
    return int(st.session_state.get(_N_UPLOADS, 0))


def forget_upload(files: Sequence[UploadedFile] = ()) -> None:
    """Empty the uploaders, and take uploaded files out of the server's memory.

    Streamlit itself keeps a file until two minutes after the session's end.

    Parameters
    ----------
    files : sequence of UploadedFile
        Files that were read and are not needed again.
    """
    st.session_state[_N_UPLOADS] = n_uploads() + 1
    context = get_script_run_ctx()
    manager = context.uploaded_file_mgr if context else None
    if context and isinstance(manager, MemoryUploadedFileManager):
        for file in files:
            manager.remove_file(context.session_id, file.file_id)


def reading(upload: str) -> Any:  # noqa: ANN401 -- a page's own record
    """Return how an upload was last read in this session; None when it was not."""
    return st.session_state.get(_READINGS, {}).get(upload)


def put_reading(upload: str, record: object) -> None:
    """Remember how an upload was last read."""
    st.session_state[_READINGS] = {**st.session_state.get(_READINGS, {}), upload: record}


def is_new(key: str, value: str) -> bool:
    """Return whether the address asks for this for the first time in a row in this session."""
    done: dict[str, str] = st.session_state.setdefault(_TAKEN_OVER, {})
    was = done.get(key)
    done[key] = value
    return was != value


def gold_of(dataset: str) -> str | None:
    """Return the gold standard that was last used for a data set in this session."""
    golds: dict[str, str] = st.session_state.get(_GOLDS, {})
    return golds.get(dataset)


def put_gold_of(dataset: str, upload: str) -> None:
    """Remember the gold standard of a data set."""
    st.session_state[_GOLDS] = {**st.session_state.get(_GOLDS, {}), dataset: upload}


def value(widget: str) -> Any:  # noqa: ANN401 -- a widget's value is any value
    """Return a widget's value, in a callback of its own."""
    return st.session_state[widget]


def current(widget: str) -> Any:  # noqa: ANN401 -- a widget's value is any value
    """Return a widget's value, or None when it is not shown."""
    return st.session_state.get(widget)


def set_value(widget: str, to: object) -> None:
    """Give a widget that comes later in the page, or in the next run, a value."""
    st.session_state[widget] = to


def default(widget: str, value: object) -> None:
    """Give a widget its first value, where callbacks may give it others."""
    st.session_state.setdefault(widget, value)


def table_key(name: str, shown: Sequence[str], row: int | None) -> str:
    """Return the key of a table whose selected row is chosen elsewhere as well.

    The key changes, so that the table is made anew, when the table shows other rows, or when its
    selection differs from the chosen row because that came from a link or the back button of the
    browser. The old selection, which the browser may still send, then has no effect.

    Parameters
    ----------
    name : str
        The table's name.
    shown : sequence of str
        What identifies its rows.
    row : int or None
        The chosen row; None when none of those shown is chosen.
    """
    generations: dict[str, int] = st.session_state.setdefault(_GENERATIONS, {})
    content = zlib.crc32("\n".join(shown).encode())
    key = f"{name}_{content:08x}_{generations.get(name, 0)}"
    before = st.session_state.get(key)
    if before is None or before["selection"]["rows"] == ([] if row is None else [row]):
        return key
    generations[name] = generations.get(name, 0) + 1
    return f"{name}_{content:08x}_{generations[name]}"
