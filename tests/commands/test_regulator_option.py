from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from genie3_engine.commands.regulator_option import RegulatorOption
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.regulator_lists import E_COLI
from genie3_engine.errors import InputError, OptionError

GENES = ["b0020", "b0034", "b0001"]


def option(regulators: str | Path | None) -> RegulatorOption | None:
    path = None if regulators is None else Path(regulators)
    return RegulatorOption.of(Namespace(regulators=path, regulators_column="auto"))


def test_option__of_a_shipped_list_is_its_genes_with_source_and_date():
    listed = option("e-coli")
    assert listed.source == E_COLI.provenance
    assert {"b0020", "nhaR"} <= set(listed.guess())
    chosen = listed.choose(GENES)
    assert (chosen.found, chosen.column) == (("b0020", "b0034"), "b_number")
    assert "2 of its 293 names are genes" in chosen.note
    with pytest.raises(InputError, match="None of the 293 names"):
        listed.choose(["x"])
    assert listed.choose(["x"], required=False).found == ()


def test_option__of_a_shipped_list_has_no_other_column():
    with pytest.raises(OptionError, match="'e-coli' is a list of the program"):
        RegulatorOption.of(Namespace(regulators=Path("e-coli"), regulators_column="2"))


def test_option__of_a_file_wins_over_a_list_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("e-coli").write_text("b0001\nb9999\n")
    listed = option("e-coli")
    assert listed.source == "the list e-coli"
    chosen = listed.choose(GENES)
    assert chosen.found == ("b0001",)
    assert "b9999" in chosen.note


def test_option__that_is_neither_names_the_lists():
    assert option(None) is None
    with pytest.raises(InputError) as caught:
        option("humans")
    assert "Lists of the program: human, mouse," in caught.value.remedy


def test_option__takes_symbols_of_the_gene_table(tmp_path):
    genes = ["x1", "x2", "x3"]
    table = GeneTable(tuple(genes), {"s": ("nhaR", "caiF", "lacZ")}, roles={"symbol": "s"})
    assert option("e-coli").choose(genes, table=table).found == ("x1", "x2")
    (tmp_path / "mine.txt").write_text("nhaR\nother\n")
    chosen = option(tmp_path / "mine.txt").choose(genes, table=table)
    assert chosen.found == ("x1",)
    assert "1 regulator is not among the genes: 'other'" in chosen.note
