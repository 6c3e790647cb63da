"""Tests of reading which gene was perturbed, and how."""

from __future__ import annotations

import pytest

from genie3_engine.data.perturbations import (
    GeneNames,
    Perturbation,
    is_unperturbed,
    kind_of,
    read_perturbation,
)

GENES = GeneNames(["TP53", "MYC", "HLA-A", "dnaA", "fur", "SIRT1", "OE33", "CON", "Abc", "ABC"])


@pytest.mark.parametrize(
    ("text", "gene", "kind"),
    [
        ("TP53", "TP53", ""),
        ("tp53", "TP53", ""),
        ("TP53 KO", "TP53", "KO"),
        ("TP53_KD", "TP53", "KD"),
        ("TP53-knockdown", "TP53", "KD"),
        ("KO TP53", "TP53", "KO"),
        ("knockout of TP53", "TP53", "KO"),
        ("TP53 (KO)", "TP53", "KO"),
        ("TP53-/-", "TP53", "KO"),
        ("TP53 -/-", "TP53", "KO"),
        ("HLA-A KO", "HLA-A", "KO"),
        ("deltafur", "fur", "KO"),
        ("\u0394fur", "fur", "KO"),
        ("fur\u0394", "fur", "KO"),
        ("delta fur", "fur", "KO"),
        ("dfur", "fur", "KO"),
        ("dnaA", "dnaA", ""),
        ("siTP53", "TP53", "KD"),
        ("shRNA-MYC", "MYC", "KD"),
        ("sgMYC", "MYC", "KO"),
        ("SIRT1", "SIRT1", ""),
        ("OE33", "OE33", ""),
        ("MYC overexpression", "MYC", "OE"),
        ("MYC-OE", "MYC", "OE"),
        ("CON", "CON", ""),
    ],
)
def test_read_perturbation__finds_the_gene_and_how(text, gene, kind):
    assert read_perturbation(text, GENES) == Perturbation(
        (gene,), frozenset({kind} if kind else ())
    )


@pytest.mark.parametrize(
    "text",
    ["", "WT", "wild type", "wild-type", "control", "siControl", "non-targeting", "-", "ctrl2"],
)
def test_read_perturbation__knows_words_for_none(text):
    assert is_unperturbed(text)
    assert read_perturbation(text, GENES) == Perturbation()


@pytest.mark.parametrize("text", ["TP53+MYC", "MYC;TP53", "TP53 and MYC", "MYC / TP53"])
def test_read_perturbation__reads_several_genes(text):
    assert read_perturbation(text, GENES).genes == ("MYC", "TP53")


def test_read_perturbation__keeps_the_kinds_of_several_genes():
    assert read_perturbation("TP53 KO + MYC KD", GENES).kinds == {"KO", "KD"}
    assert read_perturbation("TP53 + MYC KO", GENES).kinds == {"KO"}


def test_read_perturbation__names_what_is_not_a_gene_of_the_data():
    found = read_perturbation("BRCA1 KO", GENES)
    assert (found.genes, found.kinds, found.unknown) == (("BRCA1",), {"KO"}, ("BRCA1",))


def test_read_perturbation__leaves_a_name_that_means_two_genes_unknown():
    assert read_perturbation("abc", GENES).unknown == ("abc",)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("ko", "KO"), ("Knock-out", "KO"), ("siRNA", "KD"), ("over-expression", "OE"), ("heat", "")],
)
def test_kind_of__knows_words(word, kind):
    assert kind_of(word) == kind
