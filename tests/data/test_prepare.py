"""Tests of reading and preparing expression files, mostly text tables."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.data.io.table import Table
from genie3_engine.data.prepare import oriented, prepare, read_expression, read_raw, sample_names
from genie3_engine.errors import Genie3Error, InputError, OptionError

ROOT = Path(__file__).resolve().parents[2]
SMALL = "gene\tS1\tS2\tS3\nTP53\t1\t2\t3\nMYC\t4\t5.5\t6\nSOX2\t7\t8\t-9e-1\n"
GENES, SAMPLES = ("TP53", "MYC", "SOX2"), ("S1", "S2", "S3")
VALUES = np.array([[1, 2, 3], [4, 5.5, 6], [7, 8, -0.9]])


@pytest.fixture
def write(tmp_path):
    def write(content, name="data.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def assert_small(path, **options):
    expression, report = read_expression(path, **options)
    assert expression.genes == GENES
    assert expression.samples == SAMPLES
    assert expression.has_sample_names
    np.testing.assert_array_equal(expression.values, VALUES)
    return report


WAYS = {
    "tabs": SMALL,
    "commas": SMALL.replace("\t", ","),
    "commas and spaces": SMALL.replace("\t", ", "),
    "semicolons": SMALL.replace("\t", ";"),
    "bars": SMALL.replace("\t", "|"),
    "spaces": SMALL.replace("\t", " "),
    "columns of spaces": SMALL.replace("\t", "     ").replace("MYC", "  MYC"),
    "spaces and tabs": SMALL.replace("\t", " \t "),
    "decimal commas": SMALL.replace("\t", ";").replace(".", ","),
    "decimal commas and tabs": SMALL.replace(".", ","),
    "decimal commas in quotes": '"gene","S1","S2","S3"\n"TP53","1","2","3"\n"MYC","4","5,5","6"\n'
    '"SOX2","7","8","-0,9"\n',
    "quoted names": SMALL.replace("TP53", '"TP53"').replace("S1", '"S1"'),
    "quoted by R": '"S1" "S2" "S3"\n"TP53" 1 2 3\n"MYC" 4 5.5 6\n"SOX2" 7 8 -0.9\n',
    "quoted everything": "\n".join(
        "\t".join(f'"{cell}"' for cell in line.split("\t")) for line in SMALL.splitlines()
    ),
    "single quotes": "\n".join(
        ",".join(f"'{cell}'" for cell in line.split("\t")) for line in SMALL.splitlines()
    ),
    "no corner cell": SMALL.replace("gene", ""),
    "R's short header": SMALL.replace("gene\t", ""),
    "short header, spaces": SMALL.replace("gene\t", "").replace("\t", " "),
    "Windows": SMALL.replace("\n", "\r\n"),
    "old Mac": SMALL.replace("\n", "\r"),
    "no last line end": SMALL.rstrip(),
    "blank lines": SMALL.replace("\n", "\n\n") + "\n \n",
    "empty rows": SMALL + "\t\t\t\n\t\t\t\n",
    "trailing tab": SMALL.replace("\n", "\t\n"),
    "trailing tab in header": SMALL.replace("S3\n", "S3\t\n"),
    "trailing tab below header": SMALL.replace("\n", "\t\n").replace("S3\t\n", "S3\n"),
    "spaces around names": SMALL.replace("TP53", "  TP53 ").replace("S2", " S2 "),
    "comments": "# made by hand\n#1.2\n" + SMALL,
    "header behind a hash": "#" + SMALL,
    "plus and exponents": SMALL.replace("\t4", "\t+4").replace("-9e-1", "-.9E0"),
    "samples in rows": "sample\tTP53\tMYC\tSOX2\nS1\t1\t4\t7\nS2\t2\t5.5\t8\nS3\t3\t6\t-0.9\n",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("compressed", [False, True])
def test_read_expression__reads_any_way_of_writing(way, compressed, write):
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        content = WAYS[way].encode(encoding)
        report = assert_small(write(gzip.compress(content) if compressed else content, encoding))
        assert report.has_header
        assert report.has_row_names
        assert ("gzip" in report.format) == compressed


@pytest.mark.parametrize("ending", ["tsv", "csv", "txt", "TSV", "data", "tsv.gz", "csv.gz", "odd"])
def test_read_expression__looks_at_content_not_at_the_ending(ending, write):
    assert assert_small(write(SMALL, f"data.{ending}")).delimiter == "tab"


def test_read_expression__reports_what_it_found(write):
    report = assert_small(write(SMALL.replace("\t", ";").replace(".", ",")))
    assert report.delimiter == "semicolon"
    assert report.orientation == "genes-in-rows"
    assert "gene" in report.orientation_reason
    assert (report.n_genes, report.n_samples) == (3, 3)
    assert "decimal comma" in report.warnings[0]
    assert json.loads(json.dumps(report.to_dict()))["encoding"] == "utf-8"


def test_read_expression__obeys_an_orientation(write):
    expression, report = read_expression(write(SMALL), orientation="genes-in-columns")
    assert expression.genes == SAMPLES
    np.testing.assert_array_equal(expression.values, VALUES.T)
    assert expression.values.flags.c_contiguous
    assert "otherwise" in report.warnings[0]


def test_read_expression__makes_up_sample_names_when_there_are_none(write):
    expression, report = read_expression(write("TP53 MYC SOX2\n1 2 3\n4 5 6.5\n"))
    assert expression.genes == GENES
    assert expression.samples == ("sample 1", "sample 2")
    assert not expression.has_sample_names
    assert not report.has_row_names
    assert report.orientation == "genes-in-columns"


def test_read_expression__reads_row_names_without_a_header(write):
    expression, report = read_expression(write("TP53\t1.5\t2\nMYC\t4\t5\nSOX2\t7\t8\n"))
    assert expression.genes == GENES
    assert not expression.has_sample_names
    assert not report.has_header
    np.testing.assert_array_equal(expression.values, [[1.5, 2], [4, 5], [7, 8]])


NUMBERED = {
    "sample numbers in the header": ("gene,1,2,3\nTP53,5,6,7\nMYC,5,6,8\nSOX2,2,3,1\n", GENES),
    "sample numbers, no corner": (",10,20,30\nTP53,5,6,7\nMYC,5,6,8\nSOX2,2,3,1\n", GENES),
    "sample numbers, short header": ("10,20,30\nTP53,5,6,7\nMYC,5,6,8\nSOX2,2,3,1\n", GENES),
    "pandas index": (",TP53,MYC,SOX2\n0,5,6,7\n1,5,6,8\n2,2,3,1\n", GENES),
    "index behind a word": ("x,TP53,MYC,SOX2\n1,5,6,7\n2,5,6,8\n3,2,3,1\n", GENES),
    "time points": ("Time\tTP53\tMYC\tSOX2\n0\t.1\t.2\t.3\n50\t.1\t.2\t.4\n", GENES),
    "Entrez in rows": ("entrez,S1,S2,S3\n7157,5,6,7\n4609,5,6,8\n6657,2,3,1\n", None),
    "Entrez in the header": ("7157,4609,6657\n.5,.6,.7\n.5,.6,.8\n", None),
}


@pytest.mark.parametrize("case", NUMBERED)
def test_read_expression__takes_numbers_for_names_where_they_are(case, write):
    text, genes = NUMBERED[case]
    expression, _ = read_expression(write(text))
    assert expression.genes == (genes or ("7157", "4609", "6657"))


def test_read_expression__reads_what_excel_saves_in_the_west(write):
    text = SMALL.replace("S1", "37°C").replace("S2", "müde")
    expression, report = read_expression(write(text.encode("cp1252")))
    assert expression.samples == ("37°C", "müde", "S3")
    assert report.encoding == "cp1252"
    assert "Windows-1252" in report.warnings[0]


WITH_TEXT = {
    "description": (
        "gene\tdescription\tS1\tS2\nTP53\ttumor, p53\t1\t2\nMYC\t\t4\t5\nSOX2\tx\t7\t8\n"
    ),
    "in quotes": ('gene,what,S1,S2\nTP53,"tumor, p53",1,2\nMYC,"a ""b""",4,5\nSOX2,x,7,8\n'),
    "in quotes over two lines": ('gene,what,S1,S2\nTP53,"tumor\np53",1,2\nMYC,a,4,5\nSOX2,x,7,8\n'),
    "in the middle": ("gene S1 what S2\nTP53 1 a 2\nMYC 4 b 5\nSOX2 7 c 8\n"),
    "last": ("gene\tS1\tS2\twhat\nTP53\t1\t2\tx\nMYC\t4\t5\tx\nSOX2\t7\t8\tx\n"),
    "two": ("gene\tS1\tS2\ta\tb\nTP53\t1\t2\tx\ty\nMYC\t4\t5\tx\tz\nSOX2\t7\t8\tx\tNA\n"),
    "behind numbered rows": (",gene,S1,S2\n0,TP53,1,2\n1,MYC,4,5\n2,SOX2,7,8\n"),
    "name last": ("S1,S2,gene\n1.5,2,TP53\n4.5,5,MYC\n7.5,8,SOX2\n"),
    "no header": ("TP53\tx\t1.5\t2\nMYC\ty\t4.5\t5\nSOX2\tz\t7.5\t8\n"),
}


@pytest.mark.parametrize("case", WITH_TEXT)
def test_read_expression__leaves_text_columns_out(case, write):
    expression, report = read_expression(write(WITH_TEXT[case]))
    assert expression.genes == GENES
    assert expression.samples[0] == ("sample 1" if case == "no header" else "S1")
    assert expression.values[:, 1].tolist() == [2, 5, 8]
    names_only = "gene" in case or case in ("behind numbered rows", "name last")
    assert bool(report.warnings) or names_only


def test_read_expression__keeps_what_a_file_says_of_samples(write):
    text = "sample,tissue,TP53,MYC,SOX2\nA1,liver,1,2,3\nA2,brain,4,5,6\n"
    expression, report = read_expression(write(text))
    assert report.orientation == "genes-in-columns"
    assert expression.annotations == {"tissue": ("liver", "brain")}
    text = "gene,A1,A2\ntissue,liver,brain\nTP53,1,2\nMYC,4,5\nSOX2,7,8\n"
    expression, report = read_expression(write(text))
    assert expression.annotations == {"tissue": ("liver", "brain")}
    assert "'tissue'" in report.warnings[0]
    assert expression.canonical().annotations == expression.annotations


def test_read_expression__joins_names_with_line_breaks(write):
    text = 'gene,"S\n1",S2\n"TP53\n(p53)",1,2\nMYC,4,5\nSOX2,7,8\n'
    expression, _ = read_expression(write(text))
    assert expression.genes[0] == "TP53 (p53)"
    assert expression.samples == ("S 1", "S2")


def test_read_expression__leaves_stray_quotation_marks(write):
    expression, _ = read_expression(write('gene\tS1\tS2\n5"\t1\t2\n7"\t4\t5\n9"\t7\t8\n'))
    assert expression.genes == ('5"', '7"', '9"')


def test_read_raw__keeps_what_genie3_cannot_use(write):
    text = "gene\tS1\tS2\nTP53\t1\tx\nTP53\tNA\t5\n\t7\t-Inf\n"
    raw, report = read_raw(write(text))
    assert raw.genes == ("TP53", "TP53", "")
    np.testing.assert_array_equal(raw.values, [[1, np.nan], [np.nan, 5], [7, np.nan]])
    assert raw.n_odd == 2
    assert [(cell.gene, cell.sample, cell.text) for cell in raw.odd_cells] == [
        (0, 1, "x"),
        (2, 1, "-Inf"),
    ]
    assert raw.odd_cells[0].place == "line 2: row 1 ('TP53'), column 2 ('S2')"
    assert report.n_genes == 3


def test_read_expression__keeps_samples_of_one_name_and_says_so(write):
    expression, report = read_expression(write(SMALL.replace("S2", "S1")))
    assert expression.samples == ("S1", "S1", "S3")
    assert "'S1'" in report.warnings[0]


def test_read_expression__reads_a_pipe(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, SMALL.encode())
    os.close(writing)
    assert_small(f"/dev/fd/{reading}")
    os.close(reading)


@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
@pytest.mark.parametrize("values", [["1,234"] * 3, ["999", "1,234", "7"]])
def test_read_expression__refuses_grouped_thousands(delimiter, values, write):
    cells = [f'"{value}"' if delimiter == "," else value for value in values]
    lines = [delimiter.join([f"GENE{i}", *cells]) for i in range(90)]
    path = write("\n".join([delimiter.join(["gene", "s1", "s2", "s3"]), *lines]))
    for read in (read_expression, read_raw):
        with pytest.raises(InputError, match=r"'1,234'.*thousands") as caught:
            read(path)
        assert "without" in caught.value.remedy


def test_read_expression__gives_values_nobody_can_change_by_accident(write):
    expression, _ = read_expression(write(SMALL))
    with pytest.raises(ValueError, match="read-only"):
        expression.values[0, 0] = 1


REAL = {
    "dream4_size100/insilico_size100_1_multifactorial.tsv": (100, 100, "genes-in-columns", "G1"),
    "genie3_example/data.txt": (10, 136, "genes-in-columns", "TBX3"),
    "ecoli_precise/log_tpm_3923x278.tsv.gz": (3923, 278, "genes-in-rows", "b0002"),
    "human_lcl/pickrell1_counts_38415x69.tsv.gz": (38415, 69, "genes-in-rows", "ENSG00000127720"),
    "human_hnscc_sc/GSE103322_sample_100cells.tsv.gz": (
        20684,
        100,
        "genes-in-columns",
        "SNORD113-9",
    ),
    "beeline/GSD_2000_1/ExpressionData.csv.gz": (19, 2000, "genes-in-rows", "DMRT1"),
    "beeline/GSD_2000_1_50/ExpressionData.csv.gz": (19, 2000, "genes-in-rows", "DMRT1"),
    "beeline/dyn-LL_500_1/ExpressionData.csv.gz": (18, 500, "genes-in-rows", "g2"),
}


@pytest.mark.parametrize("name", REAL)
def test_read_expression__opens_real_files_unasked(name, shared_data):
    n_genes, n_samples, orientation, first = REAL[name]
    expression, report = read_expression(shared_data / name)
    assert (expression.n_genes, expression.n_samples) == (n_genes, n_samples)
    assert report.orientation == orientation
    assert expression.genes[0] == first
    assert not report.warnings


def test_read_expression__reads_the_same_numbers_as_pandas(shared_data):
    import pandas as pd

    path = shared_data / "ecoli_precise/log_tpm_3923x278.tsv.gz"
    expected = pd.read_csv(path, sep="\t", index_col=0, dtype={"gene_id": str})
    expression, _ = read_expression(path)
    assert list(expected.index) == list(expression.genes)
    assert list(expected.columns) == list(expression.samples)
    np.testing.assert_array_equal(expected.to_numpy(), expression.values)


@pytest.mark.parametrize("name", [name for name in REAL if "ecoli" in name or "beeline" in name])
def test_read_expression__reads_a_transposed_file_to_the_same_data(name, shared_data, write):
    expression, _ = read_expression(shared_data / name)
    lines = ["\t".join(("", *expression.genes))]
    for sample, column in zip(expression.samples, expression.values.T, strict=True):
        lines.append("\t".join((sample, *map(repr, column.tolist()))))
    transposed, report = read_expression(write("\n".join(lines)))
    assert report.orientation == "genes-in-columns"
    assert transposed.fingerprint == expression.fingerprint


def test_read_expression__loads_heavy_libraries_only_when_it_needs_them(write):
    code = (
        "import sys; from genie3_engine.data.prepare import read_expression; "
        "assert not {'pandas', 'pyarrow', 'sklearn', 'numba'} & set(sys.modules); "
        "read_expression(sys.argv[1]); assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(write(SMALL))], check=True, cwd=ROOT)


PLACE = r"line 3: row 2 \('MYC'\), column 2 \('S2'\)"
BAD = {
    "empty": ("", "is empty"),
    "blank": ("\n\n  \n", "only blank lines"),
    "one column": ("TP53\n1\n2\n3\n", "one column"),
    "header only": ("gene\tS1\tS2\n", "no rows of numbers"),
    "text": (SMALL.replace("5.5", "high"), f"{PLACE} holds the text 'high'"),
    "thousands": (SMALL.replace("5.5", "1,234"), r"numbers such as '1,234'.* thousands"),
    "underscore": (SMALL.replace("5.5", "1_000"), "holds the text '1_000'"),
    "Arabic digits": (SMALL.replace("5.5", "٤"), "holds the text"),
    "infinity": (SMALL.replace("5.5", "-Inf"), f"{PLACE} holds the infinite value '-Inf'"),
    "too large": (SMALL.replace("5.5", "1e999"), "holds the infinite value '1e999'"),
    "ragged, fewer": (SMALL.replace("\t5.5", ""), r"Line 3 \('MYC'\).* 3 cells where 4"),
    "ragged, more": (SMALL.replace("5.5", "5\t5"), r"Line 3 \('MYC'\).* 5 cells where 4"),
    "cut off": (SMALL[:-9], r"Line 4 .* 2 cells where 4"),
    "long header": (SMALL.replace("S3", "S3\tS4"), "header .* 5 cells where the rows below have 4"),
    "gene without values": (
        SMALL.replace("4\t5.5\t6", "NA\t\tnan"),
        "1 gene has no value at all: 'MYC'",
    ),
    "sample without values": (
        SMALL.replace("\t2", "\tNA").replace("5.5", "").replace("\t8", "\t#N/A"),
        "1 sample has no value at all: 'S2'",
    ),
    "missing": (SMALL.replace("5.5", "NA"), "1 value is missing: gene 'MYC' in sample 'S2'"),
    "gene twice": (SMALL.replace("SOX2", "TP53"), "more than once .*'TP53'"),
    "gene twice but for spaces": (SMALL.replace("SOX2", " TP53 "), "once .*'TP53'"),
    "gene without name": (SMALL.replace("MYC", ""), "1 gene has no name"),
    "two genes": ("".join(SMALL.splitlines(True)[:3]), "only 2 genes and 3 samples"),
    "one sample": ("gene\tS1\nTP53\t1\nMYC\t2\nSOX2\t3\n", "1 sample"),
    "numbers only": ("1.5\t2\t3\n4\t5\t6\n7\t8\t9\n", "numbers only"),
    "not UTF-8": (SMALL.encode().replace(b"MYC", b"M\x81C"), "byte 0x81 in line 3"),
    "UTF-16 cut off": (SMALL.encode("utf-16")[:-1], "UTF-16"),
    "junk": (bytes(range(256)) * 9, "binary"),
}


@pytest.mark.parametrize("case", BAD)
def test_read_expression__refuses_bad_content_in_one_line(case, write):
    content, pattern = BAD[case]
    with pytest.raises(InputError, match=pattern) as caught:
        read_expression(write(content))
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


BAD_FILES = {
    "x.xlsx": (SMALL, "not an Excel workbook .* text table"),
    "x.h5ad": (SMALL, "not an AnnData file"),
    "x.parquet": (SMALL, "not a Parquet file"),
    "x.loom": (bytes(99), "not a loom file .* binary"),
    "cut.tsv.gz": (gzip.compress(SMALL.encode() * 9)[:-9], "truncated"),
    "head.tsv.gz": (b"\x1f\x8b\x08", "truncated"),
    "sum.tsv.gz": (gzip.compress(SMALL.encode())[:-8] + b"12345678", "damaged"),
    "real.npy": (b"\x93NUMPY" + bytes(99), "not read.*CSV or TSV"),
    "real.csv": (b"X\n\0\0\0" + bytes(99), "an R data file, a format that is not read"),
    "real.zip": (b"PK\x03\x04" + bytes(20), "a zip archive"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_read_expression__refuses_files_that_are_no_text(name, write):
    content, pattern = BAD_FILES[name]
    with pytest.raises(InputError, match=pattern) as caught:
        read_expression(write(content, name))
    assert caught.value.remedy


def test_read_expression__refuses_what_is_no_file(tmp_path, monkeypatch, write):
    with pytest.raises(InputError, match="There is no file"):
        read_expression(tmp_path / "nowhere.tsv")
    with pytest.raises(InputError, match="is a folder"):
        read_expression(tmp_path)
    with pytest.raises(InputError, match="cannot be opened"):
        read_expression("x" * 5000)
    with pytest.raises(InputError, match=r"no file 'a\\x00b'"):
        read_expression("a\0b")
    path = write(SMALL)

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="may not be read"):
        read_expression(path)


def test_read_expression__finds_faults_far_down(write):
    rows = [f"G{i}\t{i}.1234567890123456789\t{i + 1}.5" for i in range(150_000)]
    rows[140_000] = "G140000\t1\tx"
    with pytest.raises(InputError, match=r"line 140,002: row 140,001 \('G140000'\).*'x'"):
        read_expression(write("gene\tS1\tS2\n" + "\n".join(rows)))
    rows[140_000] = "G140000\t1\tNA"
    with pytest.raises(InputError, match="1 value is missing: gene 'G140000'"):
        read_expression(write("gene\tS1\tS2\n" + "\n".join(rows)))


def read_or_error(path):
    try:
        return read_expression(path)[0], None
    except Genie3Error as error:
        return None, error


def test_read_expression__gives_a_matrix_or_an_error_for_mutated_files(write):
    rng = random.Random(4)
    sources = [way.encode() for way in WAYS.values()]
    alphabet = b"0123456789.,;\t\n\r \"'#-eENaI\x00\xff\xfe|"
    for _ in range(400):
        content = bytearray(rng.choice(sources))
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(content))
            action = rng.randrange(4)
            if action == 0:
                content[at] = rng.choice(alphabet)
            elif action == 1:
                content.insert(at, rng.choice(alphabet))
            elif action == 2:
                del content[at : at + rng.randint(1, 9)]
            else:
                content[at:at] = content[at : at + rng.randint(1, 40)]
            content = content or bytearray(b"x")
        mutated = bytes(content)
        mutated = gzip.compress(mutated) if rng.random() < 0.1 else mutated
        expression, error = read_or_error(write(mutated))
        if error is None:
            assert np.isfinite(expression.values).all()
            assert expression.n_genes >= 3
        else:
            assert "\n" not in str(error)
            assert error.remedy


finite = st.floats(allow_nan=False, allow_infinity=False)
name = st.text(st.sampled_from("abcXYZ0189 _-.,;|\t'äß"), min_size=1, max_size=8).map(str.strip)
gene = name.filter(lambda text: text and not text[0].isdigit() and text[0] in "abcXYZäß")


@st.composite
def tables(draw):
    genes = draw(st.lists(gene, min_size=3, max_size=6, unique=True))
    n_samples = draw(st.integers(2, 5))
    values = draw(
        st.lists(
            st.lists(finite, min_size=n_samples, max_size=n_samples),
            min_size=len(genes),
            max_size=len(genes),
        )
    )
    samples = draw(st.lists(gene, min_size=n_samples, max_size=n_samples, unique=True))
    return genes, samples, np.array(values)


@settings(max_examples=150)
@given(
    table=tables(),
    delimiter=st.sampled_from("\t,;|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    in_rows=st.booleans(),
    corner=st.sampled_from(["", "gene_id", "anything"]),
)
def test_read_expression__reads_back_what_csv_wrote(
    table, delimiter, quoting, line_end, in_rows, corner, write
):
    genes, samples, values = table
    rows, columns = (genes, samples) if in_rows else (samples, genes)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow([corner, *columns])
    for row_name, row in zip(rows, values if in_rows else values.T, strict=True):
        writer.writerow([row_name, *row.tolist()])
    orientation = "genes-in-rows" if in_rows else "genes-in-columns"
    expression, _ = read_expression(write(text.getvalue()), orientation=orientation)
    assert list(expression.genes) == genes
    assert list(expression.samples) == samples
    np.testing.assert_array_equal(expression.values, values)


CSV = "gene,s1,s2,s3\nA,1,2,3\nA,3,2,1\nB,1,NA,5\nC,7,7,7\nD,1,4,2\nE,9,4,1\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(CSV)
    return path


def test_prepare__refuses_what_is_odd_until_it_is_fixed(file):
    with pytest.raises(InputError):
        prepare(file)
    with pytest.raises(InputError, match="average-duplicates"):
        prepare(file, recipe=["fill-missing"])
    done = prepare(file, recipe=["fill-missing", "drop-constants", "average-duplicates"])
    assert done.expression.genes == ("A", "B", "D", "E")
    assert done.expression.values[:2].tolist() == [[2, 2, 2], [1, 3, 5]]
    assert done.recipe == ("fill-missing", "drop-constants", "average-duplicates")


def test_prepare__reports_its_steps_and_the_shape_they_left(file):
    report = prepare(file, recipe=["fill-missing", "suffix-duplicates"]).to_report()
    assert (report["n_genes"], report["n_samples"]) == (6, 3)
    assert [step["fix"] for step in report["recipe"]] == ["fill-missing", "suffix-duplicates"]


def test_prepare__refuses_an_unknown_fix_before_it_reads(tmp_path):
    with pytest.raises(OptionError, match="no fix 'polish'"):
        prepare(tmp_path / "absent.csv", recipe=["polish"])


def test_prepare__without_fixes_reads_as_ever(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("gene,s1,s2,s3\nA,1,2,3\nB,3,2,1\nC,1,9,5\n")
    done = prepare(path)
    assert (done.expression.genes, done.recipe) == (("A", "B", "C"), ())


@pytest.mark.parametrize("cuts", [[], [1], [3, 4], [1, 2, 3, 4, 5, 6]])
def test_oriented__joins_blocks_in_order(cuts):
    whole = np.arange(28.0).reshape(7, 4)
    for genes_in_rows in (True, False):
        table = Table(np.split(whole, cuts), None, None)
        values = oriented(table, genes_in_rows=genes_in_rows)
        np.testing.assert_array_equal(values, whole if genes_in_rows else whole.T)
        assert values.flags.c_contiguous
        assert not table.blocks


def test_sample_names__calls_nameless_samples_unnamed():
    table = Table([np.ones((3, 3))], ["a", "", ""], ["x", "y", "z"])
    names, warnings = sample_names(table, genes_in_rows=True)
    assert names == ("a", "unnamed", "unnamed")
    assert "2 samples" in warnings[0]


@pytest.mark.parametrize("name", ["Z", "Z_"])
def test_read_expression__keeps_a_sample_of_one_letter_whatever_its_values(name, write):
    rows = [
        f"{each}\t0\t0\t0\t0\t0\t{403 if each == name else 0}" for each in ("Y", "c", name, "a")
    ]
    text = "\n".join(["\ta\tc\tß\tä\tX0\tX1", *rows])
    expression, _ = read_expression(write(text), orientation="genes-in-columns")
    assert expression.samples == ("Y", "c", name, "a")


def test_prepare__keeps_what_the_file_has_about_its_genes(write):
    rows = [f"ENSG{i:011d}.2\t{name}\tthe {name}\t{i}\t{i + 2}" for i, name in enumerate("PQRS", 1)]
    file = write("\n".join(["gene_id\tsymbol\tdescription\tS1\tS2", *rows]))
    expression = prepare(file, gene_names="gene_id", recipe=["strip-versions"]).expression
    first = "ENSG00000000001"
    assert expression.genes[0] == first
    assert expression.gene_table.label(first) == "P"
    assert expression.canonical().gene_table.description(first) == "the P"
    by_symbol = prepare(file, gene_names="symbol").expression
    assert by_symbol.gene_table.attributes["gene_id"]["P"] == f"{first}.2"
    assert not by_symbol.gene_table.has_symbols
