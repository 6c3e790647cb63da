"""Jobs at work of a server's people, and the end of one."""

from __future__ import annotations

import time

import streamlit as st

from genie3_engine import administration, labels
from genie3_engine.administration import JobAtWork
from ui import actions, people, progress, text_format


def show() -> None:
    """Show the jobs at work, each with a button that ends it."""
    st.subheader("At work", anchor=False)
    found = administration.jobs_at_work()
    if not found:
        st.caption("Nothing is at work.")
    for job in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"job_{job.id}"):
            progress.badge(job.state)
            whose = text_format.plain(job.person.label, at_most=60)
            age = "" if job.created is None else f" · {labels.age(job.created, time.time())}"
            st.markdown(f"{whose} · {job.noun} {text_format.plain(job.id)}{age}", width="stretch")
            actions.button(
                "End",
                _end,
                job,
                key=f"end_{job.person.identifier}_{job.noun}_{job.id}",
                icon=":material/stop:",
                help="What it has computed is kept; its owner can resume it.",
            )


def _end(job: JobAtWork) -> None:
    administration.end_job(job, by=people.current_person())
