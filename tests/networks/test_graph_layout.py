from __future__ import annotations

import random
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from genie3_engine.networks.graph_layout import layout_graph

MOST_BYTES = 5_000_000


def table(pairs):
    importance = np.linspace(1.0, 0.1, len(pairs)) if pairs else []
    return pd.DataFrame(
        {
            "regulator": pd.Series([a for a, _ in pairs], dtype="str"),
            "target": pd.Series([b for _, b in pairs], dtype="str"),
            "importance": importance,
        }
    )


def made_up(n_links=200, n_genes=80, seed=0):
    rng = random.Random(seed)
    pairs = {(f"r{rng.randrange(12)}", f"t{rng.randrange(n_genes)}") for _ in range(n_links)}
    return table(sorted(pairs))


def test_picture__counts_links_by_hand():
    shown = layout_graph(table([("A", "B"), ("A", "C"), ("B", "A")]))
    assert shown.genes == ("A", "B", "C")
    assert [
        (shown.genes[s], shown.genes[t]) for s, t in zip(shown.source, shown.target, strict=True)
    ] == [
        ("A", "B"),
        ("A", "C"),
        ("B", "A"),
    ]
    assert shown.importance.tolist() == pytest.approx([1.0, 0.55, 0.1])


def test_picture__is_the_same_for_the_same_seed():
    first, again, other = (layout_graph(made_up(), seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x)


def test_picture__leaves_python_s_random_numbers_alone():
    random.seed(3)
    expected = random.random()
    random.seed(3)
    layout_graph(made_up())
    assert random.random() == expected


def test_picture__no_links_give_an_empty_picture():
    shown = layout_graph(table([]))
    assert (shown.genes, shown.x.shape) == ((), (0,))


def test_picture__linked_genes_are_near():
    links = made_up()
    shown = layout_graph(links)
    points = np.column_stack([shown.x, shown.y])
    linked = np.linalg.norm(points[shown.source] - points[shown.target], axis=1).mean()
    every = np.linalg.norm(points[:, None] - points[None], axis=2).mean()
    assert linked < 0.7 * every


def test_picture__parts_do_not_overlap():
    pairs = [(f"{part}0", f"{part}{i}") for part in "abcdef" for i in range(1, 9)]
    shown = layout_graph(table(pairs))
    points = np.column_stack([shown.x, shown.y])
    groups = np.array([gene[0] for gene in shown.genes])
    for part in "abcdef":
        inside, outside = points[groups == part], points[groups != part]
        middle = (inside.min(axis=0) + inside.max(axis=0)) / 2
        radius = np.linalg.norm(inside - middle, axis=1).max()
        assert np.linalg.norm(outside - middle, axis=1).min() > radius
    assert np.ptp(points, axis=0).max() < 60


def test_picture__genes_with_the_same_neighbours_do_not_widen_it():
    pairs = [(f"r{i}", f"t{i} {j}") for i in range(24) for j in range(8)]
    pairs += [(f"r{(i + 1) % 24}", f"t{i} {j}") for i in range(24) for j in range(4)]
    shown = layout_graph(table(pairs))
    assert max(np.ptp(shown.x), np.ptp(shown.y)) < 10 * len(shown.genes) ** 0.5


def test_picture__of_many_parts_needs_little_memory():
    links = table([(f"r{target // 3}", f"t{target}") for target in range(600)])
    layout_graph(links.iloc[:3])  # imports
    tracemalloc.start()
    try:
        layout_graph(links)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_picture__new_parts_join_without_touching_known_ones():
    links = table([(f"r{target // 3}", f"t{target}") for target in range(60)])
    before = layout_graph(links.iloc[:30])
    after = layout_graph(links, start=before.positions)
    points = np.column_stack([after.x, after.y])
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    is_new = np.array([gene not in before.positions for gene in after.genes])
    assert is_new.sum() == 40
    assert apart[is_new][:, ~is_new].min() > 0.5


def test_picture__start_keeps_genes_near_where_they_were():
    links = made_up()
    before = layout_graph(links)
    after = layout_graph(links.iloc[: len(links) - 20], start=before.positions)
    extent = max(np.ptp(before.x), np.ptp(before.y))
    moves = [np.hypot(*np.subtract(after.positions[g], before.positions[g])) for g in after.genes]
    assert np.median(moves) < 0.05 * extent


def test_picture__newcomers_join_their_neighbours():
    links = made_up()
    before = layout_graph(links)
    more = pd.concat([links, table([("r0", "new"), ("x", "y")])], ignore_index=True)
    after = layout_graph(more, start=before.positions)
    extent = max(np.ptp(before.x), np.ptp(before.y))
    gap = np.subtract(after.positions["new"], after.positions["r0"])
    assert np.hypot(*gap) < 0.2 * extent
    assert np.isfinite(after.x).all()
