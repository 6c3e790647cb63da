"""Tests of how a network finds the gene table of its data set."""

from __future__ import annotations

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.datasets.gene_tables import save_gene_table
from genie3_engine.networks.gene_names import gene_table_of_run
from genie3_engine.store.run_folder import RunFolder


def test_gene_table_of_run__is_attached_after_the_run(evident_run):
    assert gene_table_of_run(evident_run) is NO_GENE_TABLE
    table = GeneTable(("G1",), {"symbol": ("TP53",)}, {"symbol": "symbol"}, "genes.tsv")
    save_gene_table(RunFolder(evident_run).spec.dataset, table)
    assert gene_table_of_run(evident_run).label("G1") == "TP53"
    assert gene_table_of_run(evident_run / "links.parquet").label("G1") == "TP53"


def test_gene_table_of_run__is_none_without_a_network(tmp_path):
    assert gene_table_of_run(tmp_path) is NO_GENE_TABLE
