from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.quality import (
    CHECKS,
    FIXES,
    Severity,
    apply,
    diagnose,
    finalise,
    parse_fix,
    parse_recipe,
)
from genie3_engine.data.quality.report import write_report
from genie3_engine.data.raw_expression import OddCell, RawExpression
from genie3_engine.data.sparse_genes import HeldGenes
from genie3_engine.data.sparse_reading import genes_of_matrix
from genie3_engine.data.summary_statistics import measure
from genie3_engine.errors import InputError
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


def test_checks__are_all_tried():
    in_other_tests = {"no-regulators", "missing-regulators", "every-gene"}
    tried = {code for code, _ in CASES.items()} | in_other_tests
    assert len(CHECKS) <= len(tried)


class TestComplete:
    @pytest.mark.parametrize(
        ("raw", "word"),
        [
            (raw_of([[1, NAN], [1, 2], [3, 4]]), "fill-missing"),
            (raw_of(np.ones((3, 2)), genes=["a", "a", "b"]), "average-duplicates"),
            (raw_of(np.ones((3, 2)), genes=["a", "", "b"]), "drop-nameless"),
            (raw_of(np.ones((2, 5))), "transpose"),
        ],
    )
    def test_complete__refuses_and_names_the_fix(self, raw, word):
        with pytest.raises(InputError) as refused:
            finalise(raw)
        assert f"--fix {word}" in str(refused.value)

    def test_complete__refuses_what_does_not_fit(self):
        huge = np.broadcast_to(np.arange(50_000.0), (60_000, 50_000))
        genes, samples = named(n=60_000), named(n=50_000)
        raw = RawExpression(huge, tuple(genes), tuple(samples))
        with pytest.raises(InputError, match="keep-variable"):
            finalise(raw)

    def test_complete__densifies_and_keeps_annotations(self):
        raw = raw_of(sparse(np.eye(3)), annotations={"type": ("B", "T", "B")})
        expression = finalise(raw)
        assert expression.values.tolist() == np.eye(3).tolist()
        assert expression.annotations == {"type": ("B", "T", "B")}


def _in_single_precision(*, with_gaps):
    values = np.random.default_rng(8).gamma(0.5, 3.0, size=(40, 30)) * 1000.1
    values[values < 400.0] = 0.0
    values = values.astype(np.float32)
    if with_gaps:
        values[np.random.default_rng(9).random(values.shape) < 0.05] = NAN
    genes = named("A", "A", "A", "B.1", "B.2", "", "__no_feature", n=40)
    labels = {"type": tuple("TB" * 15)}
    return raw_of(sparse(values, np.float32), genes=genes, annotations=labels)


@pytest.mark.parametrize("with_gaps", [True, False])
@pytest.mark.parametrize("name", FIXES)
def test_fixes__take_single_precision_and_files_as_double(name, with_gaps):
    single = _in_single_precision(with_gaps=with_gaps)
    double = replace(single, values=HeldGenes(single.values.matrix.astype(np.float64)))
    in_file = replace(single, values=genes_of_matrix(single.values.matrix, most_held=0))
    value = {"pseudo-bulk": "type", "keep-expressed": "12", "keep-variable": "7"}.get(name, "9")
    recipe = parse_recipe([f"{name}={value}" if FIXES[name].parameter else name])
    if name == "pseudo-bulk" and with_gaps:
        for raw in (single, double, in_file):
            with pytest.raises(InputError, match="missing"):
                apply(raw, recipe)
        return
    expected, *others = (apply(raw, recipe).raw for raw in (double, single, in_file))
    for found in others:
        _require_equal(found, expected)


def _require_equal(found, expected):
    assert (found.genes, found.samples) == (expected.genes, expected.samples)
    arrays = [np.asarray(raw.values) for raw in (found, expected)]
    np.testing.assert_array_equal(*arrays)
    assert (
        measure(found.values).genes.total.tolist() == measure(expected.values).genes.total.tolist()
    )
