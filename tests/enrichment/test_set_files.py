"""Files of gene sets are known by their content, and read together."""

import gzip

import pytest

from genie3_engine.enrichment.set_files import read_gene_sets, read_gmt
from genie3_engine.errors import InputError
from tests.enrichment.sets import genes_of
from tests.enrichment.test_gene_ontology import GAF, OBO

NAMES = genes_of(["lacZ", "lacY", "lacA", "lacI"])
GMT = "one\thttp://x\tlacZ\tlacY\ntwo\tsecond\tlacA,1.0\tforeign\tlacI\tlacA\tmore\n"


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def members(found):
    return {
        name: [found.genes[i] for i in row.nonzero()[0]]
        for name, row in zip(found.names, found.members.toarray(), strict=True)
    }


@pytest.mark.parametrize("name", ["sets.gmt", "sets.txt", "sets.gmt.gz"])
def test_gmt__is_known_by_name_or_content(tmp_path, name):
    found = read_gene_sets([written(tmp_path, name, GMT)], NAMES)
    assert members(found) == {"one": ["lacZ", "lacY"], "two": ["lacA", "lacI"]}
    assert found.descriptions == ("http://x", "second")


def test_gmt__empty_and_repeated_sets_are_noted():
    found = read_gmt(["a\t\tx\n", "b\t\t\n", "\n", "a\t\ty\n"], name="x.gmt")
    assert found.names == ("a",)
    assert len(found.set_of) == 2
    assert found.notes == ("1 set without genes left out.", "1 line of the same set joined.")


def test_gmt__line_with_a_name_only_is_an_empty_set():
    found = read_gmt(["a\t\tx\n", "b\n", "c\t\t\n"], name="x.gmt")
    assert found.names == ("a",)
    assert found.notes == ("2 sets without genes left out.",)


def test_gmt__with_genes_of_a_set_without_a_name_is_refused():
    with pytest.raises(InputError, match=r"x\.gmt .* line 2"):
        read_gmt(["a\t\tx\n", "\t\ty\n"], name="x.gmt")


@pytest.mark.parametrize("text", ["one gene\n", "\n\n", "a\t\t\n"])
def test_gmt__that_is_none_is_refused(text):
    with pytest.raises(InputError, match=r"x\.gmt"):
        read_gmt(text.splitlines(), name="x.gmt")


def test_gaf__alone_has_identifiers_with_obo_names(tmp_path):
    gaf = written(tmp_path, "a.gaf", "".join(GAF))
    alone = read_gene_sets([gaf], NAMES)
    assert members(alone) == {"GO:0000001": ["lacZ"], "GO:0000002": ["lacY"]}
    assert alone.descriptions == ("", "")
    named = read_gene_sets([gaf, written(tmp_path, "go.obo", OBO)], NAMES)
    assert members(named)["GO:0000000"] == ["lacZ", "lacY"]
    assert "kind of it" in named.descriptions


def test_files__of_a_folder_are_read_together(tmp_path):
    written(tmp_path, "a.gaf", "".join(GAF))
    written(tmp_path, "names.tsv", "GO:0000001\tfirst\nGO:0000002\tsecond\n")
    written(tmp_path, "b.gmt", GMT)
    found = read_gene_sets([tmp_path], NAMES)
    assert found.n_sets == 4
    assert found.descriptions[found.names.index("GO:0000002")] == "second"


def test_files__hidden_ones_of_a_folder_are_left_out(tmp_path):
    written(tmp_path, "a.gmt", GMT)
    (tmp_path / ".DS_Store").write_bytes(bytes(range(256)))
    assert len(read_gene_sets([tmp_path], NAMES)) == 2


def test_files__folder_without_any_is_refused(tmp_path):
    with pytest.raises(InputError, match=f"{tmp_path.name} has no files"):
        read_gene_sets([tmp_path], NAMES)


def test_files__table_is_read_with_the_genes(tmp_path):
    path = written(tmp_path, "t.csv", "category,locus\nlactose,lacZ\nlactose,lacY\n")
    assert members(read_gene_sets([path], NAMES)) == {"lactose": ["lacZ", "lacY"]}


def test_obo__alone_is_refused(tmp_path):
    with pytest.raises(InputError, match="terms of an ontology only"):
        read_gene_sets([written(tmp_path, "go.obo", OBO)], NAMES)


def test_file__that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "sets.gmt"
    path.write_bytes(b"a\t\t\xff\x81\n")
    with pytest.raises(InputError, match=r"sets\.gmt.*UTF-8"):
        read_gene_sets([path], NAMES)


@pytest.mark.parametrize("name", ["page.gmt", "page.gmt.gz"])
def test_file__that_is_a_page_of_the_web_is_called_so(tmp_path, name):
    with pytest.raises(InputError, match="page of the web"):
        read_gene_sets([written(tmp_path, name, "<!DOCTYPE html><html></html>\n")], NAMES)


@pytest.mark.parametrize("name", ["sets.gmt", "sets.tsv"])
def test_file__may_be_in_windows_1252(tmp_path, name):
    path = tmp_path / name
    gmt = "S\xe9t\tna\tlacZ\tlacY\n"
    path.write_bytes(
        (gmt if name == "sets.gmt" else "lacZ\tS\xe9t\nlacY\tS\xe9t\n").encode("cp1252")
    )
    found = read_gene_sets([path], NAMES)
    assert members(found) == {"S\xe9t": ["lacZ", "lacY"]}
    assert f"{name} is read as Windows-1252." in found.notes
