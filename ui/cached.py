"""Which engine calls do the pages make again and again, and how long are their answers kept?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from genie3_engine import runs
from genie3_engine.analysis import network as networks
from genie3_engine.data.expression import Expression, ReadReport
from genie3_engine.data.simulate import sample_network
from genie3_engine.errors import InputError
from genie3_engine.runs import DatasetInfo, RunSummary
from ui.graph import Drawing

SAMPLE_NAME = "Sample data"


def save(expression: Expression, *, name: str, report: ReadReport | None = None) -> str:
    """Store a data set and return its fingerprint."""
    return runs.save_dataset(
        expression, name=name, report=None if report is None else report.to_dict()
    )


def sample() -> str:
    """Return the sample's fingerprint, stored on first use."""
    return save(_sample().expression, name=SAMPLE_NAME)


def sample_regulators() -> tuple[str, ...]:
    """Return the genes that regulate others in the sample, sorted."""
    return tuple(sorted(_sample().regulators))


@st.cache_resource(show_spinner=False)
def _sample():
    return sample_network()


def datasets() -> list[DatasetInfo]:
    return runs.list_datasets()


def dataset(fingerprint: str) -> DatasetInfo:
    for info in runs.list_datasets():
        if info.fingerprint == fingerprint:
            return info
    raise InputError("That data set is not stored here.", "Choose another one, or upload it again.")


@st.cache_resource(max_entries=8, show_spinner=False)
def expression(fingerprint: str) -> Expression:
    return runs.open_dataset(fingerprint)


@dataclass(frozen=True, slots=True)
class Network:
    run: str
    path: Path
    ended: float | None
    n_links: int
    genes: Sequence[str]


@dataclass(frozen=True, slots=True)
class GeneFacts:
    n_targets: int
    n_regulators: int
    oob_r2: float | None


def network(summary: RunSummary) -> Network:
    return _network(summary.id, summary.path, summary.status.ended)


@st.cache_resource(max_entries=16, show_spinner=False)
def _network(run, path, ended):
    return Network(run, path, ended, networks.n_links(path), networks.gene_names(path))


def links(net: Network, *, gene=None, search=None, most=1000) -> pd.DataFrame:
    return networks.ranked_links(net.path, top=most, gene=gene, search=search)


def gene_facts(net: Network, gene: str) -> GeneFacts:
    return networks.gene_facts(net.path, gene)


def drawing(net: Network, cut: int) -> Drawing:
    return _drawing(net.path, net.ended, net.run, cut)


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawing(path, ended, run, cut):
    p = networks.picture(networks.ranked_links(path, top=cut))
    return Drawing(f"{run}-{ended}-{cut}", p.genes, p.x, p.y, p.source, p.target, p.importance)
