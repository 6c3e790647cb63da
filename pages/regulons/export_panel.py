"""Export of regulons and of their activity, and the address of the view."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from genie3_engine import labels
from genie3_engine.regulons import activity_exports, exports
from genie3_engine.regulons.method_sentences import regulon_sentences
from genie3_engine.regulons.regulon import RegulonSet
from genie3_engine.regulons.selection import RegulonOptions
from genie3_engine.runs import RunSummary
from pages.regulons.controls import ActivityChoice
from ui import downloads, regulons, text_format


def show(
    summary: RunSummary,
    options: RegulonOptions,
    choice: ActivityChoice | None,
    found: RegulonSet,
) -> None:
    """Offer all exports; a file is written when its button is pressed."""
    box = st.expander("Export", icon=":material/download:", key="export", on_change="rerun")
    if not box.open:
        return
    name = text_format.file_name(summary.title)
    with box, st.container(horizontal=True, vertical_alignment="bottom"):
        form = exports.FORMATS[
            st.selectbox(
                "Format of the regulons",
                list(exports.FORMATS),
                format_func=lambda each: f"{each}, for {exports.FORMATS[each].purpose}",
                key="take_regulons_as",
                width=260,
            )
        ]
        downloads.file_button(
            f"{labels.count(len(found), 'regulon')} as {form.name}",
            lambda file: form.write(found, file),
            file_name=f"{name}-regulons{form.suffixes[0]}",
            mime=form.mime,
            key="take_regulons",
        )
        if choice is not None:
            _activity(summary, options, choice, name)
    with box:
        st.caption("For a paper's methods, after the paragraph of the run:")
        text = (
            regulon_sentences(options)
            if choice is None
            else regulon_sentences(options, top_share=choice.top_share, seed=choice.seed)
        )
        st.code(text, language=None, wrap_lines=True)
        st.caption("This address opens the same regulons:")
        query = urlencode(st.query_params.to_dict())
        st.code(f"{(st.context.url or '').partition('?')[0]}?{query}", language=None)


def _activity(
    summary: RunSummary, options: RegulonOptions, choice: ActivityChoice, name: str
) -> None:
    form = activity_exports.FORMATS[
        st.selectbox(
            "Format of the activity",
            list(activity_exports.FORMATS),
            key="take_activity_as",
            width=160,
        )
    ]

    def write(file: downloads.Writable) -> None:
        form.write(
            regulons.activity(summary, options, top_share=choice.top_share, seed=choice.seed), file
        )

    downloads.file_button(
        f"Activity as {form.name}",
        write,
        file_name=f"{name}-activity{form.suffix}",
        mime=form.mime,
        key="take_activity",
    )
