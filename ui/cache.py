"""Cached calls of the engine.

Answers about stored data and finished runs never change, so they are kept by the content's hash or
by the run and the moment it ended.
"""

from __future__ import annotations

import io
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import BinaryIO, Concatenate, ParamSpec, TypeVar

import streamlit as st

from genie3_engine import people, runs
from genie3_engine.data.expression import Expression
from genie3_engine.data.raw_expression import ReadReport
from genie3_engine.data.simulate import SimulatedNetwork, sample_network
from genie3_engine.datasets import distributions
from genie3_engine.datasets.distributions import GeneSpread, SampleMap, SampleSpread
from genie3_engine.errors import InputError
from genie3_engine.evaluation.comparison import MeasuredList, measured
from genie3_engine.evaluation.link_files import columns_of
from genie3_engine.evaluation.matches import JudgedLinks, judged_links
from genie3_engine.model import JobState, RunSpec
from genie3_engine.networks.graph_layout import GraphLayout, layout_graph
from genie3_engine.networks.partial_network import PartialNetwork, partial_network
from genie3_engine.reports.methods_paragraph import methods_paragraph
from genie3_engine.runs import DatasetInfo, RunSummary, Upload
from ui.people import at_own_home

SAMPLE_NAME = "Sample data"
_LOOK_SECONDS = 0.9

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def by_home(cached: Callable[Concatenate[Path, _Given], _Answer]) -> Callable[_Given, _Answer]:
    """Return a cached function whose answers are kept by the home of the person at work.

    Parameters
    ----------
    cached : callable
        Its first argument is the home, which belongs to the key of each answer: what one person
        has stored is not found by another one who knows its hash.
    """

    @wraps(cached)
    def answer(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        return cached(people.home(), *args, **kwargs)

    return answer


def save(expression: Expression, *, name: str, report: ReadReport | None = None) -> str:
    """Store a data set and return its fingerprint."""
    about = None if report is None else report.to_dict()
    return runs.save_dataset(expression, name=name, report=about)


def datasets() -> list[DatasetInfo]:
    """Return the stored data sets, newest first."""
    return runs.list_datasets()


class _Look:
    """The last look at the runs of a home, shared by all sessions of its person.

    Streamlit's cache may keep the result of a look that began before it was cleared.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: list[RunSummary] = []
        self._at: float | None = None

    def found(self, *, at_most_old: float) -> list[RunSummary]:
        """Return what was found; look again when that was too many seconds ago."""
        with self._lock:
            now = time.monotonic()
            if self._at is None or now - self._at > at_most_old:
                self._found, self._at = runs.history(), now
            return self._found

    def forget(self) -> None:
        """Make the next look a new one."""
        with self._lock:
            self._at = None


_looks: defaultdict[Path, _Look] = defaultdict(_Look)  # of each home


def history() -> list[RunSummary]:
    """Return the runs as they are now, newest first; `recent_history` returns the same next."""
    return _looks[people.home()].found(at_most_old=-math.inf)


def recent_history() -> list[RunSummary]:
    """Return the runs as they were within the last second: sessions at a home share one look."""
    return _looks[people.home()].found(at_most_old=_LOOK_SECONDS)


def forget_history() -> None:
    """Make the next look at the runs a new one, which finds what has just been written."""
    _looks[people.home()].forget()


@by_home
@st.cache_resource(max_entries=64, show_spinner=False)  # for many people; values are on the disk
def expression(home: Path, fingerprint: str) -> Expression:
    """Return a stored matrix; its values stay on disk until they are used."""
    return runs.open_dataset(fingerprint, home=home)


@by_home
@st.cache_data(max_entries=16, show_spinner=False)
def sample_spread(home: Path, fingerprint: str) -> SampleSpread:
    """Return the quantiles of each sample's values."""
    return distributions.sample_spread(expression(fingerprint))


@by_home
@st.cache_data(max_entries=16, show_spinner=False)
def gene_spread(home: Path, fingerprint: str) -> GeneSpread:
    """Return each gene's variance, and in how many samples it is expressed."""
    return distributions.gene_spread(expression(fingerprint))


@by_home
@st.cache_data(max_entries=16, show_spinner="Comparing the samples…")
def sample_map(home: Path, fingerprint: str) -> SampleMap:
    """Return where the samples lie, and how alike they are."""
    return distributions.sample_map(expression(fingerprint))


def methods(of: RunSummary) -> str:
    """Return a paragraph about a run for a paper's methods section."""
    return _methods(of.path, of.status.state, of.status.ended)


@st.cache_data(max_entries=64, show_spinner=False)
def _methods(path: Path, state: JobState, ended: float | None) -> str:
    return methods_paragraph(path)


def notes(of: RunSummary) -> list[str]:
    """Return what to be careful about in a run; nothing before it is done."""
    return _notes(of.path) if of.status.state is JobState.DONE else []


@st.cache_data(max_entries=64, show_spinner=False)
def _notes(path: Path) -> list[str]:
    return runs.notes(path)


@st.cache_resource(show_spinner=False)
def _sample() -> SimulatedNetwork:
    return sample_network()


def sample() -> str:
    """Return the sample's fingerprint; it is stored on first use, with its regulators."""
    fingerprint = save(_sample().expression, name=SAMPLE_NAME)
    if not runs.dataset_info(fingerprint).labels.regulators_from:
        regulators = sample_regulators()
        runs.choose_regulators(fingerprint, regulators, chosen_from="the sample's own list")
    return fingerprint


def sample_regulators() -> tuple[str, ...]:
    """Return the genes that may regulate in the sample, sorted."""
    return tuple(sorted(_sample().regulators))


def is_sample(fingerprint: str) -> bool:
    """Return whether a data set is the sample."""
    return fingerprint == _sample_fingerprint()


@st.cache_resource(show_spinner=False)
def _sample_fingerprint() -> str:
    return _sample().expression.fingerprint


def sample_truth() -> Upload:
    """Return the sample's true links as a gold standard that was uploaded."""
    with at_own_home():
        try:
            return runs.open_upload(_sample_truth())
        except InputError:  # it was deleted
            return _keep_sample_truth()


@by_home
@st.cache_data(show_spinner=False)
def _sample_truth(home: Path) -> str:
    return _keep_sample_truth().id


def _keep_sample_truth() -> Upload:
    text = "".join(f"{regulator}\t{target}\t1\n" for regulator, target, _ in _sample().gold)
    files: list[tuple[str, BinaryIO]] = [("gold.tsv", io.BytesIO(text.encode()))]
    return runs.keep_upload(files, name="Gold standard of the sample")


def judgement(
    summary: RunSummary, gold: Upload, columns: Mapping[str, str]
) -> tuple[MeasuredList, JudgedLinks]:
    """Return how near a finished run's links come to a gold standard, and the links judged.

    Parameters
    ----------
    summary : RunSummary
        The run.
    gold : Upload
        The gold standard.
    columns : mapping of str to str
        Its columns by role, where the user chose them.
    """
    found, links = _judgement(*_name_of(summary, gold, columns), _spec=summary.spec)
    return replace(found, name=summary.title), links


def measurement(summary: RunSummary, gold: Upload, columns: Mapping[str, str]) -> MeasuredList:
    """Return how near a finished run's links come to a gold standard, as `judgement`."""
    found = _measurement(*_name_of(summary, gold, columns), _spec=summary.spec)
    return replace(found, name=summary.title)


_Judged = tuple[Path, float | None, Path, str, tuple[tuple[str, str], ...]]


def _name_of(summary: RunSummary, gold: Upload, columns: Mapping[str, str]) -> _Judged:
    """Return what decides the judgement of a run."""
    chosen = tuple(sorted(columns.items()))
    return summary.path, summary.status.ended, gold.path, gold.id, chosen


@st.cache_resource(max_entries=4, show_spinner="Comparing with the gold standard…")
def _judgement(
    run: Path,
    ended: float | None,
    path: Path,
    gold: str,
    columns: tuple[tuple[str, str], ...],
    *,
    _spec: RunSpec,
) -> tuple[MeasuredList, JudgedLinks]:
    judged = judged_links(run, path, gold_columns=dict(columns))
    return measured(judged, name="", spec=_spec), judged


@st.cache_resource(max_entries=32, show_spinner="Comparing with the gold standard…")
def _measurement(
    run: Path,
    ended: float | None,
    path: Path,
    gold: str,
    columns: tuple[tuple[str, str], ...],
    *,
    _spec: RunSpec,
) -> MeasuredList:
    return measured(judged_links(run, path, gold_columns=dict(columns)), name="", spec=_spec)


@st.cache_data(max_entries=8, show_spinner=False)
def first_rows(path: Path, gold: str, *, n_rows: int = 6) -> dict[str, list[str]]:
    """Return the first cells of each column of a gold standard, by its number and header."""
    return {
        f"{i}: {column.name}" if column.name else str(i): [
            column.values[code] for code in column.codes[:n_rows]
        ]
        for i, column in enumerate(columns_of(path), 1)
    }


@st.cache_data(max_entries=4, show_spinner=False)
def partial(path: Path, n_done: int, *, top: int) -> PartialNetwork:
    """Return the strongest links so far of a run, which change with the targets that are done."""
    return partial_network(path, top=top)


@st.cache_resource(max_entries=4, show_spinner=False)
def partial_layout(path: Path, n_done: int, *, top: int) -> GraphLayout:
    """Lay out the strongest links so far, once for each number of finished targets."""
    return layout_graph(partial(path, n_done, top=top).links)
