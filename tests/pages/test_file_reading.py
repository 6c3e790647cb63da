from __future__ import annotations

import json

import numpy as np
import pytest

from genie3_engine import runs
from pages.data.file_reading import with_options
from pages.data.session_dataset import Reading
from tests.pages.conftest import texts


def two_names() -> bytes:
    """Return a table whose genes have identifiers and symbols."""
    rng = np.random.default_rng(2)
    symbols = ["TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1", "STAT3", "GATA1"]
    rows = ["gene_id\tgene_name\tsample_1\tsample_2\tsample_3"]
    for i, symbol in enumerate(symbols):
        values = "\t".join(f"{x:.3f}" for x in rng.normal(8, 2, 3))
        rows.append(f"ENSG{141510 + i:011d}\t{symbol}\t{values}")
    return ("\n".join(rows) + "\n").encode()


@pytest.fixture
def read(open_page):
    return open_page("data").file_uploader[0].upload("two.tsv", two_names(), "text/csv").run()


def menu(app, label):
    (box,) = [box for box in app.selectbox if box.label.replace("\\", "") == label]
    return box


def test_file_reading__shows_each_decision(read):
    assert not read.exception
    assert "Genes go by 'gene_name'" in texts(read).replace("\\", "")
    assert "Genes are in the rows" in texts(read).replace("\\", "")


def test_file_reading__another_reading_is_one_click_and_is_undone(read):
    before = [metric.value for metric in read.metric]
    (other,) = [button for button in read.button if button.label.startswith("By 'gene")]
    other.click().run()
    assert not read.exception
    assert "Genes go by 'gene_id'" in texts(read).replace("\\", "")
    tables = [runs.gene_table(each.fingerprint) for each in runs.list_datasets()]
    assert ["ENSG00000141510"] in [list(table.find("tp53")) for table in tables]
    read.button(key="read_as_detected").click().run()
    assert "Genes go by 'gene_name'" in texts(read).replace("\\", "")
    assert [metric.value for metric in read.metric] == before


def test_file_reading__a_menu_names_the_column_with_the_names(read):
    menu(read, "gene_id").select("names").run()
    assert not read.exception
    assert "Genes go by 'gene_id'" in texts(read).replace("\\", "")


def test_with_options__adds_to_what_was_set_aside_and_takes_it_from_what_is_kept():
    reading = Reading(set_aside=("a",), keep=("b", "c"))
    assert with_options(reading, {"set_aside": ("b",)}) == Reading(
        set_aside=("a", "b"), keep=("c",)
    )
    assert with_options(reading, {"keep": "a"}) == Reading(keep=("b", "c", "a"))
    assert with_options(reading, {"header_row": 2}).header_row == 2


def test_reading__keeps_its_options_when_it_is_stored():
    reading = Reading(set_aside=("a",), header_row=2, recipe=("transpose",))
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading
    assert "recipe" not in reading.options
