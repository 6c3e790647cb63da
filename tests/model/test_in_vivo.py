"""Tests of the method for data of living cells."""

from genie3_engine.model import IN_VIVO, METHODS, ForestSpec


class TestMethod:
    def test_method__takes_seed_and_way_to_combine(self):
        assert ForestSpec(IN_VIVO, n_trees=9).to_dict() == {
            "method": IN_VIVO,
            "how": "irp",
            "seed": 0,
        }

    def test_method__cites_what_its_members_cite(self):
        record = METHODS[IN_VIVO]
        for name in record.members:
            assert set(METHODS[name].papers) <= set(record.papers)
        assert record.min_samples == max(METHODS[name].min_samples for name in record.members)
