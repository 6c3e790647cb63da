"""Saved views of a network: save, open, change, present and share them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from genie3_engine import labels
from genie3_engine.errors import Genie3Error
from genie3_engine.networks import saved_views as stored
from genie3_engine.networks.arrangement import Arrangement
from genie3_engine.networks.saved_views import SavedView
from genie3_engine.networks.views import View
from genie3_engine.runs import RunSummary
from pages.network import colours, controls, export_panel, network_graph
from ui import actions, charts, errors, networks, presentation, sharing, state, text_format

_CHOICE = "view_choice"
_LAST, _UNDO = "last_view", "undo_view"
_LONGEST_LABEL = 24
_HUBS, _ARRANGEMENT = "hubs", "arrangement"


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the page shows, as far as a view saves it.

    Parameters
    ----------
    run : RunSummary
        The run.
    network : Network
        Its network.
    view : View
        The links drawn.
    choice : Choice
        How they are drawn.
    """

    run: RunSummary
    network: networks.Network
    view: View
    choice: colours.Choice

    def settings(self) -> dict[str, Any]:
        """Return what the page needs to show the same again, as plain values."""
        settings = colours.settings_of(self.choice)
        own = settings["column"]
        if own is not None:
            drawn = set(self.view.layout.genes)
            own["of"] = {gene: value for gene, value in own["of"].items() if gene in drawn}
        arrangement = replace(self.view.arrangement, selected=())
        return {
            **settings,
            _HUBS: self.network.favours_hubs,
            _ARRANGEMENT: arrangement.as_dict(),
        }

    def picture(self, *, dark: bool) -> View:
        """Return what is drawn, on a light or a dark ground."""
        view = network_graph.view_of(
            self.network,
            threshold=self.view.threshold,
            choice=self.choice,
            gene=self.view.gene,
            to=self.view.to,
            dark=dark,
        )
        return replace(view, arrangement=self.view.arrangement)

    def is_of(self, saved: SavedView) -> bool:
        """Return whether a saved view is what the page shows, wherever the camera looks."""
        drawn, own = saved.light, self.settings()
        is_same = (str(drawn.threshold), drawn.gene, drawn.to) == (
            str(self.view.threshold),
            self.view.gene,
            self.view.to,
        )
        known = {**own, **saved.settings}  # an older view may lack a setting
        return is_same and all(
            _comparable(name, known[name]) == _comparable(name, own[name]) for name in own
        )


def _comparable(name: str, value: Any) -> object:  # noqa: ANN401 -- any setting
    """Return what two values of a setting are compared by; of an own column, its name."""
    if name == "column":
        return value.get("name") if isinstance(value, Mapping) else None
    if name == _ARRANGEMENT:
        return replace(Arrangement.from_dict(value), selected=(), camera=None)
    return value


def follow_address(run: RunSummary) -> None:
    """Show the saved view that the address names, before anything else is shown."""
    asked = state.asked(state.VIEW)
    is_new = state.is_new(state.VIEW, f"{run.id} {asked or ''}")
    if asked is None:
        return
    try:
        views = stored.read_views(run.path)
    except Genie3Error:
        return  # `show` reports it
    view = next((each for each in views if each.id == asked), None)
    if view is None:
        st.warning("This view does not exist. It may have been deleted.", icon=":material/image:")
        return
    state.show_view(view.id, _query_of(view))
    state.set_value(_LAST, view.id)
    if is_new:
        network = networks.network(run, favours_hubs=controls.favours_hubs())
        colours.restore(view.settings, network)
        network_graph.arrange(network, view.light.threshold, view.settings.get(_ARRANGEMENT))


def _query_of(view: SavedView) -> dict[str, str]:
    """Return what the address would hold in place of a view."""
    shown = view.light
    query = {
        state.THRESHOLD: str(shown.threshold),
        state.GENE: shown.gene,
        state.TO: shown.to,
        state.HUBS: controls.YES if view.settings.get(_HUBS) is True else None,
    }
    return {name: value for name, value in query.items() if value is not None}


def show(shown: Shown) -> None:
    """Show the saved views in a row, with what can be done with them."""
    try:
        views = stored.read_views(shown.run.path)
    except Genie3Error as problem:
        errors.show(problem)
        return
    asked = state.asked(state.VIEW)
    opened = next((view for view in views if view.id == asked), None)
    if opened is None or not shown.is_of(opened):
        state.leave_view()
        opened = None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="views_bar"):
        if views:
            _choose(views, opened)
            presentation.present_button(
                views,
                first=0 if opened is None else views.index(opened),
                title=shown.run.title,
                dark=charts.is_dark(),
                key="present",
                on_explore=_explore,
            )
        if sharing.is_read_only():
            _share(shown, views, opened)
            return
        _save(shown, len(views))
        last = opened or next((view for view in views if view.id == state.current(_LAST)), None)
        if last is not None:
            _edit(shown, views, last)
        _share(shown, views, opened)
        _undo(shown.run)


def _choose(views: tuple[SavedView, ...], opened: SavedView | None) -> None:
    names = {
        view.id: f"{number} {text_format.plain(view.name, at_most=_LONGEST_LABEL)}"
        for number, view in enumerate(views, 1)
    }
    state.set_value(_CHOICE, None if opened is None else opened.id)

    def store() -> None:
        chosen = state.value(_CHOICE)
        if chosen is not None:
            state.open_view(chosen)

    st.pills(
        "Views",
        list(names),
        format_func=names.__getitem__,
        key=_CHOICE,
        on_change=store,
        label_visibility="collapsed",
        width="content",
    )


def _explore() -> None:
    view = state.value("present")["explore"]
    if view is not None:
        state.open_view(view)


def _save(shown: Shown, n_views: int) -> None:
    name = _suggested_name(shown)
    # Another view, another form: nothing is left of what was saved or shown before.
    form = f"{n_views}_{zlib.crc32(name.encode()):08x}"
    with st.popover("Save view", icon=":material/bookmark_add:", key=f"save_view_{form}"):
        st.caption(
            "Saves what is shown now: threshold, colours, focus and picture. Views are the steps "
            "of a presentation, here and in the report."
        )
        with st.form(f"new_view_{form}", border=False):
            _ask_texts(name, "", key=f"new_{form}")
            actions.submit(
                "Save", _save_view, shown, f"new_{form}", type="primary", key=f"save_{form}"
            )


def _ask_texts(name: str, caption: str, *, key: str) -> None:
    st.text_input("Name", name, max_chars=stored.LONGEST_NAME, key=f"{key}_name")
    st.text_area(
        "Caption",
        caption,
        max_chars=stored.LONGEST_CAPTION,
        key=f"{key}_caption",
        placeholder="What the view shows, in your words",
    )


def _suggested_name(shown: Shown) -> str:
    view = shown.view
    labels_of = dict(zip(view.layout.genes, view.gene_labels, strict=True))
    genes = (gene for gene in (view.gene, view.to) if gene is not None)
    focus = " → ".join(labels_of.get(gene, gene) for gene in genes)
    name = focus or labels.count(len(view.layout.source), "link")
    return text_format.shorten(name, at_most=stored.LONGEST_NAME)


def _save_view(shown: Shown, form: str) -> None:
    view = SavedView(
        name=str(state.value(f"{form}_name")),
        caption=str(state.value(f"{form}_caption")),
        settings=shown.settings(),
        light=shown.picture(dark=False),
        dark=shown.picture(dark=True),
    )
    state.open_view(stored.save_view(shown.run.path, view).id)


def _edit(shown: Shown, views: tuple[SavedView, ...], view: SavedView) -> None:
    run, place, key = shown.run.path, views.index(view), f"view_{view.id}"
    with st.popover("Edit", icon=":material/edit:", key=f"edit_{view.id}"):
        with st.form(f"{key}_texts", border=False):
            _ask_texts(view.name, view.caption, key=key)
            actions.submit("Save texts", _rename, run, view, key, key=f"{key}_save", type="primary")
        with st.container(horizontal=True):
            for label, icon, by, is_end in (
                ("Earlier", "arrow_back", -1, place == 0),
                ("Later", "arrow_forward", 1, place == len(views) - 1),
            ):
                actions.button(
                    label,
                    _move,
                    run,
                    view.id,
                    by,
                    icon=f":material/{icon}:",
                    key=f"{key}_{label.lower()}",
                    disabled=is_end,
                )
        actions.button(
            "Replace by what is shown now",
            _replace,
            shown,
            view,
            icon=":material/sync:",
            key=f"{key}_replace",
        )
        actions.button(
            "Delete", _delete, shown.run, view, place, icon=":material/delete:", key=f"{key}_delete"
        )


def _rename(run: Path, view: SavedView, key: str) -> None:
    name, caption = (str(state.value(f"{key}_{each}")) for each in ("name", "caption"))
    stored.update_view(run, view.id, lambda each: replace(each, name=name, caption=caption))


def _move(run: Path, view: str, by: int) -> None:
    stored.move_view(run, view, by=by)


def _replace(shown: Shown, view: SavedView) -> None:
    new = replace(
        view,
        settings=shown.settings(),
        light=shown.picture(dark=False),
        dark=shown.picture(dark=True),
    )
    stored.update_view(shown.run.path, view.id, lambda now: _with_picture_of(now, new))
    state.open_view(view.id)
    state.set_value(_UNDO, (shown.run.id, "replace", view, None))


def _with_picture_of(now: SavedView, other: SavedView) -> SavedView:
    return replace(now, settings=other.settings, light=other.light, dark=other.dark)


def _delete(run: RunSummary, view: SavedView, place: int) -> None:
    stored.delete_view(run.path, view.id)
    state.leave_view()
    state.set_value(_UNDO, (run.id, "delete", view, place))


def _undo(run: RunSummary) -> None:
    """Offer the way back from the last deletion or replacement of a view of this run."""
    last = state.current(_UNDO)
    if last is None or last[0] != run.id:
        return
    _, what, view, place = last
    name = text_format.plain(view.name, at_most=_LONGEST_LABEL)
    actions.button(
        f"Undo: {what} {name}",
        _restore,
        run,
        view,
        place,
        icon=":material/undo:",
        key="undo",
    )


def _restore(run: RunSummary, view: SavedView, place: int | None) -> None:
    if place is None:
        stored.update_view(run.path, view.id, lambda now: _with_picture_of(now, view))
    else:
        stored.restore_view(run.path, view, place=place)
    state.set_value(_UNDO, None)


def _share(shown: Shown, views: tuple[SavedView, ...], opened: SavedView | None) -> None:
    with st.popover("Share", icon=":material/share:", key="share"):
        query = st.query_params.to_dict()
        if opened is not None:
            query = {state.RUN: shown.run.id, state.VIEW: opened.id}
        st.markdown("**Address**, for everyone who sees this run on this server")
        sharing.show_address(shown.run, query)
        sharing.panel(shown.run.path, shown.run.spec)
        st.markdown("**Report**, one file that opens offline, with the views in their order")
        export_panel.report_button(shown.run, shown.view, label="Report", key="share_report")
        sharing.link_panel(shown.run, views, shown=lambda: _unsaved(shown))


def _unsaved(shown: Shown) -> SavedView:
    """Return what is shown as a view under a name of its own, which is not saved."""
    return SavedView(
        name=_suggested_name(shown),
        caption="",
        settings={},
        light=shown.picture(dark=False),
        dark=shown.picture(dark=True),
    )
