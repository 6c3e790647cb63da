"""Saved views as the pictures of a presentation, in a report and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from genie3_engine.networks.saved_views import SavedView
from genie3_engine.networks.svg import FigureSize, network_svg
from genie3_engine.networks.view_focus import focus_camera
from genie3_engine.reports import html

_SIZE = FigureSize(900, 530, "px")  # its labels can be read from the back of a room
_HINT = (
    "Press Present, or a picture, to go through the views full screen: arrow keys, Home and End, "
    "or a swipe; Esc ends."
)
SCRIPT, STYLE = "presentation.js", "presentation.css"


def view_svg(view: SavedView, *, dark: bool) -> str:
    """Draw a saved view as SVG, in the size of a screen.

    Where the view shows all genes, the picture comes nearer to a gene or path in focus.

    Parameters
    ----------
    view : SavedView
        What is drawn.
    dark : bool
        On a dark ground.
    """
    picture = view.picture(dark=dark)
    if picture.arrangement.camera is None:
        camera = focus_camera(picture.arranged())
        arrangement = replace(picture.arrangement, camera=camera)
        picture = replace(picture, arrangement=arrangement)
    return network_svg(picture, size=_SIZE, title=view.name, dark=dark, zoomed=True)


def views_section(views: Sequence[SavedView]) -> Iterable[str]:
    """Yield the section of the saved views in a report; nothing where there are none.

    Parameters
    ----------
    views : sequence of SavedView
        In the order of the presentation.
    """
    if not views:
        return
    yield '<section id="views"><h2>Views</h2>\n<div class="controls">'
    yield '<button id="present" class="presentation-button" type="button">Present</button>'
    yield f"<span class=note>{html.text(_HINT)}</span></div>\n"
    for number, view in enumerate(views, 1):
        yield f'<figure class="view" id="view-{number}" data-name="{html.text(view.name)}">'
        for scheme in ("light", "dark"):
            picture = view_svg(view, dark=scheme == "dark")
            yield f'<div class="on-{scheme}">{html.inline_svg(picture)}</div>'
        yield f"<figcaption><h3>{number}. {html.text(view.name)}</h3>"
        yield f'<p class="caption">{html.text(view.caption)}</p></figcaption></figure>\n'
    yield "</section>\n"


def presentation_assets() -> tuple[str, str]:
    """Return the script that presents views, which defines ``presentation``, and its style."""
    return html.asset(SCRIPT), html.asset(STYLE)
