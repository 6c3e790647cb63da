from __future__ import annotations

import pytest

from genie3_engine.data.gene_identifiers import (
    classify_names,
    identifiers,
    restored,
    spreadsheet_damage,
)


@pytest.mark.parametrize(
    ("names", "kind", "species"),
    [
        (["ENSG00000141510", "ENSG00000136997"], "Ensembl gene identifiers", "human"),
        (["ENSMUSG00000059552.14"], "Ensembl gene identifiers", "mouse"),
        (["ENST00000269305"], "Ensembl transcript identifiers", "human"),
        (["7157", "4609", "60"], "Entrez gene numbers", ""),
        (["b0002", "b0003"], "b-numbers (locus tags)", "E. coli K-12"),
        (["YAL001C", "YBR160W"], "yeast ORF names", "baker's yeast"),
        (["AT1G01010", "AT5G67640"], "Arabidopsis loci", "Arabidopsis"),
        (["FBgn0000008"], "FlyBase identifiers", "fruit fly"),
        (["SAOUHSC_00001", "SAOUHSC_00002"], "locus tags", ""),
        (["GAPDH", "ACTB", "TP53", "MYC"], "gene symbols", "human"),
        (["Gapdh", "Actb", "Trp53", "Myc"], "gene symbols", "mouse or rat"),
        (["TBX3", "GATA5"], "gene symbols", ""),
        (["G1", "G2"], "numbered names", ""),
        (["1007_s_at", "1053_at"], "Affymetrix probe sets", ""),
        (["???", "!!"], "", ""),
        ([""], "", ""),
    ],
)
def test_identifiers__kind_and_species(names, kind, species):
    found = identifiers(names)
    assert (found.kind, found.species) == (kind, species)


def test_identifiers__tell_versions_and_what_does_not_belong():
    found = identifiers(["ENSG00000141510.2", "ENSG00000136997", "TP53"])
    assert found.with_version == pytest.approx(1 / 3)
    assert found.others == ("TP53",)


@pytest.mark.parametrize(
    ("name", "gene"),
    [
        ("1-Sep", "SEPT1"),
        ("Sep-15", "SEPT15"),
        ("11-Mar", "MARCH11"),
        ("2.Sep", "SEPT2"),
        ("3-Mrz", "MARCH3"),
        ("1-Mar", ""),
        ("2020-09-01", ""),
        ("2.31E+13", ""),
        ("40-Sep", ""),
        ("SEPT1", ""),
    ],
)
def test_restored__only_what_is_certain(name, gene):
    assert restored(name) == gene
    assert spreadsheet_damage(name) == (name != "SEPT1")


@pytest.mark.parametrize("name", ["TP53", "ENSG00000141510", "7157", "2L52.1", "HLA-A", "14-3-3z"])
def test_spreadsheet_damage__leaves_names_alone(name):
    assert not spreadsheet_damage(name)


@pytest.mark.parametrize(
    "names", [[r"C:\raw\S1.raw", r"C:\raw\S2.raw"], ["a.mzML", "b.mzML"], ["/x/y/a", "/x/y/b"]]
)
def test_classify_names__paths_and_files_are_samples(names):
    assert classify_names(names).score == -1.0
