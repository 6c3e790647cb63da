"""Tests of joining expression files of the same genes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genie3_engine.data.joined_files import files_to_join
from genie3_engine.data.prepare import read_raw
from genie3_engine.errors import InputError, OptionError

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
EXAMPLE = DATA / "dyngenie3_example"
DREAM4 = DATA / "dream4_perturbations"
GENES = ["TP53", "MYC", "SOX2", "GATA1"]


@pytest.fixture
def write(tmp_path):
    def write(name, genes, samples, first=0.0):
        path = tmp_path / name
        rows = ["\t".join(("sample", *genes))]
        for place, sample in enumerate(samples):
            values = (first + place + GENES.index(gene) / 7 for gene in genes)
            rows.append("\t".join((sample, *(f"{value:.4f}" for value in values))))
        path.write_text("\n".join(rows), encoding="utf-8")
        return path

    return write


def test_join_parts__puts_the_genes_of_all_files_into_one_order(write):
    one = write("one.tsv", GENES, ["a", "b", "c"])
    two = write("two.tsv", GENES[::-1], ["d", "e", "f"], first=10.0)
    raw, report = read_raw(one, join=[two])
    assert raw.genes == tuple(GENES)
    assert raw.samples == tuple("abcdef")
    np.testing.assert_allclose(raw.values[1], [1 / 7 + i for i in (0, 1, 2, 10, 11, 12)], atol=1e-4)
    assert raw.annotations["file"] == ("one",) * 3 + ("two",) * 3
    assert report.n_samples == 6
    assert report.decisions[0].taken == (
        "2 files are joined: one.tsv (3 samples), two.tsv (3 samples)."
    )


def test_join_parts__names_of_several_files_begin_with_their_file(write):
    one = write("run_one.tsv", GENES, ["a", "b"])
    two = write("run_two.tsv", GENES, ["a", "c"])
    assert read_raw(one, join=[two])[0].samples == ("one a", "one b", "two a", "two c")


def test_join_parts__one_sheet_describes_the_samples_of_all_files(write, tmp_path):
    one = write("one.tsv", GENES, ["a", "b"])
    two = write("two.tsv", GENES, ["c", "d"])
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("sample,time\nd,3\nc,2\nb,1\na,0\n", encoding="utf-8")
    raw, _ = read_raw(one, join=[two], sample_sheet=str(sheet))
    assert raw.sheet.time == (0.0, 1.0, 2.0, 3.0)


def test_join_parts__refuses_other_genes_by_name(write):
    one = write("one.tsv", GENES, ["a", "b"])
    two = write("two.tsv", GENES[:3], ["c", "d"])
    with pytest.raises(InputError, match=r"two.tsv lacks 1 gene of one.tsv, 'GATA1'") as caught:
        read_raw(one, join=[two])
    assert caught.value.remedy


def test_read_raw__names_the_file_of_a_folder_that_cannot_be_read(write, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    write("folder/one.tsv", GENES, ["a", "b"])
    long = folder / "zeros.tsv"
    long.write_text("".join(f"{a}\t{b}\t1\n" for a in GENES for b in GENES if a != b))
    with pytest.raises(InputError, match=r"^zeros\.tsv"):
        read_raw(folder)


def test_join_parts__refuses_a_gene_that_occurs_twice(write):
    double = write("double.tsv", [*GENES, "MYC"], ["a", "b"])
    with pytest.raises(InputError, match=r"^double\.tsv .* has the gene 'MYC' twice"):
        read_raw(double, join=[write("one.tsv", GENES, ["c", "d"])])


def test_read_raw__refuses_columns_of_a_sheet_that_there_is_not(write):
    with pytest.raises(OptionError, match="there is none") as caught:
        read_raw(write("one.tsv", GENES, ["a", "b"]), sheet_columns=["time=hours"])
    assert "--sample-sheet FILE" in caught.value.remedy


def test_files_to_join__are_those_of_a_folder_without_a_matrix(tmp_path):
    for name in ("b.tsv", "a.tsv"):
        (tmp_path / name).touch()
    assert [path.name for path in files_to_join(tmp_path)] == ["a.tsv", "b.tsv"]
    assert files_to_join(tmp_path / "a.tsv") == [tmp_path / "a.tsv"]
    (tmp_path / "matrix.mtx.gz").touch()
    assert files_to_join(tmp_path) == [tmp_path]


def test_read_raw__joins_the_series_and_steady_states_of_dyngenie3():
    raw, _ = read_raw(EXAMPLE)
    assert (raw.n_genes, raw.n_samples) == (10, 182)
    series = {name: len(samples) for name, samples in raw.sheet.series_positions().items()}
    assert series == {"time_series_1": 21, "time_series_2": 15, "time_series_3": 10}


def test_read_raw__joins_the_experiments_of_dream4():
    files = [
        DREAM4 / f"insilico_size100_1_{name}"
        for name in ("timeseries.tsv.gz", "wildtype.tsv", "knockouts.tsv.gz", "knockdowns.tsv.gz")
    ]
    raw, _ = read_raw(files[0], join=files[1:], sample_sheet="diagonal")
    assert (raw.n_genes, raw.n_samples) == (100, 411)
    assert len(raw.sheet.series_positions()) == 10
    assert raw.sheet.perturbation[210:] == ("", *["KO"] * 100, *["KD"] * 100)
    assert raw.sheet.perturbed[211 + 4] == ("G5",)
    assert set(raw.annotations["file"]) == {"timeseries", "wildtype", "knockouts", "knockdowns"}


def test_files_to_join__hidden_files_of_a_folder_are_ignored(write, tmp_path):
    files = [write("one.tsv", GENES, ["a", "b"]), write("two.tsv", GENES, ["c", "d"])]
    (tmp_path / ".DS_Store").write_bytes(b"\0Bud1")
    assert files_to_join(tmp_path) == files
