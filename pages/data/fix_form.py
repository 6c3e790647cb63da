"""The fixes applied so far, and a form for any other fix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from genie3_engine.data.quality import FIXES, parse_recipe
from ui import errors, text_format

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
            st.button(
                "Undo the last fix",
                icon=":material/undo:",
                key="undo_fix",
                on_click=apply,
                args=(recipe[:-1],),
            )
            if len(recipe) > 1:
                st.button(
                    "Undo all",
                    icon=":material/restart_alt:",
                    key="undo_all",
                    type="tertiary",
                    on_click=apply,
                    args=((),),
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
        value = ""
        if kind.is_number:
            first = {"keep-expressed": 10}.get(name, 2000)
            label, last = kind.parameter.capitalize(), kind.at_most or None
            value = str(st.number_input(label, 1, last, value=first, key="fix_number"))
        elif kind.parameter:
            value = st.text_input(kind.parameter.capitalize(), key="fix_value").strip()
        if st.button("Apply", type="primary", key="fix_apply"):
            with errors.shown():
                chosen = f"{name}={value}" if kind.parameter else name
                parse_recipe([chosen])
                apply((*recipe, chosen))
                st.rerun()
