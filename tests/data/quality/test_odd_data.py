"""Tests of findings on odd data."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.quality import FIXES, Severity, apply, diagnose, finalise, parse_recipe
from genie3_engine.data.quality.report import write_report
from genie3_engine.errors import Genie3Error
from tests.data.raws import raw_of, sparse

NAMES = ["", "A", "B", "7-Sep", "1-Mar", "ENSG00000141510.2", "__no_feature", "TP53", "a,b", "日本"]
LABELS = {"donor": ["1", "2", "NA"], "type": ["x", "y"]}
TEXTS = [
    kind.name if not kind.parameter else f"{kind.name}={3 if kind.is_number else 'donor'}"
    for kind in FIXES.values()
]
SIGNS_OF_EMPTINESS = {"constant-genes", "no-regulators"}  # GENIE3 runs, to no avail


def odd_raw(rng):
    shape = tuple(rng.integers(0, 30, 2))
    makers = (
        lambda: rng.poisson(3, shape),
        lambda: rng.normal(5, 2, shape),
        lambda: np.exp(rng.normal(5, 3, shape)),
        lambda: np.zeros(shape),
        lambda: rng.choice([0, 0, 1e300, -1e300, 5], shape),
    )
    values = makers[rng.integers(len(makers))]().astype(float)
    if rng.random() < 0.5:
        values[rng.random(shape) < rng.choice([0.01, 0.3, 1])] = np.nan
    return raw_of(
        sparse(values) if rng.random() < 0.4 else values,
        genes=tuple(rng.choice(NAMES, shape[0]).tolist()),
        samples=tuple(rng.choice(["s1", "s2", "P1_a", "P2_b"], shape[1]).tolist()),
        has_sample_names=bool(rng.random() < 0.7),
        annotations={
            name: tuple(rng.choice(labels, shape[1]).tolist()) for name, labels in LABELS.items()
        },
    )


@pytest.mark.parametrize("seed", range(4))
def test_examine__is_ready_when_the_data_are_taken(seed):
    rng = np.random.default_rng(seed)
    for _ in range(40):
        raw = odd_raw(rng)
        recipe = parse_recipe(rng.choice(TEXTS, rng.integers(0, 4)).tolist())
        assert write_report(diagnose(raw, regulators=("TP53", "a")), name="before")
        try:
            done = apply(raw, recipe)
        except Genie3Error:
            continue
        diagnosis = diagnose(done.raw, recipe=recipe)
        assert write_report(diagnosis, name="after", effects=done.effects)
        problems = {finding.code for finding in diagnosis.of(Severity.PROBLEM)}
        try:
            finalise(done.raw)
        except Genie3Error:
            assert problems
        else:
            assert problems <= SIGNS_OF_EMPTINESS
