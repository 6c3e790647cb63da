from __future__ import annotations

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.errors import InputError, OptionError
from genie3_engine.evaluation.link_rows import read_batches, sample_columns
from genie3_engine.evaluation.link_tables import open_table, refuse_rows_of_targets


@pytest.mark.parametrize(
    ("text", "delimiter", "first", "has_header"),
    [
        ("A\tB\t0.5\nC\tD\t0.4\n", "\t", ("A", "B", "0.5"), False),
        ("TF\ttarget\timportance\nA\tB\t0.5\n", "\t", ("TF", "target", "importance"), True),
        ("von\tnach\tmass\nA\tB\t0.5\n", "\t", ("von", "nach", "mass"), True),
        ("A\tB\nC\tD\n", "\t", ("A", "B"), None),
        ("A,B\nA,D\n", ",", ("A", "B"), False),
        ("# a\n# b\nA\tB\t1\n", "\t", ("A", "B", "1"), False),
        ("Target gene,Transcription factor\nA,B\n", ",", None, None),
        ("Gene1 Gene2 sources\n" + "Gene2 Gene1 X\n" * 9, " ", ("Gene1", "Gene2", "sources"), True),
        ("a|b|s\nA|B|0.5\n", "|", ("a", "b", "s"), True),
        ('"tf" "gene"\n"1" "A" "B"\n', " ", ("", "tf", "gene"), True),
        (",tf,gene\n0,A,B\n1,C,D\n", ",", ("", "tf", "gene"), True),
        ("tf   gene  weight\nA    B     0.5\n", "\t", ("tf", "gene", "weight"), True),
        ("tf;gene;w\nA;B;0,5\nC;D;0,4\n", "\t", ("tf", "gene", "w"), True),
        ('"";"tf";"w"\n"1";"A";0,5\n"2";"B";0,4\n', "\t", ("", "tf", "w"), True),
        ("A;B;0,5\nC;D;0,4\n", "\t", ("A", "B", "0.5"), False),
        (";A;B\nC;0,1;0,2\nD;0,3;0,4\n", "\t", ("", "A", "B"), True),
        ("sep=;\ntf;gene;w\nA;B;0,5\n", "\t", ("tf", "gene", "w"), True),
        ("Table S1. Links\ntf\tgene\tw\nA\tB\t0.5\n", "\t", ("tf", "gene", "w"), True),
        ("tf , gene , w\nA , B , 1\n", "\t", ("tf", "gene", "w"), True),
        ("TF,target,known\nA,B,known\nC,D,unknown\n", ",", ("TF", "target", "known"), True),
        ("A|1\tB|2\nA|1\tC|3\n", "\t", ("A|1", "B|2"), False),
        ("0,1,2\nA,B,1\nC,D,0\n", ",", ("0", "1", "2"), True),
    ],
)
def test_open_table__finds_delimiter_and_header(tmp_path, text, delimiter, first, has_header):
    path = tmp_path / "links"
    path.write_text(text)
    table = open_table(path)
    assert (table.delimiter, table.has_header) == (delimiter, has_header)
    assert first is None or table.first == first


def test_open_table__names_what_is_wrong(tmp_path):
    path = tmp_path / "links"
    path.write_text("only\none\n")
    with pytest.raises(InputError, match="single column"):
        open_table(path)
    path.write_text("A\tna\tB\tC\tD\nB\tna\tC\nC\tna\tA\tB\nD\tna\tA\tB\tC\n")
    with pytest.raises(InputError, match="rows of different lengths"):
        open_table(path)


def test_open_table__reads_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Table S1"], ["TF", "target", "weight"], ["A", "B", 0.5], ["C", "D", 0.25]):
        book.active.append(row)
    book.save(tmp_path / "links.xlsx")
    table = open_table(tmp_path / "links.xlsx")
    (batch,) = read_batches(table, [0, 1, 2], value_type=pa.float64())
    assert batch.column(2).to_pylist() == [0.5, 0.25]


@pytest.mark.parametrize("mark", [" ", "\t", ";"])
def test_open_table__a_header_above_names_with_bars_is_no_title(mark, tmp_path):
    rows = [["weight", "TF", "gene"], ["0.5", "MYC|1", "JUN|2"], ["0.25", "MYC|1", "FOS|3"]]
    path = tmp_path / "links.txt"
    path.write_text("\n".join(mark.join(row) for row in rows) + "\n")
    table = open_table(path)
    assert (table.first, table.has_header) == (("weight", "TF", "gene"), True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"tf,gene,w\nA,B,0.25\n", ()),
        (b"tf;gene;w\nA;B;0,25\n", ("links is read with decimal commas.",)),
        (b"tf;g\xe8ne;w\nA;B;2\n", ("links is read as Windows-1252.",)),
        (b"Table S1\ntf\tgene\tw\nA\tB\t2\n", ("links is read without 1 line above the table.",)),
    ],
)
def test_open_table__says_how_a_file_is_written(tmp_path, content, said):
    path = tmp_path / "links"
    path.write_bytes(content)
    assert tuple(note.taken for note in open_table(path).notes) == said


def test_open_table__a_gene_is_no_mark_of_parquet(tmp_path):
    path = tmp_path / "links"
    path.write_text("PAR1\tB\t0.5\nC\tD\t0.25\n")
    assert open_table(path).first == ("PAR1", "B", "0.5")


def test_open_table__a_line_with_the_separator_alone_is_an_empty_table(tmp_path):
    path = tmp_path / "links"
    path.write_text("sep=;\n")
    with pytest.raises(InputError, match="is empty"):
        open_table(path)


def test_open_table__names_the_other_sheets_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for title, rows in {"high": 4, "low": 3, "notes": 0}.items():
        sheet = book.create_sheet(title)
        sheet.append(["TF", "target"] if rows else ["See the paper."])
        for i in range(rows):
            sheet.append([f"{title}{i}", "X"])
    path = tmp_path / "links.xlsx"
    book.save(path)
    table = open_table(path, option="gold_columns")
    (guess,) = table.notes
    assert guess.sentence == "Sheet 'high' of links.xlsx is read. There are also 'low', 'notes'."
    assert guess.advice == "Sheet 'low': --gold-columns sheet=low."
    told = open_table(path, sheet="low", option="gold_columns")
    (batch,) = read_batches(told, [0, 1], value_type=pa.float64())
    assert batch.column(0).to_pylist() == ["low0", "low1", "low2"]
    assert told.notes[0].certainty is Certainty.TOLD
    with pytest.raises(OptionError, match="no sheet 'mid'"):
        open_table(path, sheet="mid")


@pytest.mark.parametrize(
    "text",
    [
        "A\tB\tC\tD\tE\tF\tG\nH\tC\tB\tD\tE\tF\tG\n",
        "A\tB|C\nD\tA|E|F\nE\tB\n",
        'TF,targets\nA,"B, C"\nD,"A, E, F"\n',
    ],
)
def test_refuse_rows_of_targets__knows_regulons(tmp_path, text):
    path = tmp_path / "regulons"
    path.write_text(text)
    with pytest.raises(InputError, match="several targets of a regulator in a row"):
        refuse_rows_of_targets(path, sample_columns(open_table(path)), frozenset("ABCDEFGH"))


def test_refuse_rows_of_targets__leaves_links_alone(tmp_path):
    path = tmp_path / "links"
    path.write_text("tf\taliases\ttarget\nA\tA1|A2\tB\nC\tC1|C2\tD\n")
    refuse_rows_of_targets(path, sample_columns(open_table(path)), frozenset("ABCDEFGH"))


def test_open_table__puts_the_index_of_pandas_first(tmp_path):
    frame = pd.DataFrame({"B": [0.5, 0.25], "C": [1.0, 2.0]}, index=pd.Index(["A", "D"], name="TF"))
    frame.to_parquet(tmp_path / "matrix.parquet")
    table = open_table(tmp_path / "matrix.parquet")
    assert table.first == ("TF", "B", "C")
    assert sample_columns(table)[0].values == ("A", "D")
