"""Tests of the gene table on the Data page: upload, other columns, removal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import runs
from tests.pages.conftest import N_GENES, small_expression, texts

ROWS = [f"gene{i:02d}.1\tSYM{i}\tOLD{i}\tproduct of {i}" for i in range(N_GENES)]
FILE = "\n".join(["locus\tgene_name\tformer\tproduct", *ROWS]).encode()


@pytest.fixture
def app(open_page, dataset):
    app = open_page("data", data=dataset)
    app.session_state["gene_table_panel"] = True
    return app.run()


def give(app, content, name="genes.tsv"):
    (uploader,) = [each for each in app.file_uploader if "column of these genes" in each.label]
    return uploader.upload(name, content, "text/tsv").run()


def menu(app, label):
    (box,) = [each for each in app.selectbox if each.label == label]
    return box


def test_gene_table__is_uploaded_corrected_and_removed(app, dataset):
    give(app, FILE)
    assert not app.exception
    plain = texts(app).replace("\\", "")
    assert "genes.tsv has 12 of 12 genes by its column 'locus'" in plain
    assert runs.gene_table(dataset).label("gene03") == "SYM3"
    menu(app, "Symbols").set_value("former").run()
    assert runs.gene_table(dataset).label("gene03") == "OLD3"
    menu(app, "Descriptions").set_value("former").run()
    assert runs.gene_table(dataset).roles == {"identifier": "locus", "description": "former"}
    menu(app, "Identifiers").set_value("gene_name").run()
    assert not app.exception
    assert "No name in genes.tsv" not in plain
    assert "No name in genes.tsv" in texts(app).replace("\\", "")
    assert runs.gene_table(dataset).description("gene03") == "OLD3"
    app.button(key="remove_gene_table").click().run()
    assert not runs.gene_table(dataset)
    assert not app.exception


def test_gene_table__is_proposed_where_genes_go_by_identifiers(open_page, app):
    assert "A gene table shows their symbols" not in texts(app)
    expression = small_expression()
    genes = tuple(f"ENSG{i:011d}" for i in range(N_GENES))
    dataset = runs.save_dataset(replace(expression, genes=genes))
    app = open_page("data", data=dataset)
    assert "The genes go by Ensembl gene identifiers. A gene table" in texts(app)


def test_gene_table__is_refused_in_words_and_goes_with_a_fix(app, dataset):
    give(app, b"id\tsymbol\nx\ty\nz\tw\n", "other.tsv")
    assert "No name in other.tsv is one of the 12 genes" in texts(app).replace("\\", "")
    give(app, FILE)
    app.selectbox(key="fix_name").set_value("keep-variable").run()
    app.number_input(key="fix_number").set_value(5).run()
    app.button(key="fix_apply").click().run()
    (fixed,) = [each for each in runs.list_datasets() if each.fingerprint != dataset]
    table = runs.gene_table(fixed.fingerprint)
    assert (len(table.genes), table.n_known, table.source) == (5, 5, "genes.tsv")
    assert fixed.labels.gene_table == runs.dataset_info(dataset).labels.gene_table
