"""Choice, state and actions of a comparison or an experiment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import JobState
from ui import actions, errors, progress, sharing, state, text_format

if TYPE_CHECKING:
    from genie3_engine.benchmark import ExperimentSummary
    from genie3_engine.differential import ComparisonSummary

Summary = TypeVar("Summary", "ExperimentSummary", "ComparisonSummary")
_LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job on its page.

    Parameters
    ----------
    noun : str
        What users call it; part of the keys of its widgets.
    key : str
        Its name in the address; see `ui.state`.
    others : tuple of str
        What in the address belongs to the job that is shown, and is forgotten with it.
    stop : str
        Label of the button that stops it.
    contents : str
        What is deleted with it, in words.
    cancel, resume, delete : callable
        Take the folder.
    """

    noun: str
    key: str
    others: tuple[str, ...]
    stop: str
    contents: str
    cancel: Callable[[Path], None]
    resume: Callable[[Path], None]
    delete: Callable[[Path], None]

    def forget(self) -> None:
        """Remove from the address what belongs to the job that is shown."""
        for key in self.others:
            state.put(key, None)


def chosen(kind: JobKind, jobs: Sequence[Summary]) -> Summary | None:
    """Return the job of the address, else the newest; None when there is none."""
    asked = state.get(kind.key)
    by_id = {each.id: each for each in jobs}
    if asked is not None and asked not in by_id:
        st.warning(
            f"This {kind.noun} does not exist. It may have been deleted.",
            icon=":material/search_off:",
        )
        state.put(kind.key, None)
    return by_id.get(asked or "") or next(iter(jobs), None)


def choose(kind: JobKind, current: str, names: dict[str, str]) -> None:
    """Offer the other jobs.

    Parameters
    ----------
    kind : JobKind
        The kind of job.
    current : str
        Which one is shown.
    names : dict
        From the id of each job to its name in the list.
    """
    key = f"{kind.noun}_{current}"

    def store() -> None:
        state.put(kind.key, state.value(key))
        kind.forget()

    label = kind.noun.capitalize()
    st.selectbox(
        f"{label}, of {len(names):,}" if len(names) > 1 else label,
        list(names),
        index=list(names).index(current),
        format_func=names.__getitem__,
        key=key,
        on_change=store,
    )


def show(
    kind: JobKind,
    now: Summary,
    *,
    title: str,
    about: Sequence[str],
    sentence: str,
    at_rest: str,
) -> None:
    """Show the state and the progress of a job, and what can be done with it.

    Parameters
    ----------
    kind : JobKind
        The kind of job.
    now : ComparisonSummary or ExperimentSummary
        The job.
    title : str
        What it is called.
    about : sequence of str
        What it does; empty ones are left out.
    sentence : str
        The progress, of a job that is live.
    at_rest : str
        What is there, of one that has ended and is not done.
    """
    status = now.status
    with st.container(border=True, key=f"{kind.noun}_state"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.subheader(text_format.plain(title), anchor=False, width="content")
                progress.badge(status.state)
            with st.container(horizontal=True, width="content"):
                _actions(kind, now)
        line = " · ".join(part for part in about if part)
        st.caption(text_format.plain(line, at_most=_LONGEST_LINE))
        if status.state.is_live:
            n_done, n_total = status.counted
            text = text_format.plain(sentence, at_most=_LONGEST_LINE)
            st.progress(min(1.0, n_done / max(1, n_total)), text=text)
            place = runs.place_in_queue(now.path) if status.step == "waiting" else None
            if place is not None and place.words:
                st.caption(place.words)
        elif status.state is not JobState.DONE:
            st.caption(at_rest)
        if status.error is not None:
            errors.show(status.error)


def _actions(kind: JobKind, now: Summary) -> None:
    if sharing.is_read_only():
        return
    if sharing.may_share_with_group():
        with st.popover("Share", icon=":material/share:", key=f"share_{kind.noun}"):
            sharing.panel(now.path, now.spec)
    of = now.status.state
    if of.is_live and actions.button(
        kind.stop,
        kind.cancel,
        now.path,
        icon=":material/stop:",
        disabled=of is JobState.STOPPING,
        key=f"{kind.stop.lower()}_{kind.noun}",
    ):
        st.rerun()  # the whole page, not its live part alone
    if of.is_resumable and actions.button(
        "Resume",
        kind.resume,
        now.path,
        type="primary",
        icon=":material/resume:",
        key=f"resume_{kind.noun}",
    ):
        st.rerun()
    if not of.is_live:
        with st.popover("Delete", icon=":material/delete:", key=f"delete_{kind.noun}"):
            st.markdown(f"Delete this {kind.noun} and its {kind.contents} from the disk?")
            if actions.button(
                f"Delete the {kind.noun}",
                _delete,
                kind,
                now.path,
                type="primary",
                key=f"delete_{kind.noun}_sure",
            ):
                st.rerun()


def _delete(kind: JobKind, path: Path) -> None:
    kind.delete(path)
    state.put(kind.key, None)
    kind.forget()
