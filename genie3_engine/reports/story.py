"""Write saved views of a network, without anything else of its run, as one HTML file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from genie3_engine.networks.saved_views import SavedView
from genie3_engine.reports import html
from genie3_engine.reports.presentation import views_section


def story_document(
    views: Sequence[SavedView], *, title: str, created: datetime | None = None
) -> str:
    """Write a presentation, or one view, as a document that needs no network.

    Parameters
    ----------
    views : sequence of SavedView
        What is shown, in order: pictures, names and captions.
    title : str
        What the document is called.
    created : datetime, optional
        When it was made; now by default.

    Returns
    -------
    str
        A whole HTML document with its own content security policy; see `html.policy_of`.
    """
    return html.whole_document(title, _body(views, title, created or datetime.now(UTC)), None)


def _body(views: Sequence[SavedView], title: str, created: datetime) -> Iterable[str]:
    yield html.header("Gene regulatory network", title, ())
    yield "<main>\n"
    yield from views_section(views)
    yield "</main>\n"
    yield html.footer(created.strftime("%Y-%m-%d %H:%M UTC"))
