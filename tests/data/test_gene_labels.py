"""Tests of the choice between symbols, identifiers and other names of genes."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.gene_labels import gene_columns, name_genes
from genie3_engine.data.io.table import ReadOptions, Table
from genie3_engine.data.prepare import read_raw
from genie3_engine.errors import OptionError

SYMBOLS = [
    "TP53",
    "MYC",
    "JUN",
    "GATA3",
    "SOX2",
    "STAT1",
    "EGFR",
    "KLF4",
    "FOS",
    "RB1",
    "E2F1",
    "SP1",
]
ENSEMBL = [f"ENSG{i:011d}" for i in range(141510, 141510 + len(SYMBOLS))]
ROW_NUMBERS = [str(i) for i in range(len(SYMBOLS))]
UNIPROT = [f"P{i:05d}" for i in range(4637, 4637 + len(SYMBOLS))]
NUMBERS = [
    "7157",
    "4609",
    "3725",
    "2625",
    "6657",
    "6772",
    "1956",
    "9314",
    "2353",
    "5925",
    "1869",
    "6667",
]
CONTIGS = [f"TRINITY_DN{i}_c0_g1_i{i % 3}" for i in range(len(SYMBOLS))]
NOT_NAMES = {
    "chromosome": ["chr17", "8", "1", "10", "3", "2", "7", "9", "14", "13", "20", "12"],
    "biotype": ["protein_coding", "lincRNA"] * 6,
    "description": [f"tumor protein {i}" for i in range(12)],
    "cytoband": [f"{i}p13.{i}" for i in range(1, 13)],
    "position": [f"chr1:{i}00-{i}50" for i in range(1, 13)],
    "strand": ["+", "-"] * 6,
    "cluster": ["A", "B", "C"] * 4,
    "mostly missing": ["TP53"] + ["NA"] * 11,
    "highly_variable": ["True", "False"] * 6,
}


def table_of(names, *, in_rows=True, label="", **columns):
    annotations = {
        key.replace("_", " ") if " " in key else key: list(v) for key, v in columns.items()
    }
    values = np.ones((len(names), 2))
    if in_rows:
        return Table([values], ["s1", "s2"], list(names), label=label, row_annotations=annotations)
    return Table([values.T], list(names), ["s1", "s2"], label=label, column_annotations=annotations)


def named(table, *, in_rows=True, **options):
    found = name_genes(table, ReadOptions(**options), genes_in_rows=in_rows)
    decisions = [each for each in found.decisions if each.subject == "gene-names"]
    return (found.row_names if in_rows else found.column_names), decisions, found.warnings


@pytest.mark.parametrize("in_rows", [True, False])
@pytest.mark.parametrize("names", [ENSEMBL, ROW_NUMBERS, UNIPROT, NUMBERS])
def test_name_genes__takes_symbols(names, in_rows):
    genes, [decision], warnings = named(
        table_of(names, in_rows=in_rows, anything=SYMBOLS, about=NOT_NAMES["description"]),
        in_rows=in_rows,
    )
    assert genes == SYMBOLS
    assert not warnings
    assert decision.certainty is Certainty.CLEAR
    assert "'anything'" in decision.taken


def test_name_genes__keeps_symbols_and_offers_the_others():
    genes, [decision], _ = named(table_of(SYMBOLS, gene_ids=ENSEMBL))
    assert genes == SYMBOLS
    assert decision.alternatives[0].options == {"gene_names": "gene_ids"}


def test_name_genes__guesses_where_names_are_of_an_unknown_kind():
    unknown = [f"clone{number}_{number * 7}" for number in range(len(SYMBOLS))]
    genes, [decision], _ = named(table_of(unknown, hit=SYMBOLS))
    assert genes == SYMBOLS
    assert decision.certainty is Certainty.GUESS
    genes, [decision], _ = named(table_of(unknown, gene_symbol=SYMBOLS))
    assert genes == SYMBOLS
    assert decision.certainty is Certainty.CLEAR


@pytest.mark.parametrize("what", NOT_NAMES)
@pytest.mark.parametrize("names", [ENSEMBL, CONTIGS, SYMBOLS])
def test_name_genes__takes_no_description_for_a_name(names, what):
    assert named(table_of(names, **{what: NOT_NAMES[what]})) == (names, [], [])


@pytest.mark.parametrize(
    ("wanted", "genes"),
    [(["myc", "TP53"], SYMBOLS), ([ENSEMBL[2]], ENSEMBL), (NUMBERS[:3], NUMBERS)],
    ids=["symbols", "identifiers", "numbers"],
)
@pytest.mark.parametrize("own", [0, 1, 2])
def test_name_genes__takes_the_kind_of_the_regulators(wanted, genes, own):
    kinds = [SYMBOLS, ENSEMBL, NUMBERS]
    first, *others = kinds[own:] + kinds[:own]
    found, [decision], _ = named(table_of(first, b=others[0], c=others[1]), regulators=wanted)
    assert found == genes
    assert f"{len(wanted)} of the {len(wanted)} regulators" in decision.evidence


def test_name_genes__finds_regulators_without_their_version():
    versioned = [f"{name}.7" for name in ENSEMBL]
    found, _, _ = named(table_of(SYMBOLS, gene_id=versioned), regulators=ENSEMBL[:2])
    assert found == versioned


@pytest.mark.parametrize("wanted", ["gene_id", "GENE_ID"])
def test_name_genes__obeys_the_user(wanted):
    table = table_of(SYMBOLS, gene_id=ENSEMBL)
    found, [decision], _ = named(table, gene_names=wanted, regulators=["MYC"])
    assert found == ENSEMBL
    assert decision.certainty is Certainty.TOLD
    assert decision.options == {"gene_names": "gene_id"}


def test_name_genes__takes_the_names_of_the_axis_when_told_so():
    assert named(table_of(ENSEMBL, symbol=SYMBOLS), gene_names="names")[0] == ENSEMBL
    assert named(table_of(ENSEMBL, label="index", symbol=SYMBOLS), gene_names="index")[0] == ENSEMBL


def test_name_genes__refuses_names_that_are_not_there():
    with pytest.raises(OptionError, match="no names 'symbol'") as caught:
        named(table_of(ENSEMBL, gene_id=ENSEMBL), gene_names="symbol")
    assert "'names', 'gene_id'" in caught.value.remedy


def test_name_genes__tells_genes_of_one_symbol_apart():
    table = table_of(["A", "A", ""], label="symbol", identifier=["id1", "id2", "id3"])
    genes, _, [warning] = named(table)
    assert genes == ["id1", "id2", "id3"]
    assert "3 genes share their name" in warning


def test_name_genes__keeps_probes_of_one_gene_together_when_regulators_ask_for_genes():
    probes = [f"{i}_at" for i in range(200, 240)]
    genes = [f"ZNF{i // 2}" for i in range(200, 240)]
    assert named(table_of(probes, symbol=genes))[0] == probes
    assert named(table_of(probes, symbol=genes), regulators=["ZNF110"])[0] == genes


def test_name_genes__warns_of_row_numbers():
    genes, [decision], _ = named(table_of(ROW_NUMBERS))
    assert genes == ROW_NUMBERS
    assert decision.certainty is Certainty.GUESS
    assert "by their numbers, 0 to 11" in decision.taken


def test_name_genes__prefers_identifiers_to_row_numbers():
    assert named(table_of(ROW_NUMBERS, accession=UNIPROT))[0] == UNIPROT


@pytest.mark.parametrize("name", ["gene_id_name.tsv", "grein.csv", "gtex.gct"])
def test_name_genes__finds_the_symbols_of_a_case(name, shared_cases):
    folder = shared_cases / "11-symbol-beside-identifier"
    wanted = (folder / "symbols.txt").read_text().split()
    for options in ({"regulators": wanted}, {}):
        raw, report = read_raw(folder / name, **options)
        assert set(wanted) <= set(raw.genes)
        [other] = next(d for d in report.decisions if d.subject == "gene-names").alternatives
        assert read_raw(folder / name, **other.options)[0].genes[0].startswith("ENSG")


@pytest.mark.parametrize(
    "name",
    [
        "11-symbol-beside-identifier/cellxgene.h5ad",
        "13-h5ad-numbers-for-genes/feature_name.h5ad",
        "13-h5ad-numbers-for-genes/seuratdisk.h5ad",
    ],
)
def test_name_genes__finds_the_symbols_of_cells(name, shared_cases):
    raw, report = read_raw(shared_cases / name)
    assert raw.genes[:3] == ("TP53", "MYC", "JUN")
    assert any(decision.subject == "gene-names" for decision in report.decisions)


def test_name_genes__finds_numbers_that_were_set_aside(tmp_path):
    values = np.random.default_rng(1).gamma(2, 3, (len(SYMBOLS), 12)).round(3).tolist()
    lines = ["symbol\tentrez_id\t" + "\t".join(f"s{i}" for i in range(12))]
    for gene, number, row in zip(SYMBOLS, NUMBERS, values, strict=True):
        lines.append("\t".join([gene, number, *map(str, row)]))
    path = tmp_path / "table.tsv"
    path.write_text("\n".join(lines) + "\n")
    raw, report = read_raw(path)
    assert list(raw.genes) == SYMBOLS
    assert not report.warnings
    assert list(read_raw(path, regulators=NUMBERS[:4])[0].genes) == NUMBERS
    assert list(read_raw(path, gene_names="entrez_id")[0].genes) == NUMBERS


def test_name_genes__takes_no_outdated_names_and_no_numbered_ones():
    symbols = ["TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1"]
    codes, numbered = [f"b{i:04d}" for i in range(6)], [f"GENE{i}X" for i in range(6)]
    assert named(table_of(codes, label="locus", old_locus_tag=symbols))[0] == codes
    assert named(table_of(numbered, label="GID", NAME=symbols))[0] == symbols


@pytest.mark.parametrize("in_rows", [True, False])
def test_gene_columns__are_all_names_but_row_numbers(in_rows):
    table = table_of(ENSEMBL, in_rows=in_rows, symbol=SYMBOLS)
    assert gene_columns(table, genes_in_rows=in_rows) == {"names": ENSEMBL, "symbol": SYMBOLS}
    numbered = table_of(ROW_NUMBERS, in_rows=in_rows, symbol=SYMBOLS)
    assert list(gene_columns(numbered, genes_in_rows=in_rows)) == ["symbol"]
