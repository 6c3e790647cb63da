"""Tests of the detection of orientation."""

from __future__ import annotations

import re

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.io.table import Table
from genie3_engine.data.orientation import orientation_of
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.quality import diagnose
from genie3_engine.data.quality.findings import Severity
from genie3_engine.errors import InputError, OptionError


def words(text):
    return text.split()


SYMBOLS = words(
    """
    TP53 MYC GATA1 SOX2 GAPDH ACTB EGFR BRCA1 PTEN KRAS CDK2 STAT3 FOXP3 IL6 TNF VEGFA
    AKT1 MTOR JAK2 NOTCH1 WNT3A CTNNB1 SMAD4 RB1 E2F1 CCND1 MDM2 ATM CHEK1 PARP1 HLA-A
    HLA-DRB1 MT-CO1 C10orf53 ZNF438 SNORD113-9 OR4D5 MIR26A1 LINC00115 RPL13A COL1A1 KRT18
    CXCL8 NFKB1 RELA
    """
)
MOUSE = words(
    """
    Gata4 Sox17 Pou5f1 Nanog Klf4 Actb Gapdh Trp53 Myc Cdh1 Vim Hes1 Dll1 Gm12345 Rpl13
    1700009N14Rik Foxa2 Otx2 Tbx6 Mesp1
    """
)
BACTERIAL = words(
    """
    thrA thrB lacZ araC fnr crp fis ihfA lrp arcA narL soxS marA rob purR argR metJ trpR
    lexA recA dnaA rpoD ompR envZ phoB
    """
)
FLY = words(
    """
    ey ato wg hh en eve ftz odd prd slp1 Kr kni gt hb bcd nos cad tll dpp sna twi dl Abd-B
    Ubx Antp
    """
)
WORM = words(
    """
    unc-22 lin-12 lin-3 glp-1 daf-16 daf-2 egl-9 hif-1 skn-1 elt-2 pal-1 end-1 med-2 mex-3
    let-23 sma-3 dbl-1 lon-2 ced-3 ced-4
    """
)

GENES = {
    "G1..": [f"G{i}" for i in range(1, 101)],
    "gene1..": [f"gene{i}" for i in range(1, 61)],
    "gene_001": [f"gene_{i:03d}" for i in range(1, 61)],
    "TF and GENE": [f"TF{i:02d}" for i in range(20)] + [f"GENE{i:03d}" for i in range(80)],
    "Ensembl": [f"ENSG{i * 7:011d}" for i in range(1, 200)],
    "Ensembl versions": [f"ENSMUSG{i * 7:011d}.{i % 9 + 1}" for i in range(1, 200)],
    "Arabidopsis": [f"AT{i % 5 + 1}G{i * 10:05d}" for i in range(1, 90)],
    "yeast": [f"Y{'ABCDEF'[i % 6]}{'LR'[i % 2]}{i:03d}{'WC'[i % 2]}" for i in range(1, 90)],
    "E. coli": [f"b{i:04d}" for i in range(1, 90)],
    "tuberculosis": [f"Rv{i:04d}{'c' * (i % 2)}" for i in range(1, 90)],
    "locus tags": [f"MSMEG_{i:04d}" for i in range(1, 90)],
    "fly ids": [f"FBgn{i:07d}" for i in range(1, 90)],
    "RefSeq": [f"NM_{i * 37:06d}" for i in range(1, 90)],
    "Affymetrix": [f"{i * 31 + 1000}_{'s_' * (i % 2)}at" for i in range(1, 90)],
    "Illumina": [f"ILMN_{i * 31 + 1651000}" for i in range(1, 90)],
    "human symbols": SYMBOLS,
    "mouse symbols": MOUSE,
    "bacterial names": BACTERIAL,
    "fly names": FLY,
    "worm names": WORM,
}
SAMPLES = {
    "S1..": [f"S{i}" for i in range(1, 21)],
    "sample_1": [f"sample_{i}" for i in range(1, 21)],
    "Sample 1": [f"Sample {i}" for i in range(1, 21)],
    "GSM": [f"GSM{i + 412345}" for i in range(30)],
    "SRR": [f"SRR{i + 1412345}" for i in range(30)],
    "TCGA": [f"TCGA-A{i % 9}-{i + 1000}-01A" for i in range(30)],
    "1000 Genomes": [f"NA{i + 18486}" for i in range(30)],
    "barcodes": [
        "".join("ACGT"[(i * 7 + j * j + i // 4**j) % 4] for j in range(16)) + "-1"
        for i in range(40)
    ],
    "cells": [f"cell{i}" for i in range(40)],
    "BEELINE cells": [f"E{i * 3}_{i % 9}_{i + 100}" for i in range(60)],
    "conditions": [
        f"{c}__{g}__{i}" for c in ("control", "fur") for g in ("wt", "del") for i in "123"
    ],
    "replicates": [f"{c}_rep{i}" for c in ("ctrl", "treated") for i in range(1, 7)],
    "leukaemias": [f"{c}{i}" for c in ("AML", "ALL") for i in range(1, 13)],
    "one prefix": [f"HNSCC{i}" for i in range(1, 30)],
    "patients": [f"P{i:02d}" for i in range(1, 30)],
    "time": [f"t{i}" for i in range(0, 300, 10)],
    "numbers": [str(i) for i in range(1, 31)],
    "hours": [f"{i}h" for i in range(12)],
    "array files": [f"chip{i}.CEL" for i in range(12)],
}


def table_of(genes, samples, *, rows="genes", corner="", values=None):
    if values is None:
        values = np.random.default_rng(1).random((len(genes), len(samples)))
    if rows == "genes":
        return Table([values], list(samples), list(genes), corner)
    return Table([values.T.copy()], list(genes), list(samples), corner)


@pytest.mark.parametrize("rows", ["genes", "samples"])
@pytest.mark.parametrize("genes", GENES)
def test_orientation_of__finds_the_genes_among_samples_of_any_name(genes, rows):
    for kind, samples in SAMPLES.items():
        found = orientation_of(table_of(GENES[genes], samples, rows=rows))
        assert found.genes_in_rows == (rows == "genes"), (kind, found.reason)


@pytest.mark.parametrize(("n_genes", "n_samples"), [(1000, 20), (20, 1000), (100, 100), (500, 499)])
@pytest.mark.parametrize("rows", ["genes", "samples"])
@pytest.mark.parametrize(
    ("gene", "sample"), [("G", "S"), ("gene", "sample"), ("TF", "C"), ("g", "c")]
)
def test_orientation_of__follows_names_whatever_the_shape(n_genes, n_samples, rows, gene, sample):
    genes = [f"{gene}{i + 1}" for i in range(n_genes)]
    samples = [f"{sample}{i + 1}" for i in range(n_samples)]
    found = orientation_of(table_of(genes, samples, rows=rows))
    assert found.genes_in_rows == (rows == "genes"), found.reason
    assert not found.warning


@pytest.mark.parametrize("rows", ["genes", "samples"])
def test_orientation_of__uses_the_shape_when_names_say_nothing(rows):
    genes, samples = [f"q{i}q" for i in range(400)], [f"z{i}z" for i in range(20)]
    found = orientation_of(table_of(genes, samples, rows=rows))
    assert found.genes_in_rows == (rows == "genes")
    assert "400" in found.reason


@pytest.mark.parametrize("rows", ["genes", "samples"])
def test_orientation_of__uses_the_levels_in_a_square_without_hints(rows):
    rng = np.random.default_rng(2)
    values = rng.normal(8, 2, (40, 1)) + rng.normal(0, 0.5, (40, 40))
    names = [f"q{i}q" for i in range(40)], [f"z{i}z" for i in range(40)]
    found = orientation_of(table_of(*names, rows=rows, values=values))
    assert found.genes_in_rows == (rows == "genes")
    assert "level" in found.reason


@pytest.mark.parametrize("rows", ["genes", "samples"])
def test_orientation_of__knows_that_genes_are_centred(rows):
    rng = np.random.default_rng(3)
    values = rng.normal(0, 1, (40, 40)) + rng.normal(0, 0.3, 40)
    values -= values.mean(axis=1, keepdims=True)
    names = [f"q{i}q" for i in range(40)], [f"z{i}z" for i in range(40)]
    found = orientation_of(table_of(*names, rows=rows, values=values))
    assert found.genes_in_rows == (rows == "genes")
    assert "centred" in found.reason


@pytest.mark.parametrize("rows", ["genes", "samples"])
def test_orientation_of__lets_regulators_decide_against_names_and_shape(rows):
    genes, samples = [f"S{i}" for i in range(10)], SYMBOLS
    found = orientation_of(
        table_of(genes, samples, rows=rows), regulators=["s1", "S2", "S3", "elsewhere"]
    )
    assert found.genes_in_rows == (rows == "genes")
    assert "3 of the 4 regulators" in found.reason


def test_orientation_of__is_not_moved_by_regulators_that_are_nowhere():
    found = orientation_of(table_of(SYMBOLS, SAMPLES["GSM"]), regulators=["X1", "X2"])
    assert found.genes_in_rows
    assert "regulators" not in found.reason


@pytest.mark.parametrize(("corner", "rows"), [("gene_id", "genes"), ("Cell", "samples")])
def test_orientation_of__reads_the_corner_cell(corner, rows):
    names = [f"q{i}q" for i in range(40)], [f"z{i}z" for i in range(40)]
    found = orientation_of(table_of(*names, rows=rows, corner=corner))
    assert found.genes_in_rows == (rows == "genes")
    assert corner in found.reason


def test_orientation_of__takes_the_header_for_genes_when_rows_have_no_names():
    found = orientation_of(Table([np.ones((4, 3))], ["TP53", "MYC", "SOX2"], None))
    assert not found.genes_in_rows
    assert not found.warning
    found = orientation_of(Table([np.ones((4, 3))], ["S1", "S2", "S3"], None))
    assert not found.genes_in_rows
    assert "might name samples" in found.warning


def test_orientation_of__takes_rows_for_genes_when_there_is_no_header():
    found = orientation_of(Table([np.ones((4, 3))], None, ["a", "b", "c", "d"]))
    assert found.genes_in_rows
    assert not found.warning
    found = orientation_of(Table([np.ones((2, 3))], None, ["GSM41234", "GSM41235"]))
    assert "might name samples" in found.warning


def test_orientation_of__warns_when_nothing_tells():
    names = [f"q{i}q" for i in range(5)], [f"z{i}z" for i in range(5)]
    found = orientation_of(table_of(*names, values=np.ones((5, 5))))
    assert found.genes_in_rows
    assert "guess" in found.warning


def test_orientation_of__obeys_and_warns_when_the_file_says_otherwise():
    found = orientation_of(table_of(SYMBOLS, SAMPLES["GSM"]), wanted="genes-in-columns")
    assert not found.genes_in_rows
    assert "as requested" in found.reason
    assert "otherwise" in found.warning


def test_orientation_of__refuses_unknown_words_and_axes_without_names():
    table = table_of(SYMBOLS, SAMPLES["GSM"])
    with pytest.raises(OptionError, match="sideways"):
        orientation_of(table, wanted="sideways")
    table.row_names = None
    with pytest.raises(InputError, match="rows have no names"):
        orientation_of(table, wanted="genes-in-rows")
    table.column_names = None
    with pytest.raises(InputError, match="numbers only"):
        orientation_of(table)


@pytest.mark.parametrize("samples", ["S1..", "barcodes", "numbers"])
def test_orientation_of__gives_one_sentence(samples):
    for genes in GENES.values():
        reason = orientation_of(table_of(genes, SAMPLES[samples])).reason
        assert re.fullmatch(r"[A-Z][^\n]*[^.]\.", reason)
        assert len(reason) < 250


BARCODES = ["".join("ACGT"[(i * k + k) % 4] for k in range(3, 19)) + "-1" for i in range(20)]


def of_format(genes, cells, *, in_rows=False, turned=False, values=None, **annotations):
    """Return a table of a format that has its genes in the rows, or columns; turned on request."""
    values = np.ones((len(genes), len(cells))) if values is None else values
    on_rows = in_rows != turned
    table = Table(
        [values if on_rows else values.T],
        list(cells) if on_rows else list(genes),
        list(genes) if on_rows else list(cells),
    )
    (table.row_annotations if on_rows else table.column_annotations).update(annotations)
    table.genes_in_rows = in_rows
    table.orientation_reason = "Such a file has its genes elsewhere."
    return table


@pytest.mark.parametrize("in_rows", [True, False])
@pytest.mark.parametrize(
    "cells",
    [BARCODES, [f"cell_{i}" for i in range(20)], [f"P{i}_T_{i}" for i in range(20)]],
    ids=["barcodes", "cells", "patients"],
)
@pytest.mark.parametrize("genes", [SYMBOLS[:30], SYMBOLS[:20], GENES["Ensembl"]])
def test_orientation_of__turns_what_a_format_has_swapped(genes, cells, in_rows):
    found = orientation_of(of_format(genes, cells, in_rows=in_rows, turned=True))
    assert found.genes_in_rows != in_rows
    assert "genes and cells swapped" in found.warning
    [other] = found.decision.alternatives
    assert other.options == {"orientation": f"genes-in-{'rows' if in_rows else 'columns'}"}
    told = orientation_of(
        of_format(genes, cells, in_rows=in_rows, turned=True), wanted=other.options["orientation"]
    )
    assert told.genes_in_rows == in_rows
    right = orientation_of(of_format(genes, cells, in_rows=in_rows))
    assert (right.genes_in_rows, right.warning) == (in_rows, "")


@pytest.mark.parametrize(
    ("genes", "cells"),
    [
        (SYMBOLS[:30], SYMBOLS[30:45]),
        (SYMBOLS[:30], [str(i) for i in range(20)]),
        ([str(i) for i in range(30)], [str(i) for i in range(20)]),
        (GENES["Ensembl"], SYMBOLS[:20]),
        ([f"chr1:{i}00-{i}99" for i in range(30)], BARCODES),
        ([f"TRINITY_DN{i}_c0_g1" for i in range(30)], BARCODES),
    ],
    ids=["perturbed genes", "cell numbers", "numbers", "pseudobulks", "peaks", "contigs"],
)
def test_orientation_of__keeps_the_word_of_a_format(genes, cells):
    for in_rows in (True, False):
        found = orientation_of(of_format(genes, cells, in_rows=in_rows))
        assert (found.genes_in_rows, found.warning) == (in_rows, "")


def test_orientation_of__judges_a_format_by_names_next_to_numbers():
    numbers = [str(i) for i in range(20)]
    table = of_format(numbers, BARCODES, turned=True, features=SYMBOLS[:20])
    assert orientation_of(table).genes_in_rows
    assert not orientation_of(of_format(numbers, BARCODES, features=SYMBOLS[:20])).genes_in_rows


def test_orientation_of__guesses_by_levels_where_names_say_nothing():
    random = np.random.default_rng(4)
    values = random.gamma(0.7, 9.0, (30, 1)) + random.normal(0, 0.1, (30, 20)) ** 2
    names = [f"x{chr(97 + i)}" for i in range(26)], [f"y{chr(97 + i)}" for i in range(20)]
    found = orientation_of(of_format(names[0], names[1], values=values[:26], turned=True))
    assert not found.genes_in_rows
    assert found.decision.certainty is Certainty.GUESS
    assert found.decision.alternatives[0].options == {"orientation": "genes-in-rows"}


def test_orientation_of__lets_regulators_speak_against_a_format():
    names = [f"xx|{i}" for i in range(20)], [f"yy|{i}" for i in range(20)]
    found = orientation_of(of_format(*names, turned=True), regulators=names[0][:5])
    assert found.genes_in_rows
    perturbed = of_format(GENES["Ensembl"], SYMBOLS[:20])
    found = orientation_of(perturbed, regulators=SYMBOLS[:5])
    assert not found.genes_in_rows
    assert found.decision.certainty is Certainty.GUESS


@pytest.mark.parametrize("name", ["transposed.h5ad", "transposed.loom"])
def test_orientation_of__turns_the_cells_of_a_case(name, shared_cases):
    raw, report = read_raw(shared_cases / "12-transposed-single-cells" / name)
    assert raw.genes[:3] == ("TP53", "MYC", "JUN")
    warnings = [f for f in diagnose(raw, report).findings if f.code == "orientation"]
    assert warnings[0].severity is Severity.WARNING
    decision = next(d for d in report.decisions if d.subject == "orientation")
    [other] = decision.alternatives
    path = shared_cases / "12-transposed-single-cells" / name
    assert read_raw(path, **other.options)[0].genes == raw.samples
