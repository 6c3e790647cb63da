from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from genie3_engine import runs
from genie3_engine.data.expression import Expression
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.quality.regulators import MANY_GENES
from genie3_engine.data.regulator_lists import HUMAN, YEAST
from genie3_engine.datasets.store import save_dataset
from tests.pages.conftest import texts

HUMAN_GENES = HUMAN.columns["symbol"][:40]


@pytest.fixture
def human(home) -> str:
    """A data set of so many genes that a list is worth it, 40 of them human factors."""
    genes = (*HUMAN_GENES, *(f"gene{i:04d}" for i in range(MANY_GENES - len(HUMAN_GENES))))
    values = np.random.default_rng(0).normal(size=(len(genes), 4))
    samples = tuple(f"s{i}" for i in range(4))
    return save_dataset(Expression(values, genes, samples), name="counts")


def test_regulators__without_data_says_where_to_go(open_page):
    app = open_page("regulators")
    assert not app.exception
    assert "No data yet" in texts(app)


def test_regulators__proposed_list_is_taken_in_one_click(open_page, human):
    app = open_page("regulators", data=human)
    assert "40 of its 1,797 names are genes of the data" in texts(app)
    assert HUMAN.date in texts(app)
    assert f"All {MANY_GENES:,} genes are candidate" in app.warning[0].value
    assert "do not regulate it" in app.warning[0].value
    app.button(key="use_list").click().run()
    assert not app.exception
    labels = runs.dataset_info(human).labels
    assert labels.regulators == tuple(sorted(HUMAN_GENES))
    assert labels.regulators_from == HUMAN.provenance
    assert not app.warning
    assert "In use" in texts(app)
    assert app.selectbox(key=f"regulator_list_{human[:16]}").value == "human"
    later = open_page("regulators", data=human)
    assert later.button_group(key=f"regulators_{human[:16]}").value == "A list of the program"
    assert "40 of its 1,797" in later.success[0].value


def test_regulators__another_list_of_the_program_is_refused_where_none_matches(open_page, human):
    app = open_page("regulators", data=human)
    app.button_group(key=f"regulators_{human[:16]}").set_value("A list of the program").run()
    assert "all genes are candidate" in texts(app)
    app.selectbox(key=f"regulator_list_{human[:16]}").set_value(YEAST.name).run()
    assert not app.exception
    assert "None of the 561 names" in app.error[0].value
    assert runs.dataset_info(human).labels.regulators is None


def test_regulators__of_small_data_cost_no_warning(open_page, dataset):
    app = open_page("regulators", data=dataset)
    assert not app.warning
    assert "All 12 genes are candidate regulators" in texts(app)
    assert "use_list" not in {button.key for button in app.button}


def test_regulators__continue_leads_to_infer(open_page, dataset):
    app = open_page("regulators", data=dataset)
    app.button(key="next").click().run()
    assert app.title[0].value == "Infer"
    assert app.query_params["data"] in (dataset, [dataset])


def test_regulators__pasted_regulators_are_matched(open_page, dataset):
    app = open_page("regulators", data=dataset)
    group = app.button_group(key=f"regulators_{dataset[:16]}")
    group.set_value("Paste a list").run()
    app.text_area(key=f"regulator_text_{dataset[:16]}").set_value("gene01, gene03\nnobody").run()
    assert not app.exception
    assert "2 of 3 names" in app.success[0].value
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene03")


def test_regulators__uploaded_table_of_regulators_shows_its_column(open_page, dataset):
    app = open_page("regulators", data=dataset)
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Upload a list").run()
    table = b",name,other\n0,gene01,gene04\n1,gene03,gene05\n2,nobody,x\n"
    app.file_uploader(key="regulator_file").upload("tfs.csv", table, "text/csv").run()
    assert not app.exception
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene03")
    assert "column 'name'" in app.warning[0].value
    app.selectbox(key="regulator_column").set_value("other").run()
    assert runs.dataset_info(dataset).labels.regulators == ("gene04", "gene05")
    assert not app.warning
    app.selectbox(key="regulator_column").set_value("Detect").run()
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene03")


def test_regulators__keeps_regulators_that_another_session_chose(open_page, dataset):
    app = open_page("regulators", data=dataset)
    runs.choose_regulators(dataset, ["gene01"])
    app.run()
    assert runs.dataset_info(dataset).labels.regulators == ("gene01",)


def test_regulators__nearest_names_replace_unknown_ones(open_page, dataset):
    app = open_page("regulators", data=dataset)
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Paste a list").run()
    app.text_area(key=f"regulator_text_{dataset[:16]}").set_value("gene01, GENE02").run()
    app.button(key="take_near").click().run()
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene02")


def test_regulators__regulators_without_overlap_are_refused(open_page, dataset):
    app = open_page("regulators", data=dataset)
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Paste a list").run()
    app.text_area(key=f"regulator_text_{dataset[:16]}").set_value("gene1x").run()
    assert not app.exception
    assert len(app.error) == 1
    assert runs.dataset_info(dataset).labels.regulators is None


def test_regulators__regulators_are_picked_by_a_filter(open_page, dataset):
    app = open_page("regulators", data=dataset)
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Pick by a filter").run()
    app.text_input(key="pick_names").set_value("gene0*").run()
    app.number_input(key="pick_variable").set_value(3).run()
    labels = runs.dataset_info(dataset).labels
    assert len(labels.regulators) == 3
    assert labels.regulators_from == "a filter: named gene0*, the 3 most variable"


def test_regulators__symbols_of_the_gene_table_name_genes(open_page, dataset):
    table = GeneTable(("gene01", "gene03"), {"s": ("TP53", "MYC")}, roles={"symbol": "s"})
    runs.attach_gene_table(dataset, table)
    app = open_page("regulators", data=dataset)
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Paste a list").run()
    app.text_area(key=f"regulator_text_{dataset[:16]}").set_value("TP53, gene02").run()
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene02")
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Upload a list").run()
    app.file_uploader(key="regulator_file").upload("tfs.txt", b"MYC\nTP53\n", "text/plain").run()
    assert not app.exception
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene03")


def test_regulators__uploaded_list_leaves_the_same_file_of_others(open_page, dataset):
    content = b"gene01\ngene03\n"
    kept = runs.keep_gene_sets([("tfs.txt", BytesIO(content))])
    app = open_page("regulators", data=dataset)
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Upload a list").run()
    app.file_uploader(key="regulator_file").upload("tfs.txt", content, "text/plain").run()
    assert not app.exception
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene03")
    assert [each.id for each in runs.list_gene_sets()] == [kept.id]


def test_regulators__proposed_list_follows_another_gene_table_of_the_same_name(open_page, home):
    genes = tuple(f"gene{i:04d}" for i in range(MANY_GENES))
    values = np.random.default_rng(0).normal(size=(len(genes), 4))
    data = save_dataset(Expression(values, genes, tuple("abcd")), name="counts")
    nobody = tuple(f"name{i}" for i in range(MANY_GENES))
    known = (*HUMAN_GENES, *nobody[len(HUMAN_GENES) :])
    for symbols, is_proposed in ((nobody, False), (known, True)):
        table = GeneTable(genes, {"symbol": symbols}, {"symbol": "symbol"}, "genes.tsv")
        runs.attach_gene_table(data, table)
        app = open_page("regulators", data=data)
        assert not app.exception
        assert ("40 of its 1,797 names are genes" in texts(app)) is is_proposed
