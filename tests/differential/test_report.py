from __future__ import annotations

import re

import pytest

from genie3_engine.differential import Comparison
from genie3_engine.differential.report import comparison_report
from genie3_engine.networks.changes import change_graph
from tests.pages.comparison import put_comparison


@pytest.fixture
def comparison(home):
    return Comparison.open(home / "comparisons" / put_comparison(home, title="<b>ill</b> & well"))


def test_comparison_report__shows_links_targets_regulators_and_meanings(comparison):
    text = comparison_report(comparison)
    assert "&lt;b&gt;ill&lt;/b&gt; &amp; well" in text
    assert "<b>ill</b>" not in text
    assert text.count("<tr>") >= 36 + 10 + 4
    for words in (
        "Most changed links",
        "Most rewired targets",
        "Regulators by what changed",
        "does not show that a link is direct",
        "The smaller group has 24 *samples*.",
        "Samples of ill",
        "were inferred with GENIE3",
    ):
        assert words in text
    assert not re.search(r'(src|href)="http', text)


def test_comparison_report__draws_the_view_of_the_page(comparison):
    changes = comparison.changes()
    view = change_graph(changes.head(5), comparison.labels).view("first", n_links=len(changes))
    n_drawn = len(view.layout.source)
    text = comparison_report(comparison, title="A title", view=view)
    assert f"The {n_drawn} links drawn of 36 that are compared" in text
    assert "<h1>A title</h1>" in text


def test_comparison_report__leaves_out_rewiring_where_it_is_unknown(home):
    name = put_comparison(home, "two", has_rewiring=False)
    text = comparison_report(Comparison.open(home / "comparisons" / name))
    assert "Most rewired targets" not in text
    assert "Regulators by what changed" in text
