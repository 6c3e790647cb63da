"""Tests of combined links."""

import numpy as np
import pytest

from genie3_engine.combination import combined_links as module
from genie3_engine.combination.combined_links import CombinationPlan, combined_links
from genie3_engine.model import AGGREGATIONS
from tests import naive
from tests.combination.lists import random_links, ranked_list

GENES = tuple(f"g{i:02d}" for i in range(14))
HALVES = (GENES[:11], GENES[3:], GENES)


@pytest.fixture
def plan(tmp_path):
    random = np.random.default_rng(5)
    drawn = [random_links(random, genes, 80, n_levels=30) for genes in HALVES]
    return CombinationPlan(
        lists=[
            ranked_list(tmp_path / str(i), links, genes)
            for i, (links, genes) in enumerate(zip(drawn, HALVES, strict=True))
        ],
        genes=GENES,
        how="irp",
        keep=None,
        temporary=tmp_path / "temporary",
    ), [{(r, t): np.float32(score) for r, t, score in links} for links in drawn]


def every_target():
    return np.arange(len(GENES), dtype=np.int32)


def scores_of(found):
    return {
        (GENES[regulator], GENES[links.target]): importance
        for links in found
        for regulator, importance in zip(links.regulators, links.importance, strict=True)
    }


def changed(plan, **values):
    return CombinationPlan(**{name: getattr(plan, name) for name in plan.__slots__} | values)


class TestCombinedLinks:
    @pytest.mark.parametrize("how", tuple(AGGREGATIONS))
    def test_combined_links__are_those_of_the_definition(self, plan, how):
        plan, lists = plan
        found = scores_of(combined_links(changed(plan, how=how), every_target()))
        expected = naive.combined_scores(lists, how)
        assert found.keys() == expected.keys()
        for pair, score in expected.items():
            assert found[pair] == pytest.approx(score, rel=1e-6)

    def test_combined_links__give_no_share_of_nothing(self, tmp_path):
        lists = [
            ranked_list(tmp_path / "1", [("g00", "g01", 0.0), ("g01", "g02", 0.5)], GENES),
            ranked_list(tmp_path / "2", [("g00", "g01", 0.25)], GENES),
        ]
        plan = CombinationPlan(lists, GENES, "mean-share", None, tmp_path / "temporary")
        found = scores_of(combined_links(plan, every_target()))
        assert found == {("g00", "g01"): 0.5, ("g01", "g02"): 0.5}

    def test_combined_links__do_not_depend_on_buckets_or_other_targets(self, plan, monkeypatch):
        plan, _ = plan
        whole = scores_of(combined_links(plan, every_target()))
        monkeypatch.setattr(module, "bucket_count", lambda n_links: 5)
        some = changed(plan, temporary=plan.temporary.with_name("other"))
        found = scores_of(combined_links(some, every_target()[::3]))
        assert found == {pair: s for pair, s in whole.items() if GENES.index(pair[1]) % 3 == 0}

    def test_combined_links__keep_the_strongest(self, plan):
        plan, _ = plan
        for links in combined_links(changed(plan, keep=2), every_target()):
            assert len(links.importance) <= 2
            assert (np.diff(links.importance) <= 0).all()

    def test_combined_links__end_when_asked_to_stop(self, plan):
        plan, _ = plan
        assert list(combined_links(plan, every_target(), should_stop=lambda: True)) == []
