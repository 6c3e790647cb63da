"""Tests of the names of files."""

from genie3_engine.jobs.filenames import PartName


class TestPartName:
    def test_part_name__comes_back_from_its_text(self):
        name = PartName(2, 12, 34567890)
        assert PartName.parse(str(name)) == name

    def test_part_name__is_not_read_into_other_files(self):
        assert PartName.parse(".part-0000-of-0001-000001.parquet.1-ab.aside") is None
        assert PartName.parse("links.parquet") is None

    def test_part_name__orders_the_parts_of_a_shard_as_they_were_written(self):
        names = [PartName(0, 2, batch) for batch in (1, 2, 999_999)]
        assert sorted(map(str, names)) == [str(name) for name in names]
        assert PartName(0, 2, 9) < PartName(1, 2, 1)
