"""Tests of listed regulators."""

from __future__ import annotations

from genie3_engine.data.quality import (
    Severity,
    diagnose,
)
from genie3_engine.data.regulator_lists import HUMAN
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

    def test_every_gene__states_the_cost_and_the_list_that_ships(self):
        human = HUMAN.columns["symbol"][:40]
        genes = (*human, *(f"GENE{i}" for i in range(2_000 - len(human))))
        raw = raw_of(logs(n_genes=len(genes)), genes=genes)
        diagnosis = diagnose(raw)
        (found,) = [each for each in diagnosis.findings if each.code == "every-gene"]
        assert found.severity is Severity.WARNING
        assert found.sentence.startswith("All 2,000 genes are candidate regulators: ")
        assert "with the transcription factors of human. 40 of its 1,797" in found.sentence
        (fact,) = [fact for fact in diagnosis.facts if fact.name == "Regulators"]
        assert fact.text.endswith("proposed: transcription factors of human")
        assert "every-gene" not in {each.code for each in diagnose(raw, regulators=human).findings}
