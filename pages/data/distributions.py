"""Distributions of the values, per sample and per gene, and outlier samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.datasets import figures
from genie3_engine.datasets.distributions import MOST_GENES, MOST_SAMPLES
from genie3_engine.runs import DatasetInfo
from ui import cache, charts, text_format

_NAMED = 5


def samples(info: DatasetInfo) -> None:
    """Show each sample's values."""
    spread = cache.sample_spread(info.fingerprint)
    zeros = _percent(float(np.median(spread.zero_share)))
    st.caption(
        "The values of each sample, including zeros. Samples should have similar "
        f"distributions. In the median sample {zeros} of the genes are "
        f"zero.{_sampling_note(info)}"
    )
    numbers = pd.DataFrame(spread.quantiles.T, columns=["5 %", "25 %", "50 %", "75 %", "95 %"])
    numbers.insert(0, "sample", list(spread.samples))
    numbers["share of zeros"] = spread.zero_share
    charts.show(
        figures.sample_values_figure(spread, dark=charts.is_dark()),
        key="sample_values",
        name="values-per-sample",
        numbers=numbers,
        alt=f"Quantiles of the values in {len(spread.samples)} samples.",
    )


def genes(info: DatasetInfo) -> None:
    """Show the variance of the genes, and in how many samples they are without expression."""
    spread = cache.gene_spread(info.fingerprint)
    n_constant = int((spread.variance == 0).sum())
    constant = (
        f" {labels.count(n_constant, 'gene is', 'genes are')} constant and can neither "
        "regulate nor be explained."
        if n_constant
        else ""
    )
    numbers = pd.DataFrame(
        {
            "gene": spread.genes,
            "variance": spread.variance,
            "share of samples expressed": spread.expressed_share,
        }
    )
    with st.container(key="split_genes"):
        variance, zeros = st.columns(2, gap="medium")
    with variance:
        st.caption(f"How much each gene varies over the samples.{constant}")
        charts.show(
            figures.gene_variance_figure(spread, dark=charts.is_dark()),
            key="gene_variance",
            name="variance-per-gene",
            numbers=numbers,
            alt="Histogram of the genes' variance.",
        )
    with zeros:
        share = 1 - float(spread.expressed_share.mean())
        st.caption(f"In how many samples a gene is zero. Of all values {_percent(share)} are.")
        charts.show(
            figures.zero_share_figure(spread, dark=charts.is_dark()),
            key="gene_zeros",
            name="zeros-per-gene",
            alt="Histogram of the share of samples in which a gene is zero.",
        )


def outliers(info: DatasetInfo) -> None:
    """Show the samples by principal components and correlations; name the outliers."""
    if info.n_samples < 3:
        st.caption("Outliers need at least three samples.")
        return
    found = cache.sample_map(info.fingerprint)
    apart = [found.samples[sample] for sample in np.flatnonzero(found.apart)]
    if apart:
        shown = ", ".join(text_format.plain(name, at_most=40) for name in apart[:_NAMED])
        more = f" and {len(apart) - _NAMED:,} more" if len(apart) > _NAMED else ""
        st.warning(
            f"{labels.count(len(apart), 'outlier sample')}: {shown}{more}. "
            "Outliers have a strong influence on trees: check them before inference.",
            icon=":material/scatter_plot:",
        )
    st.caption(
        f"Samples by their {min(info.n_genes, MOST_GENES):,} most variable genes{_as(found.unit)}. "
        f"{'' if apart else 'No outlier samples. '}{_sampling_note(info)}"
    )
    with st.container(key="split_outliers"):
        points, alike = st.columns(2, gap="medium")
    numbers = pd.DataFrame(
        {"sample": found.samples, "component 1": found.first, "component 2": found.second}
    )
    with points:
        charts.show(
            figures.sample_pca_figure(found, dark=charts.is_dark()),
            key="sample_pca",
            name="samples-pca",
            numbers=numbers,
            alt="Samples by their first two principal components.",
        )
    with alike:
        charts.show(
            figures.sample_correlation_figure(found, dark=charts.is_dark()),
            key="sample_correlation",
            name="samples-correlation",
            alt="Correlations of the samples with one another.",
        )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _as(unit: str) -> str:
    return "" if unit == "value" else f", as {text_format.plain(unit)}"


def _sampling_note(info: DatasetInfo) -> str:
    if info.n_samples <= MOST_SAMPLES:
        return ""
    return f" Shown: {MOST_SAMPLES:,} of {info.n_samples:,} samples, evenly chosen."


VIEWS = (samples, genes, outliers)
