"""Share what one has: with the group, or by links that open saved views without an account."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

from genie3_engine import labels
from genie3_engine.errors import OptionError
from genie3_engine.networks.saved_views import SavedView
from genie3_engine.people import group, links
from genie3_engine.people.group import Shared
from genie3_engine.people.links import SharedLink
from genie3_engine.reports import policy_of, story_document
from genie3_engine.runs import RunSummary
from ui import actions, people, server_settings, state, text_format
from ui.shared_links import FOLDER

_MADE = "made_link"
_DAYS = 30
_SHOWN, _ALL = "What is shown now", "The presentation"

Views = Sequence[SavedView]


_MINE, _GROUP = "Mine", "Group"
_PRIVATE, _READ = "Private", "Group"
_CHOICE = "whose_home"


def choose_home() -> None:
    """Offer what the group shares next to what is one's own, on a server with login."""
    if not server_settings.has_login():
        return
    is_group = people.is_at_group()
    state.set_value(_CHOICE, _GROUP if is_group else _MINE)
    with st.sidebar:
        st.segmented_control(
            "Runs and data",
            [_MINE, _GROUP],
            required=True,
            key=_CHOICE,
            on_change=_enter,
            help="Mine: what only you see. Group: what others have shared, to be read.",
        )
    if is_group:
        state.put(state.WHOSE, people.GROUP)
        st.caption(":material/group: Shared with the group. Everything here is read only.")


def _enter() -> None:
    is_group = state.value(_CHOICE) == _GROUP
    state.leave()
    state.put(state.WHOSE, people.GROUP if is_group else None)


def is_read_only() -> bool:
    """Return whether the page shows what others share, where nothing can be changed."""
    return people.is_at_group()


def panel(path: Path, spec: object) -> None:
    """Offer to share a run, a comparison or an experiment with the group.

    Parameters
    ----------
    path : Path
        Its folder, in the home.
    spec : RunSpec, ComparisonSpec or ExperimentSpec
        Names the data sets that come with it.
    """
    parts = (spec, getattr(spec, "first", None), getattr(spec, "second", None))
    fingerprints = {str(getattr(part, "dataset", "") or "") for part in parts}
    _group_panel(
        _item(path),
        tuple(Shared("data", each) for each in sorted(fingerprints - {""})),
    )


def dataset_panel(fingerprint: str) -> None:
    """Offer to share a data set with the group."""
    _group_panel(Shared("data", fingerprint), ())


def may_share_with_group() -> bool:
    """Return whether there is a group, and the page shows what is one's own."""
    return server_settings.has_login() and not people.is_at_group()


def _group_panel(item: Shared, needs: tuple[Shared, ...]) -> None:
    if not may_share_with_group():
        return
    key = f"group_{item.folder}_{item.name[:40]}"
    owner = people.current_person()
    state.set_value(key, _READ if group.is_shared(item, owner=owner) else _PRIVATE)
    st.segmented_control(
        "Who sees it",
        [_PRIVATE, _READ],
        required=True,
        key=key,
        on_change=actions.perform,
        args=(key, _share, key, item, needs),
    )
    actions.show_error(key)
    st.caption("Everyone who may log in here sees what is shared with the group, read only.")


def _share(key: str, item: Shared, needs: tuple[Shared, ...]) -> None:
    owner = people.current_person()
    if state.value(key) == _READ:
        group.share(item, needs=needs, owner=owner)
    else:
        group.unshare(item, owner=owner)


def show_address(run: RunSummary, query: Mapping[str, str]) -> None:
    """Show the address of this page as others can open it, and who can.

    Parameters
    ----------
    run : RunSummary
        The run that the page shows.
    query : mapping of str to str
        What the address chooses.
    """
    is_open = not may_share_with_group() or group.is_shared(
        _item(run.path), owner=people.current_person()
    )
    if server_settings.has_login() and is_open:
        query = {**query, state.WHOSE: people.GROUP}
    address = f"{(st.context.url or '').partition('?')[0]}?{urlencode(query)}"
    st.code(address, language=None, wrap_lines=True)
    if not is_open:
        st.caption("No one else can open it: the run is private.")


def _item(path: Path) -> Shared:
    """Return what is shared for a folder of a home; of a run inside another one, that other."""
    place = next(each for each in (path, *path.parents) if each.parent.name in group.FOLDERS)
    return Shared(place.parent.name, place.name)


def owner_line(path: Path) -> str:
    """Return who shares a run that the page shows; empty for one's own."""
    owner = group.owner_of(path) if people.is_at_group() else None
    return "" if owner is None else f"Shared by {text_format.plain(owner.label, at_most=80)}"


def link_panel(
    run: RunSummary, views: Views, *, shown: Callable[[], SavedView] | None = None
) -> None:
    """Offer a link to the views of a run, and show the links that there are.

    Parameters
    ----------
    run : RunSummary
        The run, which is done.
    views : sequence of SavedView
        Its saved views, in the order of the presentation.
    shown : callable, optional
        Returns what the page shows as a view, where it shows one.
    """
    if people.is_at_group():
        return
    st.markdown("**Link for people without an account**: it opens the views and nothing else.")
    offered = {
        **({_ALL: lambda: tuple(views)} if views else {}),
        **({_SHOWN: lambda: (shown(),)} if shown is not None else {}),
    }
    if not offered:
        st.caption("Save a view of the network first: the link opens the saved views.")
    else:
        what, days = f"link_what_{run.id}", f"link_days_{run.id}"
        if len(offered) > 1:
            st.segmented_control("Opens", list(offered), default=_ALL, required=True, key=what)
        st.number_input("Days until it expires", 1, links.MOST_DAYS, _DAYS, key=days, width=180)
        actions.button(
            "Make a link", _make, run, offered, key=f"make_link_{run.id}", icon=":material/link:"
        )
    made = state.current(_MADE)
    if made is not None and made[0] == run.id:
        st.code(made[1], language=None, wrap_lines=True)
        st.caption("Copy it now: the server keeps no copy of this address." + _reach(made[1]))
    for link in links.links_of(people.current_person(), run=run.id):
        _existing(link)


def _make(run: RunSummary, offered: dict[str, Callable[[], Views]]) -> None:
    chosen = state.current(f"link_what_{run.id}") or next(iter(offered))
    if chosen not in offered:
        raise OptionError("This view cannot be shared.", "Choose what the link opens.")
    views = offered[chosen]()
    title = run.title if chosen == _ALL else f"{run.title}: {views[0].name}"
    document = story_document(views, title=title)
    token = links.make_link(
        document,
        policy=policy_of(document),
        run=run.id,
        title=title,
        days=float(state.value(f"link_days_{run.id}")),
        owner=people.current_person(),
    )
    state.set_value(_MADE, (run.id, f"{_base()}/{FOLDER}/{token}"))


def _base() -> str:
    """Return the address below which others reach the server."""
    own = server_settings.settings().base_url
    if own:
        return own
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _reach(address: str) -> str:
    """Return a sentence where an address leads to the machine of whoever opens it."""
    if urlsplit(address).hostname not in ("localhost", "127.0.0.1", "::1"):
        return ""
    return " It is that of this machine: others reach it when the page is served to them."


def _existing(link: SharedLink) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        left = labels.duration(max(0.0, link.expires - time.time()))
        st.caption(f"{text_format.plain(link.title, at_most=60)} · expires in {left}")
        actions.button(
            "Take back",
            _take_back,
            link,
            key=f"take_back_{link.id[:16]}",
            icon=":material/link_off:",
        )


def _take_back(link: SharedLink) -> None:
    links.take_back(link.id, owner=people.current_person())
    state.set_value(_MADE, None)
