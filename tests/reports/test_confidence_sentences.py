from __future__ import annotations

from types import SimpleNamespace

from genie3_engine.reports.confidence_sentences import confidence_sentences
from genie3_engine.reports.methods_paragraph import methods_paragraph
from genie3_engine.store.evidence import Evidence
from tests.fabricated_evidence import ABOUT, fabricate_evidence


def test_confidence_sentences__are_those_of_what_was_computed(evident, monkeypatch):
    both = " ".join(confidence_sentences(Evidence.open(evident)))
    assert "4 groups" in both
    assert "64 permuted targets (256 in all)" in both
    assert "1,000 pairs of genes (Benjamini-Hochberg" in both
    assert "not that the link is direct" in both
    assert "20 random halves" in both
    assert both in methods_paragraph(evident)
    assert "without dependence 0.90" in both
    monkeypatch.setitem(ABOUT, "pi0", None)
    fabricate_evidence(evident)
    assert "(Benjamini-Hochberg)." in " ".join(confidence_sentences(Evidence.open(evident)))
    fabricate_evidence(evident, columns=["stability"])
    (one,) = confidence_sentences(Evidence.open(evident))
    assert one in both
    assert confidence_sentences(None) == []


def test_confidence_sentences__of_boosting_name_no_share_of_pairs_without_dependence():
    about = {"n_groups": 2, "n_nulls": 64, "n_tests": 900}
    for pi0, words in ((0.9, "0.90"), (None, "900 pairs of genes (Benjamini-Hochberg).")):
        evidence = SimpleNamespace(columns=("p", "q"), about={**about, "pi0": pi0})
        assert words in " ".join(confidence_sentences(evidence))
