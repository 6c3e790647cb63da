"""GAF and OBO: denied annotations are left out, terms are named, genes belong to general terms."""

import pytest

from genie3_engine.enrichment.gene_ontology import (
    is_gaf,
    passed_on,
    read_gaf,
    read_obo,
    with_names,
)
from genie3_engine.errors import InputError


def gaf_line(identifier, symbol, term, qualifier="involved_in", evidence="IDA", synonyms=""):
    cells = ["UniProtKB", identifier, symbol, qualifier, term, "PMID:1", evidence, "", "P"]
    cells += ["a protein", synonyms, "protein", "taxon:83333", "20240101", "EcoCyc", "", ""]
    return "\t".join(cells) + "\n"


GAF = [
    "!gaf-version: 2.2\n",
    "!\n",
    gaf_line("P1", "lacZ", "GO:0000001", synonyms="b0344|ECK0341"),
    gaf_line("P1", "lacZ", "GO:0000001", evidence="IEA", synonyms="b0344|ECK0341"),
    gaf_line("P2", "lacY", "GO:0000002"),
    gaf_line("P2", "lacY", "GO:0000001", "NOT|involved_in"),
    gaf_line("P3", "lacA", "GO:0008150", evidence="ND"),
]
OBO = """format-version: 1.2

[Term]
id: GO:0000000
name: general

[Term]
id: GO:0000001
name: kind of it
alt_id: GO:0000009
is_a: GO:0000000 ! general

[Term]
id: GO:0000002
name: part of the kind
relationship: part_of GO:0000001 ! kind of it
relationship: regulates GO:0000005 ! other
is_a: GO:0000001 {source="x"} ! kind of it

[Typedef]
id: part_of
name: part of
"""


def sets(lines):
    found = read_gaf(lines, name="x.gaf")
    genes = [gene.name for gene in found.genes]
    return found, sorted(
        (found.names[s], genes[g]) for s, g in zip(found.set_of, found.gene_of, strict=True)
    )


def test_gaf__is_known_by_its_head_or_its_columns():
    assert is_gaf(GAF)
    assert is_gaf(["!comment\n", GAF[2]])
    assert not is_gaf(["a\tb\tc\n"])
    assert not is_gaf([])


def test_gaf__denied_and_empty_annotations_are_left_out():
    found, pairs = sets(GAF)
    assert pairs == [("GO:0000001", "lacZ"), ("GO:0000002", "lacY")]
    assert found.genes[0].others == ("P1",)
    assert found.genes[0].synonyms == ("b0344", "ECK0341")
    assert found.notes == (
        "Left out: 1 annotation with the qualifier NOT and 1 annotation without data (ND).",
    )


@pytest.mark.parametrize("lines", [["!gaf-version: 2.2\n"], ["!gaf-version: 2.2\n", "a\tb\n"]])
def test_gaf__without_annotations_is_refused(lines):
    with pytest.raises(InputError, match=r"x\.gaf"):
        read_gaf(lines, name="x.gaf")


def test_obo__has_names_parents_and_merged_terms():
    ontology = read_obo(OBO.splitlines(keepends=True))
    assert ontology.names["GO:0000002"] == "part of the kind"
    assert ontology.parents == {
        "GO:0000001": ["GO:0000000"],
        "GO:0000002": ["GO:0000001", "GO:0000001"],
    }
    assert ontology.current["GO:0000009"] == "GO:0000001"
    assert "part_of" not in ontology.names


def test_passed_on__genes_belong_to_the_general_terms():
    ontology = read_obo(OBO.splitlines())
    lines = [*GAF, gaf_line("P4", "lacI", "GO:0000009")]
    found = with_names(passed_on(read_gaf(lines, name="x"), ontology), ontology.names)
    genes = [gene.name for gene in found.genes]
    pairs = {(found.names[s], genes[g]) for s, g in zip(found.set_of, found.gene_of, strict=True)}
    assert pairs == {
        ("GO:0000001", "lacZ"),
        ("GO:0000000", "lacZ"),
        ("GO:0000002", "lacY"),
        ("GO:0000001", "lacY"),
        ("GO:0000000", "lacY"),
        ("GO:0000001", "lacI"),
        ("GO:0000000", "lacI"),
    }
    assert found.descriptions[found.names.index("GO:0000000")] == "general"


def test_passed_on__circular_terms_end():
    circle = ["[Term]", "id: GO:1", "is_a: GO:2", "[Term]", "id: GO:2", "is_a: GO:1"]
    found = passed_on(read_gaf([gaf_line("P", "a", "GO:1")], name="x"), read_obo(circle))
    assert set(found.names) == {"GO:1", "GO:2"}
