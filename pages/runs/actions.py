"""Actions on a run: open, cancel, resume, repeat, label, delete."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import JobState
from genie3_engine.networks.saved_views import read_views
from genie3_engine.runs import RunSummary
from pages.runs import archiving, combination
from ui import actions, errors, layout, navigation, sharing, state, text_format


def main(summary: RunSummary) -> None:
    """Offer what suits the run's state: its network, a stop, a resume."""
    run_state = summary.status.state
    with st.container(horizontal=True, key="actions"):
        if run_state is JobState.DONE and st.button(
            "Open network", type="primary", icon=":material/hub:", key="open_network"
        ):
            layout.go(navigation.NETWORK, run=summary.id)
        if sharing.is_read_only():
            return
        if run_state.may_change and actions.button(  # an unknown one may cost money
            "Cancel",
            runs.cancel,
            summary.path,
            icon=":material/stop:",
            key="cancel",
            disabled=run_state is JobState.STOPPING,
        ):
            st.rerun()  # the whole page, not its live part alone
        if run_state.is_resumable and actions.button(
            "Resume",
            runs.resume,
            summary.path,
            type="primary",
            icon=":material/resume:",
            key="resume",
        ):
            st.rerun()


def others(summary: RunSummary) -> None:
    """Offer what can be done in any state: run again, label, share, archive, delete.

    Whoever may read a finished run may also archive it.
    """
    if sharing.is_read_only():
        if summary.status.state is JobState.DONE:
            archiving.offer(summary)
        return
    with st.container(horizontal=True, key="other_actions"):
        if not summary.spec.parents and st.button(
            "Run again with…", icon=":material/replay:", key="again"
        ):
            layout.go(navigation.INFER, data=summary.spec.dataset, like=summary.id)
        if summary.status.state is JobState.DONE:
            combination.offer(summary)
        _label(summary)
        _share(summary)
        archiving.offer(summary)
        if not summary.status.state.is_live:
            _delete(summary)


def _share(summary: RunSummary) -> None:
    is_done = summary.status.state is JobState.DONE
    if not (is_done or sharing.may_share_with_group()):
        return
    with st.popover("Share", icon=":material/share:", key="share_run"):
        sharing.panel(summary.path, summary.spec)
        if is_done:
            with errors.shown():
                sharing.link_panel(summary, read_views(summary.path))


def _label(summary: RunSummary) -> None:
    labels = summary.labels
    with (
        st.popover("Rename and tag", icon=":material/sell:", key="label"),
        st.form(f"label_{summary.id}", border=False),
    ):
        st.text_input("Name", summary.title, max_chars=300, key=f"name_{summary.id}")
        st.multiselect(
            "Tags",
            _known_tags(labels.tags),
            default=list(labels.tags),
            accept_new_options=True,
            key=f"tags_{summary.id}",
            placeholder="Type a word, then Enter",
        )
        st.text_area("Note", labels.note, max_chars=10_000, key=f"note_{summary.id}")
        actions.submit(
            "Save", _save_labels, summary, type="primary", key=f"label_save_{summary.id}"
        )


def _save_labels(summary: RunSummary) -> None:
    name, tags, note = (state.value(f"{each}_{summary.id}") for each in ("name", "tags", "note"))
    runs.label(summary.path, name=name, tags=tags, note=note)


def _known_tags(own: tuple[str, ...]) -> list[str]:
    used = {tag for each in runs.history() for tag in each.labels.tags}
    return sorted(used | set(own))


def _delete(summary: RunSummary) -> None:
    with st.popover("Delete", icon=":material/delete:", key="delete"):
        st.markdown(
            f"Delete **{text_format.plain(summary.title)}** and its links from the disk? This "
            "cannot be undone."
        )
        actions.button("Delete the run", _delete_run, summary, type="primary", key="delete_sure")


def _delete_run(summary: RunSummary) -> None:
    runs.delete(summary.path)
    state.put(state.RUN, None)
