"""The fixes applied so far, and a form for any other fix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from genie3_engine.data.quality import FIXES, parse_recipe
from ui import actions, state, text_format

ApplyRecipe = Callable[[tuple[str, ...]], None]


def applied(texts: Sequence[str], recipe: tuple[str, ...], apply: ApplyRecipe | None) -> None:
    """Show the applied fixes, with undo where there is a file to read again."""
    with st.container(key="recipe", gap="xsmall"):
        for number, (name, text) in enumerate(zip(recipe, texts, strict=True), start=1):
            line = f"{text_format.plain(text[:1].upper() + text[1:], at_most=400)}."
            st.markdown(f":green[:material/check:] {number}\\. {line} :small[`{_code(name)}`]")
        if apply is None:
            return
        with st.container(horizontal=True):
            actions.button(
                "Undo the last fix", apply, recipe[:-1], icon=":material/undo:", key="undo_fix"
            )
            if len(recipe) > 1:
                actions.button(
                    "Undo all",
                    apply,
                    (),
                    icon=":material/restart_alt:",
                    key="undo_all",
                    type="tertiary",
                )


def _code(fix: str) -> str:
    """Return a fix for a place between backticks."""
    return text_format.shorten(fix.replace("`", "'"))


def choose(recipe: tuple[str, ...], apply: ApplyRecipe) -> None:
    """Offer every fix there is."""
    with st.popover("Another fix", icon=":material/build:", key="another_fix"):
        name = st.selectbox(
            "Fix",
            list(FIXES),
            format_func=lambda each: FIXES[each].label,
            key="fix_name",
        )
        kind = FIXES[name]
        text = kind.description
        st.caption(f"{text[:1].upper()}{text[1:]}.")
        if kind.is_number:
            first = {"keep-expressed": 10}.get(name, 2000)
            label, last = kind.parameter.capitalize(), kind.at_most or None
            st.number_input(label, 1, last, value=first, key="fix_number")
        elif kind.parameter:
            st.text_input(kind.parameter.capitalize(), key="fix_value")
        actions.button("Apply", _apply_chosen, recipe, apply, type="primary", key="fix_apply")


def _apply_chosen(recipe: tuple[str, ...], apply: ApplyRecipe) -> None:
    chosen = str(state.value("fix_name"))
    kind = FIXES[chosen]
    if kind.parameter:
        value = state.value("fix_number" if kind.is_number else "fix_value")
        chosen = f"{chosen}={str(value).strip()}"
    parse_recipe([chosen])
    apply((*recipe, chosen))
