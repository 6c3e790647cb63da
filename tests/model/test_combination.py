"""Tests of the method of a run that combines others."""

from genie3_engine.model import COMBINED, METHODS, ForestSpec, Parent, RunSpec, setting_rows

PARENTS = (Parent("one", "/runs/1", "a" * 64, "RF"), Parent("two.tsv", "/two.tsv", "b" * 64))


class TestMethod:
    def test_method__is_known_and_not_offered(self):
        assert COMBINED in METHODS
        assert COMBINED not in tuple(METHODS)

    def test_method__takes_the_way_to_combine_only(self):
        assert ForestSpec(COMBINED, how="borda").to_dict() == {"method": COMBINED, "how": "borda"}


class TestSpec:
    def test_result_key__depends_on_the_parents_content_and_not_on_their_names(self):
        spec = RunSpec("0" * 64, forest=ForestSpec(COMBINED), parents=PARENTS)
        renamed = (Parent("other", "/elsewhere", "a" * 64), PARENTS[1])
        other = (Parent("one", "/runs/1", "c" * 64, "RF"), PARENTS[1])
        keys = [
            RunSpec("0" * 64, forest=ForestSpec(COMBINED), parents=parents).result_key
            for parents in (renamed, other)
        ]
        assert spec.result_key == keys[0]
        assert spec.result_key != keys[1]

    def test_from_dict__rebuilds_the_parents(self):
        spec = RunSpec("0" * 64, forest=ForestSpec(COMBINED), parents=PARENTS)
        assert RunSpec.from_dict(spec.to_dict()) == spec
        assert "parents" not in RunSpec("0" * 64).to_dict()

    def test_setting_rows__name_the_lists_with_their_hashes(self):
        rows = dict(setting_rows(RunSpec("0" * 64, forest=ForestSpec(COMBINED), parents=PARENTS)))
        assert rows["List 1"] == f"one (SHA-256 {'a' * 12})"
        assert rows["Combination"] == "Rank product"
        assert "Targets" not in rows
