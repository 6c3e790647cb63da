from __future__ import annotations

import gzip

import pyarrow as pa
import pytest

from genie3_engine.errors import InputError
from genie3_engine.evaluation import link_rows
from genie3_engine.evaluation.link_rows import first_rows, read_batches, sample_columns
from genie3_engine.evaluation.link_tables import open_table


@pytest.mark.parametrize(
    "text",
    [
        "x,A,B,0.5\ny,C,D,0.25\n",
        "n,tf,gene,s\nx,A,B,0.5\ny,C,D,0.25\n",
        "n  tf gene s\nx  A B 0.5\ny  C D 0.25\n",
        '"tf","gene","s"\n"1","A","B",0.5\n"2","C","D",0.25\n',
    ],
)
def test_read_batches__gives_the_chosen_columns(tmp_path, text):
    path = tmp_path / "links"
    path.write_text(text)
    batches = list(read_batches(open_table(path), [1, 2, 3], value_type=pa.float64()))
    assert pa.Table.from_batches(batches).to_pydict() == {
        "regulator": ["A", "C"],
        "target": ["B", "D"],
        "value": [0.5, 0.25],
    }


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"tf;gene;poids\nA;B;0,25\n", 0.25),
        ("tf;g\u00e8ne;poids\nA;B;0,25\n".encode("cp1252"), 0.25),
        (b'tf,gene,w\nA,B,"1,250.5"\n', 1250.5),
        (b'tf,gene,w\nA,B,"0,25"\n', 0.25),
        (b"tf,gene,w\nA,B,12.5%\n", 12.5),
        (b"tf,gene,w\nA,B,12.5 %\n", 12.5),
    ],
)
def test_read_batches__reads_numbers_as_people_write_them(tmp_path, content, value):
    path = tmp_path / "links"
    path.write_bytes(content)
    (batch,) = read_batches(open_table(path), [0, 1, 2], value_type=pa.float64())
    assert batch.column(2).to_pylist() == [value]


def test_sample_columns__says_that_rows_differ_in_length(tmp_path):
    path = tmp_path / "targets.gmt"
    path.write_text("A\tx\tB\tC\nD\tx\tE\tF\nG\tx\tH\n")
    with pytest.raises(InputError, match="rows of different lengths") as caught:
        sample_columns(open_table(path))
    assert "GMT" in caught.value.remedy


def test_sample_columns__of_one_header_go_by_their_numbers(tmp_path):
    path = tmp_path / "links.tsv"
    path.write_text("gene\tgene\tscore\nA\tB\t0.5\n")
    columns = sample_columns(open_table(path))
    assert [column.option for column in columns] == ["1", "2", "score"]
    assert [column.label for column in columns] == ["'gene' (1)", "'gene' (2)", "'score'"]


def test_read_batches__names_have_no_space_around_them_in_any_row(tmp_path):
    path = tmp_path / "links.csv"
    path.write_text("tf,gene\n" + "A,B\n" * 60 + "A, C\n")
    (batch,) = read_batches(open_table(path), [0, 1], value_type=pa.float64())
    assert batch.column("target").to_pylist()[-1] == "C"


def test_read_batches__says_that_bytes_are_no_text(tmp_path):
    path = tmp_path / "links.csv"
    path.write_bytes(b"tf,gene\n" + b"A,B\n" * 30_000 + b"\xe9,C\n")
    with pytest.raises(InputError, match="has bytes that are not UTF-8 text"):
        list(read_batches(open_table(path), [0, 1], value_type=pa.float64()))


def test_read_batches__reads_thousands_that_begin_far_below(tmp_path):
    path = tmp_path / "links.csv"
    path.write_text("tf,gene,mass\n" + "A,B,12.5\n" * 60 + 'A,B,"1,234.5"\n' * 90)
    table = open_table(path)
    (batch,) = read_batches(table, [0, 1, 2], value_type=pa.float64())
    assert batch.column("value").to_pylist()[-1] == 1234.5
    assert sample_columns(table)[2].is_numeric


def _rows(path, first, value_type=None):
    table = open_table(path)
    value_type = value_type or pa.float64()
    batches = read_batches(table, [0, 1, 2], value_type=value_type, first=first)
    return [row for batch in batches for row in batch.to_pylist()]


@pytest.mark.parametrize("name", ["links.tsv", "links.tsv.gz"])
@pytest.mark.parametrize("n_rows", [3, 40])
@pytest.mark.parametrize("value_type", [pa.float64(), pa.dictionary(pa.int32(), pa.string())])
def test_read_batches__reads_on_after_the_first_rows(
    tmp_path, monkeypatch, name, n_rows, value_type
):
    monkeypatch.setattr(link_rows, "_SAMPLE_BYTES", 100)
    text = "TF\ttarget\tweight\n" + "".join(f"A{i}\t B\t{i / 4}\n" for i in range(n_rows))
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    first = first_rows(open_table(path))
    assert first.is_whole is (n_rows == 3)
    rows = _rows(path, first, value_type)
    assert rows == _rows(path, None, value_type)
    assert [row["regulator"] for row in rows] == [f"A{i}" for i in range(n_rows)]


@pytest.mark.parametrize("value", ["", "NA", "nan", "0,5", " 7", "inf"])
def test_read_batches__reads_odd_numbers_as_without_first_rows(tmp_path, value):
    path = tmp_path / "links.tsv"
    path.write_text(f"TF\ttarget\tweight\nA\tB\t0.5\nC\tD\t{value}\nE\tF\t0.25\n")
    found = []
    for first in (None, first_rows(open_table(path))):
        try:
            found.append(str(_rows(path, first)))
        except InputError as error:
            found.append(error.message)
    assert found[0] == found[1]


def test_below__is_as_if_the_first_row_had_been_read(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("A\tB\nC\tD\nC\tE\n")
    table = open_table(path)
    told = table.without_header()
    above, read = first_rows(table).below(table.first), first_rows(told)
    for one, other in zip(above.columns(told), read.columns(told), strict=True):
        assert (one.values, one.codes.tolist()) == (other.values, other.codes.tolist())
    assert above.cells.to_pydict() == read.cells.to_pydict()
