"""The sample sheet: how it was found, an upload, and a table to edit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import runs
from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sample_sheet import PERTURBATIONS, SampleSheet
from genie3_engine.data.sheet_columns import SheetColumn, SheetRole
from genie3_engine.data.sheet_entries import describe_sheet
from genie3_engine.data.sheet_files import read_sheet_columns, sheet_text
from genie3_engine.data.sheet_sources import (
    AUTO,
    DIAGONAL,
    NAMES,
    SUBJECT,
    FoundSheet,
    find_sheet,
    sheet_of_columns,
)
from genie3_engine.errors import Genie3Error
from genie3_engine.runs import DatasetInfo
from pages.data import file_reading, session_dataset
from pages.data.session_dataset import Reading
from ui import actions, errors, state, text_format, uploads

_FILE_NAME = "sample_sheet.tsv"
_MOST_EDITED = 5_000
_OFFER = ":blue[:material/lightbulb:]"
_NAME = "The sample sheet"


def show(info: DatasetInfo, sheet: SampleSheet | None) -> None:
    """Show the sample sheet of a data set, and take another one.

    Parameters
    ----------
    info : DatasetInfo
        The stored data set.
    sheet : SampleSheet or None
        Its sheet.
    """
    with errors.shown():
        file = file_reading.file_of(info)
        decisions = [Decision.from_dict(each) for each in file.report.get("decisions") or ()]
        decisions = [each for each in decisions if each.subject == SUBJECT]
        open_questions = [each for each in decisions if _is_open(each)]
        with st.container(key="sample_sheet"):
            for place, decision in enumerate(open_questions):
                with st.container(border=True, gap="xsmall"):
                    icon = _OFFER if decision.certainty is Certainty.CLEAR else None
                    file_reading.show_decision(decision, f"sheet_guess_{place}", file, icon=icon)
            # Another label would be another panel, which is closed.
            panel = st.expander(
                "Sample sheet", icon=":material/timeline:", key="sheet_panel", on_change="rerun"
            )
            with panel:
                if panel.open:
                    st.caption(
                        "Time series, perturbed genes, replicates and blocks of the samples. "
                        "Methods for time series and knock-outs need it; the others ignore it."
                    )
                    for place, decision in enumerate(decisions):
                        if decision not in open_questions:
                            file_reading.show_decision(decision, f"sheet_{place}", file)
                    _upload(info)
                    _edit(info, session_dataset.samples_of(info))
            if sheet is not None and not panel.open:
                described = describe_sheet(sheet)
                described = f"{described[:1].upper()}{described[1:]}."
                st.caption(text_format.plain(described, at_most=300))


def _is_open(decision: Decision) -> bool:
    """Return whether the user should look at a decision: a guess, or a sheet that is offered."""
    offered = {other.options.get("sample_sheet") for other in decision.alternatives}
    is_offer = decision.certainty is Certainty.CLEAR and not offered.isdisjoint((NAMES, DIAGONAL))
    return decision.certainty is Certainty.GUESS or is_offer


def _upload(info: DatasetInfo) -> None:
    key = f"sheet_file_{info.fingerprint[:16]}"
    st.file_uploader(
        "A table with a row for each sample, and columns such as sample, series, time, perturbed",
        type=list(uploads.LISTS),
        key=key,
        max_upload_size=20,
        on_change=actions.perform,
        args=(key, _use_file, info, key),
    )
    actions.show_error(key, may_repeat=True)


def _use_file(info: DatasetInfo, key: str) -> None:
    given = state.value(key)
    if given is None:
        return
    sheet = uploads.keep([(given.name, given)])
    with uploads.errors_by_name(sheet):
        _use(info, sheet)


def _use(info: DatasetInfo, sheet: runs.Upload) -> None:
    """Use an uploaded sheet; one that cannot be used is not kept."""
    upload = session_dataset.upload_of(info)
    try:
        if upload is None:
            facts = session_dataset.facts_of(session_dataset.samples_of(info))
            columns = read_sheet_columns(sheet.path)
            found = sheet_of_columns(facts, columns, name=sheet.name)
            session_dataset.store_sheet(info, found)
            runs.drop_upload(sheet.id)
        else:
            reading = Reading.from_dict(info.labels.reading)
            reading = replace(reading, sample_sheet=sheet.id, sheet_columns=())
            session_dataset.load_with_sheet(upload, reading)
            session_dataset.carry_choices(info)
    except Genie3Error:
        runs.drop_upload(sheet.id)
        raise


def _edit(info: DatasetInfo, raw: RawExpression) -> None:
    """Show the sheet as a table to edit, what is wrong with it, and the buttons."""
    if raw.n_samples > _MOST_EDITED:
        st.caption(f"There are {raw.n_samples:,} samples: edit the sheet as a file.")
        _download(raw)
        return
    frame = _frame(raw)
    edited = st.data_editor(
        frame,
        hide_index=True,
        num_rows="fixed",
        placeholder="",
        disabled=[SheetRole.SAMPLE.value],
        column_config=_config(),
        key=f"sheet_table_{info.fingerprint[:16]}",
    )
    columns = _columns(edited)
    is_changed = columns != _columns(frame)
    problem = _problem(raw, columns) if is_changed else None
    if problem is not None:
        errors.show(problem)
    with st.container(horizontal=True):
        actions.button(
            "Use the edited sheet",
            _use_edited,
            info,
            columns,
            icon=":material/save:",
            key="use_sheet",
            type="primary" if is_changed and problem is None else "secondary",
            disabled=not is_changed or problem is not None,
        )
        _download(raw)
        if _is_own(info):
            actions.button("Reset", _reset, info, icon=":material/undo:", key="reset_sheet")


def _problem(raw: RawExpression, columns: Sequence[SheetColumn]) -> Genie3Error | None:
    """Return what is wrong with an edited sheet."""
    if _is_blank(columns):
        return None
    try:
        _found(raw, columns)
    except Genie3Error as error:
        return error
    return None


def _found(raw: RawExpression, columns: Sequence[SheetColumn]) -> FoundSheet:
    return sheet_of_columns(session_dataset.facts_of(raw), columns, name=_NAME)


def _is_blank(columns: Sequence[SheetColumn]) -> bool:
    return all(each.is_blank for each in columns if each.label != SheetRole.SAMPLE)


def _use_edited(info: DatasetInfo, columns: Sequence[SheetColumn]) -> None:
    raw = session_dataset.samples_of(info)
    if _is_blank(columns):
        _without_sheet(info)
        return
    text = sheet_text(raw.samples, _found(raw, columns).sheet)
    _use(info, uploads.keep_text(text, name=_FILE_NAME))


def _without_sheet(info: DatasetInfo) -> None:
    _read(info, "none")


def _reset(info: DatasetInfo) -> None:
    _read(info, AUTO)


def _read(info: DatasetInfo, source: str) -> None:
    """Find the sheet in another way: as detected, or none."""
    upload = session_dataset.upload_of(info)
    if upload is None:
        facts = session_dataset.facts_of(session_dataset.samples_of(info))
        session_dataset.store_sheet(info, find_sheet(facts, source=source))
        return
    reading = Reading.from_dict(info.labels.reading)
    reading = replace(reading, sample_sheet=source, sheet_columns=())
    session_dataset.load_with_sheet(upload, reading)
    session_dataset.carry_choices(info)


def _is_own(info: DatasetInfo) -> bool:
    """Return whether the sheet is not as it was detected."""
    reading = Reading.from_dict(info.labels.reading)
    if session_dataset.upload_of(info) is None:
        return bool(info.provides)
    return reading.sample_sheet != AUTO or bool(reading.sheet_columns)


def _download(raw: RawExpression) -> None:
    st.download_button(
        "Download",
        data=lambda: sheet_text(raw.samples, raw.sheet),
        file_name=_FILE_NAME,
        mime="text/tab-separated-values",
        icon=":material/download:",
        key="download_sheet",
        on_click="ignore",
    )


def _frame(raw: RawExpression) -> pd.DataFrame:
    n = raw.n_samples
    nothing = ("", math.nan, (), "", "", "")
    rows = [nothing if raw.sheet is None else raw.sheet.row(place) for place in range(n)]
    series, time, genes, kind, replicate, block = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            SheetRole.SAMPLE.value: list(raw.samples),
            SheetRole.SERIES.value: list(series),
            SheetRole.TIME.value: pd.Series(time, dtype="float64"),
            SheetRole.PERTURBED.value: [" + ".join(each) for each in genes],
            SheetRole.PERTURBATION.value: list(kind),
            SheetRole.REPLICATE.value: list(replicate),
            SheetRole.BLOCK.value: list(block),
        }
    )


def _columns(frame: pd.DataFrame) -> tuple[SheetColumn, ...]:
    """Return the table as texts, as a file has them."""
    return tuple(
        SheetColumn(str(name), tuple(_text(entry) for entry in frame[name])) for name in frame
    )


def _text(entry: Any) -> str:  # noqa: ANN401 -- of a table
    if entry is None or (isinstance(entry, float) and math.isnan(entry)):
        return ""
    return " ".join(str(entry).split())


def _config() -> dict[str, Any]:
    columns = st.column_config
    return {
        SheetRole.SAMPLE.value: columns.TextColumn("Sample", pinned=True),
        SheetRole.SERIES.value: columns.TextColumn(
            "Series", help="Name of the time series; empty for a steady state"
        ),
        SheetRole.TIME.value: columns.NumberColumn("Time", help="Within its series"),
        SheetRole.PERTURBED.value: columns.TextColumn(
            "Perturbed", help="Perturbed gene; several with + between"
        ),
        SheetRole.PERTURBATION.value: columns.SelectboxColumn(
            "How",
            options=["", *PERTURBATIONS],
            help="KO: knocked out. KD: knocked down. OE: overexpressed",
        ),
        SheetRole.REPLICATE.value: columns.TextColumn("Replicate"),
        SheetRole.BLOCK.value: columns.TextColumn("Block", help="Batch or block"),
    }
