"""Genes of sets are found by identifier, label, other names and synonyms."""

import pytest

from genie3_engine.enrichment.gene_sets import NamedGene, SetBuilder, match_sets
from genie3_engine.errors import InputError
from tests.enrichment.sets import genes_of, sets_of

GENES = ("ENSG00000141510", "b0002", "Trp53", "x1", "x2")
SYMBOLS = {"ENSG00000141510": "TP53", "x1": "twin", "x2": "twin"}


def test_match__keeps_the_sets_with_genes_of_the_network():
    found = sets_of(
        {"one": ["TP53", "foreign"], "none": ["foreign"], "both": ["twin", "b0002", "b0002"]},
        GENES,
        symbols=SYMBOLS,
        descriptions={"one": "first"},
    )
    assert found.names == ("one", "both")
    assert found.descriptions == ("first", "")
    assert found.members.toarray().astype(int).tolist() == [[1, 0, 0, 0, 0], [0, 1, 0, 1, 1]]
    assert (found.n_sets, found.n_named, found.n_found) == (3, 4, 3)
    assert found.annotated.tolist() == [True, True, False, True, True]
    assert found.sentence == (
        "2 sets of 3 have genes of this network; 4 of its 5 genes are in at least one set. Of the "
        "4 genes that the file names, 3 were found."
    )


def test_match__synonym_counts_only_where_it_is_nobody_elses():
    builder = SetBuilder()
    named = [
        NamedGene("lacZ", ("P00722",), ("b0344", "shared")),
        NamedGene("lacY", ("P02920",), ("lacZ", "shared", "b0343")),
    ]
    builder.add(builder.set_place("lac"), [builder.gene_place(gene) for gene in named])
    genes = ["b0343", "b0344", "shared"]
    found = match_sets(builder.gene_sets(), genes_of(genes))
    assert found.members.toarray().astype(int).tolist() == [[1, 1, 0]]


def test_match__another_case_is_a_caution():
    assert sets_of({"a": ["TRP53"]}, ["Trp53"]).notes[0].endswith("of the same species.")
    assert not sets_of({"a": ["TP53"]}, GENES, symbols=SYMBOLS).notes
    assert not sets_of({"a": ["Trp53"]}, ["Trp53"]).notes


def test_match__foreign_genes_are_refused_with_examples():
    with pytest.raises(InputError, match="is a gene of this network") as refused:
        sets_of({"a": ["foreign"]}, GENES)
    assert "species" in refused.value.remedy
