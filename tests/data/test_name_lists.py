"""Tests of lists of genes: lines, tables and their columns."""

from __future__ import annotations

import gzip
import itertools

import openpyxl
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.list_columns import EVERY_CELL, WHOLE_LINE
from genie3_engine.data.name_lists import read_list, read_names
from genie3_engine.errors import InputError, OptionError

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
    "tab at each end": "TP53\t\nMYC\t\nSOX2\t\n",
    "comma at each end": "TP53,\nMYC,\nSOX2\n",
    "empty cells": "TP53,,\nMYC,,\nSOX2,,\n",
    "JSON": '["TP53", "MYC", "SOX2"]',
    "JSON of an object": '{"tfs": ["TP53", "MYC", "SOX2"]}',
    "R": 'tfs <- c("TP53", "MYC", "SOX2")',
    "numpy": "['TP53' 'MYC' 'SOX2']",
    "no-break spaces": "TP53\u00a0\nMYC\u00a0\nSOX2\n",
    "end of file of DOS": "TP53\r\nMYC\r\nSOX2\x1a",
    "invisible spaces": "\u200bTP53\nMYC\u200b\nSOX2\n",
    "typographic quotes": "\u201cTP53\u201d\n\u201cMYC\u201d\n\u201cSOX2\u201d\n",
    "title above a table": "Table S2: TFs\nn,TF,family\n1,TP53,x\n2,MYC,y\n3,SOX2,z\n",
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
        (b"PAR1\0\0\0\0PAR1", "not a text file"),
        (b"TP53\n\x81\n", "byte 0x81"),
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


ENTREZ = [str(number) for number in (1, 2, 3, 9, 10, 12, 7157, 4609, 3725, 2353, 1958)]
SYMBOLS = ["A1CF", "TP53", "MYC", "JUN", "NKX2,5", "HLA A", "STAT3"]
LAMBERT = (
    ',"Ensembl ID","HGNC symbol","DBD","Is TF?","Comment"\n'
    '1,ENSG00000141510,TP53,p53,Yes,"two\nlines, and a comma"\n'
    "2,ENSG00000136997,MYC,bHLH,Yes,\n"
    "3,ENSG00000177606,JUN,bZIP,No,\n"
)
PLANT = "TF_ID\tGene_ID\tFamily\nAT1G01010.1\tAT1G01010\tNAC\nAT1G01030.1\tAT1G01030\tB3\n"
ANIMAL = (
    "Species\tSymbol\tEnsembl\tFamily\tProtein\tEntrez_ID\n"
    "Homo_sapiens\tTP53\tENSG00000141510\tP53\tENSP1;ENSP2;\t7157\n"
    "Homo_sapiens\tMYC\tENSG00000136997\tbHLH\tENSP3;\t4609\n"
    "Homo_sapiens\tJUN\tENSG00000177606\tbZIP\tENSP4;\t3725\n"
)
TABLES = [
    (",entrez,family\n0,7157,p53\n1,4609,bHLH\n2,3725,bZIP\n", ENTREZ, "entrez", 3),
    ('"","x"\n"1","7157"\n"2","4609"\n"3","3725"\n', ENTREZ, "x", 3),
    ('"x"\n"1" "7157"\n"2" "4609"\n"3" "3725"\n', ENTREZ, "x", 3),
    ("rank\tgene\n3\t7157\n1\t4609\n2\t3725\n", ENTREZ, "gene", 3),
    (",0\n0,TP53\n1,MYC\n2,JUN\n", SYMBOLS, "0", 3),
    (LAMBERT, SYMBOLS, "HGNC symbol", 2),
    (LAMBERT, ["ENSG00000141510.17", "ENSG00000136997.3", "ENSG1.1"], "Ensembl ID", 2),
    (ANIMAL, SYMBOLS, "Symbol", 3),
    (ANIMAL, ENTREZ, "Entrez_ID", 3),
    (PLANT, ["AT1G01010", "AT1G01030", "AT1G01040"], "TF_ID", 2),
    ("family,id,tf\nx,1,TP53\ny,2,MYC\n", SYMBOLS, "tf", 2),
    ("NKX2,5\nHLA A\nTP53\n", SYMBOLS, WHOLE_LINE, 3),
    ("tp53\nmyc\nstat3\n", SYMBOLS, WHOLE_LINE, 3),
    ("TP53 MYC JUN\n", SYMBOLS, EVERY_CELL, 3),
    ("TP53, MYC,\nJUN, STAT3,\n", SYMBOLS, EVERY_CELL, 4),
    ("TP53, MYC and JUN\n", SYMBOLS, EVERY_CELL, 3),
    ("TP53, MYC, JUN, and STAT3.\n", SYMBOLS, EVERY_CELL, 4),
    ("TP53 & MYC\n", SYMBOLS, EVERY_CELL, 2),
    ("TP53, MYC,\nJUN or STAT3 (known).\n", SYMBOLS, EVERY_CELL, 4),
    ('c("TP53", "MYC", "JUN")\n', SYMBOLS, EVERY_CELL, 3),
    ("['TP53', 'MYC', 'JUN']\n", SYMBOLS, EVERY_CELL, 3),
    ("TF,target\nMYC|1,JUN|2\nMYC|1,FOS|3\nSP1|4,FOS|3\n", ["MYC|1", "SP1|4"], "TF", 2),
    ("TP53,Su(H),MYC,E(spl)m8\n", [*SYMBOLS, "Su(H)", "E(spl)m8"], EVERY_CELL, 4),
    ("  TP53 \n  MYC \n  JUN \n", SYMBOLS, WHOLE_LINE, 3),
    ("TF,target\nTP53,MYC\nTP53,JUN\nMYC,STAT3\nMYC,A1CF\n", SYMBOLS, "TF", 2),
    ("target,TF\nMYC,TP53\nJUN,TP53\nSTAT3,MYC\nA1CF,MYC\n", SYMBOLS, "TF", 2),
]


@pytest.mark.parametrize(("text", "genes", "column", "n_genes"), TABLES)
def test_choose__takes_the_column_that_has_the_genes(text, genes, column, n_genes, tmp_path):
    path = tmp_path / "tfs.csv"
    ends, encodings = ("\n", "\r\n", "\r"), ("utf-8", "utf-8-sig", "utf-16", "cp1252")
    for written in itertools.product(ends, encodings):
        line_end, encoding = written
        path.write_bytes(("# Liste\n" + text).replace("\n", line_end).encode(encoding))
        chosen = read_list(path).choose(genes)
        assert (chosen.column, chosen.n_genes) == (column, n_genes), written
        assert set(chosen.names) & set(genes), written
        assert not {"0", "1", "2", "3"} & set(chosen.names), written
        assert all(each.certainty is Certainty.CLEAR for each in chosen.decisions), written


@pytest.mark.parametrize(
    ("text", "genes"),
    [
        (",symbol,family\n0,TP53,p53\n1,MYC,bHLH\n2,JUN,bZIP\n", ENTREZ),
        ('"","x"\n"1","TP53"\n"2","MYC"\n"3","JUN"\n', ENTREZ),
        ("no\tsymbol\n1\tTP53\n2\tMYC\n3\tJUN\n", ENTREZ),
        ("chr,name\n1,TP53\n2,MYC\n2,JUN\n1,FOS\n3,STAT3\n", ENTREZ),
    ],
)
def test_choose__never_takes_numbers_of_rows(text, genes, tmp_path):
    path = tmp_path / "tfs.csv"
    path.write_text(text)
    listed = read_list(path)
    with pytest.raises(InputError, match=r"It has column .*TP53") as caught:
        listed.choose(genes)
    assert "--regulators-column" in caught.value.remedy
    chosen = listed.choose(genes, required=False)
    assert chosen.n_genes == 0
    assert chosen.decisions[-1].certainty is Certainty.GUESS


def test_choose__takes_numbers_where_genes_are_numbers(tmp_path):
    path = tmp_path / "tfs.txt"
    path.write_text("1\n2\n3\n")
    assert read_list(path).choose([str(i) for i in range(1, 20)]).names == ("1", "2", "3")
    path.write_text("gene,family\n1,a\n2,b\n3,a\n")
    assert read_list(path).choose([str(i) for i in range(1, 20)]).names == ("1", "2", "3")


def test_choose__a_word_that_is_a_gene_is_no_header(tmp_path):
    path = tmp_path / "tfs.txt"
    path.write_text("TF\nSET\nkey\n")
    assert read_list(path).choose(["TF", "SET", "key", "B"]).names == ("TF", "SET", "key")
    assert read_list(path).choose(["SET", "key", "B"]).names == ("SET", "key")
    path.write_text("SET,TF\nrow,x\n")
    assert set(read_list(path).choose(["SET", "TF", "row", "x"]).names) == {"SET", "TF", "row", "x"}


def test_choose__obeys_the_user(tmp_path):
    path = tmp_path / "tfs.csv"
    path.write_text(",entrez,alias\n0,7157,4609\n1,4609,2\n2,3725,9\n")
    listed = read_list(path)
    chosen = listed.choose(ENTREZ)
    assert chosen.column == "entrez"
    assert chosen.decisions[0].certainty is Certainty.GUESS
    assert "--regulators-column alias" in chosen.decisions[0].advice
    told = listed.choose(ENTREZ, column="alias")
    assert told.names == ("4609", "2", "9")
    assert told.decisions[0].certainty is Certainty.TOLD
    assert listed.choose(ENTREZ, column="3").names == told.names
    assert listed.choose(ENTREZ, column="1").names == ("0", "1", "2")
    with pytest.raises(OptionError, match=r"no column 'gene'.*") as caught:
        listed.choose(ENTREZ, column="gene")
    assert "'entrez'" in caught.value.remedy


def test_choose__a_table_of_links_without_a_header_is_a_guess(tmp_path):
    path = tmp_path / "links.csv"
    path.write_text("TP53,MYC\nTP53,JUN\nMYC,STAT3\nMYC,A1CF\n")
    chosen = read_list(path).choose(SYMBOLS)
    assert chosen.names == ("TP53", "MYC")
    assert chosen.decisions[0].certainty is Certainty.GUESS
    assert read_list(path).choose(SYMBOLS, what="target").column == "2"


def test_choose__keeps_names_apart_that_differ_in_case(tmp_path):
    path = tmp_path / "tfs.txt"
    path.write_text("h\nDr\nsd\n")
    assert read_list(path).choose(["H", "h", "Dr", "dr", "x"]).names == ("h", "Dr", "sd")


def test_read_list__case_of_the_data_set(shared_cases):
    folder = shared_cases / "10-list-with-an-index-column"
    lines = (folder / "expression.csv").read_text().splitlines()[1:]
    chosen = read_list(folder / "tfs.csv").choose([line.split(",")[0] for line in lines])
    assert chosen.column == "entrez"
    assert "7157" in chosen.names
    assert not {"1", "2"} & set(chosen.names)


@pytest.mark.parametrize("answers", [("Yes", "No"), ("1", "0"), ("TRUE", "FALSE")])
@pytest.mark.parametrize("first", [0, 1])
def test_choose__leaves_out_rows_that_a_column_without_a_header_marks_with_no(
    answers, first, tmp_path
):
    path = tmp_path / "list.csv"
    names = ["TP53", "MYC", "JUN", "STAT3", "A1CF"]
    path.write_text("".join(f"{name},{answers[(i + first) % 2]}\n" for i, name in enumerate(names)))
    listed = read_list(path)
    chosen = listed.choose(SYMBOLS)
    assert chosen.names == tuple(names[first::2])
    (guess,) = [each for each in chosen.decisions if each.certainty is Certainty.GUESS]
    assert guess.subject == "list-rows"
    again = listed.choose(SYMBOLS, column=guess.alternatives[0].options["regulators_column"])
    assert again.names == tuple(names)
    assert listed.guess() == chosen.names


def test_choose__a_row_with_an_empty_cell_may_be_a_name(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("TP53,,p53\nMYC,yes,bHLH\nJUN,no,bZIP\nSTAT3,yes,STAT\nA1CF,no,x\n")
    assert read_list(path).choose(SYMBOLS).names == ("TP53", "MYC", "STAT3")
    path.write_text("name,,family\nTP53,a,p53\nMYC,b,bHLH\n")
    assert read_list(path).choose(SYMBOLS).names == ("TP53", "MYC")


def test_choose__offers_the_rows_that_an_unknown_column_marks(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("gene,nuclear\nTP53,yes\nMYC,no\nJUN,yes\nSTAT3,yes\n")
    listed = read_list(path)
    chosen = listed.choose(SYMBOLS)
    assert chosen.names == ("TP53", "MYC", "JUN", "STAT3")
    (guess,) = [each for each in chosen.decisions if each.certainty is Certainty.GUESS]
    again = listed.choose(SYMBOLS, column=guess.alternatives[0].options["regulators_column"])
    assert again.names == ("TP53", "JUN", "STAT3")


def test_choose__takes_what_r_prints_for_a_list(tmp_path):
    path = tmp_path / "printed.txt"
    path.write_text('[1] "TP53" "MYC"\n[3] "SOX2" "JUN"\n')
    chosen = read_list(path).choose(["SOX2", "JUN", "MYC", "TP53", "ACTB"])
    assert chosen.names == ("TP53", "MYC", "SOX2", "JUN")


def test_choose__remarks_above_an_annotation_file_are_left_out(tmp_path):
    path = tmp_path / "goa.gaf"
    rows = [f"UniProtKB\tP{i:05d}\t{gene}\tGO:0003700" for i, gene in enumerate(SYMBOLS)]
    path.write_text("!gaf-version: 2.1\n!made by hand\n" + "\n".join(rows) + "\n")
    assert read_list(path).choose(["TP53", "MYC", "JUN", "ACTB"]).n_genes == 3


def test_choose__names_the_categories_of_a_list_and_offers_those_of_regulators(tmp_path):
    path = tmp_path / "tfs.csv"
    kinds = {"TP53": "TF", "MYC": "TF", "JUN": "co-factor", "STAT3": "TF", "A1CF": "co-factor"}
    path.write_text("Symbol,Category\n" + "".join(f"{a},{b}\n" for a, b in kinds.items()))
    listed = read_list(path)
    chosen = listed.choose(SYMBOLS)
    assert set(chosen.names) == set(kinds)
    guess = next(each for each in chosen.decisions if each.subject == "list-rows")
    assert "'TF' (3), 'co-factor' (2)" in guess.taken
    column = guess.alternatives[0].options["regulators_column"]
    assert listed.choose(SYMBOLS, column=column).names == ("TP53", "MYC", "STAT3")


def _workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


TFS = [["Symbol", "Family"], ["TP53", "p53"], ["MYC", "bHLH"], ["JUN", "bZIP"]]


def test_choose__names_the_sheets_of_a_workbook_and_takes_another_on_request(tmp_path):
    others = [["Symbol", "Role"], ["STAT3", "co-factor"], ["A1CF", "co-factor"]]
    readme = [["See Table S1."]]
    listed = read_list(_workbook(tmp_path / "tfs.xlsx", README=readme, S1=TFS, S2=others))
    chosen = listed.choose(SYMBOLS)
    assert chosen.names == ("TP53", "MYC", "JUN")
    guess = chosen.decisions[0]
    assert guess.sentence == "Sheet 'S1' of tfs.xlsx is read. There are also 'README', 'S2'."
    assert guess.certainty is Certainty.GUESS
    column = guess.alternatives[0].options["regulators_column"]
    assert column in listed.labels
    assert listed.choose(SYMBOLS, column=column).names == ("STAT3", "A1CF")
    assert listed.guess("s2: 1") == ("STAT3", "A1CF")
    with pytest.raises(OptionError, match="no column 'Nope'"):
        listed.choose(SYMBOLS, column="S2: Nope")


def test_choose__takes_the_sheet_with_genes_of_the_data(tmp_path):
    notes = [["Item", "Text"], *([f"note {i}", "x"] for i in range(9))]
    listed = read_list(_workbook(tmp_path / "tfs.xlsx", Notes=notes, S1=TFS))
    chosen = listed.choose(SYMBOLS)
    assert chosen.names == ("TP53", "MYC", "JUN")
    assert chosen.decisions[0].taken == "Sheet 'S1' of tfs.xlsx is read."
    assert chosen.decisions[0].certainty is Certainty.CLEAR
    with pytest.raises(InputError, match="None of the regulators"):
        listed.choose(["ACTB", "GAPDH"])


def test_read_list__of_one_sheet_says_nothing_of_sheets(tmp_path):
    listed = read_list(_workbook(tmp_path / "tfs.xlsx", S1=TFS, Sheet2=[]))
    assert not any(each.subject == "sheet" for each in listed.choose(SYMBOLS).decisions)


@pytest.mark.parametrize(
    ("text", "names", "certainty"),
    [
        ("TF,target\nTP53,MYC\nTP53,JUN\nMYC,JUN\nMYC,TP53\n", {"TP53", "MYC"}, None),
        ("tf,confidence\nTP53,A\nMYC,B\nJUN,A\n", {"TP53", "MYC", "JUN"}, None),
        ("gene,type\nTP53,TF\nMYC,TF\nJUN,kinase\nFOS,kinase\n", None, Certainty.GUESS),
    ],
)
def test_choose__a_word_for_headers_is_no_gene_of_data_that_have_it(
    text, names, certainty, tmp_path
):
    path = tmp_path / "tfs.csv"
    path.write_text(text)
    chosen = read_list(path).choose(["TP53", "MYC", "JUN", "FOS", "TF"])
    assert set(chosen.names) == (names or {"TP53", "MYC", "JUN", "FOS"})
    assert certainty in (None, *(each.certainty for each in chosen.decisions))


def test_choose__two_lists_next_to_each_other_are_a_guess(tmp_path):
    path = tmp_path / "tfs.csv"
    path.write_text("Activators,Others\n" + "".join(f"A{i},B{i}\n" for i in range(9)))
    genes = [f"{kind}{i}" for kind in "AB" for i in range(9)]
    chosen = read_list(path).choose(genes)
    guess = next(each for each in chosen.decisions if each.subject == "list-column")
    assert guess.certainty is Certainty.GUESS
    assert "--regulators-column Activators" in guess.advice
