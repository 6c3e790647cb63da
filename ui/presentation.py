"""The presentation of saved views: one picture at a time, full screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import streamlit as st

from genie3_engine.networks.saved_views import SavedView
from genie3_engine.reports import presentation_assets, view_svg
from ui.downloads import BUTTON_CSS

_KEPT = 256  # pictures
_script, _style = presentation_assets()
_component = st.components.v2.component(
    "genie3.presentation",
    html='<button type="button"><span></span></button>',
    css=f"{BUTTON_CSS}\n{_style}",
    js=_script + (Path(__file__).parent / "presentation.js").read_text(encoding="utf-8"),
)


def present_button(
    views: tuple[SavedView, ...],
    *,
    first: int,
    title: str,
    dark: bool,
    key: str,
    on_explore: Callable[[], None],
) -> None:
    """Show a button that presents views; walking through them needs no server.

    Parameters
    ----------
    views : tuple of SavedView
        The steps, in order.
    first : int
        The step that it begins with.
    title : str
        What is presented.
    dark : bool
        On a dark ground.
    key : str
        The widget's key. In the callback its session state holds ``explore``, the id of a view.
    on_explore : callable
        Called when the presentation is left to explore a view.
    """
    steps = [
        {"id": view.id, "name": view.name, "caption": view.caption, "svg": _picture(view, dark)}
        for view in views
    ]
    data = {"label": "Present", "steps": steps, "first": first, "title": title}
    _component(key=key, data=data, width="content", on_explore_change=on_explore)


@lru_cache(maxsize=_KEPT)
def _picture(view: SavedView, dark: bool) -> str:
    return view_svg(view, dark=dark)
