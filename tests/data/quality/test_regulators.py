"""Tests of listed regulators."""

from __future__ import annotations

from genie3_engine.data.quality import (
    Severity,
    diagnose,
)
from tests.data.raws import logs, raw_of


class TestRegulators:
    GENES = ("TP53", "NKX2-1", "ENSG00000141510.17", *(f"GENE{i}" for i in range(27)))

    def of(self, *wanted):
        diagnosis = diagnose(raw_of(logs(), genes=self.GENES), regulators=wanted)
        return {finding.code: finding for finding in diagnosis.findings}

    def test_overlap__names_what_almost_matches(self):
        found = self.of("TP53", "nkx2.1", "ENSG00000141510")["missing-regulators"]
        assert "2 of 3 listed regulators are not genes of the data" in found.sentence
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
