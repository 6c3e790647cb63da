"""Roles of a gold standard's columns: how they were read, and menus that overrule it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.errors import Genie3Error
from genie3_engine.runs import Upload
from ui import cache, state, text_format

DETECT, NO_LABEL = "Detect", "None: every pair is a link"
ROLES = ("regulator", "target", "label")
_COLOURS = {"regulator": "#2f6f9f55", "target": "#c9822b55", "label": "#4f8a4f55"}
_MOST_COLUMNS = 30


def chosen(gold: Upload) -> dict[str, str]:
    """Return the columns that the menus choose, by role."""
    columns: dict[str, str] = {}
    for role in ROLES:
        value = state.current(_key(role, gold))
        if value == NO_LABEL:
            columns[role] = "none"
        elif value not in (None, DETECT):
            columns[role] = str(value).split(":", 1)[0]
    return columns


def show(gold: Upload, decisions: Sequence[Decision] = ()) -> None:
    """Show how the columns were read, the first rows, and a menu for each role."""
    try:
        rows = cache.first_rows(gold.path, gold.id)
    except Genie3Error:
        return
    if len(rows) > _MOST_COLUMNS:
        return
    of_gold = [each for each in decisions if gold.path.name in each.taken]
    guesses = [each for each in of_gold if each.certainty is Certainty.GUESS]
    for guess in guesses:
        remedy = "check it under *Columns*."
        if guess.subject == "sheet":
            remedy = "if another sheet is meant, upload a workbook of that sheet alone."
        st.warning(
            f"{_named(guess.sentence, gold)} This is a guess: {remedy}",
            icon=":material/help:",
        )
    with st.expander("Columns of the gold standard", icon=":material/view_column:"):
        for decision in of_gold:
            st.caption(_named(decision.sentence, gold))
        _picture(rows, _roles(of_gold, list(rows)))
        with st.container(horizontal=True, key="gold_roles"):
            for role in ROLES:
                none = [NO_LABEL] if role == "label" else []
                st.selectbox(
                    role.capitalize(), [DETECT, *rows, *none], key=_key(role, gold), width=220
                )


def _roles(decisions: Sequence[Decision], columns: Sequence[str]) -> dict[str, str]:
    """Return the role of each column that has one."""
    roles: dict[str, str] = {}
    for decision in decisions:
        if decision.subject == "roles":
            wanted = dict(zip(decision.names, ("regulator", "target"), strict=False))
        elif decision.subject == "label" and "is the label" in decision.taken:
            wanted = dict.fromkeys(decision.names, "label")
        else:
            continue
        for column in columns:
            number, _, header = column.partition(": ")
            role = wanted.get(header or number)
            if role:
                roles[column] = role
    return roles


def _picture(rows: dict[str, list[str]], roles: dict[str, str]) -> None:
    """Draw the first rows; the columns with a role are coloured, and their headings name it."""
    table = pd.DataFrame(rows)
    headings = {
        column: f"{column} ({roles[column]})" if column in roles else column for column in rows
    }
    table = table.rename(columns=headings)
    styled = table.style
    for column, role in roles.items():
        styled = styled.set_properties(
            subset=[headings[column]], **{"background-color": _COLOURS[role]}
        )
    st.dataframe(styled, hide_index=True, key="gold_rows")


def _named(text: str, gold: Upload) -> str:
    return text_format.plain(text.replace(gold.path.name, gold.name), at_most=400)


def _key(role: str, gold: Upload) -> str:
    return f"gold_{role}_{gold.id[:16]}"
