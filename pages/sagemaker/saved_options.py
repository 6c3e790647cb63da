"""Form of the options of a launcher that are saved as defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from genie3_engine import runs
from ui import actions, errors, launchers, settings_form


def ask(launcher: str) -> dict[str, Any]:
    """Draw the form, accounts and places first, and return the options as they are.

    Raises
    ------
    OptionError
        When a value is not allowed.
    """
    info, saved = runs.LAUNCHERS[launcher], runs.saved_options(launcher)
    with errors.shown():
        runs.complete_options(launcher, {})  # says so where the saved ones cannot be read
    prefix = f"setup_{launcher}_"
    settings = launchers.settings(launcher)
    of_account = [replace(each, is_advanced=False) for each in settings if each.is_advanced]
    of_run = [each for each in settings if not each.is_advanced]
    values = settings_form.form(of_account, saved, prefix=prefix, n_columns=2)
    with st.expander("Defaults of runs", icon=":material/tune:", expanded=not of_account):
        values |= settings_form.form(of_run, saved, prefix=prefix, n_columns=2)
    options = info.complete(values, {})
    actions.button(
        "Save",
        _save,
        launcher,
        options,
        type="primary",
        icon=":material/save:",
        key="save_cloud",
        disabled=options == info.complete(saved, {}),
    )
    return options


def _save(launcher: str, options: Mapping[str, Any]) -> None:
    runs.save_options(launcher, options)
    st.toast("Settings saved (no credentials stored).", icon=":material/check:")
