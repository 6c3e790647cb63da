"""The fixes applied so far, and how to undo them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ui import text_format

Mend = Callable[[tuple[str, ...]], None]


def show(texts: Sequence[str], recipe: tuple[str, ...], mend: Mend | None) -> None:
    """Show the fixes so far, with undo where there is a file to read again."""
    with st.container(key="recipe", gap="xsmall"):
        for number, (fix, text) in enumerate(zip(recipe, texts, strict=True), start=1):
            line = f"{text_format.plain(text[:1].upper() + text[1:], at_most=400)}."
            st.markdown(f":green[:material/check:] {number}\\. {line} :small[`{_code(fix)}`]")
        if mend is None:
            return
        with st.container(horizontal=True):
            if st.button("Undo the last fix", icon=":material/undo:", key="undo_fix"):
                mend(recipe[:-1])
                st.rerun()
            if len(recipe) > 1 and st.button(
                "Undo all", icon=":material/restart_alt:", key="undo_all", type="tertiary"
            ):
                mend(())
                st.rerun()


def _code(fix: str) -> str:
    """Return a fix for a place between backticks."""
    return text_format.shorten(fix.replace("`", "'"))
