from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.data.quality import (
    CHECKS,
    FIXES,
    Severity,
    apply,
    diagnose,
    parse_fix,
    parse_recipe,
)
from genie3_engine.data.quality.report import recommended_fixes, write_report
from genie3_engine.data.raw_expression import OddCell
from tests.data.raws import counts, logs, raw_of, sparse

NAN = math.nan


def with_value(values, gene, sample, value):
    values[gene, sample] = value
    return values


def blocky():
    values = logs(80, 60)
    values[:60, 30:] += 4.0
    return values


def named(*first, n=30):
    return [*first, *(f"GENE{i}" for i in range(n - len(first)))]


def cells():
    return np.random.default_rng(3).poisson(0.3, size=(120, 200)).astype(float)


CASES = {
    "missing-values": (raw_of(with_value(logs(), 2, 3, NAN)), "problem", "fill-missing"),
    "empty-genes": (raw_of(with_value(logs(), 2, slice(None), NAN)), "problem", None),
    "empty-samples": (raw_of(with_value(logs(), slice(None), 4, NAN)), "problem", None),
    "not-numbers": (
        raw_of(with_value(logs(), 2, 3, NAN), odd_cells=(OddCell(2, 3, "high"),), n_odd=1),
        "warning",
        None,
    ),
    "duplicate-genes": (raw_of(logs(), genes=named("A", "A")), "problem", "average-duplicates"),
    "nameless-genes": (raw_of(logs(), genes=named("A", "")), "problem", "drop-nameless"),
    "too-small": (raw_of([[1, 2, 3], [4, 5, 6]]), "problem", "transpose"),
    "too-large": (raw_of(sparse(np.zeros((3, 3)))), "problem", "keep-variable=100"),
    "spreadsheet-names": (raw_of(logs(), genes=named("7-Sep")), "warning", "restore-excel-names"),
    "records": (raw_of(logs(), genes=named("__no_feature")), "warning", "drop-records"),
    "counts": (raw_of(counts()), "warning", "log1p-cpm"),
    "linear-scale": (raw_of(np.exp(logs())), "warning", "log1p"),
    "wide-scale": (raw_of(np.exp(logs()) - 900), "warning", None),
    "library-sizes": (raw_of(counts() * np.geomspace(1, 50, 120).round()), "warning", "log1p-cpm"),
    "centred": (raw_of(logs() - logs().mean(axis=1, keepdims=True)), "note", None),
    "negative-values": (raw_of(logs() - 6), "note", None),
    "empty-libraries": (raw_of(with_value(counts(), slice(None), 3, 0)), "warning", None),
    "constant-samples": (raw_of(with_value(logs(), slice(None), 3, 7)), "warning", None),
    "constant-genes": (raw_of(with_value(logs(), 3, slice(None), 7)), "note", "drop-constants"),
    "rare-genes": (
        raw_of(with_value(counts(), slice(12), slice(5, None), 0)),
        "note",
        "keep-expressed=10",
    ),
    "copied-samples": (
        raw_of(with_value(logs(), slice(None), 1, logs()[:, 0])),
        "warning",
        "drop-copied-samples",
    ),
    "near-copies": (
        raw_of(with_value(logs(80), slice(None), 1, logs(80)[:, 0] + 0.01)),
        "note",
        None,
    ),
    "blocks": (raw_of(blocky()), "warning", None),
    "few-samples": (raw_of(logs(30, 12)), "warning", None),
    "single-cells": (
        raw_of(cells(), annotations={"donor": tuple(str(j % 12) for j in range(200))}),
        "note",
        "pseudo-bulk=donor",
    ),
    "versions": (
        raw_of(logs(), genes=[f"ENSG000001415{i:02d}.{i}" for i in range(30)]),
        "note",
        "strip-versions",
    ),
    "mixed-identifiers": (
        raw_of(logs(), genes=[*(f"ENSG000001415{i:02d}" for i in range(25)), *named(n=5)]),
        "note",
        None,
    ),
    "sample-names": (raw_of(logs(), samples=["a", "a", *map(str, range(118))]), "note", None),
    "many-genes": (raw_of(logs(12_000, 100)), "note", "keep-variable=5000"),
}


@pytest.mark.parametrize("code", CASES)
def test_finding__is_made_with_its_severity_and_fix(code, monkeypatch):
    raw, severity, fix = CASES[code]
    if code == "too-large":
        monkeypatch.setattr("genie3_engine.data.quality.cost.MAX_DENSE_BYTES", 8)
    diagnosis = diagnose(raw)
    [found] = [finding for finding in diagnosis.findings if finding.code == code]
    assert found.severity == severity
    assert found.sentence.endswith(".")
    assert found.why.endswith((".", "?"))
    assert fix is None or found.fixes[0] == fix
    for offered in found.fixes:
        assert parse_fix(offered).name in FIXES
    assert diagnosis.is_ready == (not diagnosis.of(Severity.PROBLEM))


SMALLER_NOT_BETTER = {"too-large", "many-genes"}
MENDED = [code for code, case in CASES.items() if case[2] and code not in SMALLER_NOT_BETTER]


@pytest.mark.parametrize("code", MENDED)
def test_fix__removes_its_finding(code):
    raw, _, fix = CASES[code]
    fixes = parse_recipe([fix])
    after = diagnose(apply(raw, fixes).raw, recipe=fixes)
    assert code not in {finding.code for finding in after.findings}


@pytest.mark.parametrize("values", [logs(), sparse(logs())])
def test_examine__finds_nothing_odd_in_clean_data(values):
    diagnosis = diagnose(raw_of(values))
    assert diagnosis.findings == ()
    assert write_report(diagnosis, name="clean.tsv").endswith("No problems found.")


def test_examine__stands_whatever_it_is_given():
    for raw in (
        raw_of(np.zeros((0, 0))),
        raw_of(np.zeros((1, 0))),
        raw_of(np.zeros((5, 5))),
        raw_of(np.full((4, 4), NAN)),
        raw_of(sparse(np.zeros((4, 7)))),
        raw_of([[1.0]], genes=[""], has_sample_names=False),
        raw_of(np.full((4, 30), 1e300) * np.arange(1, 31)),
    ):
        diagnosis = diagnose(raw, regulators=("nobody",))
        assert write_report(diagnosis, name="odd")


class TestRegulators:
    GENES = ("TP53", "NKX2-1", "ENSG00000141510.17", *(f"GENE{i}" for i in range(27)))

    def of(self, *wanted):
        diagnosis = diagnose(raw_of(logs(), genes=self.GENES), regulators=wanted)
        return {finding.code: finding for finding in diagnosis.findings}

    def test_overlap__names_what_almost_matches(self):
        found = self.of("TP53", "nkx2.1", "ENSG00000141510")["missing-regulators"]
        assert "2 of 3 listed regulators are no genes here" in found.sentence
        assert "'nkx2.1' may be 'NKX2-1'" in found.sentence
        assert found.fixes == ("strip-versions",)

    def test_overlap__does_not_take_one_accession_for_another(self):
        found = self.of("TP53", "ENSG00000141511")["missing-regulators"]
        assert "may be" not in found.sentence

    def test_overlap__does_not_guess_letters_in_a_long_list(self):
        many = [f"TP{i}" for i in range(60, 80)]
        found = self.of("TP53", *many)["missing-regulators"]
        assert "may be" not in found.sentence
        assert "'TP54' may be 'TP53'" in self.of("NKX2-1", "TP54")["missing-regulators"].sentence

    def test_overlap__none_is_a_problem(self):
        found = self.of("Q9H3D4")["no-regulators"]
        assert found.severity is Severity.PROBLEM

    def test_overlap__says_how_many_never_vary(self):
        values = logs()
        values[0] = 1
        diagnosis = diagnose(raw_of(values, genes=self.GENES), regulators=("TP53", "NKX2-1"))
        assert "constant-regulators" in {finding.code for finding in diagnosis.findings}


class TestReport:
    def test_written__fits_a_terminal(self):
        for raw, _, _ in CASES.values():
            text = write_report(diagnose(raw), name="file.tsv")
            long = [line for line in text.splitlines() if len(line) > 88 and "--fix" not in line]
            assert not long

    def test_advised__orders_what_is_urgent(self):
        values = counts(30, 60)
        values[1, 2] = NAN
        values[3] = 5
        raw = raw_of(values, genes=named("A", "A"))
        fixes = recommended_fixes(diagnose(raw))
        assert fixes == ["fill-missing", "average-duplicates", "log1p-cpm"]
        assert diagnose(apply(raw, parse_recipe(fixes)).raw).is_ready

    def test_blocks__are_explained_by_names_or_annotations(self):
        batches = tuple("AB"[j >= 30] for j in range(60))
        raw = raw_of(blocky(), annotations={"batch": batches})
        assert "they go with the annotation 'batch'" in found_blocks(raw)
        raw = raw_of(blocky(), samples=[f"{batch}_{j}" for j, batch in enumerate(batches)])
        assert "part 1 of the samples' names" in found_blocks(raw)


def test_single_cells__are_added_up_by_two_columns_where_one_is_not_enough():
    labels = {
        "donor": tuple(str(j % 5) for j in range(200)),
        "type": tuple("ABCD"[j % 4] for j in range(200)),
        "plate": ("1",) * 200,
    }
    diagnosis = diagnose(raw_of(cells(), annotations=labels))
    found = next(each for each in diagnosis.findings if each.code == "single-cells")
    assert found.fixes == ("pseudo-bulk=donor,type",)
    assert "by 'donor' and 'type'" in found.sentence


def found_blocks(raw):
    return next(found.sentence for found in diagnose(raw).findings if found.code == "blocks")


def test_names__of_a_small_table_may_be_dates_too():
    genes = ["7-Sep", "3-Mar", "MYC", "TP53", "SOX2", "JUN"]
    codes = {found.code for found in diagnose(raw_of(logs(6), genes=genes)).findings}
    assert "spreadsheet-names" in codes
    dates = [f"{day}-Sep" for day in range(1, 7)]
    codes = {found.code for found in diagnose(raw_of(logs(6), genes=dates)).findings}
    assert "spreadsheet-names" not in codes


def test_checks__are_all_tried():
    tried = {code for code, _ in CASES.items()} | {"no-regulators", "missing-regulators"}
    assert len(CHECKS) <= len(tried)
