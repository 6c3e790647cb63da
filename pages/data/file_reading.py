"""How the file was read: each decision with other readings, and the roles of rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.data.sheet_sources import SUBJECT, sheet_options
from genie3_engine.data.table_corner import CornerLine, Role, TableCorner
from genie3_engine.errors import Genie3Error
from genie3_engine.runs import DatasetInfo, Upload
from pages.data import session_dataset
from pages.data.session_dataset import Reading
from ui import actions, errors, state, text_format

Choices = dict[Role, dict[str, Any]]
_ICONS = {
    Certainty.CLEAR: ":green[:material/check:]",
    Certainty.GUESS: ":orange[:material/help:]",
    Certainty.TOLD: ":blue[:material/person:]",
}
_LABELS = {
    Role.NAMES: "Names",
    Role.GENE: "Gene",
    Role.SAMPLE: "Sample",
    Role.TEXT: "Not used",
    Role.SET_ASIDE: "Set aside",
}
# Half transparent, so that both a light and a dark page show through.
_COLOURS = {
    Role.NAMES: "background-color: rgba(0, 114, 178, 0.25)",
    Role.TEXT: "background-color: rgba(128, 128, 128, 0.2); font-style: italic",
    Role.SET_ASIDE: "background-color: rgba(213, 94, 0, 0.25); text-decoration: line-through",
}


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that was read, and how to read it again.

    Parameters
    ----------
    report : mapping
        What a `ReadReport` describes of itself.
    reading : Reading
        How it was read.
    key : str
        Part of the keys of widgets, another one for another reading.
    read_again : callable or None
        Reads it with another `Reading`; None when the file is gone.
    """

    report: Mapping[str, Any]
    reading: Reading
    key: str
    read_again: Callable[[Reading], None] | None

    def read_with(self, options: Mapping[str, Any]) -> None:
        """Read the file with further options of `read_raw`."""
        if self.read_again is not None:
            self.read_again(with_options(self.reading, options))


def show(info: DatasetInfo) -> None:
    """Show how the file of a data set was read, and offer the other readings.

    Parameters
    ----------
    info : DatasetInfo
        The stored data set; nothing is shown when it was not read from a file.
    """
    with errors.shown():
        _show(file_of(info))


def file_of(info: DatasetInfo) -> OpenFile:
    """Return the file of a stored data set, and how to read it again."""
    upload = session_dataset.upload_of(info)
    reading = Reading.from_dict(info.labels.reading)
    again = None if upload is None else partial(_read_again, info, upload)
    return OpenFile(info.report or {}, reading, info.fingerprint[:12], again)


def _read_again(info: DatasetInfo, upload: Upload, reading: Reading) -> None:
    session_dataset.load(upload, reading)
    session_dataset.carry_choices(info)


def show_pending(upload: Upload, reading: Reading) -> None:
    """Show how an upload that cannot be used as it is was read; nothing when it is not readable."""
    try:
        report = session_dataset.report_of(upload, reading)
    except Genie3Error:
        return
    _show(
        OpenFile(report.to_dict(), reading, upload.id[:12], partial(session_dataset.load, upload))
    )


def _show(file: OpenFile) -> None:
    found = (Decision.from_dict(each) for each in file.report.get("decisions") or ())
    decisions = [each for each in found if each.subject != SUBJECT]  # the sheet has its own panel
    if not decisions:
        return
    guesses = [each for each in decisions if each.certainty is Certainty.GUESS]
    others = [each for each in decisions if each.certainty is not Certainty.GUESS]
    with st.container(key="reading"):
        for place, decision in enumerate(guesses):
            with st.container(border=True, gap="xsmall"):
                show_decision(decision, f"guess_{place}", file)
        aside = sum(len(each.names) for each in decisions if each.subject == "set-aside")
        note = f" · {aside} set aside" if aside else ""
        with st.expander(f"How the file was read{note}", icon=":material/rule:"):
            for place, decision in enumerate(others):
                show_decision(decision, f"decision_{place}", file)
            corner = file.report.get("corner")
            if corner:
                _corner(TableCorner.from_dict(corner), file)
            if file.read_again is None:
                st.caption("To read the file in another way, upload it again.")
            elif file.reading != _as_detected(file.reading):
                actions.button(
                    "Read as detected",
                    file.read_again,
                    _as_detected(file.reading),
                    icon=":material/undo:",
                    key="read_as_detected",
                )


def _as_detected(reading: Reading) -> Reading:
    return Reading(
        sheet=reading.sheet,
        layer=reading.layer,
        sample_sheet=reading.sample_sheet,
        sheet_columns=reading.sheet_columns,
        recipe=reading.recipe,
    )


def show_decision(decision: Decision, key: str, file: OpenFile, *, icon: str | None = None) -> None:
    """Show what was taken for what and why, with a button for each other reading.

    Parameters
    ----------
    decision : Decision
        What is shown.
    key : str
        Begins the keys of the buttons.
    file : OpenFile
        What is read again.
    icon : str, optional
        In place of that of its certainty.
    """
    taken = text_format.plain(decision.taken, at_most=400)
    text = f"**{taken}**" if decision.certainty is Certainty.GUESS else taken
    is_same = decision.evidence.startswith(decision.taken.rstrip("."))
    reason = decision.evidence.partition(": ")[2] if is_same else decision.evidence
    evidence = text_format.plain(reason, at_most=600)
    guess = " This is a guess." if decision.certainty is Certainty.GUESS else ""
    st.markdown(f"{icon or _ICONS[decision.certainty]} {text}{guess} :small[{evidence}]")
    if file.read_again is None or not decision.alternatives:
        return
    with st.container(horizontal=True, gap="small"):
        for place, other in enumerate(decision.alternatives):
            actions.button(
                text_format.plain(other.label),
                file.read_with,
                other.options,
                key=f"{key}_{place}",
                help=text_format.plain(other.command_line, at_most=300),
            )


def with_options(reading: Reading, options: Mapping[str, Any]) -> Reading:
    """Return a reading with further options of `read_raw`.

    Parameters
    ----------
    reading : Reading
        The present one.
    options : mapping of str to object
        Keyword arguments; what is set aside or kept is added to what was.
    """
    changes = dict(options)
    if "sheet_columns" in options:
        columns = sheet_options((*reading.sheet_columns, *options["sheet_columns"]))
        changes["sheet_columns"] = tuple(f"{role}={column}" for role, column in columns.items())
    for key, opposite in (("set_aside", "keep"), ("keep", "set_aside")):
        if key not in options:
            continue
        names = options[key]
        added = (names,) if isinstance(names, str) else tuple(names)
        changes[key] = tuple(dict.fromkeys((*getattr(reading, key), *added)))
        left = changes.get(opposite, getattr(reading, opposite))
        changes[opposite] = tuple(name for name in left if name not in added)
    return replace(reading, **changes)


def _corner(corner: TableCorner, file: OpenFile) -> None:
    """Show the first cells, coloured by role, with a menu for each column and row."""
    frame = pd.DataFrame(
        [[line.cells[i] for line in corner.columns] for i in range(len(corner.rows))],
        columns=pd.RangeIndex(len(corner.columns)).map(str),
    )
    styles = pd.DataFrame(
        [
            [
                _COLOURS.get(row.role if row.role is Role.SET_ASIDE else line.role, "")
                for line in corner.columns
            ]
            for row in corner.rows
        ],
        index=frame.index,
        columns=frame.columns,
    )
    config: dict[str, Any] = {
        str(i): st.column_config.TextColumn(
            f"{_LABELS[line.role]}: {text_format.shorten(line.name, at_most=30) or '(no name)'}"
        )
        for i, line in enumerate(corner.columns)
    }
    st.dataframe(
        frame.style.apply(lambda _: styles, axis=None),
        hide_index=True,
        column_config=config,
        key="corner",
    )
    st.caption("Blue: names. Orange: set aside. Grey: text that is not used.")
    if file.read_again is None:
        return
    st.caption("Columns")
    with st.container(horizontal=True, gap="small"):
        for place, line in enumerate(corner.columns):
            _menu(line, f"column_{file.key}_{place}", file, _column_choices(line, place, corner))
    st.caption("Rows")
    header = [CornerLine("header", Role.NAMES)] if corner.has_header else []
    with st.container(horizontal=True, gap="small"):
        for place, line in enumerate([*header, *corner.rows]):
            _menu(line, f"row_{file.key}_{place}", file, _row_choices(line, place, corner))


def _menu(line: CornerLine, key: str, file: OpenFile, choices: Choices) -> None:
    def choose() -> None:
        actions.perform(key, file.read_with, choices[state.value(key)])

    st.selectbox(
        text_format.plain(line.name or "(no name)", at_most=24),
        list(choices),
        index=list(choices).index(line.role),
        format_func=_LABELS.__getitem__,
        key=key,
        on_change=choose,
        width=150,
    )
    actions.show_error(key, may_repeat=True)


def _column_choices(line: CornerLine, place: int, corner: TableCorner) -> Choices:
    """Return what a column can be, with the options of `read_raw` that make it so."""
    name: str | int = line.name or place + 1
    if line.role is Role.TEXT:
        key = "gene_names" if _across(corner) is Role.SAMPLE else "name_column"
        return {Role.TEXT: {}, Role.NAMES: {key: name}}
    if line.role is Role.NAMES:
        return {Role.NAMES: {}, _across(corner): {"name_column": "none"}}
    return {
        _across(corner): {"keep": (line.name,)},
        Role.NAMES: {"name_column": name},
        Role.SET_ASIDE: {"set_aside": (line.name,)},
    }


def _row_choices(line: CornerLine, place: int, corner: TableCorner) -> Choices:
    """Return what a row can be, with the options of `read_raw` that make it so."""
    along = Role.GENE if _across(corner) is Role.SAMPLE else Role.SAMPLE
    if line.role is Role.NAMES:
        return {Role.NAMES: {}, along: {"header_row": "none"}}
    return {
        along: {"keep": (line.name,)},
        Role.NAMES: {"header_row": place + 1},
        Role.SET_ASIDE: {"set_aside": (line.name,)},
    }


def _across(corner: TableCorner) -> Role:
    """Return what the columns of numbers are."""
    roles = {line.role for line in corner.columns}
    return Role.GENE if Role.GENE in roles else Role.SAMPLE
