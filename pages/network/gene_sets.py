"""Gene sets that are enriched in modules, targets or chosen genes."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.enrichment.dot_plot import dot_plot
from genie3_engine.enrichment.figures import enrichment_figure
from genie3_engine.enrichment.options import UNIVERSES, EnrichmentOptions, Universe
from genie3_engine.enrichment.over_representation import MEANING, Enrichment, shown_q
from genie3_engine.errors import Genie3Error, InputError
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.runs import KeptSets
from ui import actions, charts, downloads, errors, gene_sets, networks, people, state, text_format
from ui.gene_sets import AROUND, CHOSEN, MODULES, TARGETS

_FILES = ("gmt", "gaf", "obo", "csv", "tsv", "txt", "tab", "xlsx", "gz")
_Q_VALUES = (0.001, 0.01, 0.05, 0.1, 0.2, 1.0)
_LARGEST_SIZE = 100_000
_HEIGHT = 420
_SOURCES = (
    "GMT, GAF 2.x with or without OBO, or a table with a column of genes and one of sets; plain or "
    ".gz. MSigDB, the Gene Ontology, Enrichr's libraries, EcoCyc, RegulonDB and SubtiWiki offer "
    "such files. Several files are read together, such as a GAF file and `go-basic.obo`."
)
_ENDING = re.compile(r"\.(gmt|gaf|obo|[ct]sv|txt|tab|xlsx)?(\.gz)?$", re.IGNORECASE)
_GROUPS = "set_groups"  # the widget's key
_DEFAULT = EnrichmentOptions()


def show(network: networks.Network, threshold: Threshold, gene: str | None) -> Enrichment | None:
    """Show which gene sets are enriched, when this part is opened; return them for the report."""
    box = st.expander(
        "Gene sets: what do these genes do?",
        icon=":material/category:",
        key="gene_sets",
        on_change="rerun",
    )
    if not box.open:
        return None
    with box:
        kept = _choose_sets()
        if kept is None:
            return None
        with st.container(horizontal=True, vertical_alignment="bottom"):
            groups = _choose_groups(gene, network.gene_table.label(gene or ""))
            options = _choose_options()
        try:
            sets = gene_sets.matched(network, kept)
            genes = _genes(groups, gene, sets.table)
            if groups == CHOSEN and not genes:
                return None
            found = gene_sets.enriched(
                network, kept, groups=groups, threshold=threshold, genes=genes, options=options
            )
        except Genie3Error as problem:
            errors.show(problem)
            return None
        _results(found, kept)
        return found


def _choose_sets() -> KeptSets | None:
    """Ask for gene sets: those of the address, those used last, or an upload."""
    with people.at_own_home():  # also for networks that others share
        kept = {sets.id: sets for sets in runs.list_gene_sets()}
    if not kept:
        st.markdown("**Upload gene sets** to see which are enriched in these genes.")
        _uploader()
        return None
    asked = state.get(state.SETS)
    chosen = asked if asked in kept else next(iter(kept))
    state.set_value("sets_box", chosen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Gene sets",
            list(kept),
            format_func=lambda each: text_format.shorten(kept[each].name, at_most=60),
            key="sets_box",
            width=360,
            on_change=lambda: state.put(state.SETS, state.value("sets_box")),
        )
        with st.popover("Upload", icon=":material/upload_file:", key="sets_upload"):
            _uploader()
        with st.popover("Edit", icon=":material/edit:", key="sets_edit"):
            _editor(kept[chosen])
    return kept[chosen]


def _uploader() -> None:
    key = f"sets_{state.n_uploads()}"
    st.file_uploader(
        "Gene sets",
        type=list(_FILES),
        accept_multiple_files=True,
        key=key,
        label_visibility="collapsed",
        on_change=actions.perform,
        args=(key, _keep, key),
    )
    actions.show_error(key, may_repeat=True)
    st.caption(f"{_SOURCES} They are kept under their name, for all networks.")


def _keep(key: str) -> None:
    files = state.value(key)
    if files:
        name = text_format.shorten(_ENDING.sub("", files[0].name), at_most=200)
        with people.at_own_home():
            kept = runs.keep_gene_sets([(file.name, file) for file in files], name=name)
        state.put(state.SETS, kept.id)
        state.forget_upload(files)


def _editor(kept: KeptSets) -> None:
    key = f"sets_edit_{kept.id}"
    state.default(f"{key}_name", kept.name)
    st.text_input("Name", key=f"{key}_name")
    for role, label in (("gene", "Column of genes"), ("set", "Column of sets")):
        state.default(f"{key}_{role}", kept.columns.get(role, ""))
        st.text_input(
            label,
            key=f"{key}_{role}",
            placeholder="Detected",
            help="Header or number of the column, where the file is a table.",
        )
    actions.button("Save", _describe, kept, key, key=f"{key}_save", type="primary")
    actions.button(
        "Delete these gene sets",
        _delete,
        kept,
        icon=":material/delete:",
        key=f"{key}_delete",
    )


def _describe(kept: KeptSets, key: str) -> None:
    columns = {role: str(state.value(f"{key}_{role}")).strip() for role in ("gene", "set")}
    with people.at_own_home():
        runs.describe_gene_sets(
            kept.id,
            name=state.value(f"{key}_name"),
            columns={role: column for role, column in columns.items() if column},
        )


def _delete(kept: KeptSets) -> None:
    with people.at_own_home():
        runs.delete_gene_sets(kept.id)


def _choose_groups(gene: str | None, label: str) -> str:
    names = {
        MODULES: "Modules",
        TARGETS: "Targets of each regulator",
        AROUND: f"Around {text_format.plain(label, at_most=24)}",
        CHOSEN: "Genes of your choice",
    }
    if gene is None:
        del names[AROUND]
    if state.current(_GROUPS) not in names:
        state.set_value(_GROUPS, MODULES)
    chosen = st.segmented_control(
        "Groups of genes",
        list(names),
        required=True,
        format_func=names.__getitem__,
        key=_GROUPS,
        wrap=True,
    )
    return chosen or MODULES


def _choose_options() -> EnrichmentOptions:
    with st.popover("Test", icon=":material/tune:", key="sets_test"):
        universe = st.radio(
            "Universe",
            list(UNIVERSES),
            format_func=UNIVERSES.__getitem__,
            key="sets_universe",
            help="The genes that a random draw is from. With all genes, every set looks stronger "
            "if the sets cover few of them.",
        )
        smallest = st.number_input(
            "Fewest genes of a set", 1, _LARGEST_SIZE, _DEFAULT.min_size, key="sets_smallest"
        )
        largest = st.number_input(
            "Most genes of a set", 1, _LARGEST_SIZE, _DEFAULT.max_size, key="sets_largest"
        )
        q = st.select_slider(
            "Largest q", _Q_VALUES, _DEFAULT.largest_q, format_func="{:g}".format, key="sets_q"
        )
    return EnrichmentOptions(
        Universe(universe), min(smallest, largest), max(smallest, largest), float(q)
    )


def _genes(groups: str, gene: str | None, table: GeneTable) -> tuple[str, ...]:
    """Return the genes that the groups are of, where the user chooses them."""
    if groups == AROUND and gene is not None:
        return (gene,)
    if groups != CHOSEN:
        return ()
    text = st.text_area(
        "Genes",
        key="sets_genes",
        placeholder="Identifiers or symbols, separated by lines, commas or semicolons",
        height=120,
    )
    names = [name.strip() for name in re.split(r"[\n\t,;]+", text or "") if name.strip()]
    genes = tuple(dict.fromkeys(found for name in names for found in table.find(name)))
    missing = [name for name in names if not table.find(name)]
    if names and not genes:
        raise InputError(
            "None of these names is a gene of this network.",
            "Use identifiers or symbols as in the tables of this page.",
        )
    if names:
        shown = ", ".join(text_format.plain(name, at_most=20) for name in missing[:5])
        rest = f" Not found: {len(missing):,} ({shown})." if missing else ""
        st.caption(f"{labels.count(len(genes), 'gene')} of this network.{rest}")
    return genes


def _results(found: Enrichment, kept: KeptSets) -> None:
    heads = found.heads
    if not len(heads):
        st.info("No set is enriched in these genes.", icon=":material/info:")
    else:
        plot = dot_plot(found)
        name = f"gene sets {kept.name}"
        charts.show(
            enrichment_figure(plot, dark=charts.is_dark()),
            key="sets_figure",
            name=name,
            alt="Enriched gene sets by group: area by number of genes, colour by q",
        )
        st.caption(f"Area: genes of the set in the group. Colour: q. {plot.left_out}")
        _table(found, name=text_format.file_name(name))
    st.caption(MEANING)
    about = " ".join(text_format.plain(note, at_most=400) for note in found.notes)
    st.caption(f"{about} {found.method}")


def _table(found: Enrichment, *, name: str) -> None:
    n_folded = len(found.table) - len(found.heads)
    has_all = False
    if n_folded:
        has_all = st.toggle(
            f"Show {labels.count(n_folded, 'set')} folded behind stronger ones", key="sets_folded"
        )
    table = found.table if has_all else found.heads
    names = "symbols" if "symbols" in table else "genes"
    shown = pd.DataFrame(
        {
            **{column: table[column] for column in ("group", "set", "description")},
            "hits": [
                f"{k:,} of {n:,}" for k, n in zip(table["n_hits"], table["n_set"], strict=True)
            ],
            "ratio": table["ratio"],
            "q": [shown_q(value) for value in table["log10_q"]],
            "names": table[names],
            **({"behind": table["behind"]} if has_all else {}),
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        key="sets_table",
        height=min(_HEIGHT, 36 * (len(shown) + 1) + 2),
        column_config=_columns(shown),
    )
    downloads.table_buttons(found.table, name=name, key="sets_take")


def _columns(shown: pd.DataFrame) -> dict[str, Any]:
    column = st.column_config
    is_described = (shown["description"] != "").any()
    return {
        "group": column.TextColumn("Group"),
        "set": column.TextColumn("Gene set"),
        "description": column.TextColumn("Description") if is_described else None,
        "hits": column.TextColumn("Genes", help="Genes of the set in the group, and in all."),
        "ratio": column.NumberColumn(
            "By expected", format="%.1f", help="Genes in the group by those of a random draw."
        ),
        "q": column.TextColumn("q"),
        "names": column.TextColumn("Genes of the set in the group", width="large"),
        "behind": column.TextColumn("Folded behind"),
    }
