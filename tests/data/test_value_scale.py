"""Tests of the detection of scales."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.summary_statistics import measure
from genie3_engine.data.value_scale import ScaleKind, detect_scale
from tests.data.raws import counts, logs, raw_of

CENTRED = logs() - logs().mean(axis=1, keepdims=True)
KINDS = {
    ScaleKind.COUNTS: counts(),
    ScaleKind.SMALL_NUMBERS: counts() % 7,
    ScaleKind.LOGS: logs(),
    ScaleKind.LINEAR: np.exp(logs()),
    ScaleKind.PER_MILLION: counts() / counts().sum(axis=0) * 1e6,
    ScaleKind.SHARES: counts() / (2 * counts().max()),
    ScaleKind.CENTRED: CENTRED,
    ScaleKind.Z_SCORES: CENTRED / CENTRED.std(axis=1, ddof=1, keepdims=True),
    ScaleKind.NOTHING: np.full((3, 3), np.nan),
}


@pytest.mark.parametrize("kind", KINDS)
def test_detect_scale__recognises_every_kind(kind):
    raw = raw_of(KINDS[kind])
    with np.errstate(all="ignore"):
        scale = detect_scale(raw, measure(raw.values))
    assert scale.kind is kind
    assert scale.wants_logs == (kind in {"counts", ScaleKind.PER_MILLION, ScaleKind.LINEAR})
