"""Widgets whose use writes: the writing happens in a callback, before the page is drawn again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genie3_engine.errors import Genie3Error, StorageError
from ui import cache, errors, people

_FAILED = "failed_action"


@dataclass(frozen=True, slots=True)
class _Failed:
    """A use of a widget that failed: its key, the error, and what was to be done."""

    key: str
    error: Genie3Error
    write: Callable[..., None]
    args: tuple[object, ...]


def button(label: str, write: Callable[..., None], *args: object, key: str, **options: Any) -> bool:  # noqa: ANN401 -- st.button's own
    """Show a button that writes, and the error of its last click.

    The arguments are those of the page that was clicked on. Values of widgets, which may have
    changed since, are read by `write` itself.

    Parameters
    ----------
    label : str
        Label of the button.
    write : callable
        Called with `args` when the button is clicked.
    *args
        Arguments of `write`.
    key : str
        The widget's key.
    **options
        Those of `st.button`.

    Returns
    -------
    bool
        True after a click that succeeded, where the page may go on to another one.
    """
    return _offered(st.button, label, write, args, key=key, **options)


def submit(label: str, write: Callable[..., None], *args: object, key: str, **options: Any) -> bool:  # noqa: ANN401 -- st.form_submit_button's own
    """Show the button of a form that writes, as `button` does."""
    return _offered(st.form_submit_button, label, write, args, key=key, **options)


def perform(key: str, write: Callable[..., None], *args: object) -> None:
    """Call a function that writes, and keep its error for `show_error`: a callback.

    Nothing is written in a session that is still open when its login has ended.
    """
    st.session_state.pop(_FAILED, None)
    try:
        people.current_person()
    except people.LoginRequiredError as error:
        st.session_state[_FAILED] = _Failed(key, error, write, args)
        return
    try:
        write(*args)
    except Genie3Error as error:
        st.session_state[_FAILED] = _Failed(key, error, write, args)
    finally:
        cache.forget_history()


def show_error(key: str, *, may_repeat: bool = False) -> bool:
    """Show the error of a widget's last use, and return whether there was one.

    Parameters
    ----------
    key : str
        The widget's key, as `perform` got it.
    may_repeat : bool
        Whether to offer the same once more where the disk refused: for widgets such as uploaders,
        which act only when their value changes.
    """
    failed: _Failed | None = st.session_state.get(_FAILED)
    if failed is None or failed.key != key:
        return False
    errors.show(failed.error)
    if may_repeat and isinstance(failed.error, StorageError):
        st.button(
            "Try again",
            icon=":material/refresh:",
            key=f"{key}_again",
            on_click=perform,
            args=(key, failed.write, *failed.args),
        )
    return True


def _offered(
    widget: Callable[..., bool],
    label: str,
    write: Callable[..., None],
    args: tuple[object, ...],
    *,
    key: str,
    **options: Any,  # noqa: ANN401 -- the widget's own
) -> bool:
    pressed = widget(label, key=key, on_click=perform, args=(key, write, *args), **options)
    return not show_error(key) and pressed
