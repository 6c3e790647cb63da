"""Comparison of two finished runs as they are: overlap, rank correlation, links of one alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.model import ForestSpec, LayoutSpec, setting_rows, settings_of
from genie3_engine.networks import overlap
from genie3_engine.networks.figures import overlap_figure
from genie3_engine.networks.links import n_links
from genie3_engine.networks.overlap import NetworkOverlap
from genie3_engine.runs import RunSummary
from ui import charts, downloads, errors, gene_labels, layout, navigation, state, text_format

_FIRST_TOP = 1_000
_MOST_LISTED = 100_000
_MOST_UNASKED = 20_000_000
_HEIGHT = 460
_SHOWN = {"either": "Either", "both": "Both", "first": "First only", "second": "Second only"}
_COLUMNS = {
    "regulator": st.column_config.TextColumn("Regulator"),
    "target": st.column_config.TextColumn("Target"),
    "rank_1": st.column_config.NumberColumn("Rank, first", format="localized", width=96),
    "rank_2": st.column_config.NumberColumn("Rank, second", format="localized", width=104),
    "importance_1": st.column_config.NumberColumn("Importance, first", format="%.4f", width=124),
    "importance_2": st.column_config.NumberColumn("Importance, second", format="%.4f", width=136),
    "presence": st.column_config.TextColumn("Among the strongest of", width=150),
}


def show(done: Sequence[RunSummary]) -> None:
    """Choose two finished runs and compare their links."""
    if not done:
        layout.empty(
            "**No finished network yet.** Explore the sample, or infer one from your data.",
            (navigation.HOME, "Try the sample", ":material/science:"),
            (navigation.DATA, "Choose data", ":material/table:"),
        )
        return
    if len(done) == 1:
        layout.empty(
            "**One network only.** Infer another one, with another method, seed or setting.",
            (navigation.INFER, "Infer a network", ":material/tune:"),
        )
        return
    first, second = _chosen(done)
    state.put(state.RUN, first.id)
    state.put(state.SECOND, second.id)
    _choose(first, second, done)
    _settings(first, second)
    with errors.shown():
        if not _may_compare(first, second):
            return
        found = _overlap(first.path, second.path, first.status.ended, second.status.ended)
        _result(found, first, second)


def _may_compare(first: RunSummary, second: RunSummary) -> bool:
    """Return whether all links are compared: very many only when that is asked for."""
    total = sum(n_links(run.path) for run in (first, second))
    if total <= _MOST_UNASKED:
        return True
    st.caption(
        f"Both networks together have {total:,} links. Comparing them takes about "
        f"{labels.size(overlap.BYTES_A_LINK * total)} of memory."
    )
    return bool(st.toggle("Compare all links", key=f"compare_all_{first.id}_{second.id}"))


def _chosen(done: Sequence[RunSummary]) -> tuple[RunSummary, RunSummary]:
    """Return the runs of the address, else the newest and the next one of the same data."""
    by_id = {run.id: run for run in done}
    for key in (state.RUN, state.SECOND):
        if (state.asked(key) or next(iter(by_id))) not in by_id:
            st.warning(
                "A run to compare has no network: it is not done, or it was deleted.",
                icon=":material/search_off:",
            )
    first = by_id.get(state.get(state.RUN) or "", done[0])
    others = [run for run in _same_data_first(done, first) if run.id != first.id]
    second = by_id.get(state.get(state.SECOND) or "", others[0])
    return first, second if second.id != first.id else others[0]


def _same_data_first(done: Sequence[RunSummary], of: RunSummary) -> list[RunSummary]:
    return sorted(done, key=lambda run: run.spec.dataset != of.spec.dataset)


def _choose(first: RunSummary, second: RunSummary, done: Sequence[RunSummary]) -> None:
    left, between, right = st.columns([8, 1, 8], gap="small", vertical_alignment="bottom")
    with left:
        _box("First run", state.RUN, first, other=second, done=done)

    def swap() -> None:
        state.put(state.RUN, second.id)
        state.put(state.SECOND, first.id)

    between.button(
        "", icon=":material/swap_horiz:", key="swap_runs", help="Exchange the runs", on_click=swap
    )
    with right:
        _box("Second run", state.SECOND, second, other=first, done=done)


def _box(
    title: str, key: str, chosen: RunSummary, *, other: RunSummary, done: Sequence[RunSummary]
) -> None:
    offered = {run.id: _name(run) for run in _same_data_first(done, other) if run.id != other.id}
    widget = f"compare_{key}_{chosen.id}_{other.id}"
    st.selectbox(
        title,
        list(offered),
        index=list(offered).index(chosen.id),
        format_func=offered.__getitem__,
        key=widget,
        on_change=lambda: state.put(key, state.value(widget)),
    )


def _name(run: RunSummary) -> str:
    method = dict(setting_rows(run.spec)).get("Method", "")
    return text_format.shorten(f"{run.title} ({method})" if method else run.title, at_most=60)


def _settings(first: RunSummary, second: RunSummary) -> None:
    """Show the settings in which the runs differ."""
    rows = [dict([*_data(run), *setting_rows(run.spec)]) for run in (first, second)]
    names = dict.fromkeys([*rows[0], *rows[1]])
    work = {"Shard", *(setting.label for setting in settings_of(LayoutSpec).values())}
    differing = [
        {"Setting": name, "First run": rows[0].get(name, "–"), "Second run": rows[1].get(name, "–")}
        for name in names
        if rows[0].get(name) != rows[1].get(name) and name not in work
    ]
    if not differing:
        st.caption("Both runs have the same data and settings.")
        return
    if [each["Setting"] for each in differing] == [settings_of(ForestSpec)["seed"].label]:
        st.caption(
            "Only the seed differs: what the runs do not have in common is due to the random "
            "choices of the method, and falls with more trees."
        )
    with st.expander(
        f"Settings that differ: {', '.join(each['Setting'] for each in differing)}",
        icon=":material/tune:",
    ):
        st.dataframe(pd.DataFrame(differing), hide_index=True, key="differing_settings")


def _data(run: RunSummary) -> list[tuple[str, str]]:
    return [("Data", f"{run.spec.source or 'unnamed'} ({run.spec.dataset[:8]})")]


def _result(found: NetworkOverlap, first: RunSummary, second: RunSummary) -> None:
    if not found.n_first or not found.n_second:
        st.info("One of the networks has no link between genes of both.", icon=":material/info:")
        return
    top = _choose_top(max(found.n_first, found.n_second))
    links = _strongest(first.path, second.path, first.status.ended, second.status.ended, top)
    _measures(found, links, top)
    with st.container(key="split"):
        curve, table = st.columns([2, 3], gap="medium")
    with curve:
        st.subheader("How much is in common", anchor=False)
        charts.show(
            overlap_figure(found.curve, n_links=top, dark=charts.is_dark()),
            key="overlap_curve",
            name=f"overlap of {first.title} and {second.title}",
            numbers=found.curve,
            alt="Overlap and Jaccard index of the strongest links of two networks, by number.",
        )
    with table:
        st.subheader("Links", anchor=False)
        name = text_format.file_name(f"{first.title}-and-{second.title}")
        tables = (runs.gene_table(run.spec.dataset) for run in (first, second))
        _links(links, next(filter(None, tables), NO_GENE_TABLE), name=name)
    st.caption(_left_out(found))


def _choose_top(most: int) -> int:
    most = min(most, _MOST_LISTED)
    asked = state.get(state.TOP) or ""
    top = int(asked) if asked.isdecimal() and len(asked) < 10 else _FIRST_TOP
    top = max(1, min(top, most))
    state.set_value("compare_top", top)
    st.number_input(
        "Strongest links of each",
        1,
        most,
        key="compare_top",
        step=max(1, min(100, most // 10)),
        on_change=lambda: state.put(state.TOP, str(state.value("compare_top"))),
        width=220,
    )
    return top


def _measures(found: NetworkOverlap, links: pd.DataFrame, top: int) -> None:
    n_common = int((links["presence"] == "both").sum())
    smaller, larger = sorted((min(top, found.n_first), min(top, found.n_second)))
    with st.container(horizontal=True, gap="medium", key="overlap_measures"):
        st.metric(
            f"In both top {top:,}",
            f"{n_common:,}",
            delta_description=f"overlap {labels.percent(n_common / smaller)}; by chance "
            f"{labels.percent(larger / found.n_pairs)}",
            help="Links that are among the strongest of both, and their share of these.",
            width=180,
        )
        st.metric(
            "Jaccard index",
            f"{n_common / len(links):.3f}",
            delta_description="common links over those of either",
            help=f"Of the strongest {top:,} links of each network.",
            width=180,
        )
        st.metric(
            "Rank correlation",
            _number(found.spearman_common),
            delta_description=f"over {labels.count(found.n_common, 'common link')}",
            help="Spearman's, of the links that both networks have. Over the links of either it is "
            f"{_number(found.spearman_all)}: there, links that a network does not have share its "
            "last rank.",
            width=180,
        )
        st.metric(
            "In one network only",
            f"{found.n_only_first + found.n_only_second:,}",
            delta_description=f"first {found.n_only_first:,}, second {found.n_only_second:,}",
            help="Links that the other network does not have at all, among the pairs of genes that "
            "both runs considered. A network that keeps few links for each target does not have "
            "the weak ones.",
            width=180,
        )


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _links(table: pd.DataFrame, gene_table: GeneTable, *, name: str) -> None:
    counts = table["presence"].value_counts()
    which = st.segmented_control(
        "Links shown",
        list(_SHOWN),
        format_func=lambda each: (
            f"{_SHOWN[each]} ({len(table) if each == 'either' else counts.get(each, 0):,})"
        ),
        default="either",
        required=True,
        key="compare_presence",
        label_visibility="collapsed",
    )
    shown = table if which == "either" else table[table["presence"] == which]
    genes = ("regulator", "target")
    shown, columns = gene_labels.labelled(shown, _COLUMNS, genes=genes, gene_table=gene_table)
    st.dataframe(
        shown,
        hide_index=True,
        height=_HEIGHT,
        key=f"compared_links_{which}",
        column_config=columns,
        column_order=list(columns),
    )
    downloads.table_buttons(shown, name=name, key="compared")


def _left_out(found: NetworkOverlap) -> str:
    words = (
        f"Compared: {labels.count(found.n_pairs, 'pair')} of a regulator and a target that both "
        f"runs considered. The first network has {found.n_first:,} of these links, the second "
        f"{found.n_second:,}."
    )
    left = found.n_left_out_first, found.n_left_out_second
    if any(left):
        words += (
            f" Left out because the other run did not consider the pair: {left[0]:,} of the "
            f"first, {left[1]:,} of the second."
        )
    return words


@st.cache_resource(max_entries=8, show_spinner="Comparing all links…")
def _overlap(
    first: Path, second: Path, first_ended: float | None, second_ended: float | None
) -> NetworkOverlap:
    return overlap.network_overlap(first, second)


@st.cache_data(max_entries=16, show_spinner="Finding the strongest links…")
def _strongest(
    first: Path, second: Path, first_ended: float | None, second_ended: float | None, top: int
) -> pd.DataFrame:
    return overlap.strongest_of_either(first, second, top)
