"""The gene table: symbols and descriptions of the genes, from the file or from an upload."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from genie3_engine import runs
from genie3_engine.data.gene_identifiers import identifiers
from genie3_engine.data.gene_table import EXPRESSION_FILE, NO_GENE_TABLE, GeneRole, GeneTable
from genie3_engine.data.gene_table_files import describe_gene_table, read_gene_table
from genie3_engine.errors import Genie3Error
from genie3_engine.runs import DatasetInfo
from ui import actions, errors, state, text_format, uploads

_LARGEST_MB = 100
_ROWS = 5
_DOUBTFUL = 0.5  # of the genes: fewer are named than are not
_LABELS = {
    GeneRole.IDENTIFIER: "Identifiers",
    GeneRole.SYMBOL: "Symbols",
    GeneRole.DESCRIPTION: "Descriptions",
}
_NONE = ""
_KNOWN_BY_HEART = ("", "gene symbols", "numbered names")


def show(info: DatasetInfo, genes: Sequence[str]) -> None:
    """Show the gene table of a data set, and take another one.

    Parameters
    ----------
    info : DatasetInfo
        The stored data set.
    genes : sequence of str
        Its genes.
    """
    table = runs.gene_table(info.fingerprint)
    with errors.shown(), st.container(key="gene_table"):
        # Another label would be another panel, which is closed.
        panel = st.expander(
            "Gene table", icon=":material/label:", key="gene_table_panel", on_change="rerun"
        )
        with panel:
            if panel.open:
                st.caption(
                    "Symbols and descriptions of the genes. They label the genes in graphs, tables "
                    "and exports, also of earlier runs; the names in the expression file remain "
                    "the identifiers, and no network changes."
                )
                _upload(info, genes)
                if table:
                    _columns(info, table)
                    _rows(info, table)
        if table:
            _describe(table)
        else:
            _propose(genes)


def _describe(table: GeneTable) -> None:
    sentence = text_format.plain(describe_gene_table(table), at_most=400)
    is_own = table.source == EXPRESSION_FILE
    if not is_own and table.n_known < _DOUBTFUL * len(table.genes):
        st.warning(f"{sentence} Check its identifiers.", icon=":material/help:")
    else:
        st.caption(sentence)


def _propose(genes: Sequence[str]) -> None:
    """Mention the table where genes go by names that few people know by heart."""
    kind = identifiers(genes).kind
    if kind not in _KNOWN_BY_HEART:
        st.caption(f"The genes go by {kind}. A gene table shows their symbols.")


def _upload(info: DatasetInfo, genes: Sequence[str]) -> None:
    key = f"gene_table_file_{info.fingerprint[:16]}"
    st.file_uploader(
        "A table with a column of these genes: from BioMart, NCBI, GEO or your own",
        type=list(uploads.LISTS),
        key=key,
        max_upload_size=_LARGEST_MB,
        on_change=actions.perform,
        args=(key, _use_file, info, genes, key),
    )
    actions.show_error(key, may_repeat=True)


def _use_file(info: DatasetInfo, genes: Sequence[str], key: str) -> None:
    given = state.value(key)
    if given is None:
        return
    upload = uploads.keep([(given.name, given)])
    try:
        _attach(info, genes, upload, {})
    except Genie3Error:
        runs.drop_upload(upload.id)
        raise


def _attach(
    info: DatasetInfo, genes: Sequence[str], upload: runs.Upload, columns: dict[str, str]
) -> None:
    with uploads.errors_by_name(upload):
        found = read_gene_table(upload.path, genes, columns=columns, name=upload.name)
    runs.attach_gene_table(info.fingerprint, found.table, upload=upload.id)


def _columns(info: DatasetInfo, table: GeneTable) -> None:
    """Offer the columns of the table for each role."""
    with st.container(horizontal=True, gap="small"):
        for role, label in _LABELS.items():
            offered = [_NONE, *table.columns]
            if role is GeneRole.IDENTIFIER:
                if not info.labels.gene_table:
                    continue  # the names in the expression file, or a file that is not kept
                offered = list(dict.fromkeys((table.roles[role], *table.columns)))
            _menu(info, table, role, label, offered)


def _menu(
    info: DatasetInfo, table: GeneTable, role: GeneRole, label: str, offered: list[str]
) -> None:
    key = f"gene_table_{role.value}_{info.fingerprint[:16]}"
    state.set_value(key, table.roles.get(role, _NONE))

    def choose() -> None:
        actions.perform(key, _change, info, table, role, state.value(key))

    st.selectbox(
        label,
        offered,
        format_func=lambda header: header or "None",
        key=key,
        on_change=choose,
        width=200,
    )
    actions.show_error(key)


def _change(info: DatasetInfo, table: GeneTable, role: GeneRole, header: str) -> None:
    upload = info.labels.gene_table
    if role is GeneRole.IDENTIFIER:
        chosen = {role.value: header}
        _attach(info, table.genes, runs.open_upload(upload), chosen)
        return
    others = {
        other: "" for other, own in table.roles.items() if own == header and other != role.value
    }
    others.pop(GeneRole.IDENTIFIER.value, None)
    changed = table.with_roles(**{**others, role.value: header})
    runs.attach_gene_table(info.fingerprint, changed, upload=upload)


def _rows(info: DatasetInfo, table: GeneTable) -> None:
    """Show the first genes of which something is known, and a button to remove the table."""
    known = [
        row
        for row in range(len(table.genes))
        if any(texts[row] for texts in table.columns.values())
    ]
    first = known[:_ROWS]
    shown = pd.DataFrame(
        {
            "identifier": [table.genes[row] for row in first],
            "label": table.labels(table.genes[row] for row in first),
            **{
                f"column {place}": [texts[row] for row in first]
                for place, texts in enumerate(table.columns.values())
            },
        }
    )
    config = {
        "identifier": st.column_config.TextColumn("Identifier", pinned=True),
        "label": st.column_config.TextColumn("Label"),
        **{
            f"column {place}": st.column_config.TextColumn(text_format.shorten(header, at_most=40))
            for place, header in enumerate(table.columns)
        },
    }
    st.dataframe(shown, hide_index=True, column_config=config, key="gene_table_rows")
    actions.button(
        "Remove the gene table",
        _remove,
        info,
        icon=":material/delete:",
        key="remove_gene_table",
    )


def _remove(info: DatasetInfo) -> None:
    runs.attach_gene_table(info.fingerprint, NO_GENE_TABLE)
