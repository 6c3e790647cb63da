"""Widgets whose use writes: the writing happens in a callback, before the page is drawn again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from genie3_engine.errors import Genie3Error
from ui import cache, errors, people

_FAILED = "failed_action"


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
        st.session_state[_FAILED] = (key, error)
        return
    try:
        write(*args)
    except Genie3Error as error:
        st.session_state[_FAILED] = (key, error)
    finally:
        cache.forget_history()


def show_error(key: str) -> bool:
    """Show the error of a widget's last use, and return whether there was one."""
    failed = st.session_state.get(_FAILED)
    if failed is None or failed[0] != key:
        return False
    errors.show(failed[1])
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
