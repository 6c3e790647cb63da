"""The data set of a session: read, diagnosed and fixed, with cached results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.gene_table import EXPRESSION_FILE
from genie3_engine.data.joined_files import JOINED
from genie3_engine.data.prepare import Prepared, read_raw
from genie3_engine.data.quality import (
    Diagnosis,
    Effect,
    RecipeResult,
    apply,
    diagnose,
    finalise,
    parse_recipe,
)
from genie3_engine.data.raw_expression import RawExpression, ReadReport
from genie3_engine.data.sheet_sources import AUTO, SOURCES, SUBJECT, FoundSheet, SampleFacts
from genie3_engine.errors import Genie3Error
from genie3_engine.model import ErrorRecord
from genie3_engine.runs import DatasetInfo, Upload
from ui import cache, state, uploads


@dataclass(frozen=True, slots=True)
class Reading:
    """How an upload is read: the user's choices; everything else is detected.

    Parameters
    ----------
    orientation : str
        ``auto``, ``genes-in-rows`` or ``genes-in-columns``.
    sheet, layer : str or None
        Which sheet of a workbook, which layer of a single-cell file.
    header_row, name_column : str or int
        Where the names of the columns and of the rows are: ``auto``, ``none``, or which.
    set_aside, keep : tuple of str
        Columns and rows that are not measurements, and such that are.
    gene_names : str or None
        The column with the names of the genes, where there are several.
    sample_sheet : str
        Where the sample sheet is from: ``auto``, ``none``, ``names``, ``diagonal``, or the id of
        its upload.
    sheet_columns : tuple of str
        Columns of the sample sheet by their roles, such as ``time=hours``.
    recipe : tuple of str
        Fixes, in their order.
    """

    orientation: str = "auto"
    sheet: str | None = None
    layer: str | None = None
    header_row: str | int = "auto"
    name_column: str | int = "auto"
    set_aside: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    gene_names: str | None = None
    sample_sheet: str = AUTO
    sheet_columns: tuple[str, ...] = ()
    recipe: tuple[str, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """Return the keyword arguments of `read_raw`."""
        found = asdict(self)
        del found["recipe"]
        if self.sample_sheet not in SOURCES:
            found["sample_sheet"] = str(runs.open_upload(self.sample_sheet).path)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Reading:
        """Rebuild a reading; missing values are the defaults, unknown ones are ignored."""
        known = {key: values[key] for key in cls.__dataclass_fields__ if values and key in values}
        for key in ("set_aside", "keep", "sheet_columns", "recipe"):
            known[key] = tuple(known.get(key) or ())
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Checked:
    """A diagnosis, and the effects of the fixes that were applied before it."""

    diagnosis: Diagnosis
    effects: tuple[Effect, ...] = ()


@cache.by_home
@st.cache_resource(max_entries=2, show_spinner=False)
def _raw(home: Path, upload: str, reading: Reading) -> tuple[RawExpression, ReadReport]:
    return read_raw(runs.open_upload(upload, home=home).path, **reading.options)


@cache.by_home
@st.cache_data(max_entries=128, show_spinner=False)
def _report(home: Path, upload: str, reading: Reading) -> ReadReport:
    """Return how an upload is read, also after its table has made room for those of others."""
    return _raw(upload, reading)[1]


def _fixed(upload: str, reading: Reading) -> tuple[RecipeResult, ReadReport]:
    raw, report = _raw(upload, replace(reading, recipe=()))
    return apply(raw, parse_recipe(reading.recipe)), report


@cache.by_home
@st.cache_data(max_entries=32, show_spinner="Checking the table…")
def check_upload(
    home: Path, upload: str, reading: Reading, regulators: tuple[str, ...] | None
) -> Checked:
    """Diagnose an upload after its fixes.

    Raises
    ------
    Genie3Error
        When it cannot be read, or a fix cannot be applied.
    """
    result, report = _fixed(upload, reading)
    recipe = parse_recipe(reading.recipe)
    # The decisions of the reading stand in a panel of their own, with their other readings.
    report = replace(report, decisions=())
    diagnosis = diagnose(result.raw, report, regulators=regulators, recipe=recipe)
    return Checked(diagnosis, tuple(result.effects))


@cache.by_home
@st.cache_data(max_entries=32, show_spinner="Checking the table…")
def check_stored(
    home: Path, dataset: str, recipe: tuple[str, ...], regulators: tuple[str, ...] | None
) -> Checked:
    """Diagnose a stored data set without an upload."""
    raw = RawExpression.of(cache.expression(dataset))
    return Checked(diagnose(raw, regulators=regulators, recipe=parse_recipe(recipe)))


def report_of(upload: Upload, reading: Reading) -> ReadReport:
    """Return how an upload is read.

    Raises
    ------
    Genie3Error
        When it cannot be read.
    """
    return _report(upload.id, replace(reading, recipe=()))


def problem_of(upload: Upload, reading: Reading) -> ErrorRecord | None:
    """Return why an upload cannot be used as it is; None when it can."""
    try:
        with uploads.errors_by_name(upload):
            _prepare(upload, reading)
    except Genie3Error as error:
        return ErrorRecord(error.code, error.message, error.remedy)
    return None


def load(upload: Upload, reading: Reading) -> None:
    """Read an upload, store it and choose it; show it in the address when it cannot be used.

    Raises
    ------
    LimitError
        When a limit of the server is reached.
    StorageError
        When the disk is full or may not be written. What is chosen stays as it was.
    """
    try:
        with st.spinner("Reading the table…"), uploads.errors_by_name(upload):
            prepared = _prepare(upload, reading)
    except Genie3Error:  # the page shows the problem
        state.put(state.DATASET, None)
        state.put(state.UPLOAD, upload.id)
        state.put_reading(upload.id, reading)
        return
    dataset = runs.save_dataset(
        prepared.expression,
        name=_name_of(upload, prepared.report),
        report=prepared.to_report(),
    )
    runs.remember_reading(dataset, upload=upload.id, reading=reading.to_dict())
    state.put_reading(upload.id, reading)
    state.put(state.DATASET, dataset)
    state.put(state.UPLOAD, None)


def _name_of(upload: Upload, report: ReadReport) -> str:
    """Return the upload's name, and how many files are joined with it."""
    joined = next((each.names for each in report.decisions if each.subject == JOINED), ())
    return f"{upload.name} and {len(joined) - 1:,} more" if joined else upload.name


def load_with_sheet(upload: Upload, reading: Reading) -> None:
    """Read an upload with another sample sheet, and choose the result.

    Raises
    ------
    Genie3Error
        When the sheet cannot be used; the data set of before stays chosen.
    """
    _prepare(upload, reading)
    load(upload, reading)


def samples_of(info: DatasetInfo) -> RawExpression:
    """Return the data in the order of their samples in the file; the stored order without one."""
    upload = upload_of(info)
    if upload is None:
        return RawExpression.of(cache.expression(info.fingerprint))
    return _raw(upload.id, replace(Reading.from_dict(info.labels.reading), recipe=()))[0]


def facts_of(raw: RawExpression) -> SampleFacts:
    """Return what a sample sheet is matched with."""
    return SampleFacts(raw.samples, raw.genes, raw.has_sample_names)


def store_sheet(info: DatasetInfo, found: FoundSheet) -> None:
    """Give a stored data set without an upload another sample sheet, and choose the result."""
    expression = replace(cache.expression(info.fingerprint), sheet=found.sheet)
    report = dict(info.report or {})
    others = [each for each in report.get("decisions", ()) if each["subject"] != SUBJECT]
    report["decisions"] = [*others, *(each.to_dict() for each in found.decisions)]
    dataset = runs.save_dataset(expression, name=info.name, report=report if info.report else None)
    runs.remember_reading(dataset, upload="", reading=dict(info.labels.reading or {}))
    state.put(state.DATASET, dataset)
    carry_choices(info)


def _prepare(upload: Upload, reading: Reading) -> Prepared:
    """Read as `genie3_engine.data.prepare.prepare` does, with cached steps.

    The command line's ``--fix`` and the page's buttons must give the same matrix.
    """
    result, report = _fixed(upload.id, reading)
    return Prepared(finalise(result.raw, name=upload.name), report, result.effects)


def upload_of(info: DatasetInfo) -> Upload | None:
    """Return the upload that a data set was read from, while it is stored."""
    if not info.labels.upload:
        return None
    try:
        return runs.open_upload(info.labels.upload)
    except Genie3Error:
        return None


def derive(info: DatasetInfo, recipe: tuple[str, ...]) -> None:
    """Apply the last fix of a recipe to a stored data set, and choose the result.

    Raises
    ------
    Genie3Error
        When the fix cannot be applied.
    """
    raw = RawExpression.of(cache.expression(info.fingerprint))
    result = apply(raw, parse_recipe(recipe[-1:]))
    report = dict(info.report or {})
    earlier = list(report.get("recipe", []))
    report["recipe"] = [*earlier, *(effect.to_dict() for effect in result.effects)]
    dataset = runs.save_dataset(
        finalise(result.raw), name=info.name, report=report if info.report else None
    )
    runs.remember_reading(dataset, upload="", reading=Reading(recipe=recipe).to_dict())
    state.put(state.DATASET, dataset)
    carry_choices(info)


def carry_choices(info: DatasetInfo) -> None:
    """Copy regulators and gene table of a data set to the one that was made of it."""
    dataset = state.get(state.DATASET)
    if dataset is None or dataset == info.fingerprint:
        return
    _carry_gene_table(info, dataset)
    chosen = info.labels.regulators
    if chosen is None:
        return
    left = set(chosen).intersection(cache.expression(dataset).genes)
    if left and runs.dataset_info(dataset).labels.regulators is None:
        runs.choose_regulators(dataset, left, chosen_from=info.labels.regulators_from)


def _carry_gene_table(info: DatasetInfo, dataset: str) -> None:
    """Copy the gene table, unless the other data set has one of the user's."""
    table, there = runs.gene_table(info.fingerprint), runs.gene_table(dataset)
    if not table or (there and there.source != EXPRESSION_FILE):
        return
    carried = table.of_genes(cache.expression(dataset).genes)
    if carried.n_known > there.n_known:
        runs.attach_gene_table(dataset, carried, upload=info.labels.gene_table)
