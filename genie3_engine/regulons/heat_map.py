"""Arrange the activity of regulons as a heat map: which regulons, and in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import leaves_list, linkage

MOST_COLUMNS = 600
NO_GROUP = "(none)"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """Standardised activity of the regulons that vary most.

    Parameters
    ----------
    regulons : tuple of str
        Names of the rows: similar ones are neighbours.
    columns : tuple of str
        The sample of each column, or how many samples it is the mean of.
    scores : (n_rows, n_columns) float32
        Activity less its mean over all samples, in standard deviations.
    activity : (n_rows, n_columns) float32
        The activity itself.
    groups : tuple of (str, int, int)
        Groups of samples: label, first column, and the column after the last.
    """

    regulons: tuple[str, ...]
    columns: tuple[str, ...]
    scores: Floats
    activity: Floats
    groups: tuple[tuple[str, int, int], ...]


def heat_map(
    activity: Floats,
    names: Sequence[str],
    samples: Sequence[str],
    *,
    labels: Sequence[str] | None = None,
    n_regulons: int = 40,
) -> HeatMap:
    """Choose the regulons that vary most, and put similar ones and similar samples together.

    Parameters
    ----------
    activity : (n_samples, n_all_regulons) float32
        The activity of all regulons.
    names : sequence of str
        Names of the regulons.
    samples : sequence of str
        Names of the samples.
    labels : sequence of str, optional
        The group of each sample, blank where it has none; one group by default.
    n_regulons : int
        Regulons to show at most.

    Returns
    -------
    HeatMap
        Samples by group, inside a group along their first principal component. Neighbours are
        averaged, so that there are about 600 columns at most.
    """
    spread = activity.std(axis=0)
    chosen = np.argsort(-spread, kind="stable")[:n_regulons]
    chosen = chosen[spread[chosen] > 0]
    values = activity[:, chosen]
    scores = (values - values.mean(axis=0)) / spread[chosen]
    rows = _similar(scores.T)
    scores, values, chosen = scores[:, rows], values[:, rows], chosen[rows]
    groups = list(labels) if labels is not None else [""] * len(samples)
    along = _first_component(scores)
    order = sorted(range(len(samples)), key=lambda i: (*_natural(groups[i]), along[i], i))
    step = max(1, -(-len(samples) // MOST_COLUMNS))
    edges, spans = _columns([groups[i] for i in order], step)
    names_of = tuple(
        samples[order[first]] if last - first == 1 else f"mean of {last - first:,} samples"
        for first, last in pairwise(edges)
    )
    return HeatMap(
        tuple(names[i] for i in chosen),
        names_of,
        _means(scores[order], edges).T,
        _means(values[order], edges).T,
        tuple(spans) if labels is not None else (),
    )


def _natural(label: str) -> tuple[bool, list[tuple[bool, float, str]]]:
    """Return a key that puts ``day 10`` after ``day 2``, and the blank label last."""
    parts = re.split(r"(\d+)", label.casefold())
    return not label, [
        (part.isdigit(), float(part) if part.isdigit() else 0, part) for part in parts
    ]


def _similar(rows: Floats) -> npt.NDArray[np.int64]:
    """Return an order of rows of mean 0 and variance 1 in which similar ones are neighbours."""
    if len(rows) < 3:
        return np.arange(len(rows))
    distances = 1 - (rows @ rows.T) / rows.shape[1]
    upper = np.clip(distances[np.triu_indices(len(rows), 1)], 0, None).astype(np.float64)
    found: npt.NDArray[np.int64] = leaves_list(
        linkage(upper, "average", optimal_ordering=True)
    ).astype(np.int64)
    return found


def _first_component(scores: Floats) -> Floats:
    if scores.shape[1] == 0:
        return np.zeros(len(scores), np.float32)
    _, vectors = np.linalg.eigh((scores.T @ scores).astype(np.float64))
    first = vectors[:, -1]
    first = first if first.sum() >= 0 else -first
    along: Floats = (scores @ first).astype(np.float32)
    return along


def _columns(labels: Sequence[str], step: int) -> tuple[list[int], list[tuple[str, int, int]]]:
    """Cut sorted samples into columns of up to ``step`` samples of one group."""
    ends = [i for i in range(1, len(labels)) if labels[i] != labels[i - 1]]
    edges = [0]
    spans = []
    for first, last in pairwise([0, *ends, len(labels)]):
        begin = len(edges) - 1
        edges += [*range(first + step, last, step), last]
        spans.append((labels[first] or NO_GROUP, begin, len(edges) - 1))
    return edges, spans


def _means(values: Floats, edges: Sequence[int]) -> Floats:
    sums = np.add.reduceat(values, edges[:-1], axis=0)
    means: Floats = (sums / np.diff(edges)[:, None]).astype(np.float32)
    return means
