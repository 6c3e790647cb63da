"""Tests of finding the sample sheet of data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.sheet_sources import SUBJECT, SampleFacts, find_sheet, sheet_options
from genie3_engine.errors import InputError, OptionError

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
SERIES = DATA / "dream4_perturbations" / "insilico_size100_1_timeseries.tsv.gz"
KNOCK_OUTS = DATA / "dream4_perturbations" / "insilico_size100_1_knockouts.tsv.gz"
KNOCK_DOWNS = DATA / "dream4_perturbations" / "insilico_size100_1_knockdowns.tsv.gz"
EXAMPLE = DATA / "dyngenie3_example"
GENES = ("TP53", "MYC", "SOX2")
SAMPLES = ("a", "b", "c", "d")


def found(samples=SAMPLES, source="auto", chosen=None, **facts):
    return find_sheet(SampleFacts(samples, GENES, **facts), source=source, chosen=chosen)


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        path = tmp_path / "sheet.tsv"
        path.write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")
        return path

    return write


def decision_of(report):
    return next(each for each in report.decisions if each.subject == SUBJECT)


def test_find_sheet__reads_a_file(write):
    path = write(
        ("sample", "series", "hours", "gene", "note"),
        *(
            (name, "x", str(time), gene, "")
            for name, time, gene in zip("dcba", (3, 2, 1, 0), ["TP53 KO"] * 4, strict=True)
        ),
    )
    sheet = found(source=path)
    assert sheet.sheet.time == (0.0, 1.0, 2.0, 3.0)
    assert sheet.sheet.perturbed == (("TP53",),) * 4
    (decision,) = sheet.decisions
    assert decision.certainty is Certainty.CLEAR
    assert "time from 'hours'" in decision.evidence.lower()
    assert decision.alternatives[-1].command_line == "--sample-sheet none"


def test_find_sheet__states_guesses_with_other_readings(write):
    sheet = found(source=write(("sample", "gene"), ("a", "TP53"), ("b", "MYC"), ("c", "")))
    (decision,) = sheet.decisions
    assert decision.certainty is Certainty.GUESS
    assert "--sheet-columns perturbation=KD" in decision.advice
    assert "1 sample has no row" in sheet.warnings[0]
    chosen = found(source=write(("sample", "gene"), ("a", "TP53")), chosen={"perturbation": "KD"})
    assert chosen.sheet.perturbation == ("KD", "", "", "")
    assert chosen.decisions[0].certainty is Certainty.CLEAR


def test_find_sheet__names_columns_that_are_not_used(write):
    path = write(
        ("sample", "time", "colour", "age"),
        *((s, str(i), "x", "3 d") for i, s in enumerate(SAMPLES)),
    )
    assert found(source=path).warnings == ("Columns 'colour', 'age' of sheet.tsv are not used.",)


def test_find_sheet__refuses_a_file_of_nothing(write):
    with pytest.raises(InputError, match="has no column with times") as caught:
        found(source=write(("sample", "colour"), ("a", "red"), ("b", "red")))
    assert "--sheet-columns" in caught.value.remedy


def test_find_sheet__refuses_dates_for_times(write):
    dates = ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-05")
    path = write(
        ("sample", "time", "series", "replicate"),
        *((s, date, "x", "1") for s, date in zip(SAMPLES, dates, strict=False)),
    )
    with pytest.raises(InputError, match="'2026-01-01' in column 'time'"):
        found(source=path)
    assert found(source=path, chosen={"time": "none"}).sheet.replicate == ("1",) * len(SAMPLES)


def test_find_sheet__takes_annotations_that_are_clear():
    sheet = found(
        annotations={"time": tuple("0101"), "condition": tuple("xxyy"), "rin": tuple("9999")}
    )
    assert sheet.sheet is None  # two times are two groups
    sheet = found(
        tuple("abcdef"), annotations={"time": tuple("012012"), "condition": tuple("xxxyyy")}
    )
    assert sheet.sheet.series == tuple("xxxyyy")
    sheet = found(annotations={"genotype": ("wt", "TP53 KO", "MYC KO", "wt")})
    assert sheet.sheet.perturbed == ((), ("TP53",), ("MYC",), ())


@pytest.mark.parametrize(
    "annotations",
    [
        {"batch": tuple("xxyy"), "replicate": tuple("1212")},
        {"day": tuple("0011"), "cluster": tuple("1212")},
        {"dpt_pseudotime": ("0", "0.1", "0.2", "0.3")},
        {"condition": ("ctrl", "ctrl", "heat", "heat")},
        {"time": ("early", "late", "late", "late")},
        {"genotype": ("wt", "wt", "BRCA1 KO", "BRCA2 KO")},
    ],
)
def test_find_sheet__makes_nothing_of_other_annotations(annotations):
    assert found(annotations=annotations).sheet is None


def test_find_sheet__uses_annotations_as_told():
    annotations = {"batch": tuple("xxyy"), "day": tuple("0101")}
    sheet = found(annotations=annotations, chosen={"time": "day", "series": "batch"}).sheet
    assert sheet.series == tuple("xxyy")


def test_find_sheet__offers_what_names_state_and_takes_it_when_told():
    names = ("c_0h", "c_2h", "c_4h", "c_8h")
    offer = found(names)
    assert offer.sheet is None
    assert offer.decisions[0].advice == "Use the names of the samples: --sample-sheet names."
    sheet = found(names, source="names")
    assert sheet.sheet.time == (0.0, 2.0, 4.0, 8.0)
    assert sheet.decisions[0].certainty is Certainty.TOLD
    with pytest.raises(InputError, match="such as 'a', 'b', 'c', state neither"):
        found(source="names")


def test_find_sheet__none_is_no_sheet():
    sheet = found(source="none", annotations={"time": tuple("0123")})
    assert sheet.sheet is None
    assert sheet.decisions[0].certainty is Certainty.TOLD


def test_find_sheet__offers_the_diagonal_of_a_square_table():
    values = np.full((3, 3), 5.0)
    np.fill_diagonal(values, 0)
    facts = {"samples": ("1", "2", "3"), "has_sample_names": False, "values": values}
    assert "knock-outs of the genes in their order" in found(**facts).decisions[0].taken
    sheet = found(**facts, source="diagonal").sheet
    assert sheet.perturbed == (("TP53",), ("MYC",), ("SOX2",))
    assert sheet.perturbation == ("KO",) * 3
    assert not found(**{**facts, "values": np.full((3, 3), 5.0)}).decisions
    with pytest.raises(InputError, match="3 genes and 4 samples"):
        found(source="diagonal")


def test_sheet_options__refuses_another_form():
    assert sheet_options(["time=a, b,series=c"]) == {"time": "a, b", "series": "c"}
    with pytest.raises(OptionError, match="--sheet-columns is 'time'"):
        sheet_options(["time"])


def test_read_raw__finds_the_series_of_dream4():
    raw, report = read_raw(SERIES)
    assert (raw.n_genes, raw.n_samples) == (100, 210)
    assert "Time" not in raw.genes
    series = raw.sheet.series_positions()
    assert [len(positions) for positions in series.values()] == [21] * 10
    assert {raw.sheet.time[positions[-1]] for positions in series.values()} == {1000.0}
    assert decision_of(report).certainty is Certainty.CLEAR


@pytest.mark.parametrize("number", [1, 2, 3])
def test_read_raw__finds_the_series_of_dyngenie3(number):
    raw, _ = read_raw(EXAMPLE / f"time_series_{number}.txt")
    assert raw.n_genes == 10
    assert set(raw.sheet.series) == {"series"}
    assert raw.sheet.time[:2] == (0.0, 50.0)


@pytest.mark.parametrize(("path", "kind"), [(KNOCK_OUTS, "KO"), (KNOCK_DOWNS, "KD")])
def test_read_raw__offers_the_knock_outs_of_dream4(path, kind):
    raw, report = read_raw(path)
    assert raw.sheet is None
    (other,) = decision_of(report).alternatives
    sheet = read_raw(path, **other.options)[0].sheet
    assert sheet.perturbation == (kind,) * 100
    assert sheet.perturbed[7] == ("G8",)


def test_read_raw__reads_a_sheet_from_columns_of_the_table(tmp_path):
    path = tmp_path / "data.tsv"
    values = np.random.default_rng(1).normal(6, 1, size=(12, 5)).round(4).astype(str)
    rows = [
        "\t".join((f"s{i}", "heat" if i < 6 else "cold", str(10 * (i % 6)), *values[i]))
        for i in range(12)
    ]
    header = "sample\tcondition\ttime\tTP53\tMYC\tSOX2\tGATA1\tFOXP3"
    path.write_text("\n".join((header, *rows)), encoding="utf-8")
    raw, _ = read_raw(path)
    assert raw.genes == (*GENES, "GATA1", "FOXP3")
    assert raw.sheet.series == ("heat",) * 6 + ("cold",) * 6
    assert raw.sheet.time == (0.0, 10.0, 20.0, 30.0, 40.0, 50.0) * 2


def test_read_raw__reads_series_from_the_column_of_names(tmp_path):
    path = tmp_path / "data.tsv"
    values = np.random.default_rng(1).normal(6, 1, size=(12, 5)).round(4).astype(str)
    rows = ["\t".join(("ab"[i % 2], str(10 * (i // 2)), *values[i])) for i in range(12)]
    header = "condition\thours\tTP53\tMYC\tSOX2\tGATA1\tFOXP3"
    path.write_text("\n".join((header, *rows)), encoding="utf-8")
    assert read_raw(path)[0].sheet.series == ("a", "b") * 6
