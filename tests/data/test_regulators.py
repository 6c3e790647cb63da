"""Tests of lists of regulators."""

from __future__ import annotations

import gzip
import time

import pytest

from genie3_engine.data.regulators import match_names, read_names
from genie3_engine.errors import InputError

WAYS = {
    "one a line": "TP53\nMYC\nSOX2\n",
    "Windows": "TP53\r\nMYC\r\nSOX2\r\n",
    "byte-order mark": "\ufeffTP53\nMYC\nSOX2\n",
    "blank lines and spaces": "\n TP53 \n\nMYC\n  SOX2",
    "comments": "# from a paper\nTP53\n# more\nMYC\nSOX2\n",
    "header": "gene_id\nTP53\nMYC\nSOX2\n",
    "header TF": "TF\nTP53\nMYC\nSOX2\n",
    "table": "gene_id\tsymbol\nTP53\tx\nMYC\ty\nSOX2\tz\n",
    "CSV": "Regulator,family\nTP53,x\nMYC,y\nSOX2,z\n",
    "quoted": '"TP53"\n"MYC"\n"SOX2"\n',
    "quoted CSV": '"gene","note"\n"TP53","a, b"\n"MYC",""\n"SOX2",""\n',
    "semicolons": "TP53;x\nMYC;y\nSOX2;z\n",
    "one line": "TP53, MYC, SOX2\n",
    "repeated": "TP53\nMYC\nTP53\nSOX2\n",
    "UTF-16": "TP53\nMYC\nSOX2\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_read_names__reads_lists_as_people_write_them(way, tmp_path):
    content = WAYS[way].encode("utf-16" if way == "UTF-16" else "utf-8")
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    assert read_names(path) == ("TP53", "MYC", "SOX2")
    path.write_bytes(gzip.compress(content))
    assert read_names(path) == ("TP53", "MYC", "SOX2")


@pytest.mark.parametrize(
    ("content", "pattern"),
    [
        (b"", r"is empty.*one entry per line"),
        (b"\n\n# none\n", "has no names"),
        (b"PAR1\0\0\0\0", "not a text file"),
        (b"TP53\n\xff\n", "byte 0xff"),
    ],
)
def test_read_names__refuses_what_is_no_list(content, pattern, tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=pattern):
        read_names(path)
    with pytest.raises(InputError, match="no file"):
        read_names(tmp_path / "nowhere.txt")


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("tf_lists/allTFs_hg38.txt", 1797, "A1CF"),
        ("tf_lists/allTFs_dmel.txt", 815, "14-3-3epsilon"),
        ("human_lcl/pickrell1_tf_ids.tsv", 1688, "ENSG00000135097"),
        ("ecoli_precise/tf_ids_derived.tsv", 188, "b0020"),
        ("dream5/net1_transcription_factors.tsv", 195, "G1"),
    ],
)
def test_read_names__reads_real_lists(name, count, first, shared_data):
    names = read_names(shared_data / name)
    assert names[0] == first
    assert len(names) == count


def test_match_names__finds_exact_names_in_the_order_wanted():
    match = match_names(["c", " a ", "x", "c"], ["a", "b", "c"])
    assert match.found == ("c", "a")
    assert match.missing == ("x",)


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("tp53", "TP53"),
        ("ENSG00000141510", "ENSG00000141510.17"),
        ("ENSG00000141510.3", "ENSG00000141510.17"),
        ("TP35", "TP53"),
        ("NKX2.5", "NKX2-5"),
        ("GATA_1", "GATA1"),
        ("SOXX2", "SOX2"),
    ],
)
def test_match_names__names_what_was_meant(wanted, near):
    genes = ["MYC", "TP53", "ENSG00000141510.17", "NKX2-5", "GATA1", "SOX2", "ACTB"]
    match = match_names(["MYC", wanted], genes)
    assert match.near[wanted][0] == near
    assert near in match.missing_sentence()
    with pytest.raises(InputError, match=f"'{wanted}' .*'{near}'"):
        match.require_all()


def test_match_names__says_nothing_when_nothing_is_missing():
    match = match_names(["a"], ["a", "b"])
    assert match.require_all() is match
    assert match.missing_sentence() == ""


def test_match_names__refuses_names_that_are_all_unknown():
    with pytest.raises(InputError, match=r"None of the 2 targets .*'tp53' is near 'TP53'"):
        match_names(["tp53", "myc"], ["TP53", "MYC", "SOX2"], what="target")
    with pytest.raises(InputError, match="none is near"):
        match_names(["qqqqqqqq"], ["TP53", "MYC", "SOX2"])
    ensembl = [f"ENSG{number:011d}" for number in range(9)]
    with pytest.raises(InputError, match="are gene symbols, the genes are Ensembl identifiers"):
        match_names(["MYC", "RELA", "E2F1"], ensembl)
    with pytest.raises(InputError, match="no regulators"):
        match_names([], ["TP53"])


def test_match_names__is_quick_for_a_genome():
    genes = [f"ENSG{i:011d}" for i in range(45_000)]
    wanted = [genes[5], *(f"ENSG{i:011d}X" for i in range(2_000))]
    start = time.process_time()
    match = match_names(wanted, genes)
    assert time.process_time() - start < 5
    assert len(match.missing) == 2_000
