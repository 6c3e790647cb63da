from __future__ import annotations

import gzip

import pytest

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.regulator_lists import (
    E_COLI,
    HUMAN,
    REGULATOR_LISTS,
    RegulatorList,
    list_of_provenance,
    match_list,
    proposed_list,
)
from genie3_engine.errors import InputError


def table_of(symbols: dict[str, str]) -> GeneTable:
    texts = {"name": tuple(symbols.values())}
    return GeneTable(tuple(symbols), texts, roles={"symbol": "name"})


BACKGROUND = [f"other{i}" for i in range(100)]


@pytest.mark.parametrize("listed", REGULATOR_LISTS.records(), ids=lambda listed: listed.name)
class TestShippedList:
    def test_list__has_as_many_different_names_as_it_states(self, listed):
        assert {len(names) for names in listed.columns.values()} == {listed.size}
        for names in listed.columns.values():
            known = [name for name in names if name]
            assert len(known) == len(set(known)) > 0.9 * listed.size
            assert all(name == name.strip() for name in known)

    def test_list__has_a_source_that_fits_into_a_label(self, listed):
        assert listed.source
        assert listed.date[-4:].isdecimal()
        assert listed.licence
        assert len(listed.provenance) <= 200
        assert list_of_provenance(listed.provenance) is listed

    def test_list__is_proposed_for_its_own_names(self, listed):
        for kind, names in listed.columns.items():
            genes = [name for name in names if name] + BACKGROUND
            found = proposed_list(genes)
            assert found is not None
            assert (found.listed, found.kind) == (listed, kind)
            assert found.genes == tuple(name for name in names if name)


@pytest.mark.parametrize(
    ("name", "file", "absent"),
    [
        ("human", "allTFs_hg38.txt", set()),
        ("mouse", "allTFs_mm.txt", set()),
        ("fruit-fly", "allTFs_dmel.txt", set()),
        ("b-subtilis", "tfs_bsubtilis_168_locus_tags.txt", set()),
        ("yeast", "tfs_scerevisiae_orfs.txt", {"MAL63", "YOR298C.A"}),  # not of S288C; misspelt
    ],
)
def test_shipped_lists__are_those_of_their_sources(shared_data, name, file, absent):
    names = set((shared_data / "tf_lists" / file).read_text().split()) - absent
    assert set(next(iter(REGULATOR_LISTS[name].columns.values()))) == names


def test_proposed_list__of_counts_by_ensembl_identifiers_is_the_human_one(shared_data):
    counts = shared_data / "human_lcl" / "pickrell1_counts_38415x69.tsv.gz"
    with gzip.open(counts, "rt") as lines:
        genes = [line.partition("\t")[0] for line in lines][1:]
    found = proposed_list(genes)
    assert found is not None
    assert (found.listed, found.kind, found.n_found) == (HUMAN, "ensembl", 1688)
    assert found.sentence.startswith("1,688 of its 1,797 names are genes of the data (4 %")


def test_match_list__finds_versions_and_symbols():
    versions = ["ENSG00000148584.12", "ENSG00000033050.1", "ENSG00000000001"]
    assert match_list(HUMAN, versions).genes == tuple(versions[:2])
    symbols = {"x1": "araC", "x2": "araC", "x3": "lacZ", "x4": ""}
    found = match_list(E_COLI, list(symbols), table=table_of(symbols))
    assert (found.genes, found.kind, found.n_found) == (("x1", "x2"), "symbol", 1)


def test_match_list__none_found_is_an_error_with_the_way_out():
    with pytest.raises(InputError, match="None of the 293 names of the list 'e-coli'"):
        match_list(E_COLI, BACKGROUND).require_any()


def test_proposed_list__none_for_names_of_another_kind_or_species():
    assert proposed_list([]) is None
    assert proposed_list(BACKGROUND) is None
    rat = [f"ENSRNOG{i:011d}" for i in range(100)]
    assert proposed_list(rat, table=table_of(dict.fromkeys(rat, "Sox2"))) is None
    assert proposed_list(HUMAN.columns["symbol"][:40]) is None  # a panel
    few = [*HUMAN.columns["symbol"][:4], *BACKGROUND]
    assert proposed_list(few) is None


def test_regulator_lists__take_those_of_other_packages(tmp_path):
    (tmp_path / "rice.tsv").write_text("locus\tsymbol\n" + "".join(
        f"Os01g010{i}00\tOsTF{i}\n" for i in range(8)
    ))  # fmt: skip
    rice = RegulatorList(
        "rice", "rice", "somewhere", "2020", "free", size=8, path=tmp_path / "rice.tsv"
    )
    with REGULATOR_LISTS.registered("rice", rice):
        found = proposed_list([*(f"OsTF{i}" for i in range(8)), *BACKGROUND])
    assert found is not None
    assert (found.listed, found.kind) == (rice, "symbol")
