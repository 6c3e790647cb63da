from __future__ import annotations

import pandas as pd

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.reports import html


def test_table__escapes_names_and_shows_what_is_missing():
    rows = pd.DataFrame({"gene": ["<a>", None], "word": ["x & y", "z"], "n": [0.00001, None]})
    text = html.table(
        rows, {"gene": "Gene", "word": "Word", "n": "N"}, genes=["gene"], words=["word"]
    )
    assert "<button class=gene>&lt;a&gt;</button>" in text
    assert "<td>x &amp; y</td>" in text
    assert "<td class=number>1e-05</td>" in text
    assert text.count("–") == 2


def test_table__labels_genes_and_has_a_column_of_identifiers():
    rows = pd.DataFrame({"gene": ["id<1", "id2"], "n": [1, 2]})
    table = GeneTable(("id<1",), {"s": ("<b>TP53",)}, {"symbol": "s"})
    text = html.table(rows, {"gene": "Gene", "n": "N"}, genes=["gene"], gene_table=table)
    assert '<button class=gene data-gene="id&lt;1">&lt;b&gt;TP53</button>' in text
    assert "<button class=gene>id2</button>" in text
    assert "<th scope=col>Gene identifier</th>" in text
    assert "<td>id&lt;1</td>" in text


def test_number__has_four_digits_and_small_ones_two_significant():
    assert html.number(1234) == "1,234"
    assert html.number(0.12345) == "0.1235"
    assert html.number(0.00012345) == "0.00012"
    assert html.number(float("nan")) == "–"


def test_text__replaces_what_html_cannot_hold():
    assert html.text("a\x00<\ud800>") == "a\ufffd&lt;?&gt;"


def test_header__has_kind_title_and_facts():
    text = html.header("Kind", "T & t", [("Links", "5")])
    assert '<p class="kind">Kind</p><h1>T &amp; t</h1>' in text
    assert "<dt>Links</dt><dd>5</dd>" in text
