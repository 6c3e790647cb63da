"""Thresholds: which links of a network are kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from genie3_engine.errors import OptionError
from genie3_engine.networks.exports.link_source import open_links
from genie3_engine.networks.link_evidence import evidence_of, no_evidence
from genie3_engine.store.evidence import STABILITY, Evidence, Q
from genie3_engine.store.links import RankedLinks

_PIECE_ROWS = 1 << 16

Floats = npt.NDArray[np.float32]


class ThresholdKind(StrEnum):
    """What decides which links are kept; each has its rule in `RULES`."""

    RANK = "rank"
    SCORE = "score"
    TARGET = "target"
    Q = "q"
    STABILITY = "stability"


@dataclass(frozen=True, slots=True)
class ThresholdRule:
    """What a kind of threshold means, on the page and when links are read.

    Parameters
    ----------
    label : str
        Its name in a choice.
    wanted : str
        The values that are possible, in words.
    accepts : callable
        Whether a value is possible.
    example : str
        A threshold as text.
    keeps : str
        What is kept, a template of ``str.format`` with ``links``, ``n_links`` and ``value``.
    axis : str
        Title of the axis of values.
    batches : callable
        Yields the links kept by a value, strongest first; the evidence is None in a network
        without any.
    column : str
        The column of evidence that is compared with the value; empty for none.
    """

    label: str
    wanted: str
    accepts: Callable[[float], bool]
    example: str
    keeps: str
    axis: str
    batches: Callable[[RankedLinks, Evidence | None, float], Iterator[pa.RecordBatch]]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A rule that keeps the strong links of a network.

    Parameters
    ----------
    kind : ThresholdKind
        By rank: the strongest links; by score: those of some importance at least; by target: the
        strongest links into each target; by q or stability: those of that q at most, or of that
        stability at least.
    value : float
        Links, least importance, links per target, largest q or least stability.

    Raises
    ------
    OptionError
        When no link could be kept by the value.
    """

    kind: ThresholdKind
    value: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.rule.accepts(self.value)):
            raise OptionError(
                f"A threshold by {self.kind.value} cannot be {self.value:g}.",
                f"Give {self.rule.wanted}.",
            )

    @property
    def rule(self) -> ThresholdRule:
        """What its kind means."""
        return RULES[self.kind]

    @classmethod
    def parse(cls, text: str) -> Threshold:
        """Read a threshold as a link to the page holds it, such as ``300`` or ``q:0.05``.

        Raises
        ------
        OptionError
            When the text is not a threshold.
        """
        kind, colon, value = text.partition(":")
        if not colon:
            kind, value = ThresholdKind.RANK, text
        try:
            return cls(ThresholdKind(kind), float(value))
        except ValueError as error:
            *examples, last = (rule.example for rule in RULES.values())
            raise OptionError(
                f"{text!r} is not a threshold.", f"Write {', '.join(examples)} or {last}."
            ) from error

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        if self.kind is ThresholdKind.RANK:
            return f"{self.value:.0f}"
        return f"{self.kind.value}:{self.value:.10g}"


@dataclass(frozen=True, slots=True, eq=False)
class ThresholdLinks:
    """The strongest of the links that a threshold keeps.

    Parameters
    ----------
    links : DataFrame
        Columns rank (int64), regulator, target (str) and importance (float32); strongest first.
    n_kept : int
        Links that the threshold keeps; ``links`` holds the strongest of them.
    """

    links: pd.DataFrame
    n_kept: int


def threshold_batches(run: Path, threshold: Threshold) -> Iterator[pa.RecordBatch]:
    """Yield all links that a threshold keeps, strongest first, read from the disk on demand.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    threshold : Threshold
        Which links.

    Yields
    ------
    pyarrow.RecordBatch
        Columns rank, regulator and target (dictionary-encoded) and importance.

    Raises
    ------
    OptionError
        When the network has no evidence of the threshold's kind.
    RunError
        When the run has no ranked links.
    """
    links, evidence = open_links(run), require_evidence(run, threshold)
    yield from threshold.rule.batches(links, evidence, threshold.value)


def require_evidence(run: Path, threshold: Threshold) -> Evidence | None:
    """Return the evidence that a threshold needs; None where it needs none.

    Raises
    ------
    OptionError
        When the network does not have it.
    """
    column = threshold.rule.column
    evidence = evidence_of(run) if column else None
    if column and (evidence is None or column not in evidence.columns):
        raise no_evidence(column)
    return evidence


def threshold_links(run: Path, threshold: Threshold, *, at_most: int) -> ThresholdLinks:
    """Return the strongest links that a threshold keeps, and how many it keeps in all.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    threshold : Threshold
        Which links.
    at_most : int
        Links to return at most.

    Raises
    ------
    RunError
        When the run has no ranked links.
    """
    batches: list[pa.RecordBatch] = []
    n_kept = n_held = 0
    for batch in threshold_batches(run, threshold):
        n_kept += batch.num_rows
        if n_held < at_most:
            batches.append(batch.slice(0, at_most - n_held))
            n_held += batches[-1].num_rows
    if not batches:
        batches = list(open_links(run).batches(0, 0, at_least_one=True))
    table: pd.DataFrame = pa.Table.from_batches(batches).to_pandas()
    for name in ("regulator", "target"):
        table[name] = table[name].astype(str)
    return ThresholdLinks(table, n_kept)


def _strongest(
    links: RankedLinks, evidence: Evidence | None, value: float
) -> Iterator[pa.RecordBatch]:
    del evidence
    return links.batches(0, int(value))


def _of_importance(
    links: RankedLinks, evidence: Evidence | None, value: float
) -> Iterator[pa.RecordBatch]:
    del evidence
    return links.batches(min_importance=value)


def _strongest_of_each_target(
    links: RankedLinks, evidence: Evidence | None, value: float
) -> Iterator[pa.RecordBatch]:
    """Yield the first links of each target, in the order of the ranking."""
    del evidence
    most = int(value)
    counts = np.zeros(len(links.genes), dtype=np.int64)
    for whole in links.batches():
        for start in range(0, whole.num_rows, _PIECE_ROWS):
            batch = whole.slice(start, _PIECE_ROWS)
            targets = batch.column("target").indices.to_numpy()
            rows = np.flatnonzero(counts[targets] < most)
            if not len(rows):
                continue
            places = counts[targets[rows]] + _place_among_equals(targets[rows])
            rows = rows[places < most]
            counts += np.bincount(targets[rows], minlength=len(counts))
            yield batch.take(pa.array(rows))


def _place_among_equals(values: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return how often each value has occurred before its place."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.append(starts, len(ordered)))
    places = np.empty(len(values), dtype=np.int64)
    places[order] = np.arange(len(values)) - np.repeat(starts, lengths)
    return places


def _by_evidence(
    column: str, keeps: Callable[[Floats, np.float32], npt.NDArray[np.bool_]]
) -> Callable[[RankedLinks, Evidence | None, float], Iterator[pa.RecordBatch]]:
    """Return what yields the links whose evidence compares well with a value."""

    def batches(
        links: RankedLinks, evidence: Evidence | None, value: float
    ) -> Iterator[pa.RecordBatch]:
        if evidence is None:
            raise no_evidence(column)
        limit = np.float32(value)  # 0.05 itself is kept as 0.05
        for batch in links.batches():
            found = evidence.rows(batch.column("rank").to_numpy()).column(column)
            rows = np.flatnonzero(keeps(found.to_numpy(zero_copy_only=False), limit))
            if len(rows):
                yield batch.take(pa.array(rows))

    return batches


def _is_count(value: float) -> bool:
    return value >= 1 and value == int(value)


_COUNTS = "a whole number from 1"
RULES = {
    ThresholdKind.RANK: ThresholdRule(
        label="Rank",
        wanted=_COUNTS,
        accepts=_is_count,
        example="300",
        keeps="The strongest {links} of {n_links:,}",
        axis="Links kept",
        batches=_strongest,
    ),
    ThresholdKind.SCORE: ThresholdRule(
        label="Importance",
        wanted="a number from 0",
        accepts=lambda value: value >= 0,
        example="score:0.01",
        keeps="{links} of importance {value:g} or more",
        axis="Least importance",
        batches=_of_importance,
    ),
    ThresholdKind.TARGET: ThresholdRule(
        label="Target",
        wanted=_COUNTS,
        accepts=_is_count,
        example="target:3",
        keeps="The {value:.0f} strongest for each target: {links}",
        axis="Links kept for each target",
        batches=_strongest_of_each_target,
    ),
    ThresholdKind.Q: ThresholdRule(
        label="q",
        wanted="a number above 0, up to 1",
        accepts=lambda value: 0 < value <= 1,
        example="q:0.05",
        keeps="{links} at q ≤ {value:g}",
        axis="Largest q",
        batches=_by_evidence(Q, lambda found, limit: found <= limit),
        column=Q,
    ),
    ThresholdKind.STABILITY: ThresholdRule(
        label="Stability",
        wanted="a number from 0 to 1",
        accepts=lambda value: 0 <= value <= 1,
        example="stability:0.8",
        keeps="{links} of stability {value:g} or more",
        axis="Least stability",
        batches=_by_evidence(STABILITY, lambda found, limit: found >= limit),
        column=STABILITY,
    ),
}
