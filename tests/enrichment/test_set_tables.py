"""Tables in either order: the column of genes is found by matching."""

import pytest

from genie3_engine.enrichment.set_tables import read_set_table
from genie3_engine.errors import InputError, OptionError
from tests.enrichment.sets import genes_of

GENES = genes_of([f"g{i}" for i in range(20)])


def table(tmp_path, rows, name="table.tsv", mark="\t"):
    path = tmp_path / name
    path.write_text("".join(mark.join(row) + "\n" for row in rows))
    return read_set_table(path)


def pairs(sets):
    genes = [gene.name for gene in sets.genes]
    return [(sets.names[s], genes[g]) for s, g in zip(sets.set_of, sets.gene_of, strict=True)]


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("header", [[], [("gene", "pathway")]])
def test_table__either_order_gives_the_same_sets(tmp_path, header, is_turned):
    rows = [*header, ("g1", "one"), ("g2", "one"), ("g3", "two"), ("foreign", "two")]
    rows = [row[::-1] for row in rows] if is_turned else rows
    found = table(tmp_path, rows, "table.csv", ",").gene_sets(GENES)
    expected = [("one", "g1"), ("one", "g2"), ("two", "g3"), ("two", "foreign")]
    assert pairs(found) == expected
    place = 2 if is_turned else 1
    assert f"genes are in column {place}" in found.notes[0]


def test_table__sets_named_like_genes_are_the_column_with_fewer(tmp_path):
    rows = [("TF", "gene", "effect")]
    rows += [(f"g{i % 2}", f"g{i}", "+-"[i % 2]) for i in range(10)]
    found = table(tmp_path, rows).gene_sets(GENES)
    assert set(found.names) == {"g0", "g1"}
    assert "Other columns may name sets: column 3 ('effect')." in found.notes[0]


def test_table__user_chooses_the_columns(tmp_path):
    rows = [("gene", "id", "pathway"), *((f"g{i}", str(i), f"p{i % 3}") for i in range(9))]
    read = table(tmp_path, rows)
    assert set(read.gene_sets(GENES).names) == {"p0", "p1", "p2"}
    chosen = read.gene_sets(GENES, {"gene": "Gene", "set": "2"})
    assert len(chosen) == 9
    assert len(read.gene_sets(GENES, {"set": "id"})) == 9
    with pytest.raises(OptionError, match="no column 'colour'"):
        read.gene_sets(GENES, {"set": "colour"})
    with pytest.raises(OptionError, match="both in column 2"):
        read.gene_sets(GENES, {"gene": "id", "set": "2"})


def test_table__without_genes_of_the_network_is_refused(tmp_path):
    with pytest.raises(InputError, match="No column"):
        table(tmp_path, [("a", "b"), ("c", "d")]).gene_sets(GENES)


def test_table__of_one_column_is_refused(tmp_path):
    with pytest.raises(InputError, match="neither GMT, GAF, OBO nor a table"):
        table(tmp_path, [("a",), ("b",)])


def test_table__may_name_the_sets_of_another_file(tmp_path):
    read = table(tmp_path, [("GO:1", "first"), ("GO:2", "second")])
    assert read.names_of(["GO:1", "GO:2", "GO:3"])["GO:2"] == "second"
    assert not read.names_of(["x", "y"])
