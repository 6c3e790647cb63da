"""Tests of samples that a table has in several kinds of measurement."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.sample_kinds import sample_kinds

SAMPLES = ["s1", "s2", "liver 3"]
NO_WHOLE = np.zeros(12, dtype=bool)


@pytest.mark.parametrize("pattern", ["{s}_{k}", "{k}_{s}", "{s}.{k}", "{k}.{s}", "{s} ({k})"])
@pytest.mark.parametrize(
    ("kinds", "taken"),
    [
        (["count", "fpkm"], "fpkm"),
        (["FPKM", "TPM"], "tpm"),
        (["raw_counts", "norm_counts"], "norm counts"),
        (["counts", "RPKM", "TPM"], "tpm"),
        (["FPKM", "conf_lo", "conf_hi"], "fpkm"),
        (["Intensity", "LFQ intensity"], "lfq intensity"),
    ],
)
@pytest.mark.parametrize("in_turn", [True, False])
def test_sample_kinds__are_found_by_their_names(kinds, taken, pattern, in_turn):
    pairs = [(s, k) for s in SAMPLES for k in kinds]
    pairs = pairs if in_turn else [(s, k) for k in kinds for s in SAMPLES]
    names = [pattern.format(s=s, k=k) for s, k in pairs]
    found = sample_kinds(names, range(len(names)), lambda: NO_WHOLE)
    assert found.kinds[0] == taken
    assert len(found.kinds) == len(kinds)
    expected = [i for i, (_, k) in enumerate(pairs) if k.lower().replace("_", " ") == taken]
    assert list(found.places[taken]) == expected


@pytest.mark.parametrize(
    "names",
    [
        ["s1_control", "s1_treated", "s2_control", "s2_treated"],
        ["s1_count", "s1_fpkm", "s2_count", "s3_fpkm"],
        ["s1_count", "s2_count", "s3_count", "s4_count"],
        ["count_1", "count_2", "tpm_1"],
        ["TPM_1", "TPM_2", "TPM_3", "TPM_4"],
        ["s1_count", "s1_fpkm"],
    ],
)
def test_sample_kinds__are_not_designs_and_incomplete_pairs(names):
    assert sample_kinds(names, range(len(names)), lambda: NO_WHOLE) is None


def test_sample_kinds__one_sample_may_lack_a_kind():
    names = ["s1_count", "s1_fpkm", "s2_count", "s2_fpkm", "s3_count"]
    found = sample_kinds(names, range(5), lambda: NO_WHOLE)
    assert found.kinds == ("count", "fpkm")
    assert found.sentence == "most samples have count and fpkm, and count is taken"


def test_sample_kinds__headings_that_occur_twice_are_kinds_where_the_values_differ():
    names = ["s1", "s1.1", "s2", "s2.1"]
    found = sample_kinds(names, range(4), lambda: np.array([True, False, True, False]))
    assert found.places == {"first": (0, 2), "second": (1, 3)}
    assert sample_kinds(names, range(4), lambda: np.ones(4, dtype=bool)) is None


def test_sample_kinds__unknown_words_are_kinds_where_the_values_differ():
    names = ["s1_a", "s1_b", "s2_a", "s2_b"]
    found = sample_kinds(names, range(4), lambda: np.array([True, False, True, False]))
    assert found.places == {"a": (0, 2), "b": (1, 3)}
    assert sample_kinds(names, range(4), lambda: np.array([True, False, False, True])) is None


@pytest.mark.parametrize("kinds", [("count", "fpkm"), ("TPM", "counts"), ("u", "v")])
def test_read_raw__takes_one_kind_and_offers_the_other(kinds, tmp_path):
    random = np.random.default_rng(5)
    counts = np.floor(np.exp(random.normal(5, 2, (40, 1)) + random.normal(0, 0.6, (40, 6))))
    scaled = np.round(counts / counts.sum(axis=0) * 1e6 + 0.004, 3)
    values = dict(
        zip(kinds, (counts, scaled) if kinds[0] != "TPM" else (scaled, counts), strict=True)
    )
    names = [f"donor{i}_{kind}" for i in range(6) for kind in kinds]
    columns = [values[kind][:, i] for i in range(6) for kind in kinds]
    rows = [["gene", *names]]
    rows += [[f"KLF{i}", *map(str, row)] for i, row in enumerate(np.column_stack(columns))]
    file = tmp_path / "table.tsv"
    file.write_text("\n".join("\t".join(row) for row in rows) + "\n")
    raw, report = read_raw(file)
    (guess,) = [each for each in report.decisions if each.certainty is Certainty.GUESS]
    kept = next(kind for kind in kinds if raw.samples[0].endswith(kind))
    np.testing.assert_array_equal(raw.values, values[kept])
    other = next(kind for kind in kinds if kind != kept)
    again, report = read_raw(file, **guess.alternatives[0].options)
    np.testing.assert_array_equal(again.values, values[other])
    assert Certainty.GUESS not in {each.certainty for each in report.decisions}
