"""Tests of tables whose names are numbers, or look like headers, as people have sent them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.prepare import read_raw

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "input"
SYMBOLS = [
    "TP53",
    "MYC",
    "JUN",
    "FOS",
    "EGR1",
    "STAT1",
    "GATA3",
    "SOX2",
    "KLF4",
    "RUNX1",
    "IRF8",
    "CEBPA",
    "PAX5",
    "EBF1",
    "TBX21",
    "FOXP3",
    "RORC",
    "BCL6",
    "PRDM1",
    "NFKB1",
]
SAMPLES = [f"sample_{i}" for i in range(1, 25)]
_RANDOM = np.random.default_rng(2)
_LEVELS = _RANDOM.normal(7, 3, (20, 1))
LOGS = np.round(_LEVELS + _RANDOM.normal(0, 1, (20, 24)), 4)
COUNTS = np.floor(np.exp2(_LEVELS + _RANDOM.normal(0, 1, (20, 24))))
VALUES = {"logs": LOGS, "counts": COUNTS}
ENTREZ = [str(n) for n in _RANDOM.choice(np.arange(100, 60_000), 20, replace=False)]


def case(name: str) -> Path:
    path = CASES / name
    if not path.exists():
        pytest.skip("needs the cases in ../shared/cases/input")
    return path


def written(path: Path, rows: list[list[object]], delimiter: str = "\t") -> Path:
    if path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return path
    lines = (delimiter.join(f"{c:g}" if isinstance(c, float) else str(c) for c in r) for r in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows_of(corner: str | None, columns: list[str], names: list[object], values) -> list[list]:
    header = [] if corner is None else [[corner, *columns]]
    return header + [[name, *map(float, row)] for name, row in zip(names, values, strict=True)]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("05-numeric-gene-ids/entrezid.csv", (20, 24)),
        ("05-numeric-gene-ids/entrezid.xlsx", (20, 24)),
        ("05-numeric-gene-ids/biomart.tsv", (20, 24)),
        ("05-numeric-gene-ids/affymetrix.tsv", (20, 24)),
        ("05-numeric-gene-ids/r_roundtrip.csv", (20, 24)),
        ("07-time-column/hours.csv", (20, 24)),
        ("07-time-column/t.csv", (20, 24)),
        ("07-time-column/time_h.csv", (20, 24)),
        ("07-time-column/timepoint.tsv", (20, 24)),
        ("08-gene-taken-for-a-header/no_row_names.tsv", (20, 24)),
        ("26-values-taken-for-names/gene_0.csv", (20, 24)),
        ("26-values-taken-for-names/Gene0.csv", (20, 24)),
    ],
)
def test_read_raw__finds_the_names_of_a_case(name, shape):
    raw, _ = read_raw(case(name))
    assert raw.values.shape == shape
    assert not set(raw.genes) & {"Time", "t", "time (h)", "timepoint"}


def test_read_raw__warns_of_samples_without_names_of_genes():
    _, report = read_raw(case("26-values-taken-for-names/sample_0.tsv"))
    assert any("might name samples" in warning for warning in report.warnings)


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("corner", ["ENTREZ_GENE_ID", "probe no", "X", "my ids", ""])
@pytest.mark.parametrize("form", ["tsv", "csv", "ssv"])
def test_read_raw__takes_gene_numbers_for_names(corner, kind, form, tmp_path):
    rows = rows_of(corner, SAMPLES, ENTREZ, VALUES[kind])
    delimiter = {"tsv": "\t", "csv": ",", "ssv": ";"}[form]
    raw, report = read_raw(written(tmp_path / f"x.{form}", rows, delimiter))
    assert list(raw.genes) == ENTREZ
    assert list(raw.samples) == SAMPLES
    assert [d.certainty for d in report.decisions if d.subject == "row-names"] == ["clear"]


def test_read_raw__takes_gene_numbers_of_a_workbook_for_names(tmp_path):
    rows = rows_of("ids", SAMPLES, [int(name) for name in ENTREZ], COUNTS)
    assert list(read_raw(written(tmp_path / "x.xlsx", rows))[0].genes) == ENTREZ


@pytest.mark.parametrize("kind", VALUES)
def test_read_raw__takes_gene_numbers_above_columns_for_names(kind, tmp_path):
    names = [f"patient {i}" for i in range(1, 25)]
    raw, _ = read_raw(written(tmp_path / "x.tsv", rows_of("", ENTREZ, names, VALUES[kind].T)))
    assert list(raw.genes) == ENTREZ


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("corner", ["hpi", "Zeit", "T", "dose", "animal no"])
@pytest.mark.parametrize(
    "names",
    [
        [str(t) for t in (0, 2, 4, 8, 12, 24, 36, 48) for _ in range(3)],
        [str(t) for _ in range(3) for t in (0, 2, 4, 8, 12, 24, 36, 48)],
        [f"{0.25 * i:g}" for i in range(24)],
    ],
    ids=["replicates in a row", "replicates in turns", "quarters of an hour"],
)
def test_read_raw__takes_times_for_names(names, corner, kind, tmp_path):
    raw, _ = read_raw(
        written(tmp_path / "x.csv", rows_of(corner, SYMBOLS, names, VALUES[kind].T), ",")
    )
    assert list(raw.genes) == SYMBOLS
    assert list(raw.samples) == names


@pytest.mark.parametrize("gene", ["SET", "TF", "ROW", "KEY", "TAG"])
@pytest.mark.parametrize("kind", VALUES)
def test_read_raw__leaves_a_gene_like_a_header_among_the_genes(gene, kind, tmp_path):
    genes = [gene, *SYMBOLS[1:]]
    in_columns = [genes, *VALUES[kind].T.tolist()]
    raw, _ = read_raw(written(tmp_path / "columns.tsv", in_columns))
    assert list(raw.genes) == genes
    raw, _ = read_raw(written(tmp_path / "rows.tsv", rows_of(None, [], genes, VALUES[kind])))
    assert list(raw.genes) == genes
    assert not raw.has_sample_names


@pytest.mark.parametrize("stem", ["gene_", "Gene", "g", "probe."])
@pytest.mark.parametrize("kind", VALUES)
def test_read_raw__leaves_values_below_a_numbered_name(stem, kind, tmp_path):
    genes = [f"{stem}{i}" for i in range(20)]
    raw, _ = read_raw(written(tmp_path / "x.csv", [genes, *VALUES[kind].T.tolist()], ","))
    assert list(raw.genes) == genes


def test_read_raw__obeys_the_row_and_the_column_of_names(tmp_path):
    rows = [["made by", "hand", *[""] * 4]]
    rows += [["a", "b", "c", "d", "id", "e"]]
    rows += [[*map(float, row[:4]), i, float(row[4])] for i, row in zip(ENTREZ, LOGS, strict=True)]
    path = written(tmp_path / "x.tsv", rows)
    raw, report = read_raw(path, header_row=2, name_column="id", orientation="genes-in-rows")
    assert list(raw.genes) == ENTREZ
    assert list(raw.samples) == ["a", "b", "c", "d", "e"]
    told = {d.subject for d in report.decisions if d.certainty is Certainty.TOLD}
    assert told == {"header", "row-names", "orientation"}


def test_read_raw__obeys_that_there_are_no_names(tmp_path):
    path = written(tmp_path / "x.tsv", rows_of("X", SYMBOLS, list(range(24)), COUNTS.T))
    raw, _ = read_raw(path, name_column="none", keep=("X",))
    assert list(raw.genes) == ["X", *SYMBOLS]
    years = [str(2001 + i) for i in range(24)]
    path = written(tmp_path / "y.tsv", rows_of("gene", years, SYMBOLS, COUNTS))
    assert list(read_raw(path)[0].samples) == years
    assert not read_raw(path, header_row="none", keep=("gene",))[1].has_header


@pytest.mark.parametrize(
    "gene",
    [
        "TRINITY_DN1000_c{0}_g1_i2",
        "contig_{0}",
        "maker-scaffold{0}-augustus-gene-0.{0}-mRNA-1",
        "augustus_masked-chr1-processed-gene-{0}.1",
        "comp{0}_c0_seq1",
        "MSTRG.{0}.1",
        "P2A{0:02d}7",
        "evm.model.Chr1.{0}",
        "my_own_gene_{0}_x",
        "CL{0}.Contig1_All",
    ],
)
@pytest.mark.parametrize("samples", ["{0}h", "AAACCTGAGAAAC{0}-1", "leaf {0}", "WT_{0}", "{0}"])
def test_read_raw__finds_genes_of_any_name(gene, samples, tmp_path):
    letters = ["".join("ACGT"[int(c) % 4] for c in f"{i:04d}") for i in range(24)]
    numbers = letters if "AAAC" in samples else list(range(1, 25))
    columns = [samples.format(n) for n in numbers]
    genes = [gene.format(n) for n in range(11, 31)]
    for rows in (
        rows_of("id", columns, genes, LOGS),
        rows_of("id", genes, columns, LOGS.T),
    ):
        raw, _ = read_raw(written(tmp_path / "x.tsv", rows))
        assert list(raw.genes) == genes
