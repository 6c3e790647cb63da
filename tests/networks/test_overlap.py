from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from genie3_engine import worker
from genie3_engine.errors import InputError, RunError
from genie3_engine.model import ForestSpec
from genie3_engine.networks.links import ranked_links
from genie3_engine.networks.overlap import network_overlap, strongest_of_either
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_expression, tiny_run


@pytest.fixture
def run(tmp_path, home):
    """Return a function that infers a network of a few genes."""

    def infer(name, *, seed=1, **spec):
        folder = tiny_run(tmp_path / name, n_trees=20, **spec)
        other = dataclasses.replace(folder.spec, forest=ForestSpec(n_trees=20, seed=seed))
        path = tmp_path / f"{name} {seed}"
        RunFolder.create(path, other, folder.read_status())
        worker.run(path)
        return path

    return infer


def pairs(links):
    return list(zip(links["regulator"], links["target"], strict=True))


def test_network_overlap__of_a_network_with_itself_is_whole(run):
    path = run("one")
    found = network_overlap(path, path)
    assert found.n_first == found.n_second == found.n_common == 56
    assert found.n_pairs == 56
    assert found.spearman_common == found.spearman_all == pytest.approx(1)
    assert (found.curve["overlap"] == 1).all()
    assert (found.curve["jaccard"] == 1).all()
    assert found.curve["n_links"].iloc[[0, -1]].tolist() == [10, 56]


def test_network_overlap__counts_common_links_as_sets_do(run):
    first, second = run("one", seed=1), run("two", seed=2, keep=5)
    links = [pairs(ranked_links(path, top=100)) for path in (first, second)]
    found = network_overlap(first, second)
    assert (found.n_first, found.n_second) == (56, 40)
    assert (found.n_common, found.n_only_first, found.n_only_second) == (40, 16, 0)
    for row in found.curve.itertuples():
        top = [set(each[: row.n_links]) for each in links]
        both = top[0] & top[1]
        assert row.n_common == len(both)
        assert row.overlap == len(both) / min(map(len, top))
        assert row.jaccard == len(both) / len(top[0] | top[1])
        assert row.by_chance == max(map(len, top)) / 56


def test_network_overlap__correlates_ranks_and_puts_absent_links_last(run):
    first, second = run("one", seed=1), run("two", seed=2, keep=5)
    one, other = (
        ranked_links(path, top=100).set_index(["regulator", "target"])["importance"]
        for path in (first, second)
    )
    both = one.index.intersection(other.index)
    either = one.index.union(other.index)
    found = network_overlap(first, second)
    assert found.spearman_common == pytest.approx(
        np.corrcoef(one[both].rank(), other[both].rank())[0, 1]
    )
    filled = [each.reindex(either, fill_value=0).rank() for each in (one, other)]
    assert found.spearman_all == pytest.approx(np.corrcoef(*filled)[0, 1])
    assert found.spearman_common != pytest.approx(found.spearman_all)


def test_network_overlap__compares_only_what_both_runs_considered(run):
    whole = run("one")
    part = run("two", regulators=("gene 001", "gene 002"), targets=("gene 002", "gene 003"))
    found = network_overlap(whole, part)
    assert found.n_pairs == 3
    assert (found.n_first, found.n_second) == (3, 3)
    assert (found.n_left_out_first, found.n_left_out_second) == (53, 0)
    table = strongest_of_either(whole, part, 10)
    assert sorted(table["rank_1"]) == [1, 2, 3]


def test_network_overlap__refuses_runs_without_a_common_pair(run):
    one = run("one", regulators=("gene 001",), targets=("gene 002",))
    other = run("two", regulators=("gene 003",), targets=("gene 002",))
    with pytest.raises(InputError, match="no regulator and target in common"):
        network_overlap(one, other)


def test_network_overlap__refuses_a_run_without_links(tmp_path, home):
    path = tiny_run(tmp_path / "run").path
    with pytest.raises(RunError, match="no ranked links"):
        network_overlap(path, path)


def test_network_overlap__swaps_with_its_runs(run):
    first, second = run("one", seed=1), run("two", seed=2, keep=3)
    one, other = network_overlap(first, second), network_overlap(second, first)
    assert (one.n_first, one.n_only_first) == (other.n_second, other.n_only_second)
    assert one.spearman_all == pytest.approx(other.spearman_all)
    assert one.curve.equals(other.curve)


def test_strongest_of_either__says_which_network_has_a_link_among_its_strongest(run):
    first, second = run("one", seed=1), run("two", seed=2, keep=5)
    links = [pairs(ranked_links(path, top=100)) for path in (first, second)]
    table = strongest_of_either(first, second, 12)
    tops = [set(each[:12]) for each in links]
    assert set(pairs(table)) == tops[0] | tops[1]
    for row in table.itertuples():
        pair = (row.regulator, row.target)
        assert (
            row.presence
            == {
                (True, True): "both",
                (True, False): "first",
                (False, True): "second",
            }[pair in tops[0], pair in tops[1]]
        )
        for rank, of in ((row.rank_1, links[0]), (row.rank_2, links[1])):
            assert (
                pair not in of if rank is table["rank_1"].dtype.na_value else of[rank - 1] == pair
            )
    assert table[["rank_1", "rank_2"]].min(axis=1).is_monotonic_increasing
    assert (table.loc[table["rank_2"].isna(), "importance_2"] == 0).all()


def test_strongest_of_either__finds_genes_by_name_in_other_data(run):
    expression = tiny_expression()
    other = dataclasses.replace(
        expression,
        genes=tuple(f"a {name}" if name == "gene 008" else name for name in expression.genes),
    )
    first, second = run("one"), run("two", expression=other)
    table = strongest_of_either(first, second, 100)
    assert len(table) == 42
    assert not table["regulator"].isin(["gene 008", "a gene 008"]).any()
