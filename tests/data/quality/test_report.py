"""Tests of the report."""

from __future__ import annotations

import math

from genie3_engine.data.quality import (
    apply,
    diagnose,
    parse_recipe,
)
from genie3_engine.data.quality.report import recommended_fixes, write_report
from tests.data.quality.test_init import CASES, named
from tests.data.raws import counts, raw_of

NAN = math.nan


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
