from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from genie3_engine.networks.changes import change_graph, most_changed, most_rewired
from genie3_engine.networks.colours import change_colours

LABELS = ("well", "ill")


@pytest.fixture
def changes():
    """Five links of three regulators, the most changed first."""
    return pd.DataFrame(
        {
            "regulator": pd.Categorical(["A", "B", "A", "B", "C"]),
            "target": pd.Categorical(["x", "x", "y", "z", "z"]),
            "importance_1": np.array([0, 0.6, 0.5, 0.4, 0.3], np.float32),
            "importance_2": np.array([0.7, 0, 0.6, 0.4, 0.2], np.float32),
            "q": np.array([0.01, 0.02, 0.05, 0.5, 0.9], np.float32),
            "rank_by_z": np.array([1, 2, 3, 4, 5], np.int32),
            "rank_by_correlation": np.array([3, 2, 1, 5, 4], np.int32),
            "change": pd.Categorical(["gained", "lost", "reversed", "kept", "kept"]),
        }
    )


def pairs(view):
    return [
        view.layout.genes[source] + view.layout.genes[target]
        for source, target in zip(view.layout.source, view.layout.target, strict=True)
    ]


def test_change_graph__draws_each_condition_on_one_layout(changes):
    graph = change_graph(changes, LABELS)
    both, first, second = (graph.view(name) for name in ("both", "first", "second"))
    assert pairs(both) == ["Ax", "Bx", "Ay", "Bz", "Cz"]
    assert pairs(first) == ["Bx", "Ay", "Bz", "Cz"]
    assert pairs(second) == ["Ax", "Ay", "Bz", "Cz"]
    for view in (first, second):
        assert view.layout.genes == both.layout.genes
        assert np.array_equal(view.layout.x, both.layout.x)
        assert np.array_equal(view.sizes, both.sizes)
    assert first.layout.importance.tolist() == pytest.approx([0.6, 0.5, 0.4, 0.3])
    assert second.layout.importance.tolist() == pytest.approx([0.7, 0.6, 0.4, 0.2])
    assert both.layout.importance.tolist() == pytest.approx([0.7, 0.6, 0.6, 0.4, 0.3])


def test_change_graph__colours_links_by_what_happened_to_them(changes):
    colours = change_colours()
    view = change_graph(changes, LABELS).view("first", gene="A", to="y")
    assert view.link_colours == tuple(
        colours[change] for change in ("lost", "reversed", "kept", "kept")
    )
    assert (view.gene, view.to) == ("A", "y")
    assert "Gained in ill" in [entry.label for entry in view.legend]


def test_most_changed__chooses_by_kind_q_and_gene(changes):
    assert most_changed(changes, 2)["change"].tolist() == ["gained", "lost"]
    assert len(most_changed(changes, 9, most_q=0.05)) == 3
    assert most_changed(changes, 9, kinds=["kept"])["target"].tolist() == ["z", "z"]
    assert most_changed(changes, 9, gene="A")["target"].tolist() == ["x", "y"]
    by_correlation = most_changed(changes, 9, by="rank_by_correlation")
    assert by_correlation["rank_by_z"].tolist() == [3, 2, 1, 5, 4]


def test_most_rewired__orders_by_q_and_size_and_puts_unknown_targets_last():
    targets = pd.DataFrame(
        {
            "target": ["a", "b", "c", "d"],
            "rewiring": [0.1, 0.4, 0.2, np.nan],
            "rewiring_q": [0.01, 0.5, 0.01, np.nan],
        }
    )
    assert most_rewired(targets)["target"].tolist() == ["c", "a", "b", "d"]
