"""Draw a form of declared settings; every widget keeps its value for the whole session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from genie3_engine.model.settings import Setting
from ui import state

_A_NUMBER = "number"
_MOST_SEGMENTS = 7  # with more choices the widget is a list
_LARGEST_NUMBER = 2**53 - 1  # what a browser's number holds exactly
_HOUR = 3600


def form(
    settings: Iterable[Setting],
    values: Mapping[str, Any] | None = None,
    *,
    prefix: str = "",
    n_columns: int = 1,
) -> dict[str, Any]:
    """Draw a widget for each setting, advanced ones in an expander, and return the values.

    Parameters
    ----------
    settings : iterable of Setting
        In the order in which they are shown.
    values : mapping of str to object, optional
        First values by name; the settings' own defaults otherwise.
    prefix : str
        Begins the keys of the widgets, so that two forms do not share them.
    n_columns : int
        Widgets next to each other, of those that are not advanced.

    Returns
    -------
    dict of str to object
        The values by name.

    Raises
    ------
    OptionError
        When a text is not an allowed value.
    """
    listed = list(settings)
    advanced = [each for each in listed if each.is_advanced]
    values = values or {}
    chosen: dict[str, Any] = {}
    shown = [each for each in listed if not each.is_advanced]
    for row in (shown[i : i + n_columns] for i in range(0, len(shown), n_columns)):
        for column, each in zip(st.columns(n_columns, gap="medium"), row, strict=False):
            with column:
                default = values.get(each.name, each.default)
                chosen[each.name] = widget(each, default, prefix=prefix)
    if advanced:
        with st.expander("Advanced", icon=":material/tune:", key=f"{prefix}advanced"):
            for each in advanced:
                default = values.get(each.name, each.default)
                chosen[each.name] = widget(each, default, prefix=prefix)
    return {each.name: chosen[each.name] for each in listed}


def widget(setting: Setting, default: Any = None, *, prefix: str = "") -> Any:  # noqa: ANN401
    """Draw the widget of a setting, with its help below, and return the value.

    Parameters
    ----------
    setting : Setting
        What is asked.
    default : object, optional
        The first value; the setting's own default otherwise.
    prefix : str
        Begins the widget's key, which is the setting's name.

    Raises
    ------
    OptionError
        When a text is not an allowed value.
    """
    set_first(setting, default, prefix=prefix)
    key = prefix + setting.name
    with st.container(gap="xsmall"):
        value = _draw(setting, key)
        st.caption(setting.help)
    return value


def set_first(setting: Setting, default: Any = None, *, prefix: str = "") -> None:  # noqa: ANN401
    """Give the widget of a setting its first value, unless it has a value already.

    Parameters
    ----------
    setting : Setting
        The setting.
    default : object, optional
        The first value; the setting's own default otherwise.
    prefix : str
        As in `form`.
    """
    first = setting.default if default is None else default
    for key, value in _widget_values(setting, first, prefix).items():
        state.default(key, value)


def prefill(settings: Iterable[Setting], values: Mapping[str, Any], *, prefix: str = "") -> None:
    """Give the widgets of a form that is drawn later these values.

    Parameters
    ----------
    settings : iterable of Setting
        The settings of the form.
    values : mapping of str to object
        Values by name; a setting that is not among them keeps its value.
    prefix : str
        As in `form`.
    """
    for setting in settings:
        if setting.name in values:
            for key, value in _widget_values(setting, values[setting.name], prefix).items():
                state.set_value(key, value)


def _widget_values(setting: Setting, value: Any, prefix: str) -> dict[str, Any]:  # noqa: ANN401
    """Return what the widgets of a setting hold when it has a value, by their keys."""
    key = prefix + setting.name
    if setting.kind == "choice":
        return {key: value}
    if setting.kind == "text" and setting.options:
        return {key: value or None}
    if setting.options:
        if value in setting.words:
            return {key: value}
        return {key: _A_NUMBER, f"{key}_number": value}
    if setting.kind == "duration":
        return {key: None if value is None else value / _HOUR}
    if setting.kind == "number":
        return {key: None if value is None else float(value)}
    if setting.kind in {"integer", "boolean"}:
        return {key: value}
    return {key: setting.to_text(value)}


def _draw(setting: Setting, key: str) -> Any:  # noqa: ANN401 -- of the setting's kind
    if setting.kind == "boolean":
        return st.toggle(setting.label, key=key, persist_state="session")
    if setting.kind == "choice":
        return _choice(setting, key)
    if setting.kind == "text" and setting.options:
        return setting.parse(_suggestion(setting, key))
    if setting.options:
        word = _choice(setting, key, **{_A_NUMBER: "A number"})
        if word != _A_NUMBER:
            return word
        state.default(f"{key}_number", setting.first_number or setting.minimum)
        return _number(setting, f"{key}_number", label=f"{setting.label}: number")
    if setting.kind in {"integer", "number", "duration"}:
        return _number(setting, key, label=setting.label)
    box = st.text_area if setting.kind == "lines" else st.text_input
    text = box(
        setting.label,
        key=key,
        placeholder=setting.placeholder or setting.unset or None,
        persist_state="session",
    )
    return setting.parse(text or "")


def _choice(setting: Setting, key: str, **more: str) -> str:
    labels = {each.value: each.label for each in setting.options} | more
    if len(labels) > _MOST_SEGMENTS:
        chosen: str | None = st.selectbox(
            setting.label,
            list(labels),
            format_func=labels.__getitem__,
            key=key,
            persist_state="session",
        )
    else:
        chosen = st.segmented_control(
            setting.label,
            list(labels),
            format_func=labels.__getitem__,
            required=True,
            key=key,
            persist_state="session",
        )
    return str(setting.default if chosen is None else chosen)


def _suggestion(setting: Setting, key: str) -> str:
    """Draw a text with suggestions."""
    value = state.value(key)
    words = list(setting.words)
    chosen = st.selectbox(
        setting.label,
        words if value is None or value in words else [value, *words],
        key=key,
        placeholder=setting.placeholder or "None",
        accept_new_options=True,
        persist_state="session",
    )
    return chosen or ""


def _number(setting: Setting, key: str, *, label: str) -> int | float | None:
    """Draw a number; a duration is given in hours."""
    per = _HOUR if setting.kind == "duration" else 1
    kind = int if setting.kind == "integer" else float
    low, high = setting.minimum, setting.maximum
    unit = "h" if setting.kind == "duration" else setting.unit
    number = st.number_input(
        f"{label} ({unit})" if unit else label,
        None if low is None else kind(low / per),
        None if high is None else kind(min(high / per, _LARGEST_NUMBER)),
        step=kind(setting.step or 1),
        key=key,
        placeholder=setting.unset or None,
        persist_state="session",
    )
    if number is None:
        return None if setting.unset else setting.default
    return round(number * per) if setting.kind == "duration" else kind(number)
