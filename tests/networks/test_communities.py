from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from genie3_engine.networks.communities import (
    centralities,
    detect_modules,
    has_modules,
    hubs,
    module_table,
)
from genie3_engine.networks.graph_layout import layout_graph

# Two cliques of three and four genes, joined by one weak link.
PAIRS = [
    *[(a, b) for a in "abc" for b in "abc" if a < b],
    *[(a, b) for a in "wxyz" for b in "wxyz" if a < b],
    ("c", "w"),
]
SHOWN = layout_graph(
    pd.DataFrame(
        {
            "regulator": [a for a, _ in PAIRS],
            "target": [b for _, b in PAIRS],
            "importance": [*[0.5] * 9, 0.01],
        }
    )
)
EMPTY = layout_graph(pd.DataFrame({"regulator": [], "target": [], "importance": []}))


def test_modules__are_the_cliques_the_largest_first():
    of = dict(zip(SHOWN.genes, detect_modules(SHOWN).tolist(), strict=True))
    assert {gene: of[gene] for gene in "abcwxyz"} == dict.fromkeys("abc", 1) | dict.fromkeys(
        "wxyz", 0
    )


def test_modules__of_no_links_are_none():
    assert detect_modules(EMPTY).tolist() == []
    assert len(module_table(EMPTY, detect_modules(EMPTY))) == 0


def test_module_table__counts_the_links_inside():
    table = module_table(SHOWN, detect_modules(SHOWN))
    assert table[["module", "n_genes", "n_links"]].values.tolist() == [[1, 4, 6], [2, 3, 3]]
    assert sorted(table["genes"][1].split(", ")) == ["a", "b", "c"]


def test_hubs__lists_regulators_by_their_number_of_targets():
    table = hubs(SHOWN)
    assert table["regulator"].tolist()[0] == "w"
    assert table["n_targets"].tolist() == [3, 2, 2, 1, 1, 1]
    assert table["importance"][0] == pytest.approx(1.5)
    assert len(hubs(EMPTY)) == 0


def test_centralities__finds_the_gene_on_all_paths_between_the_cliques():
    table = centralities(SHOWN).set_index("gene")
    assert table["betweenness"].idxmax() in {"c", "w"}
    assert (table.loc["a", "n_targets"], table.loc["a", "n_regulators"]) == (2, 0)
    assert np.isclose(table["pagerank"].sum(), 1)
    assert len(centralities(EMPTY)) == 0


def test_has_modules__needs_two_of_five_genes():
    assert not has_modules(np.zeros(0, np.int64))
    assert not has_modules(np.array([0] * 9 + [1] * 4))
    assert has_modules(np.array([0] * 9 + [1] * 5))
