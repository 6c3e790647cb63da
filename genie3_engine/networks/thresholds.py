"""Thresholds: which links of a network are kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from genie3_engine.errors import OptionError
from genie3_engine.networks.exports.link_source import open_links
from genie3_engine.store.links import RankedLinks

_PIECE_ROWS = 1 << 16


class ThresholdKind(StrEnum):
    """What decides which links are kept."""

    RANK = "rank"
    SCORE = "score"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A rule that keeps the strong links of a network.

    Parameters
    ----------
    kind : ThresholdKind
        By rank: the strongest links; by score: those of some importance at least; by target: the
        strongest links into each target.
    value : float
        Links, least importance, or links per target.

    Raises
    ------
    OptionError
        When no link could be kept by the value.
    """

    kind: ThresholdKind
    value: float

    def __post_init__(self) -> None:
        is_count = self.kind is not ThresholdKind.SCORE
        wrong = not math.isfinite(self.value) or (
            self.value < 1 or self.value != int(self.value) if is_count else self.value < 0
        )
        if wrong:
            wanted = "a whole number from 1" if is_count else "a number from 0"
            raise OptionError(
                f"A threshold by {self.kind.value} cannot be {self.value:g}.", f"Give {wanted}."
            )

    @classmethod
    def parse(cls, text: str) -> Threshold:
        """Read a threshold as a link to the page holds it: ``300``, ``score:0.01`` or ``target:3``.

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
            raise OptionError(
                f"{text!r} is not a threshold.", "Write 300, score:0.01 or target:3."
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
    RunError
        When the run has no ranked links.
    """
    links = open_links(run)
    if threshold.kind is ThresholdKind.RANK:
        yield from links.batches(0, int(threshold.value))
    elif threshold.kind is ThresholdKind.SCORE:
        yield from links.batches(min_importance=threshold.value)
    else:
        yield from _strongest_of_each_target(links, int(threshold.value))


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


def _strongest_of_each_target(links: RankedLinks, most: int) -> Iterator[pa.RecordBatch]:
    """Yield the first links of each target, in the order of the ranking."""
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
