"""Tables whose genes are shown by their labels, with the identifiers in columns of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine.data.gene_table import GeneTable

_SUFFIX = "_label"


def labelled(
    table: pd.DataFrame,
    columns: Mapping[str, Any],
    *,
    genes: Collection[str],
    gene_table: GeneTable,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a table with labels in the place of identifiers, and its columns in order.

    Parameters
    ----------
    table : DataFrame
        What is shown.
    columns : mapping of str to object
        Titles or configurations of the columns that are shown, in order.
    genes : collection of str
        Columns of identifiers.
    gene_table : GeneTable
        Labels of the genes.

    Returns
    -------
    table : DataFrame
        The same rows; where there are symbols, with a column of labels for each of `genes`.
    columns : dict of str to object
        The configuration; where there are symbols, the identifiers are the last columns.
    """
    if not gene_table.has_symbols:
        return table, dict(columns)
    shown: dict[str, Any] = {}
    last: dict[str, Any] = {}
    labels: dict[str, pd.Series[Any]] = {}
    for name, config in columns.items():
        if name not in genes:
            shown[name] = config
            continue
        labels[f"{name}{_SUFFIX}"] = table[name].map(gene_table.label, na_action="ignore")
        shown[f"{name}{_SUFFIX}"] = config
        title = config if isinstance(config, str) else config["label"]
        last[name] = st.column_config.TextColumn(f"{title} identifier")
    return table.assign(**labels), {**shown, **last}


def column_of(shown: str) -> str:
    """Return the column of identifiers that a column of `labelled` shows."""
    return shown.removesuffix(_SUFFIX)
