"""Tests of ranks where links of equal importance share their mean rank."""

import numpy as np
import pytest

from genie3_engine.combination.average_ranks import average_ranks
from genie3_engine.store import ranking
from tests import naive
from tests.combination.lists import random_links, ranked_list

GENES = [f"g{i}" for i in range(12)]


class TestAverageRanks:
    @pytest.mark.parametrize("n_levels", [2, 4])
    @pytest.mark.parametrize("row_group", [1, 3, 16, 100])
    def test_average_ranks__are_means_over_the_whole_list(
        self, tmp_path, monkeypatch, n_levels, row_group
    ):
        monkeypatch.setattr(ranking, "ROW_GROUP_LINKS", row_group)
        links = random_links(np.random.default_rng(row_group), GENES, 30, n_levels=n_levels)
        batches = list(average_ranks(ranked_list(tmp_path / "list", links, GENES)))
        found = {
            (GENES[regulator], GENES[target]): rank
            for batch in batches
            for regulator, target, rank in zip(
                batch.regulators, batch.targets, batch.ranks, strict=True
            )
        }
        ranks = naive.average_ranks([importance for *_, importance in links])
        assert found == {
            (regulator, target): rank
            for (regulator, target, _), rank in zip(links, ranks, strict=True)
        }

    def test_average_ranks__of_no_links_are_none(self, tmp_path):
        assert list(average_ranks(ranked_list(tmp_path / "list", [], GENES))) == []
