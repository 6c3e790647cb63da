"""The report's section on gene sets: the plot, the table, and how they were tested."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.enrichment.options import EnrichmentOptions
from genie3_engine.enrichment.over_representation import MEANING, over_representation
from genie3_engine.reports import html_report, run_report, with_gene_sets
from genie3_engine.reports.enrichment_section import enrichment_section
from tests.enrichment.sets import sets_of
from tests.reports.hostile import HOSTILE
from tests.reports.test_document import Reader


@pytest.fixture
def found():
    genes = [f"g{i}" for i in range(100)]
    sets = {name: genes[10 * i : 10 * i + 10] for i, name in enumerate(HOSTILE[:7])}
    groups = {HOSTILE[0]: genes[:12], "other": genes[10:25]}
    described = {HOSTILE[0]: HOSTILE[6]}
    return over_representation(groups, sets_of(sets, genes, descriptions=described))


def test_section__hostile_names_are_text(run, found):
    document = html_report(replace(run_report(run), enrichment=found))
    read = Reader(document)
    plain = Reader(html_report(run_report(run)))
    assert read.elements.count("script") == plain.elements.count("script")
    assert "img" not in read.elements
    assert not [name for _, name, _ in read.attributes if name.startswith("on") or name == "style"]
    text = "".join(read.texts)
    assert "Enriched gene sets" in text
    assert HOSTILE[0] in text
    assert found.method in text
    assert MEANING in text


def test_section__of_nothing_has_the_method(found):
    none = over_representation(
        {"a": ["g1"]},
        sets_of({"s": [f"g{i}" for i in range(9)]}, [f"g{i}" for i in range(99)]),
        EnrichmentOptions(largest_q=1e-9),
    )
    html = "".join(enrichment_section(none))
    assert "No set is enriched." in html
    assert "Universe: the 9 genes" in html


def test_report__tests_sets_in_the_modules_drawn(run):
    names = [name for name in HOSTILE if name]
    report = with_gene_sets(run_report(run), sets_of({"all": names}, names))
    assert all(group.startswith("Module ") for group in report.enrichment.groups)
    assert run_report(run).enrichment is None
