"""What does a finished network look like?"""

from __future__ import annotations

import time

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import RunState
from genie3_engine.runs import RunSummary
from pages.network import picture, ranked
from ui import cached, errors, layout, progress, state, words

layout.head("Network", "Regulators point at their targets; the strongest links come first.")
found = runs.history()
if not found:
    layout.empty(
        "**No network yet.** Explore the sample, or infer one from your data.",
        (layout.HOME, "Try the sample", ":material/science:"),
        (layout.DATA, "Choose data", ":material/table:"),
    )
    st.stop()

by_id = {summary.id: summary for summary in found}
wanted = state.get(state.RUN)
if wanted is not None and wanted not in by_id:
    st.warning("That run is not here. It may have been deleted.", icon=":material/search_off:")
    wanted = None
done = [summary.id for summary in found if summary.status.state is RunState.DONE]
choices = list(dict.fromkeys([*([wanted] if wanted else []), *done])) or list(by_id)


def name(run: str) -> str:
    """Return what the list of runs calls a run."""
    summary = by_id[run]
    when = words.age(summary.status.created, time.time())
    return f"{words.shorten(progress.title(summary.spec), at_most=50)} · {when}"


def choose() -> None:
    """Go to another run, without the old one's gene."""
    state.put(state.RUN, st.session_state["network_run"])
    state.put(state.GENE, None)


def unfinished(summary: RunSummary) -> None:
    """Show a run that has no network yet, and open it when it has."""

    @st.fragment(run_every=1.0 if summary.status.state.is_live else None)
    def watch() -> None:
        status = runs.status(summary.path)
        if status.state is RunState.DONE:
            st.rerun()
        with st.container(border=True, key="unfinished"):
            progress.badge(status.state)
            if status.state.is_live:
                progress.bar(status, key=summary.id, now=time.time())
                st.caption("The network opens here as soon as it is done.")
            elif status.error is not None:
                errors.show(status.error)
            st.page_link(
                layout.RUNS,
                label="Look at the run",
                icon=":material/list:",
                query_params={"run": summary.id},
            )

    watch()


controls = st.columns([5, 4, 4], gap="medium", vertical_alignment="bottom")
run = wanted or choices[0]
with controls[0]:
    st.selectbox(
        "Run",
        choices,
        index=choices.index(run),
        format_func=name,
        key="network_run",
        on_change=choose,
    )
if by_id[run].status.state is not RunState.DONE:
    unfinished(by_id[run])
    st.stop()
network = cached.network(by_id[run])
if network.n_links == 0:
    layout.empty("**This network has no link.** No regulator explains any target.")
    st.stop()
with controls[1]:
    cut = picture.choose_cut(network.n_links)
with controls[2]:
    gene = picture.choose_gene(network.genes)
with st.container(key="split"):
    graph, table = st.columns([5, 3], gap="medium")
with graph:
    picture.show(network, cut=cut, gene=gene)
with table:
    ranked.show(network, gene=gene)
