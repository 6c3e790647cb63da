"""Comparison of several runs: table, curves, differences, and what they leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.evaluation import comparison
from genie3_engine.evaluation.bootstrap import Interval
from genie3_engine.evaluation.comparison import MEASURES, MeasuredList
from genie3_engine.evaluation.figures import comparison_figure, comparison_numbers, line_style
from ui import charts, text_format

_NAME = "accuracy of several runs"


def show(lists: Sequence[MeasuredList], *, has_other_data: bool) -> None:
    """Show a comparison of runs, the highest AUPR first."""
    lists = comparison.ranked(lists)
    _table(lists)
    _differences(lists)
    with st.container(key="split_runs"):
        curves, words = st.columns([3, 2], gap="large")
    with curves:
        st.subheader("Both curves", anchor=False)
        charts.show(
            comparison_figure(lists, dark=charts.is_dark()),
            key="comparison",
            name=_NAME,
            numbers=comparison_numbers(lists),
            alt="Precision against recall, and ROC curves, of "
            + ", ".join(f"{each.name}: AUPR {each.accuracy.aupr:.4f}" for each in lists),
        )
    with words:
        st.subheader("What the numbers leave out", anchor=False)
        if has_other_data:
            st.markdown("The runs are of different data: a difference may be that of the data.")
        for sentence in comparison.cautions(lists):
            st.markdown(text_format.plain(sentence, at_most=600))


def _table(lists: Sequence[MeasuredList]) -> None:
    first = lists[0].accuracy
    rows = []
    for each in lists:
        row: dict[str, object] = {"Curve": "●", "Run": each.name, "Method": each.method}
        for measure, label in MEASURES.items():
            row[label] = getattr(each.accuracy, measure)
            row[f"95 % of {label}"] = _ends(each.interval(measure))
        rows.append({**row, "Absent pairs": each.accuracy.n_absent, "Settings": each.settings})
    table = pd.DataFrame(rows)
    colours = [f"color: {line_style(place)[0]}" for place in range(len(lists))]
    formats: dict[Any, Any] = {"Absent pairs": "{:,}", **dict.fromkeys(MEASURES.values(), "{:.4f}")}
    styled = table.style.format(formats).apply(lambda _: colours, subset=["Curve"])
    st.dataframe(
        styled,
        hide_index=True,
        key="compared_runs",
        column_config={
            "Curve": st.column_config.TextColumn("", width=32),
            "Run": st.column_config.TextColumn("Run", width="medium"),
            "Settings": st.column_config.TextColumn("Settings", width="large"),
            **{
                f"95 % of {label}": st.column_config.TextColumn("95 % interval", width=130)
                for label in MEASURES.values()
            },
        },
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.download_button(
            "Table as TSV",
            lambda: comparison.as_tsv(lists),
            file_name=f"{text_format.file_name(_NAME)}.tsv",
            mime="text/tab-separated-values",
            icon=":material/download:",
            key="comparison_tsv",
            type="tertiary",
            on_click="ignore",
        )
        st.caption(
            f"{labels.count(first.n_positives, 'true link')} among {first.n_universe:,} evaluated "
            f"pairs. A random order has AUPR {first.random_precision:.4f} and AUROC 0.5. The top "
            f"is the first {first.n_positives:,} links. Click a heading to sort.",
            help=f"Evaluated: {first.universe}.",
        )


def _ends(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval.low:.4f} to {interval.high:.4f}"


def _differences(lists: Sequence[MeasuredList]) -> None:
    st.subheader("Which run is better", anchor=False)
    if any(each.resamples is None for each in lists):
        st.markdown(comparison.NO_INTERVALS)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(
            "Difference to",
            range(len(lists)),
            format_func=lambda place: text_format.shorten(lists[place].name, at_most=50),
            key=f"reference_{len(lists)}",
            width=260,
        )
        measure = st.selectbox(
            "Measure", list(MEASURES), format_func=MEASURES.__getitem__, key="measure", width=180
        )
    n_resamples = max(len(each.resamples.aupr) for each in lists if each.resamples is not None)
    rows = []
    for each in lists:
        found = comparison.difference(each, lists[place], measure)
        if each is lists[place] or found is None:
            continue
        rows.append(
            {
                "Run": each.name,
                "Verdict": found.verdict,
                "Difference": found.value,
                "95 % interval": f"{found.interval.low:+.4f} to {found.interval.high:+.4f}",
                "Higher in": 100 * found.share_above,
            }
        )
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=f"differences_{place}_{measure}",
        column_config={
            "Run": st.column_config.TextColumn("Run", width="medium"),
            "Verdict": st.column_config.TextColumn("Verdict", width=130),
            "Difference": st.column_config.NumberColumn("Difference", format="%+.4f", width=88),
            "95 % interval": st.column_config.TextColumn("95 % interval", width=140),
            "Higher in": st.column_config.NumberColumn("Higher in", format="%.1f %%", width=76),
        },
    )
    st.caption(
        f"Both runs are measured on the same {n_resamples:,} resamplings of the targets. A "
        "difference is "
        "clear where the interval leaves 0 out, even if the intervals of the two runs overlap."
    )
