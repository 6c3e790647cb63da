"""Cached regulons of finished runs, and their activity."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from genie3_engine import runs
from genie3_engine.regulons.activity import Activity
from genie3_engine.regulons.regulon import RegulonSet
from genie3_engine.regulons.selection import RegulonOptions, regulons_of
from genie3_engine.runs import RunSummary
from ui import cache

_MOST_DRAWN = 100  # groups of samples in a heat map
MOST_VALUES = 50_000_000  # of activity on a page, 4 bytes each


def regulons(summary: RunSummary, options: RegulonOptions) -> RegulonSet:
    """Return the regulons of a run that is done."""
    found = _regulons(summary.path, summary.status.ended, options)
    return replace(found, gene_table=runs.gene_table(summary.spec.dataset))  # may come later


@st.cache_resource(
    max_entries=8,
    show_spinner="Making the regulons…",
    hash_funcs={RegulonOptions: repr},
)
def _regulons(path: Path, ended: float | None, options: RegulonOptions) -> RegulonSet:
    return regulons_of(path, options)


def activity(
    summary: RunSummary, options: RegulonOptions, *, top_share: float, seed: int
) -> Activity:
    """Return what computes the activity of a run's regulons."""
    found = regulons(summary, options)
    return Activity(cache.expression(summary.spec.dataset), found, top_share=top_share, seed=seed)


@st.cache_resource(
    max_entries=4,
    show_spinner="Computing the activity of the regulons…",
    hash_funcs={RegulonOptions: repr, RunSummary: lambda of: f"{of.path} {of.status.ended}"},
)
def activity_matrix(
    summary: RunSummary, options: RegulonOptions, *, top_share: float, seed: int
) -> npt.NDArray[np.float32]:
    """Return the activity of all regulons in all samples, (n_samples, n_regulons)."""
    return activity(summary, options, top_share=top_share, seed=seed).matrix()


@st.cache_data(max_entries=16, show_spinner=False)
def sample_groups(fingerprint: str) -> dict[str, tuple[str, ...]]:
    """Return what groups a data set's samples: a label for each sample, by name."""
    return runs.sample_annotations(fingerprint)


def few_groups(fingerprint: str) -> dict[str, tuple[str, ...]]:
    """Return those of `sample_groups` that can be drawn, which pairs cannot."""
    return {
        name: labels
        for name, labels in sample_groups(fingerprint).items()
        if len(set(labels)) <= _MOST_DRAWN
    }
